"""The desk: who waits for a person, what that person is told, and how customers rated a service."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent import phrases
from agent.call_back import CallWish, call_wish
from agent.casework.queue import OPEN, DeskRefusal, Queue, before
from agent.casework.rules import desk_rules
from agent.records import HandoffRow, RatingRow
from agent.state import Conversation, Wish, Work
from tools.bank.port import CoreBank
from tools.catalogue import catalogue
from tools.clock import Clock
from tools.db import Database
from tools.gate import aftercare, audit
from tools.gate.dossier import Filled
from tools.gate.sessions import SessionInfo
from tools.gate.views import ConfirmView
from tools.masking import mask
from tools.rendering import render, written
from tools.wording import Code, Items, Line, Locale, Moment, Text, Yuan, line


class Desk:
    """The queue in the database; a staff desk reads it."""

    def __init__(
        self, db: Database, clock: Clock, bank_of: Callable[[Session], CoreBank], queue: Queue | None = None
    ) -> None:
        self._db, self._clock, self._bank_of = db, clock, bank_of
        self.queue = queue or Queue(db, clock)

    def ring(self, session: SessionInfo, summary: str, *, urgent: bool = False) -> int:
        """Put the customer in the queue (once); returns how many wait before them. An empty ``summary`` leaves the one
        that is there."""
        with self._db.transaction() as db:
            mine = select(HandoffRow).where(HandoffRow.session == session.id, HandoffRow.status.in_(OPEN))
            row = db.scalars(mine).first()
            if row is None:
                row = HandoffRow(
                    id=f"hnd_{secrets.token_urlsafe(12)}",
                    session=session.id,
                    customer=session.customer,
                    summary=summary,
                    at=self._clock.now(),
                    status="waiting",
                    number=1 + (db.scalar(select(func.max(HandoffRow.number))) or 0),
                    urgent=False,
                )
                db.add(row)
            if row.status == "callback":  # they do not want to wait for it after all
                row.status, row.callback = "waiting", None
            row.summary, row.urgent = summary or row.summary, row.urgent or urgent
            audit.append(db, self._clock.now(), session.id, "handoff", "queued", service="human.handoff")
            db.flush()
            ahead = db.scalar(select(func.count()).where(before(row))) or 0 if row.status == "waiting" else 0
        self.queue.tell(row)
        return ahead

    def call_wish(self, work: Work) -> CallWish | None:
        """The wish to be called that the words of this turn are, if they are one."""
        text = work.request.text
        if not text or work.view is not None:
            return None
        now = self._clock.now()
        if call_wish(text, now, waiting=True) is None:
            return None
        row = self.queue.case_of(work.session.id)
        return call_wish(text, now, waiting=row is not None and row.status in ("waiting", "callback"))

    def call_back(self, work: Work, wish: CallWish) -> Line:
        """Put the waiting customer down for a call; what to say about it."""
        if work.session.customer is None:
            return Line(phrases.CALL_BACK_VISITOR)
        if wish.at is None:
            return Line(phrases.CALL_BACK_WHEN)
        try:
            self.queue.call_back(work.session.id, wish.at)
        except DeskRefusal:
            rules = desk_rules().queue
            return line(
                phrases.CALL_BACK_HOURS,
                days=rules.callback_days_max,
                since=rules.callback_from,
                until=rules.callback_until,
            )
        with self._db.reading() as db:
            phone = self._bank_of(db).customer(work.session.customer).phone
        return line(phrases.CALL_BACK, at=Moment(wish.at), phone=Code(mask(phone)))

    def is_urgent(self, state: Conversation, work: Work) -> bool:
        """Whether this customer goes before the others: something is being lost, or somebody despairs."""
        services = {*state.get("done", []), *(wish["service"] for wish in state.get("queue", []))}
        last = state.get("last_service")
        services |= set() if last is None else {last}
        if work.view is not None:
            services.add(work.view.service.id)
        if not services.isdisjoint(desk_rules().queue.urgent):
            return True
        return self._in_distress(work.session)

    def _in_distress(self, session: SessionInfo) -> bool:
        if session.customer is None:
            return False
        with self._db.reading() as db:
            cases = self._bank_of(db).cases(session.customer)
        return any((case.kind, case.subject) == (aftercare.DISTRESS, session.id) for case in cases)

    def rate(self, session: SessionInfo, service: str | None, stars: int, *, low: bool) -> None:
        """Keep a rating; a low one opens a case, so that a colleague looks into it."""
        with self._db.transaction() as db:
            now = self._clock.now()
            db.add(
                RatingRow(
                    id=f"rat_{secrets.token_urlsafe(12)}", session=session.id, service=service, stars=stars, at=now
                )
            )
            if low:
                aftercare.low_rating(db, self._bank_of(db), now, session, service, stars)

    def distress(self, session: SessionInfo, words: str) -> bool:
        """Open a case for somebody in distress, so that a colleague calls back; False for a visitor."""
        with self._db.transaction() as db:
            return aftercare.distress(db, self._bank_of(db), self._clock.now(), session, words) is not None

    def summary(self, state: Conversation, work: Work, filled: Sequence[Filled] = ()) -> str:
        """Who it is, what is under way and how far, what else is wanted, what was done, and their own words."""
        lines: list[Line] = []
        if work.name is None:
            lines.append(Line(phrases.SUMMARY_VISITOR))
        else:
            lines.append(Line(phrases.SUMMARY_WHO, {"name": work.name, "level": work.session.level}))
        if work.view is not None:
            lines.append(self._doing(work, filled))
        waiting = [catalogue()[wish["service"]].name for wish in state.get("queue", [])]
        waiting += [catalogue()[wish["service"]].name for wish in offered(state)]
        waiting += [
            catalogue()[command["service"]].name
            for command in state.get("inbox", [])
            if command["command"] == "start_service"
        ]
        if waiting:
            lines.append(Line(phrases.SUMMARY_WAITING, {"services": Items(waiting)}))
        done = [catalogue()[service].name for service in state.get("done", [])]
        if done:
            lines.append(Line(phrases.SUMMARY_DONE, {"services": Items(done)}))
        said = [words for words in state.get("said", []) if words]
        if said:
            lines.append(Line(phrases.SUMMARY_SAID, {"said": mask(" / ".join(said[-4:]))}))
        return "\n".join(render(line, work.locale).text for line in lines)

    def _doing(self, work: Work, filled: Sequence[Filled]) -> Line:
        from agent.say import stage_of

        assert work.view is not None  # noqa: S101 - for the type checker
        if isinstance(work.view, ConfirmView):
            rows = [(row.label, written(row.value, work.locale)) for row in work.view.rows]
        else:
            rows = [(param.label, _shown(param, work.locale)) for param in filled]
        params = ", ".join(f"{label.of(work.locale)} {value}" for label, value in rows)
        stage = phrases.STAGE[stage_of(work.view)]
        return Line(
            phrases.SUMMARY_DOING,
            {"service": work.view.service.entry.name, "params": params or Text("—", "—"), "stage": stage},
        )


def _shown(param: Filled, locale: Locale) -> str:
    """A value as the customer was shown it when it was chosen."""
    value = param.value or ""
    if param.kind in ("card", "account"):  # its label says tail already
        return value
    chosen = next((option.label for option in param.options if option.value == value), None)
    if chosen is not None:
        return render(chosen, locale).text
    return written(Yuan(Decimal(value)), locale) if param.kind == "amount" else mask(value)


def offered(state: Conversation) -> list[Wish]:
    """What was refused and could be done after its errands, and what was left open in an earlier session."""
    asked = state.get("asked")
    if asked is None:
        return []
    return [*asked.get("wishes", [])[-1:], *([asked["wish"]] if "wish" in asked else [])]
