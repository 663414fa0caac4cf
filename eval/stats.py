"""Figures that can be defended: pass^k and confidence intervals that respect that trials of one case belong together."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

RESAMPLES = 2000


def pass_k(trials: Mapping[str, Sequence[bool]], k: int) -> float | None:
    """The chance that all of ``k`` trials of a case pass, averaged over cases (unbiased); None with fewer trials."""
    usable = [passed for passed in trials.values() if len(passed) >= k]
    if not usable:
        return None
    return sum(math.comb(sum(p), k) / math.comb(len(p), k) for p in usable) / len(usable)


def interval(trials: Mapping[str, Sequence[bool]], k: int, seed: int = 0) -> tuple[float, float] | None:
    """95 % bootstrap interval of :func:`pass_k`; whole cases are drawn. Where all cases agree there is nothing to draw from, and
    the interval is the exact one: so many cases in a row do not prove that there is no other."""
    usable = [math.comb(sum(p), k) / math.comb(len(p), k) for p in trials.values() if len(p) >= k]
    if not usable:
        return None
    n = len(usable)
    if usable.count(usable[0]) == n and usable[0] in (0.0, 1.0):
        rare = 1 - 0.025 ** (1 / n)
        return (1 - rare, 1.0) if usable[0] else (0.0, rare)
    rng = random.Random(seed)
    means = sorted(sum(rng.choices(usable, k=n)) / n for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]


def quantile(values: Sequence[float], q: float) -> float:
    """The ``q`` quantile by nearest rank; 0 without values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(q * len(ordered)) - 1)] if q > 0 else ordered[0]


def difference(
    first: Mapping[str, Sequence[bool]], second: Mapping[str, Sequence[bool]], seed: int = 0
) -> tuple[float, float, float]:
    """pass^1 of the second less that of the first, with its 95 % bootstrap interval; cases of the two are drawn apart."""
    rng = random.Random(seed)
    one, two = ([sum(p) / len(p) for p in cases.values() if p] for cases in (first, second))
    drawn = sorted(
        sum(rng.choices(two, k=len(two))) / len(two) - sum(rng.choices(one, k=len(one))) / len(one)
        for _ in range(RESAMPLES)
    )
    return sum(two) / len(two) - sum(one) / len(one), drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES) - 1]


def paired(
    first: Mapping[str, Sequence[bool]], second: Mapping[str, Sequence[bool]], seed: int = 0
) -> tuple[float, float, float]:
    """The mean difference (second less first) over the cases that both have, with its 95 % interval; whole cases are drawn."""
    both = [case for case in first if second.get(case) and first[case]]
    if not both:
        return 0.0, 0.0, 0.0
    rng = random.Random(seed)
    each = [sum(second[case]) / len(second[case]) - sum(first[case]) / len(first[case]) for case in both]
    drawn = sorted(sum(rng.choices(each, k=len(each))) / len(each) for _ in range(RESAMPLES))
    return sum(each) / len(each), drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES) - 1]
