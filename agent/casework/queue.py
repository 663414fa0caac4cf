"""The queue: one place a customer, one colleague a case. Every step is one transaction, so that nobody is served twice and
nobody is lost, whatever ends in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from agent.casework.bell import Bell, Ring, To
from agent.casework.records import DeskEventRow, StaffRow
from agent.casework.rules import QueueRules, desk_rules
from agent.casework.staff import Member
from agent.records import HandoffRow, TurnRow
from tools.clock import SHANGHAI, Clock
from tools.db import Base, Database
from tools.gate import audit
from tools.gate.sessions import info, touch
from tools.masking import mask

Row = TypeVar("Row", bound=Base)
OPEN = ("waiting", "taken", "callback")  # states of a case that is not over
IN_ORDER = (HandoffRow.urgent.desc(), HandoffRow.number)
CALLBACK_NOTICE = timedelta(minutes=10)


class DeskRefusal(Exception):
    """It cannot be done now: ``taken`` (somebody else was faster), ``not_yours``, ``too_many``, ``unknown_case``,
    ``over`` (the case has ended), ``left`` (the customer's session is over), ``overtaken`` (the customer decided in the
    same moment), ``no_video``, ``visitor``, ``locked``, ``callback_time``, ``unknown_outcome``, or a code of the gate."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Queue:
    """Who waits and who holds which case."""

    def __init__(self, db: Database, clock: Clock, bell: Bell | None = None, rules: QueueRules | None = None) -> None:
        self._db, self._clock, self.bell = db, clock, bell or Bell()
        self._rules = rules or desk_rules().queue

    def waiting(self) -> Sequence[HandoffRow]:
        """In the order in which they will be served."""
        self.sweep()
        with self._db.reading() as db:
            return loose(db, select(HandoffRow).where(HandoffRow.status == "waiting").order_by(*IN_ORDER))

    def others(self, *statuses: str) -> Sequence[HandoffRow]:
        """Cases in these states, oldest first."""
        with self._db.reading() as db:
            return loose(db, select(HandoffRow).where(HandoffRow.status.in_(statuses)).order_by(HandoffRow.number))

    def take(self, member: Member, case: str | None = None) -> HandoffRow | None:
        """The next customer (or this one) is this colleague's; None when nobody waits.

        Raises:
            DeskRefusal: taken, too_many, unknown_case.
        """
        self.sweep()
        with self._db.transaction() as db:
            now = self._clock.now()
            held = select(func.count()).where(HandoffRow.status == "taken", HandoffRow.staff == member.id)
            if (db.scalar(held) or 0) >= self._rules.cases_max:
                raise DeskRefusal("too_many")
            row = self._next(db, case)
            if row is None:
                return None
            row.status, row.staff, row.taken, row.seen = "taken", member.id, now, now
            add_event(
                db, now, row, "joined", member.id, {"name": member.name, "name_en": member.name_en, "role": member.role}
            )
            audit.append(db, now, row.session, "staff", f"taken:{member.id}", service="human.handoff")
            if not info(db, now, row.session).ended:
                touch(db, now, row.session)
        self.tell(row)
        return row

    def give_back(self, case: str, reason: str, *, by: str) -> None:
        """The customer is first in the queue again, at the place that they had."""
        with self._db.transaction() as db:
            row = self._held(db, case)
            self._return(db, row, reason, by)
        self.tell(row)

    def sweep(self) -> None:
        """Customers of colleagues whose browser is gone are in the queue again."""
        gone = and_(
            HandoffRow.status == "taken", HandoffRow.seen < self._clock.now() - timedelta(seconds=self._rules.absent_s)
        )
        with self._db.reading() as db:
            if db.scalar(select(HandoffRow.id).where(gone).limit(1)) is None:
                return
        with self._db.transaction() as db:
            rows = list(db.scalars(select(HandoffRow).where(gone)))
            for row in rows:
                self._return(db, row, "absent", "desk")
        for row in rows:
            self.tell(row)

    def seen(self, staff: str) -> None:
        """A sign of life of a colleague's browser."""
        with self._db.transaction() as db:
            query = select(HandoffRow).where(HandoffRow.status == "taken", HandoffRow.staff == staff)
            for row in db.scalars(query):
                row.seen = self._clock.now()

    def case_of(self, session: str) -> HandoffRow | None:
        """The session's newest case, whatever its state."""
        with self._db.reading() as db:
            query = select(HandoffRow).where(HandoffRow.session == session).order_by(HandoffRow.number.desc())
            return next(iter(loose(db, query.limit(1))), None)

    def place(self, row: HandoffRow) -> int:
        """Where a waiting customer stands; 1 is next."""
        with self._db.reading() as db:
            return 1 + (db.scalar(select(func.count()).where(before(row))) or 0)

    def staffed(self) -> bool:
        """Whether anybody is at the desk: has given a sign of life lately."""
        since = self._clock.now() - timedelta(seconds=self._rules.absent_s)
        with self._db.reading() as db:
            here = select(StaffRow.id).where(StaffRow.active, StaffRow.seen >= since)
            return db.scalar(here.limit(1)) is not None

    def waits(self, session: str) -> None:
        """The customer's page is open: the session lasts while they wait or are served."""
        row = self.case_of(session)
        if row is None or row.status not in ("waiting", "taken"):
            return
        with self._db.transaction() as db:
            if not info(db, self._clock.now(), session).ended:
                touch(db, self._clock.now(), session)

    def is_served(self, session: str) -> bool:
        """Whether a colleague is with this customer now."""
        row = self.case_of(session)
        return row is not None and row.status == "taken"

    def hears(self, session: str, text: str, turn: int) -> bool:
        """Whether what the customer says goes to a colleague instead of to 小岚; it is passed on then."""
        row = self.case_of(session)
        if row is None or row.status != "taken":
            return False
        self.sweep()
        with self._db.transaction() as db:
            row = db.get_one(HandoffRow, row.id)
            if row.status != "taken":
                return False
            add_event(db, self._clock.now(), row, "message", "customer", {"text": mask(text)}, turn=turn)
        self.tell(row)
        return True

    def call_back(self, session: str, at: datetime) -> HandoffRow:
        """Leave the queue and be called at ``at``.

        Raises:
            DeskRefusal: unknown_case, visitor, callback_time.
        """
        row = self.case_of(session)
        if row is None or row.status != "waiting":
            raise DeskRefusal("unknown_case")
        if row.customer is None:
            raise DeskRefusal("visitor")
        now, hour = self._clock.now(), at.astimezone(SHANGHAI).hour
        if not now + CALLBACK_NOTICE <= at <= now + timedelta(days=self._rules.callback_days_max):
            raise DeskRefusal("callback_time")
        if not self._rules.callback_from <= hour < self._rules.callback_until:
            raise DeskRefusal("callback_time")
        return self._end(row.id, "waiting", "callback", at)

    def leave(self, session: str) -> None:
        """The customer does not want to wait any longer."""
        row = self.case_of(session)
        if row is None or row.status != "waiting":
            raise DeskRefusal("unknown_case")
        self._end(row.id, "waiting", "left", None)

    def tell(self, row: HandoffRow, to: To = "both", kind: str = "changed", data: dict[str, Any] | None = None) -> None:
        """Ring for a case."""
        self.bell.ring(Ring(row.session, row.id, to, kind, data or {}, row.staff))

    def _end(self, case: str, was: str, status: str, callback: datetime | None) -> HandoffRow:
        with self._db.transaction() as db:
            now, row = self._clock.now(), db.get_one(HandoffRow, case)
            if row.status != was:
                raise DeskRefusal("taken")
            row.status, row.callback = status, callback
            row.ended = now if status == "left" else None
            add_event(db, now, row, status, "customer", {} if callback is None else {"at": callback.isoformat()})
            audit.append(db, now, row.session, "handoff", status, service="human.handoff")
        self.tell(row)
        return row

    def _next(self, db: Session, case: str | None) -> HandoffRow | None:
        if case is None:
            query = select(HandoffRow).where(HandoffRow.status == "waiting").order_by(*IN_ORDER)
            return db.scalars(query.limit(1)).first()
        row = db.get(HandoffRow, case)
        if row is None:
            raise DeskRefusal("unknown_case")
        if row.status not in ("waiting", "callback"):
            raise DeskRefusal("taken")
        return row

    def _held(self, db: Session, case: str) -> HandoffRow:
        row = db.get(HandoffRow, case)
        if row is None or row.status != "taken":
            raise DeskRefusal("over")
        return row

    def _return(self, db: Session, row: HandoffRow, reason: str, by: str) -> None:
        now = self._clock.now()
        add_event(db, now, row, "returned", by, {"reason": reason})
        audit.append(db, now, row.session, "staff", f"returned:{row.staff}:{reason}", service="human.handoff")
        row.status, row.staff, row.taken, row.seen = "waiting", None, None, None


def loose(db: Session, query: Select[Row]) -> list[Row]:
    """Rows that may be looked at once the view of the database is closed."""
    rows = list(db.scalars(query))
    db.expunge_all()
    return rows


def before(row: HandoffRow) -> ColumnElement[bool]:
    """Who waits before ``row``."""
    earlier = and_(HandoffRow.urgent == row.urgent, HandoffRow.number < row.number)
    first = earlier if row.urgent else or_(HandoffRow.urgent, earlier)
    return and_(HandoffRow.status == "waiting", first)


def add_event(
    db: Session, now: datetime, row: HandoffRow, kind: str, by: str, body: dict[str, Any], *, turn: int | None = None
) -> int:
    """Write down what happened in a case, within the caller's transaction; returns its number."""
    if turn is None:
        turn = db.scalar(select(func.max(TurnRow.turn_id)).where(TurnRow.session == row.session)) or 0
    event = DeskEventRow(case=row.id, at=now, kind=kind, by=by, turn=turn, body=body)
    db.add(event)
    db.flush()
    return event.seq
