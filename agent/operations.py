"""What operators and evaluators look at: the sandbox bank, the audit log, staff tokens, the catalogue, used tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import jwt
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from agent.casework.queue import OPEN
from agent.records import HandoffRow, UsedTokenRow
from tools.bank import sandbox as bank_sandbox
from tools.bank.port import NotFound
from tools.bank.stories import Stories
from tools.catalogue import catalogue
from tools.clock import Clock
from tools.db import Database
from tools.errors import Refused
from tools.gate import audit, sessions
from tools.gate.gate import Gate
from tools.gate.reset import reset_gate
from tools.identity.enrolment import Enrolment
from tools.identity.pictures import Unusable
from tools.identity.specimens.specimens import NoSpecimen
from tools.sandbox_clock import SandboxClock
from tools.services import built_services
from tools.tariff import Tariff
from tools.wording import Line

STAFF = {"S001": "teller", "S002": "supervisor"}
STAFF_LASTS = timedelta(hours=8)


class Sandbox:
    """The fictional bank from outside: its state, its phone, its clock, and the way back to the story."""

    def __init__(
        self,
        db: Database,
        clock: SandboxClock,
        tariff: Tariff,
        stories: Stories,
        gate: Gate,
        run_due: Callable[[], None],
        enrolment: Enrolment | None = None,
    ) -> None:
        self._db, self._clock, self._tariff, self._stories = db, clock, tariff, stories
        self._gate, self._run_due, self._enrolment = gate, run_due, enrolment

    def customer_exists(self, customer: str) -> bool:
        return self.customer_state(customer) is not None

    def customer_state(self, customer: str) -> Mapping[str, Any] | None:
        """The customer's state in the contract's shape; None when there is no such customer."""
        with self._db.reading() as db:
            try:
                return bank_sandbox.customer_state(db, self._clock, self._tariff, customer)
            except NotFound:
                return None

    def phone(self, customer: str) -> Sequence[Mapping[str, Any]] | None:
        """The customer's messages, newest first."""
        if not self.customer_exists(customer):
            return None
        with self._db.reading() as db:
            return bank_sandbox.phone(db, customer)

    def session_state(self, session_id: str) -> Mapping[str, Any] | None:
        """The session's level, and what an attentive customer would answer to an open quiz."""
        try:
            with self._db.reading() as db:
                session = sessions.info(db, self._clock.now(), session_id)
        except sessions.NoSession:
            return None
        return {"level": session.level, "quiz_answer": self._gate.right_quiz_option(session_id)}

    def enrol_face(self, session_id: str, token: str, picture: str) -> bytes | None:
        """The specimen with the visitor's own face. See :class:`ui.api.ports.SandboxBank`."""
        if self._enrolment is None:
            return None
        try:
            return self._enrolment.enrol(session_id, token, picture)
        except Unusable as unusable:
            raise Refused("picture", Line(unusable.said)) from None
        except NoSpecimen:
            return None

    def forget_face(self, session_id: str, token: str) -> bool:
        """Forget it before the session ends."""
        return self._enrolment is not None and self._enrolment.forget(session_id, token)

    def reset(self, customer: str | None) -> None:
        """Back to the story; the audit log stays."""
        with self._db.transaction() as db:
            now = self._clock.now()
            reset_gate(db, now, customer)
            waiting = update(HandoffRow).where(HandoffRow.status.in_(OPEN)).values(status="reset")
            db.execute(waiting if customer is None else waiting.where(HandoffRow.customer == customer))
            bank_sandbox.reset(db, self._clock, self._stories, customer)

    def advance_clock(self, seconds: int) -> datetime:
        """Move the clock on and run what falls due."""
        self._clock.advance(seconds)
        self._run_due()
        return self._clock.now()


class AuditLog:
    """The audit log as JSON."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def events(self, session_id: str) -> Sequence[Mapping[str, Any]]:
        """One session's events in order."""
        with self._db.reading() as db:
            return [audit.as_json(event) for event in audit.events(db, session_id)]

    def verify(self) -> int:
        """The number of events. Raises :class:`tools.gate.audit.ChainBroken`."""
        with self._db.reading() as db:
            return audit.verify(db)


class StaffTokens:
    """Short-lived tokens for colleagues; ``roles`` are those of everybody who may have one."""

    def __init__(self, secret: bytes, clock: Clock, roles: Mapping[str, str] = STAFF) -> None:
        self._secret, self._clock, self._roles = secret, clock, roles

    def token(self, staff: str) -> str | None:
        """A token of eight hours; None when there is nobody of that id."""
        if staff not in self._roles:
            return None
        until = self._clock.now() + STAFF_LASTS
        return jwt.encode({"sub": staff, "role": self._roles[staff], "until": until.timestamp()}, self._secret, "HS256")

    def verify(self, token: str) -> str | None:
        """The member of staff, or None."""
        try:
            claims = jwt.decode(token, self._secret, algorithms=["HS256"], options={"require": ["sub", "until"]})
        except jwt.InvalidTokenError:
            return None
        staff, until = claims["sub"], claims["until"]
        lasts = isinstance(until, int | float) and self._clock.now().timestamp() < until
        return staff if staff in self._roles and lasts else None


class Services:
    """The catalogue as JSON Schema."""

    def services(self) -> Sequence[Mapping[str, Any]]:
        """Every service of the catalogue; ``params`` is the JSON Schema of those that are built."""
        built = built_services()
        return [
            {
                "id": entry.id,
                "name": {"zh-CN": entry.name.zh, "en": entry.name.en},
                "assurance": entry.assurance,
                "class": entry.risk_class,
                "urgent": entry.urgent,
                "available": entry.id in built or entry.id == "human.handoff",
                "params": built[entry.id].model.model_json_schema(by_alias=True) if entry.id in built else None,
            }
            for entry in catalogue().values()
        ]


class SqlUsedTokens:
    """Single use of the host app's tokens, across restarts."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def claim(self, jti: str, exp: datetime) -> bool:
        """Whether this is the token's first use."""
        try:
            with self._db.transaction() as db:
                past = self._clock.now() - timedelta(minutes=10)
                db.execute(delete(UsedTokenRow).where(UsedTokenRow.exp < past))
                db.add(UsedTokenRow(jti=jti, exp=exp))
        except IntegrityError:
            return False
        return True
