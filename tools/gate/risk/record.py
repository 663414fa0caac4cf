"""What is kept of a risk decision with its action: what it looked at and what came out, so that it can be explained later and
a new version of the rules can be tried on it. Nothing in it tells who somebody is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel

from tools.errors import must
from tools.gate.service import Band, Decision, Fact, RiskOutcome

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,39}")


class Decided(BaseModel):
    """Facts and decision as JSON; sums are kept apart, because JSON knows no exact numbers."""

    at: datetime
    facts: dict[str, bool | int | str]
    sums: dict[str, Decimal]
    outcome: RiskOutcome
    level: int = 0
    reasons: list[str] = []
    delay_hours: int = 0
    score: int = 0
    band: Band = "low"
    points: list[tuple[str, int]] = []
    version: str = ""

    @classmethod
    def of(cls, at: datetime, facts: Mapping[str, Fact], decision: Decision) -> Decided:
        """What is to be kept of a decision; facts are truths, numbers and codes, never somebody's words."""
        for name, fact in facts.items():
            must(not isinstance(fact, str) or _CODE.fullmatch(fact) is not None, f"the fact {name} is a code")
        return cls(
            at=at,
            facts={name: fact for name, fact in facts.items() if not isinstance(fact, Decimal)},
            sums={name: fact for name, fact in facts.items() if isinstance(fact, Decimal)},
            outcome=decision.outcome,
            level=decision.level,
            reasons=list(decision.reasons),
            delay_hours=decision.delay_hours,
            score=decision.score,
            band=decision.band,
            points=list(decision.points),
            version=decision.version,
        )

    def all_facts(self) -> dict[str, Fact]:
        """The facts as they were."""
        return {**self.facts, **self.sums}

    def decision(self) -> Decision:
        """The decision as it was."""
        return Decision(
            self.outcome, self.level, tuple(self.reasons), self.delay_hours, self.score, self.band, tuple(self.points),
            self.version,
        )  # fmt: skip
