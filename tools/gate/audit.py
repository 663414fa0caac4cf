"""The append-only audit log: every step of every action, each event chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.clock import SHANGHAI
from tools.gate.records import AuditRow

GENESIS = "0" * 64


@dataclass(frozen=True)
class AuditEvent:
    """``step`` is a step of the gate (or session, staff, knowledge); ``outcome`` holds codes and ids, never content."""

    seq: int
    at: str
    session_id: str
    action_id: str | None
    service: str | None
    step: str
    outcome: str
    prev: str
    hash: str


class ChainBroken(Exception):
    """The log was tampered with: the first event that does not fit is ``seq``."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"audit chain broken at event {seq}")
        self.seq = seq


def append(
    session: Session,
    at: datetime,
    session_id: str,
    step: str,
    outcome: str,
    *,
    action_id: str | None = None,
    service: str | None = None,
) -> None:
    """Add an event within the caller's (writing) transaction; concurrent writers are serialised by it."""
    last = session.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1)).first()
    row = AuditRow(
        seq=1 if last is None else last.seq + 1,
        at=at,
        session_id=session_id,
        action_id=action_id,
        service=service,
        step=step,
        outcome=outcome[:200],
        prev=GENESIS if last is None else last.hash,
        hash="",
    )
    row.hash = _digest(row)
    session.add(row)
    session.flush()


def events(session: Session, session_id: str | None = None) -> Sequence[AuditEvent]:
    """The log in order, of one session or whole."""
    query = select(AuditRow).order_by(AuditRow.seq)
    if session_id is not None:
        query = query.where(AuditRow.session_id == session_id)
    return [_event(row) for row in session.scalars(query)]


def verify(session: Session) -> int:
    """Walk the whole chain; returns the number of events.

    Raises:
        ChainBroken: an event was changed, removed or put in.
    """
    prev, count = GENESIS, 0
    for row in session.scalars(select(AuditRow).order_by(AuditRow.seq)):
        count += 1
        if row.seq != count or row.prev != prev or row.hash != _digest(row):
            raise ChainBroken(row.seq)
        prev = row.hash
    return count


def as_json(event: AuditEvent) -> dict[str, object]:
    """An event as the HTTP contract has it."""
    return asdict(event)


def _event(row: AuditRow) -> AuditEvent:
    return AuditEvent(
        seq=row.seq,
        at=row.at.astimezone(SHANGHAI).isoformat(),
        session_id=row.session_id,
        action_id=row.action_id,
        service=row.service,
        step=row.step,
        outcome=row.outcome,
        prev=row.prev,
        hash=row.hash,
    )


def _digest(row: AuditRow) -> str:
    content = [
        row.seq,
        row.at.isoformat(),
        row.session_id,
        row.action_id,
        row.service,
        row.step,
        row.outcome,
        row.prev,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
