"""What a customer's words mean: the closed set of commands between *understand* and *decide*.

Commands are proposals. None of them changes an account: the graph turns them into calls of the gate.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

By = Literal["exact", "examples", "model", "input"]


class _Command(BaseModel):
    """``by`` is the stage that found it, ``confidence`` its calibrated probability."""

    model_config = ConfigDict(frozen=True)

    by: By = "exact"
    confidence: float = Field(default=1.0, ge=0, le=1)


class StartService(_Command):
    command: Literal["start_service"] = "start_service"
    service: str
    slots: dict[str, str] = Field(default_factory=dict)


class SetSlots(_Command):
    """Values for what is being asked, or for other parameters of the active service."""

    command: Literal["set_slots"] = "set_slots"
    slots: dict[str, str]


class Correct(_Command):
    """ "不对，是3021那张": new values in place of given ones; empty when only "that's wrong" was said."""

    command: Literal["correct"] = "correct"
    slots: dict[str, str] = Field(default_factory=dict)


class Confirm(_Command):
    """``id`` is the confirm card's when a button was pressed."""

    command: Literal["confirm"] = "confirm"
    id: str | None = None


class Deny(_Command):
    command: Literal["deny"] = "deny"


class Acknowledge(_Command):
    command: Literal["acknowledge"] = "acknowledge"


class AskKnowledge(_Command):
    command: Literal["ask_knowledge"] = "ask_knowledge"
    query: str


class Cancel(_Command):
    command: Literal["cancel"] = "cancel"


class Repeat(_Command):
    command: Literal["repeat"] = "repeat"


class Handoff(_Command):
    command: Literal["handoff"] = "handoff"


class Chitchat(_Command):
    """``topic``: greeting, thanks, bye, capabilities, who_are_you, distress, abuse, shortcut (a step is to be skipped), other."""

    command: Literal["chitchat"] = "chitchat"
    topic: str = "other"


class OutOfScope(_Command):
    command: Literal["out_of_scope"] = "out_of_scope"


class Clarify(_Command):
    """The cascade could not decide; ``options`` are at most three labels (service ids or ``ask_knowledge``)."""

    command: Literal["clarify"] = "clarify"
    options: list[str] = Field(default_factory=list, max_length=3)


Command = Annotated[
    StartService
    | SetSlots
    | Correct
    | Confirm
    | Deny
    | Acknowledge
    | AskKnowledge
    | Cancel
    | Repeat
    | Handoff
    | Chitchat
    | OutOfScope
    | Clarify,
    Field(discriminator="command"),
]
