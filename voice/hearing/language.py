"""How the bank's customers talk: character 3-grams over their sentences, as a measure of what is plausible.

It judges, it never writes: a repair by sound is believed where it makes a sentence much more like those.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

_HAN_RUNS = re.compile(r"[\u3400-\u9fff]+")
_EDGE = "\n"
_DISCOUNT = 0.6
_FLOOR = 1e-5  # of a character never seen


class Language:
    """Built once from sentences (some seconds for tens of thousands), then only read."""

    def __init__(self, sentences: Iterable[str]) -> None:
        ones: Counter[str] = Counter()
        twos: Counter[str] = Counter()
        threes: Counter[str] = Counter()
        for sentence in sentences:
            for run in _HAN_RUNS.findall(sentence):
                framed = f"{_EDGE}{_EDGE}{run}{_EDGE}"
                ones.update(framed[2:])
                twos.update(framed[i : i + 2] for i in range(1, len(framed) - 1))
                threes.update(framed[i : i + 3] for i in range(len(framed) - 2))
        self._total = sum(ones.values())
        self._ones, self._twos, self._threes = ones, twos, threes
        self._after_one, self._kinds_one = _contexts(twos)
        self._after_two, self._kinds_two = _contexts(threes)

    def __bool__(self) -> bool:
        return self._total > 0

    def seen(self, words: str) -> int:
        """How often two or three characters stood together."""
        return (self._twos if len(words) == 2 else self._threes)[words] if len(words) in (2, 3) else 0

    def words(self, seen_min: Mapping[int, int]) -> Iterator[str]:
        """Two and three characters that stood together at least so often, by their number."""
        for grams, size in ((self._twos, 2), (self._threes, 3)):
            yield from (gram for gram, times in grams.items() if times >= seen_min[size] and _EDGE not in gram)

    def logprob(self, before: str, run: str, after: str | None) -> float:
        """Of ``run`` and of what follows it, given what stood before; natural logarithm.

        ``before`` and ``after`` are Han characters, at most two of which matter; empty: the clause begins or ends there.
        ``after`` None: only of ``run``.
        """
        follows = "" if after is None else after[:2] if after else _EDGE
        text = f"{_EDGE}{_EDGE}{before}"[-2:] + run + follows
        return sum(math.log(self._chance(text[i - 2 : i], text[i])) for i in range(2, len(text)))

    def _chance(self, context: str, char: str) -> float:
        one = (self._ones[char] / self._total if self._total else 0.0) + _FLOOR
        two = _backed_off(self._twos[context[1] + char], self._after_one, self._kinds_one, context[1], one)
        return _backed_off(self._threes[context + char], self._after_two, self._kinds_two, context, two)


def _contexts(grams: Mapping[str, int]) -> tuple[Counter[str], Counter[str]]:
    after: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for gram, times in grams.items():
        after[gram[:-1]] += times
        kinds[gram[:-1]] += 1
    return after, kinds


def _backed_off(times: int, after: Mapping[str, int], kinds: Mapping[str, int], context: str, lower: float) -> float:
    """Absolute discounting (Kneser and Ney's first form)."""
    total = after.get(context, 0)
    if not total:
        return lower
    return max(times - _DISCOUNT, 0.0) / total + _DISCOUNT * kinds[context] / total * lower
