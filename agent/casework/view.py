"""What the desk shows: the queue, a case for colleagues, and the customer's own side of it. Masked as logs are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.casework.queue import DeskRefusal, Queue, loose
from agent.casework.records import DeskEventRow
from agent.casework.rules import desk_rules
from agent.casework.staff import Member, StaffBook
from agent.conversations import SqlConversations
from agent.port import SessionEnded, SessionUnknown
from agent.records import HandoffRow
from tools.bank.port import CoreBank
from tools.clock import SHANGHAI, Clock
from tools.db import Database
from tools.gate import audit
from tools.gate.dossier import Dossier
from tools.gate.gate import Gate
from tools.gate.release import release_rules
from tools.gate.sessions import NoSession, authenticate, info
from tools.masking import mask
from tools.rendering import render
from tools.wording import Text

Json = dict[str, Any]
NOT_THE_CUSTOMERS = ("note", "verified", "not_verified", "decided")
TURNS_MAX = 200


class DeskView:
    """Reads; the only thing it writes is who looked at what."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        bank_of: Callable[[Session], CoreBank],
        gate: Gate,
        queue: Queue,
        staff: StaffBook,
        ice: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """``ice`` are the STUN and TURN servers that both browsers use."""
        self._db, self._clock, self._bank_of, self._gate, self._queue = db, clock, bank_of, gate, queue
        self._staff, self.ice = staff, list(ice)
        self._turns = SqlConversations(db)

    def queue(self, member: Member) -> Json:
        """Who waits, what this colleague holds, who is to be called back; for a supervisor also what everybody does."""
        waiting = [self._line(row) for row in self._queue.waiting()]
        held = self._queue.others("taken")
        seen: Json = {
            "waiting": waiting,
            "mine": [self._line(row) for row in held if row.staff == member.id],
            "callbacks": [self._line(row) for row in self._queue.others("callback")],
        }
        if member.role == "supervisor":
            seen["held"] = [self._line(row) for row in held]
            seen["at_desk"] = [_person(one) for one in self._staff.at_desk(desk_rules().queue.absent_s)]
            seen["longest_s"] = max((one["waits_s"] for one in waiting), default=0)
        return seen

    def case(self, member: Member, case: str) -> Json:
        """Everything about a case; the colleague who holds it and supervisors may look.

        Raises:
            DeskRefusal: unknown_case, not_yours.
        """
        with self._db.reading() as db:
            row = next(iter(loose(db, select(HandoffRow).where(HandoffRow.id == case))), None)
        if row is None:
            raise DeskRefusal("unknown_case")
        if row.staff != member.id:
            if member.role != "supervisor":
                raise DeskRefusal("not_yours")
            with self._db.transaction() as db:
                audit.append(
                    db, self._clock.now(), row.session, "staff", f"looked:{member.id}", service="human.handoff"
                )
        with self._db.reading() as db:
            session = info(db, self._clock.now(), row.session)
        dossiers = self._gate.dossiers(row.session)
        return {
            **self._line(row),
            "session": {"id": session.id, "ended": session.ended, "locale": session.locale, "mode": session.mode,
                        "device": session.device, "channel": session.channel},
            "level": session.level,
            "verified": session.level >= 2,
            "video": row.video,
            "summary": mask(row.summary),
            "transcript": [
                {"turn": turn.turn_id, "heard": mask(turn.heard), "reply": mask(turn.reply.text), "stage": turn.stage}
                for turn in list(self._turns.turns(row.session))[-TURNS_MAX:]
            ],
            "events": self.events(row.id, 0),
            "actions": [_action(one, member, session.locale == "en") for one in dossiers],
            "ice": self.ice,
        }  # fmt: skip

    def events(self, case: str, after: int, *, customers: bool = False) -> list[Json]:
        """What happened in a case since event ``after``; ``customers`` leaves out what is for colleagues only."""
        with self._db.reading() as db:
            query = select(DeskEventRow).where(DeskEventRow.case == case, DeskEventRow.seq > after)
            rows = loose(db, query.order_by(DeskEventRow.seq))
        return [_event(row) for row in rows if not (customers and row.kind in NOT_THE_CUSTOMERS)]

    def customers(self, session: str) -> Json:
        """The customer's side of their newest case: whether they wait and where, who serves them, whether anybody is
        there at all."""
        row = self._queue.case_of(session)
        if row is None:
            return {"status": "none"}
        seen: Json = {
            "status": row.status,
            "case": row.id,
            "staffed": self._queue.staffed(),
            "callback": _moment(row.callback),
            "now": _moment(self._clock.now()),
            "ice": self.ice,
        }
        if row.status == "waiting":
            seen["place"] = self._queue.place(row)
        if row.status == "taken" and row.staff is not None:
            member = self._staff.member(row.staff)
            seen["staff"] = None if member is None else _person(member)
        return seen

    def authenticate(self, session: str, token: str) -> None:
        """Whether the token is this session's, and the session not over.

        Raises:
            SessionUnknown, SessionEnded
        """
        try:
            with self._db.reading() as db:
                found = authenticate(db, self._clock.now(), session, token)
        except NoSession:
            raise SessionUnknown from None
        if found.ended:
            raise SessionEnded

    def audit(self, member: Member, case: str) -> list[Json]:
        """The audit events of a case's session."""
        self.case(member, case)
        with self._db.reading() as db:
            row = db.get_one(HandoffRow, case)
            return [audit.as_json(event) for event in audit.events(db, row.session)]

    def choices(self) -> Json:
        """The codes that a colleague may choose from."""
        return {
            "outcomes": [{"code": one.code, "label": _both(one.said)} for one in desk_rules().outcome],
            "refusals": [{"code": one.code, "label": _both(Text(one.zh, one.en))} for one in release_rules().refusal],
        }

    def _line(self, row: HandoffRow) -> Json:
        until = row.taken or self._clock.now()
        return {
            "id": row.id,
            "status": row.status,
            "urgent": row.urgent,
            "staff": row.staff,
            "at": _moment(row.at),
            "waits_s": max(0, int((until - row.at).total_seconds())),
            "callback": _moment(row.callback),
            "outcome": row.outcome,
            "customer": self._customer(row.customer),
        }

    def _customer(self, customer: str | None) -> Json | None:
        if customer is None:
            return None
        with self._db.reading() as db:
            known = self._bank_of(db).customer(customer)
        return {
            "id": known.id, "name": known.name, "phone": mask(known.phone), "document": known.document,
            "mode": known.mode, "locale": known.locale,
        }  # fmt: skip


