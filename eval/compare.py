"""Two reports beside each other: paired differences by case, what got better, what got worse."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from eval.groups import Passed, by_case
from eval.run import Trial
from eval.stats import paired, pass_k

SHOWN_MAX = 20
_HINT = "A run that was stopped has fewer cases, and --limit draws others with another --seed: give both the same"


class NoReport(Exception):
    """A file is no report of this program; the message says which and what to name instead."""


def proven_in(path: Path | None) -> frozenset[str]:
    """The cases whose expected end was reached in a report.

    Raises:
        NoReport
    """
    if path is None:
        return frozenset()
    try:
        found = _suites(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoReport(
            f"--beside {path}: not a report of this program ({error}); name the .json file of a run"
        ) from None
    return frozenset(trial.case for trials in found.values() for trial in trials if trial.passed)


def compare(argv: Sequence[str]) -> int:
    """0: the second is in no suite worse than the first beyond chance (each by itself, at 95 %). 1: it is. 2: they cannot be compared."""
    parser = argparse.ArgumentParser(prog="python -m eval compare", description=__doc__)
    parser.add_argument("first", type=Path, help="the JSON report of a run")
    parser.add_argument("second", type=Path, help="that of another")
    args = parser.parse_args(argv)
    try:
        first, second = (_suites(path) for path in (args.first, args.second))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"not a report of this program: {error}; name the .json files of two runs", file=sys.stderr)
        return 2
    shared = [suite for suite in first if suite in second]
    if not shared:
        print(f"no suite is in both: {sorted(first)} and {sorted(second)}", file=sys.stderr)
        return 2
    for which, one, two in (("first", first, second), ("second", second, first)):
        if alone := sorted(set(one) - set(two)):
            print(f"only in the {which}: {', '.join(alone)}")
    worse = [_compared(suite, by_case(first[suite]), by_case(second[suite])) for suite in shared]
    return 1 if any(worse) else 0


def _compared(suite: str, one: Passed, two: Passed) -> bool:
    """Prints one suite; whether the second is worse beyond chance."""
    both = [case for case in one if case in two]
    if not both:
        print(f"{suite}: no case is in both ({len(one)} and {len(two)}). {_HINT}")
        return False
    mean, low, high = paired(one, two)
    shares = [100 * (pass_k({case: run[case] for case in both}, 1) or 0) for run in (one, two)]
    told = "better" if low > 0 else "worse" if high < 0 else "no difference beyond chance"
    print(
        f"{suite}: {shares[0]:.1f} → {shares[1]:.1f} %, over {len(both)} shared cases "
        f"{100 * mean:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}] points: {told}"
    )
    moved = sorted((sum(two[case]) / len(two[case]) - sum(one[case]) / len(one[case]), case) for case in both)
    for title, some in (("better", [m for m in moved[::-1] if m[0] > 0]), ("worse", [m for m in moved if m[0] < 0])):
        print(f"  {title}: {len(some)}")
        for step, case in some[:SHOWN_MAX]:
            was, now = one[case], two[case]
            print(f"    {case} {100 * step:+.0f} ({sum(was)} of {len(was)} → {sum(now)} of {len(now)})")
        if len(some) > SHOWN_MAX:
            print(f"    and {len(some) - SHOWN_MAX} more")
    print(f"  the same: {sum(not step for step, _ in moved)}")
    if len(one) + len(two) > 2 * len(both):
        print(f"  only in the first: {len(one) - len(both)}, only in the second: {len(two) - len(both)}. {_HINT}")
    return high < 0


def _suites(path: Path) -> dict[str, list[Trial]]:
    found: dict[str, list[Trial]] = defaultdict(list)
    for stored in json.loads(path.read_text(encoding="utf-8"))["trials"]:
        trial = Trial.of_json(stored)
        found[trial.suite].append(trial)
    return found
