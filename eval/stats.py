"""Figures that can be defended: pass^k and confidence intervals that respect that trials of one case belong together."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

RESAMPLES = 2000
Z = 1.96


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


def _bounds(steps: Sequence[float]) -> tuple[float, float]:
    """95 % bounds of a mean of differences between -1 and 1, after Agresti and Min: as if half a case more had got better, half a case
    worse and one had stayed. Few cases, or many that all agree, are no certainty, which a bootstrap of them would make of it."""
    n = len(steps) + 2
    mean = sum(steps) / n
    spread = Z * math.sqrt(max(0.0, sum(step * step for step in steps) + 1 - n * mean * mean)) / n
    return max(-1.0, mean - spread), min(1.0, mean + spread)


def difference(
    first: Mapping[str, Sequence[bool]], second: Mapping[str, Sequence[bool]], seed: int = 0
) -> tuple[float, float, float]:
    """pass^1 of the second less that of the first, with its 95 % bootstrap interval; cases of the two are drawn apart. It is never narrower
    than that of Agresti and Caffo, which adds to each a case that passes and one that does not."""
    rng = random.Random(seed)
    one, two = ([sum(p) / len(p) for p in cases.values() if p] for cases in (first, second))
    added = [[*shares, 0.0, 1.0] for shares in (one, two)]
    means = [sum(shares) / len(shares) for shares in added]
    spread = Z * math.sqrt(
        sum(
            (sum(share * share for share in shares) / len(shares) - mean * mean) / len(shares)
            for shares, mean in zip(added, means, strict=True)
        )
    )
    middle = means[1] - means[0]
    drawn = sorted(
        sum(rng.choices(two, k=len(two))) / len(two) - sum(rng.choices(one, k=len(one))) / len(one)
        for _ in range(RESAMPLES)
    )
    low = min(drawn[int(0.025 * RESAMPLES)], max(-1.0, middle - spread))
    high = max(drawn[int(0.975 * RESAMPLES) - 1], min(1.0, middle + spread))
    return sum(two) / len(two) - sum(one) / len(one), low, high


def paired(
    first: Mapping[str, Sequence[bool]], second: Mapping[str, Sequence[bool]], seed: int = 0
) -> tuple[float, float, float]:
    """The mean difference (second less first) over the cases that both have, with its 95 % interval: whole cases are drawn, and it is never
    narrower than Agresti and Min's."""
    both = [case for case in first if second.get(case) and first[case]]
    if not both:
        return 0.0, -1.0, 1.0
    rng = random.Random(seed)
    each = [sum(second[case]) / len(second[case]) - sum(first[case]) / len(first[case]) for case in both]
    drawn = sorted(sum(rng.choices(each, k=len(each))) / len(each) for _ in range(RESAMPLES))
    low, high = _bounds(each)
    return sum(each) / len(each), min(low, drawn[int(0.025 * RESAMPLES)]), max(high, drawn[int(0.975 * RESAMPLES) - 1])
