"""What a colleague does in a case. Words go to the customer; everything that touches an account goes through the gate, and
the customer's yes stays the customer's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import select

from agent import phrases
from agent.casework.bell import To
from agent.casework.queue import DeskRefusal, Queue, add_event, loose
from agent.casework.records import DeskEventRow
from agent.casework.rules import desk_rules
from agent.casework.staff import Member
from agent.commands import Cancel, StartService
from agent.port import SessionEnded
from agent.records import HandoffRow
from agent.state import Order
from agent.teller import Overtaken, SkyTeller
from agent.turn import Turn
from tools.clock import Clock
from tools.db import Database
from tools.gate import audit
from tools.gate.dossier import Dossier
from tools.gate.gate import Gate
from tools.gate.in_person import CannotVerify, DocumentKind, verified
from tools.gate.release import CannotRelease, Verdict
from tools.gate.sessions import info, touch
from tools.masking import mask
from tools.services import built_services
from tools.wording import Items, Line, line

TEXT_CHARS_MAX = 2_000
CallKind = Literal["video", "voice"]
CallState = Literal["asked", "refused", "connected", "ended", "line"]  # line: by way of the server
By = Literal["staff", "customer"]


class Casework:
    """The desk's work; every method is blocking and thread-safe.

    Raises (all of them): DeskRefusal, tools.errors.Busy.
    """

    def __init__(self, db: Database, clock: Clock, gate: Gate, teller: SkyTeller, queue: Queue) -> None:
        self._db, self._clock, self._gate, self._teller, self.queue = db, clock, gate, teller, queue

    def say(self, member: Member, case: str, text: str) -> None:
        """Words to the customer."""
        self._write(member, case, "message", {"text": mask(text.strip())[:TEXT_CHARS_MAX]})

    def note(self, member: Member, case: str, text: str) -> None:
        """A note for colleagues; the customer never sees it."""
        self._write(member, case, "note", {"text": mask(text.strip())[:TEXT_CHARS_MAX]}, to="staff")

    def show(self, member: Member, case: str, kind: Literal["draft", "point"], data: Mapping[str, Any]) -> None:
        """What the customer sees at once and nothing keeps: a form while it is being filled, the field pointed at."""
        self.queue.tell(self.held(member, case), "customer", kind, dict(data))

    def verify(self, member: Member, case: str, document: DocumentKind, *, same: bool) -> int:
        """The identity was checked over video: level 4, or one failed try; returns the session's level.

        Raises:
            DeskRefusal: no_video while no call with pictures has connected; visitor, locked, left.
        """
        row = self.held(member, case)
        if not row.video:
            raise DeskRefusal("no_video")
        try:
            with self._db.transaction() as db:
                now = self._clock.now()
                level = verified(db, now, row.session, member.id, document, same=same)
                add_event(db, now, row, "verified" if same else "not_verified", member.id, {"document": document})
        except CannotVerify as error:
            raise DeskRefusal("left" if error.code == "ended" else error.code) from None
        self.queue.tell(row)
        return level

    def form(
        self, member: Member, case: str, service: str, params: Mapping[str, str], action: str | None = None
    ) -> Turn:
        """Put a service with these parameters before the customer, or change those of the open ``action``. It is an action
        like any other: proofs, lessons and the customer's own yes follow.

        Raises:
            DeskRefusal: overtaken when ``action`` is not open any more, unknown_service, visitor.
        """
        row = self.held(member, case)
        if service not in built_services() or not params.keys() <= built_services()[service].spec().keys():
            raise DeskRefusal("unknown_service")
        if row.customer is None:
            raise DeskRefusal("visitor")
        open_ = [one for one in self._gate.dossiers(row.session) if one.open]
        start = StartService(service=service, slots=dict(params), by="input")
        other = [Cancel(by="input")] if any(one.service != service for one in open_) else []
        order = Order([Line(phrases.FORM_BY_COLLEAGUE)], [*other, start], expects=action)
        turn = self._serve(row, order)
        begun = next((one for one in reversed(self._gate.dossiers(row.session)) if one.service == service), None)
        body = {"service": service, "params": dict(params), "action": begun.action if begun else None}
        self._write(member, case, "form", {**body, "turn": turn.turn_id})
        self._audit(row, f"form:{member.id}", begun)
        return turn

    def decide(self, member: Member, action: str, *, approve: bool, reason: str | None = None) -> Turn | None:
        """Approve or refuse a request in review; the customer's page shows what came of it, None when they have left.

        A supervisor may decide in every case, a teller in their own.

        Raises:
            DeskRefusal: not_yours, or a code of :class:`tools.gate.release.CannotRelease`.
        """
        row, session = self._case_of_action(action)
        if member.role != "supervisor" and (row is None or row.status != "taken" or row.staff != member.id):
            raise DeskRefusal("not_yours")
        verdict = Verdict(member.id, member.role, approve, reason, prepared=self._prepared(action, member))
        try:
            view = self._gate.decide(action, verdict)
        except CannotRelease as error:
            raise DeskRefusal(error.code) from None
        if row is not None:
            body = {"action": action, "approve": approve, "reason": reason, "service": view.service.id}
            self._event(row, "decided", member.id, body)
        try:
            order = Order([Line(phrases.APPROVED_BY_COLLEAGUE)] if approve else [], action=action)
            turn = self._teller.serve(session, order)
        except SessionEnded:
            return None
        if row is not None:
            self._event(row, "turn", "desk", {"turn": turn.turn_id})
        return turn

    def call(self, by: By, row: HandoffRow, kind: CallKind, state: CallState) -> None:
        """How the call stands; pictures count as seen only once both ends have them."""
        with self._db.transaction() as db:
            kept = db.get_one(HandoffRow, row.id)
            if kept.status != "taken":
                raise DeskRefusal("over")
            if state == "connected" and kind == "video" and by == "staff":
                kept.video = True
                audit.append(db, self._clock.now(), row.session, "staff", f"video:{kept.staff}")
            who = "customer" if by == "customer" else kept.staff or "desk"
            add_event(db, self._clock.now(), kept, "call", who, {"call": kind, "state": state})
        self.queue.tell(row)

    def signal(self, to: To, row: HandoffRow, data: Mapping[str, Any]) -> None:
        """Pass a description of a call's ends to the other browser; it is looked at by nobody here."""
        if row.status != "taken":
            raise DeskRefusal("over")
        self.queue.tell(row, to, "signal", dict(data))

    def hand_back(self, member: Member, case: str, outcome: str, note: str = "") -> Turn | None:
        """The case ends; 小岚 goes on and says what was done. None when the customer has left.

        Raises:
            DeskRefusal: unknown_outcome.
        """
        rule = desk_rules().outcome_of(outcome)
        if rule is None:
            raise DeskRefusal("unknown_outcome")
        row = self.held(member, case)
        if note.strip():
            self.note(member, case, note)
        told = self._told(row, line(phrases.BACK, outcome=rule.said))
        with self._db.transaction() as db:
            kept, now = db.get_one(HandoffRow, case), self._clock.now()
            if kept.status != "taken" or kept.staff != member.id:
                raise DeskRefusal("over")
            kept.status, kept.outcome, kept.ended = "done", outcome, now
            add_event(db, now, kept, "handed_back", member.id, {"outcome": outcome})
            audit.append(db, now, kept.session, "staff", f"done:{member.id}:{outcome}", service="human.handoff")
        try:
            turn = self._teller.serve(row.session, Order(told))
        except SessionEnded:
            turn = None
        if turn is not None:
            self._event(row, "turn", "desk", {"turn": turn.turn_id})
        self.queue.tell(row)
        return turn

    def held(self, member: Member, case: str) -> HandoffRow:
        """A case that this colleague holds.

        Raises:
            DeskRefusal: unknown_case, over, not_yours.
        """
        with self._db.reading() as db:
            row = next(iter(loose(db, select(HandoffRow).where(HandoffRow.id == case))), None)
        if row is None:
            raise DeskRefusal("unknown_case")
        if row.status != "taken":
            raise DeskRefusal("over")
        if row.staff != member.id:
            raise DeskRefusal("not_yours")
        return row

    def _told(self, row: HandoffRow, first: Line) -> list[Line]:
        """What 小岚 knows of the time with the colleague."""
        with self._db.reading() as db:
            kinds = set(db.scalars(select(DeskEventRow.kind).where(DeskEventRow.case == row.id)))
        lately = [one for one in self._gate.dossiers(row.session) if row.taken is not None and one.updated >= row.taken]
        groups = (
            (phrases.BACK_DONE, [one.name for one in lately if _ended(one) in ("done", "delayed")]),
            (phrases.BACK_REFUSED, [one.name for one in lately if _ended(one) in ("blocked", "failed")]),
            (phrases.BACK_WAITING, [one.name for one in lately if one.open]),
        )
        lines = [first]
        if "verified" in kinds:
            lines.append(Line(phrases.BACK_VERIFIED))
        lines += [Line(said, {"services": Items(names)}) for said, names in groups if names]
        return lines if groups[2][1] else [*lines, Line(phrases.BACK_ASK)]

    def _serve(self, row: HandoffRow, order: Order) -> Turn:
        try:
            return self._teller.serve(row.session, order)
        except SessionEnded:
            raise DeskRefusal("left") from None
        except Overtaken:
            raise DeskRefusal("overtaken") from None

    def _case_of_action(self, action: str) -> tuple[HandoffRow | None, str]:
        session = self._gate.session_of(action)
        if session is None:
            raise DeskRefusal("not_in_review")
        return self.queue.case_of(session), session

    def _prepared(self, action: str, member: Member) -> bool:
        with self._db.reading() as db:
            rows = db.scalars(select(DeskEventRow).where(DeskEventRow.kind == "form", DeskEventRow.by == member.id))
            return any(row.body.get("action") == action for row in rows)

    def _write(self, member: Member, case: str, kind: str, body: dict[str, Any], to: To = "both") -> None:
        row = self.held(member, case)
        self._event(row, kind, member.id, body, to)

    def _event(self, row: HandoffRow, kind: str, by: str, body: dict[str, Any], to: To = "both") -> None:
        with self._db.transaction() as db:
            now = self._clock.now()
            add_event(db, now, row, kind, by, body)
            if not info(db, now, row.session).ended:
                touch(db, now, row.session)
        self.queue.tell(row, to)

    def _audit(self, row: HandoffRow, outcome: str, about: Dossier | None) -> None:
        with self._db.transaction() as db:
            audit.append(
                db, self._clock.now(), row.session, "staff", outcome,
                action_id=None if about is None else about.action, service=None if about is None else about.service,
            )  # fmt: skip


def _ended(one: Dossier) -> str | None:
    return None if one.outcome is None else one.outcome.status
