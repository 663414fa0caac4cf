"""Two reports beside each other: paired differences by case, what got better, what got worse."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from eval.groups import by_case
from eval.run import Trial
from eval.stats import paired, pass_k

SHOWN_MAX = 20


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
    """0: the second is nowhere worse than the first beyond chance. 1: it is. 2: they cannot be compared."""
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
    worse = False
    for suite in shared:
        one, two = by_case(first[suite]), by_case(second[suite])
        mean, low, high = paired(one, two)
        worse = worse or high < 0
        both = [case for case in one if case in two]
        print(
            f"{suite}: {100 * (pass_k(one, 1) or 0):.1f} → {100 * (pass_k(two, 1) or 0):.1f} %, over {len(both)} shared cases "
            f"{100 * mean:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}] points"
        )
        for title, sign in (("better", 1), ("worse", -1)):
            moved = sorted((_share(two[case]) - _share(one[case]), case) for case in both)
            some = [(step, case) for step, case in moved if step * sign > 0]
            for step, case in (some if sign < 0 else some[::-1])[:SHOWN_MAX]:
                print(f"  {title}: {case} {100 * step:+.0f}")
        print(f"  only in the first: {len(one) - len(both)}, only in the second: {len(two) - len(both)}")
    return 1 if worse else 0


def _share(passed: Sequence[bool]) -> float:
    return sum(passed) / len(passed)


def _suites(path: Path) -> dict[str, list[Trial]]:
    found: dict[str, list[Trial]] = defaultdict(list)
    for stored in json.loads(path.read_text(encoding="utf-8"))["trials"]:
        trial = Trial.of_json(stored)
        found[trial.suite].append(trial)
    return found
