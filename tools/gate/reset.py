"""Sandbox only: back to the story for what the gate keeps. The audit log stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tools.gate.records import ActionRow, IdentityTryRow, OtpRow
from tools.gate.sessions import end_sessions
from tools.gate.state import Outcome


def reset_gate(db: Session, now: datetime, customer: str | None) -> None:
    """End sessions and open actions, void codes, lift locks: of one customer or of everybody (None)."""
    end_sessions(db, now, customer)
    actions = select(ActionRow).where(ActionRow.open)
    codes = update(OtpRow).where(OtpRow.used.is_(None)).values(used=now)
    tries = delete(IdentityTryRow)
    if customer is not None:
        actions = actions.where(ActionRow.customer == customer)
        codes = codes.where(OtpRow.customer == customer)
        tries = tries.where(IdentityTryRow.customer == customer)
    ended = Outcome(status="cancelled", reasons=["reset"]).model_dump(mode="json")
    for row in db.scalars(actions):
        row.open, row.state = False, {**row.state, "outcome": ended}
    db.execute(codes)
    db.execute(tries)
