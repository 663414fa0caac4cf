"""One call of the gate: the action, its customer's bank and the moment, within one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy.orm import Session

from tools.bank.port import CoreBank, Customer
from tools.clock import Clock
from tools.db import Database
from tools.errors import AskAgain, must
from tools.gate import audit
from tools.gate.identity import Locks, OtpBook, Verifier
from tools.gate.lessons import LessonBook
from tools.gate.records import ActionRow
from tools.gate.risk import RiskEngine
from tools.gate.service import AnyService, Context, Params
from tools.gate.sessions import SessionInfo
from tools.gate.state import ActionState, Confirmation, Outcome, Quiz
from tools.tariff import Tariff
from tools.wording import Line, Text

__all__ = ["ActionState", "Confirmation", "Outcome", "Parts", "Quiz", "Run"]


@dataclass(frozen=True)
class Parts:
    """What the gate is made of; the composition root puts it together."""

    db: Database
    bank_of: Callable[[Session], CoreBank]
    clock: Clock
    tariff: Tariff
    services: Mapping[str, AnyService]
    book: LessonBook
    risk: RiskEngine
    verifier: Verifier
    secret: bytes


@dataclass
class Run:
    """``problem`` is what was wrong with the event; ``fresh_otp``/``fresh_confirm`` tell what was made just now."""

    parts: Parts
    db: Session
    bank: CoreBank
    now: datetime
    session: SessionInfo
    customer: Customer
    row: ActionRow
    state: ActionState
    service: AnyService
    problem: Line | None = None
    fresh_otp: bool = False
    fresh_confirm: bool = False

    def context(self) -> Context:
        """What the service may look at."""
        return Context(
            bank=self.bank,
            customer=self.customer,
            now=self.now,
            tariff=self.parts.tariff,
            device=self.session.device,
            said=self.state.said,
            decision=self.state.decision,
        )

    def params(self) -> Params:
        """The collected parameters; complete from the collect step on.

        Raises:
            AskAgain: a slot does not fit the service's model.
        """
        try:
            return self.service.model.model_validate(self.state.slots)
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            raise AskAgain(name, "invalid", Line(self.service.spec()[name].ask)) from None

    def complete(self) -> bool:
        """Whether every parameter is there; without, proofs and answers have nothing to be about."""
        try:
            self.params()
        except AskAgain:
            return False
        return True

    def row_params(self) -> dict[str, str]:
        """The parameters as the row in ``requests`` carries them."""
        dumped: dict[str, str] = self.params().model_dump(by_alias=True, exclude_none=True)
        return dumped

    @property
    def otp(self) -> OtpBook:
        return OtpBook(self.db, self.parts.secret)

    @property
    def locks(self) -> Locks:
        return Locks(self.db)

    def log(self, step: str, outcome: str) -> bool:
        """An audit event, once per step and outcome for the present parameters; whether it was one."""
        mark = f"{step}:{outcome}"
        if mark in self.state.logged:
            return False
        self.state.logged.append(mark)
        self.log_always(step, outcome)
        return True

    def log_always(self, step: str, outcome: str) -> None:
        """An audit event that may repeat, such as a failed try."""
        audit.append(self.db, self.now, self.session.id, step, outcome, action_id=self.row.id, service=self.service.id)

    def finish(self, outcome: Outcome) -> None:
        """The action has ended; an end is final."""
        must(self.state.outcome is None, "an action ends once")
        self.state.outcome = outcome
        self.row.open = False

    def save(self) -> None:
        """Write the state back; the transaction makes it last."""
        self.row.state = self.state.model_dump(mode="json")
        self.row.updated = self.now

    def named(self) -> Text:
        """The service's name."""
        return self.service.entry.name
