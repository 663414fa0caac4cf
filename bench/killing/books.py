"""What must hold of a whole database, whatever happened to its servers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.catalogue import catalogue
from tools.db import Database
from tools.gate import audit


@dataclass(frozen=True)
class Books:
    """What must hold of the whole database: postings sum to zero, the chain verifies, no step was skipped."""

    postings_sum: int
    audit_events: int
    executed: int
    skipped: Sequence[str]


def audit_books(data: Path) -> Books:
    """Look at the database once the server is gone. Raises ChainBroken when the audit log does not verify."""
    db = Database(f"sqlite:///{data / 'skyteller.db'}")
    try:
        with db.reading() as session:
            events, count = audit.events(session), audit.verify(session)
            connection = session.connection()
            total = connection.exec_driver_sql("SELECT coalesce(sum(amount), 0) FROM postings").scalar_one()
    finally:
        db.close()
    actions: dict[str, list[tuple[str, str]]] = {}
    for event in events:
        if event.action_id is not None:
            actions.setdefault(event.action_id, []).append((event.step, event.outcome))
    services = {event.action_id: event.service for event in events if event.action_id is not None}
    executed, skipped = 0, []
    for action, steps in actions.items():
        ends = [i for i, (step, outcome) in enumerate(steps) if step == "execute" and outcome in ("done", "delayed")]
        if not ends:
            continue
        executed += 1
        entry = catalogue()[services[action] or ""]
        needed = {"identity", "risk"} | ({"confirm"} if entry.risk_class != "read" else set())
        needed |= {"educate"} if entry.risk_class != "read" and not entry.urgent else set()
        missing = needed - {step for step, _ in steps[: ends[0]]}
        if "confirm" in needed and ("confirm", "given") not in steps[: ends[0]]:
            missing.add("confirm given")
        skipped += [f"{entry.id}: {', '.join(sorted(missing))}"] if missing else []
        skipped += [f"{entry.id}: executed {len(ends)} times"] if len(ends) > 1 else []
    return Books(int(total), count, executed, skipped)
