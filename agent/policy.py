"""The dialogue policy: patterns of repair as data, read once and checked at load.

A pattern is a list of steps; :mod:`agent.patterns` plays them. What is wrong in the file is told with the file, the
pattern, the step and what would be right, and nothing starts with a policy that could leave a customer unanswered.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent import phrases
from tools.wording import Text

POLICY_FILE = Path(__file__).with_name("policy.toml")
Pattern = Literal[
    "correct", "cancel", "hold", "digress", "switch", "clarify", "clarify_one", "repeat", "slower", "cannot", "missed", "silence", "handoff",
    "shortcut", "abuse", "distress", "danger_health", "danger_violence", "low_rating",
]  # fmt: skip
When = Literal["in_service", "idle", "often", "seldom", "interrupts", "waits", "right"]
Act = Literal[
    "drop",  # the open service ends without a word: something else is meant
    "stop",  # the open service ends, nothing was changed
    "wait",  # nothing is done and nothing dropped; the question stays open without being put again
    "put_again",  # the question that is open is put again at the end of the turn
    "read_back_anew",  # what was called wrong is read back again before it can be confirmed
    "repeat_last",  # the last reply once more
    "start",  # the service that was asked for begins now
    "queue",  # it waits for its turn
    "answer",  # approved knowledge to the words
    "ask_which",  # at most three services to choose from
    "ask_person",  # whether a person is wanted: the next yes is to that
    "hand_over",  # a person, in this turn
    "open_case",  # a colleague calls back
]
PAIRS: Sequence[tuple[When, When]] = (("in_service", "idle"), ("often", "seldom"), ("interrupts", "waits"))
LAST: frozenset[Act] = frozenset({"ask_which", "ask_person", "hand_over", "wait"})
VALUES: Mapping[Pattern, frozenset[str]] = {
    "cannot": frozenset({"service", "elsewhere"}),
    "digress": frozenset({"services"}),
    "switch": frozenset({"services"}),
    "clarify_one": frozenset({"service"}),
}
_PLACE = re.compile(r"\{(\w+)\}")


class BadPolicy(Exception):
    """The policy cannot be used; ``lines`` says for each fault where it is and what would do."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Model):
    """One thing to say or to do."""

    when: When | None = None
    say: str | None = None
    do: Act | None = None


class Limits(_Model):
    """What each number means stands beside it in ``policy.toml``."""

    misses_max: int = Field(ge=1, le=5)
    clarify_max: int = Field(ge=2, le=5)
    queue_max: int = Field(ge=1, le=12)
    stack_max: int = Field(ge=1, le=5)
    low_rating_max: int = Field(ge=1, le=4)


class Policy(_Model):
    """Limits, patterns and the words of danger."""

    limits: Limits
    patterns: dict[Pattern, tuple[Step, ...]]
    danger: dict[Pattern, tuple[str, ...]]

    @classmethod
    def from_file(cls, path: Path = POLICY_FILE) -> Policy:
        """The checked policy.

        Raises:
            BadPolicy
        """
        try:
            policy = cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except tomllib.TOMLDecodeError as error:
            raise BadPolicy([f"{path.name}: not TOML ({error}); mend that line"]) from None
        except ValidationError as error:
            raise BadPolicy([_told(path, fault) for fault in error.errors()]) from None
        faults = [f"{path.name}: {fault}" for fault in _faults(policy)]
        if faults:
            raise BadPolicy(faults)
        return policy

    def in_danger(self, words: str) -> Pattern | None:
        """The pattern for words that leave no doubt that a life may be at stake."""
        return next((name for name, known in self._danger if any(one.search(words) for one in known)), None)

    @cached_property
    def _danger(self) -> Sequence[tuple[Pattern, Sequence[re.Pattern[str]]]]:
        return [(name, [re.compile(one, re.IGNORECASE) for one in words]) for name, words in self.danger.items()]


@dataclass(frozen=True)
class _Place:
    pattern: Pattern
    number: int

    def __str__(self) -> str:
        return f"pattern {self.pattern}, step {self.number}"


def phrase(name: str) -> Text | None:
    """The sentence of that name in :mod:`agent.phrases` (``CHITCHAT.abuse`` is one of a group)."""
    group, _, key = name.partition(".")
    found = getattr(phrases, group, None)
    if key and isinstance(found, dict):
        found = found.get(key)
    return found if isinstance(found, Text) else None


def _faults(policy: Policy) -> Iterable[str]:
    for missing in sorted(set(get_args(Pattern)) - set(policy.patterns)):
        yield f"pattern {missing} is missing; add `{missing} = [{{ say = … }}]` under [patterns]"
    for name, steps in policy.patterns.items():
        yield from _of_pattern(name, steps)
    for name, words in policy.danger.items():
        for number, one in enumerate(words, start=1):
            try:
                re.compile(one)
            except re.error as error:
                yield f"danger {name}, words {number}: no regular expression ({error}); mend or remove it"


def _of_pattern(name: Pattern, steps: Sequence[Step]) -> Iterable[str]:
    if not steps:
        yield f"pattern {name} has no steps; add one with say or do"
        return
    ended: list[When | None] = []
    for number, step in enumerate(steps, start=1):
        place = _Place(name, number)
        if (step.say is None) == (step.do is None):
            yield f"{place}: give exactly one of say and do"
        if None in ended or step.when in ended or any(set(pair) <= set(ended) for pair in PAIRS):
            yield f"{place} is never reached: a step before it ends the pattern; move it up or remove it"
        if step.say is not None:
            yield from _of_phrase(place, step.say)
        if step.do in LAST:
            ended.append(step.when)
    guards = {step.when for step in steps}
    for pair in PAIRS:
        for guard, other in (pair, pair[::-1]):
            if None not in guards and guard in guards and other not in guards and not _covered(guards):
                yield f"pattern {name} does nothing when {other}; add a step with when = {other!r}, or one without when"


def _covered(guards: set[When | None]) -> bool:
    return any(set(pair) <= guards for pair in PAIRS)


def _of_phrase(place: _Place, name: str) -> Iterable[str]:
    said = phrase(name)
    if said is None:
        near = difflib.get_close_matches(name, _names(), n=1)
        yield f"{place}: no phrase {name} in agent/phrases.py" + (f"; did you mean {near[0]}?" if near else "; add it")
        return
    known = VALUES.get(place.pattern, frozenset())
    for value in sorted({*_PLACE.findall(said.zh), *_PLACE.findall(said.en)} - known):
        yield f"{place}: {name} needs {{{value}}}, which this pattern does not give; take a phrase without it"


def _names() -> list[str]:
    own = [name for name, value in vars(phrases).items() if isinstance(value, Text)]
    groups: dict[str, dict[Any, Any]] = {n: v for n, v in vars(phrases).items() if isinstance(v, dict) and n.isupper()}
    return [*own, *(f"{group}.{key}" for group, texts in groups.items() for key in texts)]


def _told(path: Path, fault: Mapping[str, Any]) -> str:
    """pydantic's finding with place and remedy."""
    where = list(fault["loc"])
    if where[:1] == ["patterns"] and len(where) > 2 and isinstance(where[2], int):
        rest = "".join(f", {part}" for part in where[3:])
        place = f"pattern {where[1]}, step {where[2] + 1}{rest}"
    else:
        place = ".".join(str(part) for part in where)
    given = "" if fault["type"] == "missing" else f" (given: {fault['input']!r})"
    return f"{path.name}: {place}: {fault['msg'].lower()}{given}"
