"""The stored state of one action: everything the gate needs to go on after a restart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from tools.bank.port import RequestStatus
from tools.gate.kept import KeptLine, KeptSettle
from tools.gate.risk.record import Decided
from tools.gate.service import Decision


class Confirmation(BaseModel):
    """A read-back: ``id`` is only good for the parameters and consequences whose ``digest`` it carries."""

    id: str
    digest: str
    given: bool = False


class Quiz(BaseModel):
    """The comprehension check of one lesson: questions asked so far, the present one and its shuffled options."""

    lesson: str
    asked: list[str] = Field(default_factory=list)
    options: list[int] = Field(default_factory=list)  # option index in shown order
    wrong: int = 0


class Outcome(BaseModel):
    """How the action ended."""

    status: RequestStatus
    reasons: list[str] = Field(default_factory=list)
    facts: dict[str, str] = Field(default_factory=dict)
    transfer: str | None = None
    recorded: bool = False  # left a row in requests
    handoff: bool = False
    said: list[KeptLine] = Field(default_factory=list)  # what was said, where the status and reasons do not tell it
    executed: bool = False  # the service did it, whatever status its row got: its own follow-up tells the end
    settle: list[KeptSettle] = Field(default_factory=list)  # of a refusal: what would clear the way
    instead: KeptSettle | None = None


class Approval(BaseModel):
    """A colleague's yes to a request that risk had sent to review: for these parameters, these reasons, and so long."""

    staff: str
    digest: str
    reasons: list[str]
    until: datetime


class ActionState(BaseModel):
    """Where an action stands. ``digest`` is of the collected parameters; a change of them resets what depended on it."""

    slots: dict[str, str] = Field(default_factory=dict)
    said: str = ""
    heard: list[str] = Field(default_factory=list)  # what the customer's words gave away since (risk's kinds)
    turn: int = -1  # the turn of the session that opened it, with the slots it was opened with
    wished: dict[str, str] = Field(default_factory=dict)
    asked: str | None = None  # the parameter that was asked for last
    digest: str | None = None
    level: int = 0  # the assurance needed so far (raised by step_up)
    bound_otp_passed: str | None = None  # digest that a bound code was given for
    code_sent_for: str | None = None  # digest that the last code was sent for
    misheard: int = 0  # spoken codes that were not accepted since the last one was sent
    heard_wrong: list[str] = Field(default_factory=list)  # keyed hashes of those that were tries
    consent: bool | None = None
    consent_id: str | None = None
    document_passed: bool = False
    challenge: str | None = None
    challenge_since: datetime | None = None
    risk: Decided | None = None  # the last decision for the present parameters, with what it looked at
    taught: list[str] = Field(default_factory=list)
    quiz: Quiz | None = None
    quiz_failed: bool = False
    confirmation: Confirmation | None = None
    reviewed: bool = False  # a colleague has decided: the row that the review left is there already
    approved: Approval | None = None
    outcome: Outcome | None = None
    logged: list[str] = Field(default_factory=list)  # audit marks of the present parameters

    @property
    def decision(self) -> Decision | None:
        """Risk's decision, once made."""
        return None if self.risk is None else self.risk.decision()

    def parameters_changed(self, digest: str) -> None:
        """Forget everything that was about other parameters: risk and the read-back. Wrong answers stay counted."""
        self.digest = digest
        self.risk = None
        self.confirmation = None
        self.logged = []


def digest_of(service: str, params: Mapping[str, object], *extra: str) -> str:
    """A canonical hash of parameters (and consequences): what a confirmation or a bound code is bound to."""
    content = json.dumps([service, dict(params), *extra], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
