"""Risk: facts about a request in, a decision with reasons out. Rules are data, versioned and validated at load."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tools.gate.service import Decision, Fact
from tools.wording import Text

RULES_FILE = Path(__file__).with_name("risk_rules.toml")
Outcome = Literal["allow", "step_up", "delay", "review", "block"]
_ORDER: Sequence[Outcome] = ("allow", "step_up", "delay", "review", "block")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Model):
    """Exactly one of the three."""

    is_: bool | int | str | None = Field(default=None, alias="is")
    at_least: Decimal | None = None
    any_of: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one(self) -> Condition:
        if sum(value is not None for value in (self.is_, self.at_least, self.any_of)) != 1:
            raise ValueError("a condition has exactly one of: is, at_least, any_of")
        return self

    def holds(self, fact: Fact | None) -> bool:
        """Whether it holds for a fact; a missing fact never makes a rule hold."""
        if fact is None:
            return False
        if self.at_least is not None:
            return not isinstance(fact, str | bool) and Decimal(fact) >= self.at_least
        if self.any_of is not None:
            return str(fact) in self.any_of
        return fact == self.is_


class Rule(_Model):
    code: str
    outcome: Outcome
    when: dict[str, Condition] = Field(min_length=1)
    zh: str
    en: str
    staff: str
    level: int = Field(default=0, ge=0, le=4)
    delay_hours: int = Field(default=0, ge=0, le=240)

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        if (self.outcome == "step_up") != (self.level > 0):
            raise ValueError(f"rule {self.code}: step_up needs a level, and only step_up has one")
        if (self.outcome == "delay") != (self.delay_hours > 0):
            raise ValueError(f"rule {self.code}: delay needs delay_hours, and only delay has them")
        return self


class RuleSet(_Model):
    version: str
    rule: tuple[Rule, ...]

    @model_validator(mode="after")
    def _unique(self) -> RuleSet:
        codes = [rule.code for rule in self.rule]
        if len(set(codes)) != len(codes):
            raise ValueError("two rules have the same code")
        return self


class RiskEngine(Protocol):
    """A bank's own engine stands behind this port."""

    def decide(self, facts: Mapping[str, Fact]) -> Decision: ...
    def wording(self, code: str) -> Text:
        """What a customer is told for a reason code."""
        ...


class RuleEngine:
    """The embedded engine: the rules file and nothing else."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._texts = {rule.code: Text(rule.zh, rule.en) for rule in rules.rule}

    @classmethod
    def from_file(cls, path: Path = RULES_FILE) -> RuleEngine:
        """Raises pydantic's ValidationError naming the rule and field that is wrong."""
        return cls(RuleSet.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))))

    def decide(self, facts: Mapping[str, Fact]) -> Decision:
        held = [
            rule
            for rule in self._rules.rule
            if all(condition.holds(facts.get(name)) for name, condition in rule.when.items())
        ]
        if not held:
            return Decision("allow")
        held.sort(key=lambda rule: -_ORDER.index(rule.outcome))
        return Decision(
            outcome=held[0].outcome,
            level=max(rule.level for rule in held),
            reasons=tuple(rule.code for rule in held),
            delay_hours=max(rule.delay_hours for rule in held),
        )

    def wording(self, code: str) -> Text:
        return self._texts[code]
