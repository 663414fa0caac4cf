"""What a version of the risk file is made of; validated at load, so that a wrong file stops the start and not a customer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tools.catalogue import RiskClass
from tools.gate.service import Band, Fact, RiskOutcome

RULES_FILE = Path(__file__).with_name("rules.toml")
ORDER: Sequence[RiskOutcome] = ("allow", "step_up", "delay", "review", "block")
_QUESTION = re.compile(r"[^，。！？,.!?；;]*(?:[？?]|[吗么](?=[，。！,.!；;\s]|$))")  # a clause that asks
BANDS: Sequence[Band] = ("low", "elevated", "high", "severe")


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,29}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]
Pattern = Annotated[str, StringConstraints(min_length=1), AfterValidator(_compiles)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Model):
    """Exactly one of the four."""

    is_: bool | int | str | None = Field(default=None, alias="is")
    at_least: Decimal | None = None
    below: Decimal | None = None
    any_of: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one(self) -> Condition:
        if sum(value is not None for value in (self.is_, self.at_least, self.below, self.any_of)) != 1:
            raise ValueError("a condition has exactly one of: is, at_least, below, any_of")
        return self

    def holds(self, fact: Fact | None) -> bool:
        """Whether it holds for a fact; a missing fact never makes a condition hold."""
        if fact is None:
            return False
        if self.any_of is not None:
            return str(fact) in self.any_of
        if self.is_ is not None:
            return fact == self.is_
        if isinstance(fact, str | bool):
            return False
        if self.at_least is not None:
            return Decimal(fact) >= self.at_least
        return self.below is not None and Decimal(fact) < self.below


class Both(_Model):
    """A sentence in both languages."""

    zh: Words
    en: Words


class _Weighed(_Model):
    """Something that holds when every condition of ``when`` does; ``staff`` says why it matters, to the desk."""

    code: Code
    when: dict[str, Condition] = Field(min_length=1)
    staff: Both

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Whether every condition holds."""
        return all(condition.holds(facts.get(name)) for name, condition in self.when.items())


class Rule(_Weighed):
    """A hard rule. ``zh`` and ``en`` are what a customer may be told."""

    outcome: RiskOutcome
    zh: Words
    en: Words
    level: int = Field(default=0, ge=0, le=4)
    delay_hours: int = Field(default=0, ge=0, le=240)

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        _consistent(self.code, self.outcome, self.level, self.delay_hours)
        return self


class Item(_Weighed):
    """Points of the scorecard, below nought for what speaks for the customer; of the items of one ``group`` only the
    highest counts."""

    points: int = Field(ge=-50, le=100)
    group: Code | None = None


class BandRow(_Model):
    """What a sum of points from ``at`` on leads to."""

    band: Band
    at: int = Field(ge=0)
    outcome: RiskOutcome
    level: int = Field(default=0, ge=0, le=4)
    delay_hours: int = Field(default=0, ge=0, le=240)
    zh: Words
    en: Words
    staff: Both

    @property
    def code(self) -> str:
        """The reason code of a decision that the sum of points led to."""
        return f"score_{self.band}"

    @model_validator(mode="after")
    def _complete(self) -> BandRow:
        _consistent(f"band {self.band}", self.outcome, self.level, self.delay_hours)
        return self


class Told(_Model):
    """A reason of its own, in words for the customer and for staff."""

    code: Code
    zh: Words
    en: Words
    staff: Both


class Listening(_Model):
    """Words that tell of somebody who guides the customer: what ``denied`` matches is taken out first, then each kind's
    patterns are looked for, those of ``not_in_questions`` only in what is no question. A kind's name is the fact that it gives. Of each kind there are ``examples`` that it must
    hear, and ``harmless`` ones in which none may hear anything."""

    denied: tuple[Pattern, ...] = ()
    not_in_questions: tuple[Code, ...] = ()
    kinds: dict[Code, tuple[Pattern, ...]] = Field(min_length=1)
    examples: dict[Code, tuple[Words, ...]]
    harmless: tuple[Words, ...]

    def heard(self, words: str) -> dict[str, bool]:
        """For each kind, whether the words tell of it."""
        for denied in self.denied:
            words = re.sub(denied, " ", words, flags=re.IGNORECASE)
        stated = _QUESTION.sub(" ", words)
        return {
            kind: any(
                re.search(one, stated if kind in self.not_in_questions else words, re.IGNORECASE) is not None
                for one in patterns
            )
            for kind, patterns in self.kinds.items()
        }

    @model_validator(mode="after")
    def _hear_their_examples(self) -> Listening:
        if self.examples.keys() != self.kinds.keys():
            raise ValueError("each kind has its examples")
        for kind, examples in self.examples.items():
            for words in examples:
                if not self.heard(words)[kind]:
                    raise ValueError(f"{kind} is not heard in: {words}")
        for words in self.harmless:
            if any(self.heard(words).values()):
                raise ValueError(f"something is heard in: {words}")
        return self


class RuleSet(_Model):
    """One version. ``scored`` are the classes of services that the scorecard is used for; bands rise from 0.
    ``cannot_wait`` is told where a delay becomes a review, because the service cannot be delayed."""

    version: str = Field(min_length=1, max_length=30)
    scored: tuple[RiskClass, ...]
    cannot_wait: Told
    words: Listening
    rule: tuple[Rule, ...]
    score: tuple[Item, ...]
    band: tuple[BandRow, ...]

    def conditions(self) -> Iterator[tuple[str, str, Condition]]:
        """Every condition as (code of the rule or item, fact, condition)."""
        for row in (*self.rule, *self.score):
            for fact, condition in row.when.items():
                yield row.code, fact, condition

    @model_validator(mode="after")
    def _whole(self) -> RuleSet:
        if tuple(row.band for row in self.band) != tuple(BANDS):
            raise ValueError(f"the bands are {', '.join(BANDS)}, in this order")
        codes = [rule.code for rule in self.rule] + [item.code for item in self.score]
        codes += [row.code for row in self.band] + [self.cannot_wait.code]
        doubled = sorted({code for code in codes if codes.count(code) > 1})
        if doubled:
            raise ValueError(f"codes stand for one thing each: {', '.join(doubled)}")
        starts = [row.at for row in self.band]
        if starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError("the first band begins at 0 and each further one above it")
        severity = [ORDER.index(row.outcome) for row in self.band]
        if severity != sorted(severity) or self.band[0].outcome != "allow":
            raise ValueError("a higher band never has a milder outcome, and the lowest allows")
        return self


def read(path: Path = RULES_FILE) -> RuleSet:
    """A version of the risk file.

    Raises:
        pydantic.ValidationError: names the rule and field that is wrong.
        OSError, tomllib.TOMLDecodeError: it cannot be read.
    """
    return RuleSet.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def _consistent(code: str, outcome: RiskOutcome, level: int, delay_hours: int) -> None:
    if (outcome == "step_up") != (level > 0):
        raise ValueError(f"{code}: step_up needs a level, and only step_up has one")
    if (outcome == "delay") != (delay_hours > 0):
        raise ValueError(f"{code}: delay needs delay_hours, and only delay has them")
