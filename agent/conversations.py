"""The conversation store: turns as they were, so that a page comes back and a repeated request gets its first answer."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from langgraph.checkpoint.sqlite import SqliteSaver
from sqlalchemy import func, select

from agent.port import IdempotencyConflict
from agent.records import TurnRow
from agent.turn import Turn, TurnRequest
from tools.db import Database
from tools.gate.records import ActionRow
from tools.gate.sessions import touch
from tools.gate.state import ActionState
from tools.services import built_services

RESUME_WITHIN = timedelta(days=1)


class ConversationStore(Protocol):
    """A bank's own store stands behind it."""

    def repeated(self, session: str, key: str, request: TurnRequest) -> Turn | None: ...
    def next_id(self, session: str) -> int: ...
    def keep(self, session: str, turn: Turn, now: datetime, key: str | None, digest: str | None) -> None: ...
    def turns(self, session: str) -> Sequence[Turn]: ...
    def last(self, session: str) -> Turn: ...


class SqlConversations:
    """In the bank's database, beside the sessions."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def repeated(self, session: str, key: str, request: TurnRequest) -> Turn | None:
        """The stored Turn of the same request, if there is one.

        Raises:
            IdempotencyConflict: the key came with another body.
        """
        with self._db.reading() as db:
            row = db.scalars(select(TurnRow).where(TurnRow.session == session, TurnRow.key == key)).first()
            if row is None:
                return None
            if row.body_digest != digest(request):
                raise IdempotencyConflict
            return Turn.model_validate(row.turn)

    def next_id(self, session: str) -> int:
        """The number of the next turn; the greeting is 0."""
        with self._db.reading() as db:
            last = db.scalar(select(func.max(TurnRow.turn_id)).where(TurnRow.session == session))
            return 0 if last is None else last + 1

    def keep(self, session: str, turn: Turn, now: datetime, key: str | None, digest: str | None) -> None:
        """Store a turn, with its request's digest, and note that the session is alive."""
        with self._db.transaction() as db:
            db.add(
                TurnRow(
                    session=session,
                    turn_id=turn.turn_id,
                    at=now,
                    key=key,
                    body_digest=digest,
                    turn=turn.model_dump(mode="json"),
                )
            )
            touch(db, now, session)

    def turns(self, session: str) -> Sequence[Turn]:
        """The transcript in order."""
        with self._db.reading() as db:
            rows = db.scalars(select(TurnRow).where(TurnRow.session == session).order_by(TurnRow.turn_id))
            return [Turn.model_validate(row.turn) for row in rows]

    def last(self, session: str) -> Turn:
        """The newest turn; there is always one, the greeting."""
        with self._db.reading() as db:
            newest = select(TurnRow).where(TurnRow.session == session).order_by(TurnRow.turn_id.desc()).limit(1)
            return Turn.model_validate(db.scalars(newest).one().turn)

    def unfinished(self, customer: str, now: datetime) -> tuple[str, dict[str, str], str] | None:
        """The service (with slots and words) that this customer left open in an earlier session, if it was lately."""
        with self._db.reading() as db:
            row = db.scalars(
                select(ActionRow)
                .where(ActionRow.customer == customer, ActionRow.open, ActionRow.updated > now - RESUME_WITHIN)
                .order_by(ActionRow.updated.desc())
            ).first()
            if row is None or row.service not in built_services():
                return None
            state = ActionState.model_validate(row.state)
            return row.service, dict(state.slots), state.said


def digest(request: TurnRequest) -> str:
    """What an Idempotency-Key is bound to."""
    content = json.dumps(request.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def checkpoints(path: Path) -> SqliteSaver:
    """The checkpoints' own file; turns come from several threads, one at a time for each session."""
    connection = sqlite3.connect(path, check_same_thread=False, timeout=5)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return SqliteSaver(connection)
