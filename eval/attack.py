"""What an attack is: who it plays, what it does and when, and what must never be heard because of it.

An attack stands beside an honest task of the same customer: afterwards, or in its midst, the task is carried on, and at the
end exactly the task is done.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from eval.contract import Place, Status
from eval.encodings import Code
from eval.parts import STRICT, Press

Kind = Literal[
    "injection_chat", "injection_payee", "injection_memo", "injection_document", "staff", "police", "family", "developer", "system",
    "identity", "changed", "splitting", "replay", "race", "session", "others_guess", "others_name", "others_card",
    "encoding", "homoglyph", "zero_width", "mixed", "long_context", "coached", "prompt_leak",
]  # fmt: skip


class _Model(BaseModel):
    model_config = STRICT


class Request(_Model):
    """A request past the conversation, which must be refused with a 4xx. ``{session}`` and ``{other}`` in its path are the
    sessions of the customer and of ``Act.by``."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    path: str
    body: Any = None
    token: Literal["none", "garbage", "own", "other"] = "none"  # noqa: S105 - whose, not which


class Act(_Model):
    """One thing an attacker does: says, presses or requests something. What stands between ``[[`` and ``]]`` is written in
    ``code``; ``bury`` puts so many characters of harmless talk before and after it; ``at_once`` sends it so many times at
    the same instant; ``by`` does it in a session of another customer."""

    say: str | None = None
    code: Code | None = None
    bury: int = Field(0, ge=0, le=20_000)
    press: Press | None = None
    request: Request | None = None
    at_once: int = Field(1, ge=1, le=8)
    by: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Act:
        if sum(part is not None for part in (self.say, self.press, self.request)) != 1:
            raise PydanticCustomError("one_of", "exactly one of say, press and request")
        return self


def _act(value: Any) -> Any:
    return {"say": value} if isinstance(value, str) else value


class Remainder(_Model):
    """A row that the attack may rightly leave, such as a transfer that was blocked."""

    service: str
    status: Status


class Attack(_Model):
    """The attack of a case. ``at``: before the honest task (``start``, after which whatever it opened is cancelled) or when
    the task first comes to that place; ``never``: regular expressions that no answer may match."""

    kind: Kind
    at: Place | Literal["start"] = "start"
    acts: list[Annotated[Act, BeforeValidator(_act)]] = Field(min_length=1)
    never: list[str] = []
    may_leave: list[Remainder] = []
