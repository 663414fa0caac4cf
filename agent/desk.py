"""The desk: who waits for a person, what that person is told, and how customers rated a service."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent import phrases
from agent.records import HandoffRow, RatingRow
from agent.state import Conversation, Wish, Work
from tools.bank.port import CoreBank
from tools.catalogue import catalogue
from tools.clock import Clock
from tools.db import Database
from tools.gate import aftercare, audit
from tools.gate.sessions import SessionInfo
from tools.gate.views import ConfirmView
from tools.masking import mask
from tools.rendering import render, written
from tools.wording import Items, Line, Text


class Desk:
    """The queue in the database; a staff desk reads it."""

    def __init__(self, db: Database, clock: Clock, bank_of: Callable[[Session], CoreBank]) -> None:
        self._db, self._clock, self._bank_of = db, clock, bank_of

    def ring(self, session: SessionInfo, summary: str) -> int:
        """Put the customer in the queue (once); returns how many wait before them."""
        with self._db.transaction() as db:
            waiting = select(HandoffRow).where(HandoffRow.session == session.id, HandoffRow.status == "waiting")
            row = db.scalars(waiting).first()
            if row is None:
                row = HandoffRow(
                    id=f"hnd_{secrets.token_urlsafe(12)}",
                    session=session.id,
                    customer=session.customer,
                    summary=summary,
                    at=self._clock.now(),
                    status="waiting",
                )
                db.add(row)
            row.summary = summary
            audit.append(db, self._clock.now(), session.id, "handoff", "queued", service="human.handoff")
            before = select(func.count()).where(HandoffRow.status == "waiting", HandoffRow.at < row.at)
            return db.scalar(before) or 0

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

    def summary(self, state: Conversation, work: Work) -> str:
        """Who it is, what is under way and how far, what else is wanted, what was done, and their own words."""
        lines: list[Line] = []
        if work.name is None:
            lines.append(Line(phrases.SUMMARY_VISITOR))
        else:
            lines.append(Line(phrases.SUMMARY_WHO, {"name": work.name, "level": work.session.level}))
        if work.view is not None:
            lines.append(self._doing(work))
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

    def _doing(self, work: Work) -> Line:
        from agent.say import stage_of

        assert work.view is not None  # noqa: S101 - for the type checker
        params = ""
        if isinstance(work.view, ConfirmView):
            params = ", ".join(
                f"{row.label.of(work.locale)} {written(row.value, work.locale)}" for row in work.view.rows
            )
        stage = phrases.STAGE[stage_of(work.view)]
        return Line(
            phrases.SUMMARY_DOING,
            {"service": work.view.service.entry.name, "params": params or Text("—", "—"), "stage": stage},
        )


def offered(state: Conversation) -> list[Wish]:
    """What was refused and could be done after its errands, and what was left open in an earlier session."""
    asked = state.get("asked")
    if asked is None:
        return []
    return [*asked.get("wishes", [])[-1:], *([asked["wish"]] if "wish" in asked else [])]
