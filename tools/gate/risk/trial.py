"""A new version of the rules, tried on what was decided before, so that it is known whom it would hold up or let through.

Words are not kept, only what they gave away; a change of the word lists shows in the file's own examples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.gate.records import ActionRow
from tools.gate.risk.engine import RuleEngine
from tools.gate.risk.facts import provided
from tools.gate.risk.record import Decided
from tools.gate.service import Decision, RiskOutcome
from tools.gate.state import ActionState
from tools.services import built_services


@dataclass(frozen=True)
class Recorded:
    """An action and the last decision about it."""

    action: str
    service: str
    decided: Decided


@dataclass(frozen=True)
class Change:
    """A recorded action that the new version decides otherwise."""

    recorded: Recorded
    before: Decision
    after: Decision


@dataclass(frozen=True)
class Trial:
    """What a version would have done. ``lacking`` counts, by fact, the records from before that fact was known: what asks
    for it could not be tried on them."""

    looked_at: int
    changes: Sequence[Change]
    outcomes: Counter[tuple[RiskOutcome, RiskOutcome]]
    lacking: Counter[str]


def recorded(db: Session, since: datetime | None = None) -> Iterator[Recorded]:
    """All actions that risk has decided about, oldest first."""
    query = select(ActionRow).order_by(ActionRow.created, ActionRow.id)
    if since is not None:
        query = query.where(ActionRow.updated >= since)
    for row in db.scalars(query):
        decided = ActionState.model_validate(row.state).risk
        if decided is not None:
            yield Recorded(row.id, row.service, decided)


def recorded_one(db: Session, action: str) -> Recorded | None:
    """One action's; None where there is none or risk has not been asked yet."""
    row = db.get(ActionRow, action)
    decided = None if row is None else ActionState.model_validate(row.state).risk
    return None if row is None or decided is None else Recorded(row.id, row.service, decided)


def dry_run(engine: RuleEngine, records: Iterable[Recorded]) -> Trial:
    """Decide everything again by ``engine``; nothing is written."""
    named = {fact for _, fact, _ in engine.rules.conditions()}
    changes: list[Change] = []
    outcomes: Counter[tuple[RiskOutcome, RiskOutcome]] = Counter()
    lacking: Counter[str] = Counter()
    for one in records:
        facts = one.decided.all_facts()
        before, after = one.decided.decision(), engine.decide(facts)
        outcomes[before.outcome, after.outcome] += 1
        lacking.update((named & _known(one.service, engine)) - facts.keys())
        if _effect(before) != _effect(after):
            changes.append(Change(one, before, after))
    return Trial(outcomes.total(), changes, outcomes, lacking)


def _known(service: str, engine: RuleEngine) -> frozenset[str]:
    built = built_services()
    return provided(built[service], engine.rules) if service in built else frozenset()


def _effect(decision: Decision) -> tuple[object, ...]:
    """What a customer notices of a decision: what ended is told by its first reason, and nothing comes after it."""
    if decision.outcome in ("block", "review"):
        return decision.outcome, *decision.reasons[:1]
    quiz = decision.band in ("high", "severe")
    return decision.outcome, decision.level, decision.delay_hours, tuple(decision.reasons), quiz