def _action(one: Dossier, member: Member, english: bool) -> Json:
    return {
        "id": one.action,
        "service": one.service,
        "name": _both(one.name),
        "class": one.risk_class,
        "open": one.open,
        "status": None if one.outcome is None else one.outcome.status,
        "reasons": [] if one.outcome is None else list(one.outcome.reasons),
        "risk": one.risk,
        "why": [{"code": why.code, "text": _both(why.staff), "points": why.points} for why in one.why],
        "approved_by": one.approved_by,
        "decidable": one.decidable and (member.role == "supervisor" or not one.supervisor),
        "supervisor": one.decidable and one.supervisor,
        "params": [
            {
                "name": param.name,
                "label": _both(param.label),
                "kind": param.kind,
                "value": None if param.value is None else mask(param.value),
                "options": [
                    {"value": option.value, "label": render(option.label, "en" if english else "zh-CN").text}
                    for option in param.options
                ],
            }
            for param in one.params
        ],
    }


def _event(row: DeskEventRow) -> Json:
    return {"seq": row.seq, "at": _moment(row.at), "kind": row.kind, "by": row.by, "turn": row.turn, **row.body}


def _person(member: Member) -> Json:
    return {"id": member.id, "name": member.name, "name_en": member.name_en, "role": member.role}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(SHANGHAI).isoformat()


def _both(text: Text) -> Json:
    return {"zh-CN": text.zh, "en": text.en}
