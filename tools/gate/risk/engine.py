"""Risk: facts about a request in, a decision with reasons out. Rules and scorecard are data (``rules.toml``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from tools.gate.risk.schema import ORDER, RULES_FILE, BandRow, Item, Rule, RuleSet, Told, read
from tools.gate.service import Decision, Fact, RiskOutcome
from tools.wording import Text


@dataclass(frozen=True)
class Contribution:
    """One line of an explanation for staff; ``points`` only of the scorecard."""

    code: str
    kind: Literal["rule", "score", "band"]
    staff: Text
    points: int = 0


class RiskEngine(Protocol):
    """A bank's own engine stands behind this port."""

    def decide(self, facts: Mapping[str, Fact]) -> Decision: ...
    def wording(self, code: str) -> Text:
        """What a customer is told for a reason code."""
        ...

    def outcome(self, code: str) -> RiskOutcome:
        """What a reason code leads to by itself."""
        ...

    def explain(self, decision: Decision) -> Sequence[Contribution]:
        """Why it was decided so, for staff: rules first, then points, then the band."""
        ...

    def listen(self, words: str) -> Mapping[str, bool]:
        """Facts about a customer's words: whether they tell of each kind of guidance by somebody else."""
        ...


class RuleEngine:
    """The embedded engine: one version of the risk file and nothing else."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        told: list[Rule | BandRow | Told] = [*rules.rule, *rules.band, rules.cannot_wait]
        self._texts = {row.code: Text(row.zh, row.en) for row in told}
        why: list[Rule | BandRow | Told | Item] = [*told, *rules.score]
        self._staff = {row.code: Text(row.staff.zh, row.staff.en) for row in why}
        self._outcomes: dict[str, RiskOutcome] = {
            rules.cannot_wait.code: "review",
            **{row.code: row.outcome for row in rules.rule},
            **{row.code: row.outcome for row in rules.band},
        }

    @classmethod
    def from_file(cls, path: Path = RULES_FILE) -> RuleEngine:
        """Raises as :func:`tools.gate.risk.schema.read` does."""
        return cls(read(path))

    @property
    def version(self) -> str:
        """Which version of the file decides."""
        return self.rules.version

    def decide(self, facts: Mapping[str, Fact]) -> Decision:
        """The worst outcome of all rules that hold and of the band that the points fall into; step_up and delay come
        on top of each other. What is urgent (a loss, a fraud, a transfer to stop) is never held up, and what cannot wait
        is reviewed instead of delayed."""
        if facts.get("urgent") is True:
            return Decision("allow", version=self.version)
        held = [rule for rule in self.rules.rule if rule.holds(facts)]
        items = self._items(facts)
        score = max(0, sum(item.points for item in items))
        row = self._band(score)
        found = sorted(
            [(rule.outcome, rule.code) for rule in held] + [(row.outcome, row.code)] * (row.outcome != "allow"),
            key=lambda one: -ORDER.index(one[0]),
        )
        outcome = found[0][0] if found else "allow"
        reasons = tuple(code for _, code in found)
        if outcome == "delay" and facts.get("can_wait") is False:
            outcome, reasons = "review", (self.rules.cannot_wait.code, *reasons)
        return Decision(
            outcome=outcome,
            level=max([row.level, *(rule.level for rule in held)]),
            reasons=reasons,
            delay_hours=max([row.delay_hours, *(rule.delay_hours for rule in held)]),
            score=score,
            band=row.band,
            points=tuple((item.code, item.points) for item in items),
            version=self.version,
        )

    def wording(self, code: str) -> Text:
        return self._texts[code]

    def outcome(self, code: str) -> RiskOutcome:
        return self._outcomes[code]

    def explain(self, decision: Decision) -> Sequence[Contribution]:
        """Codes that only another version knows are told by their name."""
        band = f"score_{decision.band}"
        rules = [code for code in decision.reasons if code != band]
        return [
            *(Contribution(code, "rule", self._why(code)) for code in rules),
            *(Contribution(code, "score", self._why(code), points) for code, points in decision.points),
            Contribution(band, "band", self._why(band), decision.score),
        ]

    def listen(self, words: str) -> Mapping[str, bool]:
        return self.rules.words.heard(words)

    def _why(self, code: str) -> Text:
        return self._staff.get(code, Text(code, code))

    def _items(self, facts: Mapping[str, Fact]) -> list[Item]:
        if str(facts.get("risk_class")) not in self.rules.scored:
            return []
        best: dict[str, Item] = {}
        for item in self.rules.score:
            if item.holds(facts):
                group = item.group or item.code
                if group not in best or best[group].points < item.points:
                    best[group] = item
        return list(best.values())

    def _band(self, score: int) -> BandRow:
        return [row for row in self.rules.band if row.at <= score][-1]
