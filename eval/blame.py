"""Whose fault a failure is, and the evidence for it, for single lines: the system's, unless something speaks against the line.

Two things do. What was understood *serves* the customer as well as what the author meant: a short list of pairs, each with its
reason, and, of questions, a wish that asks nothing and was begun. Or two *reference readings*: the lines of two other authors that
come nearest to this one in their words mean what the system understood. Such a line is in doubt and a reader decides; it counts as
failed all the same. An action that the author did not mean is always the system's.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from eval.contract import Json
from eval.probe import Probe, label_of
from eval.score import Fault

Who = Literal["system", "simulator", "expectation"]
NEAR_MIN = 0.45  # cosine; of the held-out lines themselves, see docs/results.md
READERS, REFERENCES = 2, 3
KNOWLEDGE, OUT, HANDOFF = "ask_knowledge", "out_of_scope", "human.handoff"
_ASKS = re.compile(
    r"[?？吗呢]|什么|怎么|怎样|咋|啥|多少|几|哪|谁|为何|凭什么|如何|是不是|能不能|可不可以|要不要|会不会|有没有|能否|行不行|"
    r"\b(?:what|how|when|where|which|who|why|can|could|do|does|did|is|are|will|would|should|may|am|has|have)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Blame:
    """``who`` is at fault, and what speaks for it."""

    who: Who
    evidence: str


@dataclass(frozen=True)
class Served:
    """``understood`` in the place of ``meant`` gives the customer the same; with ``uncited`` only where no source was named."""

    meant: str
    understood: str
    why: str
    uncited: bool = False


SERVED = (
    Served(OUT, KNOWLEDGE, "looked up, not found and declined: the customer is told the same", uncited=True),
    Served("chitchat.capabilities", "chitchat.who_are_you", "who she is and what she is for is one answer"),
    Served("chitchat.who_are_you", "chitchat.capabilities", "who she is and what she is for is one answer"),
    Served(OUT, "chitchat.shortcut", "nothing is skipped, and that is said"),
    Served("chitchat.other", "chitchat.shortcut", "nothing is skipped, and that is said"),
    Served("chitchat.other", OUT, "nothing is done, and what can be done here is asked"),
    Served(OUT, "chitchat.other", "nothing is done, and what can be done here is asked"),
    Served("cancel", "deny", "nothing is open that one would end and the other not"),
    Served("deny", "cancel", "nothing is open that one would end and the other not"),
)


class Lines:
    """All lines of a suite as references for each other, by the words that they share."""

    def __init__(self, lines: Iterable[Probe]) -> None:
        counted = [(line, Counter(_grams(line.text))) for line in lines]
        seen = Counter(gram for _, grams in counted for gram in grams)
        self._weight = {gram: math.log(1 + len(counted) / n) for gram, n in seen.items()}
        self._lines = [(line, self._direction(grams)) for line, grams in counted]

    def nearest(self, probe: Probe) -> list[tuple[float, Probe]]:
        """The nearest line of every other author in the same language, nearest first."""
        own = self._direction(Counter(_grams(probe.text)))
        best: dict[str, tuple[float, Probe]] = {}
        for line, direction in self._lines:
            if line.locale == probe.locale and line.author != probe.author:
                near = _cosine(own, direction)
                if near > best.get(line.author, (0.0, line))[0]:
                    best[line.author] = near, line
        return sorted(best.values(), key=lambda found: -found[0])

    def like(self, probe: Probe) -> list[Probe]:
        """Other lines that mean the same, nearest first."""
        own = self._direction(Counter(_grams(probe.text)))
        same = [
            (_cosine(own, direction), line) for line, direction in self._lines
            if line.id != probe.id and line.locale == probe.locale and (line.means, line.source) == (probe.means, probe.source)
        ]  # fmt: skip
        return [line for _, line in sorted(same, key=lambda found: -found[0])][:REFERENCES]

    def _direction(self, grams: Mapping[str, int]) -> dict[str, float]:
        """The weighted counts, of length one."""
        weighted = {gram: n * self._of(gram) for gram, n in grams.items()}
        length = math.sqrt(sum(value * value for value in weighted.values()))
        return {gram: value / length for gram, value in weighted.items()} if length else {}

    def _of(self, gram: str) -> float:
        return self._weight.get(gram, 1.0)


def of_line(
    probe: Probe, faults: Sequence[Fault], turn: Json | None, lines: Lines, passes: Callable[[Probe], bool]
) -> Blame:
    """Blame for a line that failed. ``passes`` says whether the system does as it should with another line."""
    if turn is None:
        return Blame("system", f"the answer broke the contract: {faults[0].what}")
    if any(fault.rank == 0 for fault in faults):
        return Blame("system", "an action was started that the author did not mean")
    understood = [label_of(command) for command in turn["understood"]]
    if understood and (why := _served(probe, understood[0], turn)) is not None:
        return Blame("expectation", f"served as well: {why}")
    if understood and probe.means and (readers := readings(probe, understood[0], lines)):
        named = ", ".join(f"{line.id} ({near:.2f})" for near, line in readers)
        return Blame("expectation", f"two reference readings say {understood[0]}: {named}")
    references = lines.like(probe)
    passed = next((line for line in references if passes(line)), None)
    if passed is not None:
        return Blame("system", f"another line that means the same is understood: {passed.id}")
    if len(references) == REFERENCES:
        return Blame("expectation", f"none of {len(references)} other lines that mean the same is understood either")
    return Blame("system", "nothing speaks against the line")


def readings(probe: Probe, understood: str, lines: Lines) -> list[tuple[float, Probe]]:
    """The nearest lines of two other authors where both mean what was understood, and not what this line's author meant."""
    near = [found for found in lines.nearest(probe) if found[0] >= NEAR_MIN][:READERS]
    meant = [understood in line.means and not set(line.means) & set(probe.means) for _, line in near]
    return near if len(near) == READERS and all(meant) else []


def _served(probe: Probe, understood: str, turn: Json) -> str | None:
    if probe.source is not None:
        wished = _ASKS.search(probe.text) is None and turn["understood"][0]["command"] in ("start_service", "handoff")
        if wished and understood == HANDOFF:
            return "the line asks nothing, and who wants a person has one"
        if wished and understood.split(".")[0] == probe.source.split(".")[0]:
            return "the line asks nothing, and a service of what the entry is about was begun"
        return None
    for pair in SERVED:
        if pair.meant in probe.means and pair.understood == understood and not (pair.uncited and turn["citations"]):
            return pair.why
    return None


def _cosine(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    return sum(value * two[gram] for gram, value in one.items() if gram in two)


def _grams(text: str) -> list[str]:
    """Characters and pairs of them where they are Chinese, words and pairs of them otherwise."""
    parts = re.findall(r"[\u4e00-\u9fff]|[a-z0-9']+", text.lower())
    return [*parts, *(" ".join(pair) for pair in pairwise(parts))]
