"""What the desk's requests carry."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Value = Annotated[str, StringConstraints(max_length=500)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignInBody(_Body):
    """A colleague's number and password."""

    staff: Code
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class TakeBody(_Body):
    """A case of the queue; without, the next one."""

    case: Code | None = None


class WordsBody(_Body):
    """A message or a note."""

    text: Words


class IdentityBody(_Body):
    """What the colleague compared, and whether document, record and face are of the same person."""

    document: Literal["id_card", "passport"]
    same: bool


class FormBody(_Body):
    """A service and its parameters; ``action`` is the open action that is changed."""

    service: Code
    params: Annotated[dict[Code, Value], Field(max_length=20)]
    action: Code | None = None


class ShowBody(_Body):
    """What the customer sees at once: a form while it is filled, or the field that is pointed at."""

    kind: Literal["draft", "point"]
    title: Annotated[str, StringConstraints(max_length=100)] = ""
    params: Annotated[dict[Code, Value], Field(max_length=20)] = {}
    labels: Annotated[dict[Code, Value], Field(max_length=20)] = {}
    field: Code | None = None


class CallBody(_Body):
    """How the call stands."""

    kind: Literal["video", "voice"]
    state: Literal["asked", "refused", "connected", "ended", "line"]


class SignalBody(_Body):
    """One end of a call, for the other browser."""

    type: Literal["offer", "answer", "bye"]
    sdp: Annotated[str, StringConstraints(max_length=60_000)] = ""


class BackBody(_Body):
    """How the case ended."""

    outcome: Code
    note: Annotated[str, StringConstraints(max_length=2_000)] = ""


class DecisionBody(_Body):
    """A colleague's decision; ``reason`` only of a refusal."""

    approve: bool
    reason: Code | None = None


class CallbackBody(_Body):
    """When the customer wants to be called."""

    at: AwareDatetime


class NothingBody(_Body):
    """An empty object."""
