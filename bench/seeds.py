"""How figures move from seed to seed: the same suites, with other wordings, other ways of answering and, under ``--limit``, other cases.

``python -m bench.seeds [--suites services,dialogue,protection,redteam] [--seeds 0,1,2,3] [--trials 1] [--limit N] [--url URL]``

Each run is one of ``python -m eval`` and leaves its report in a folder of its own; what is there already is not measured again, so a
run that was stopped goes on when the same command is given again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.__main__ import main as evaluate
from eval.server import product

SUITES, SEEDS = "services,dialogue,protection,redteam", "0,1,2,3"
HEAD = "| suite | cases | {seeds} | mean | lowest to highest | sd | passed with one seed, failed with another |"


def main() -> int:
    """A line for each suite; 0 when all of it was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suites", default=SUITES)
    parser.add_argument("--seeds", default=SEEDS)
    parser.add_argument("--trials", type=int, default=1)
    parser.add_argument("--limit", type=int, help="at most so many cases of each suite, drawn by each seed anew")
    parser.add_argument("--url", help="a server that speaks the contract; without it the product is started")
    parser.add_argument("--reports", type=Path, default=Path("reports/seeds"))
    args = parser.parse_args()
    seeds = [int(seed) for seed in args.seeds.split(",")]
    whole = True
    print(HEAD.format(seeds=" | ".join(f"seed {seed}" for seed in seeds)))
    print("|---" * (6 + len(seeds)) + "|", flush=True)
    with _system(args.url) as url:
        for suite in args.suites.split(","):
            runs = [_run(suite, seed, url, args) for seed in seeds]
            there = [run for run in runs if run is not None]
            whole = whole and len(there) == len(runs)
            if there:
                print(line(suite, runs), flush=True)
    return 0 if whole else 1


def line(suite: str, runs: Sequence[dict[str, Any] | None]) -> str:
    """One suite's row; a run that is not whole is shown as "-" and left out of the rest."""
    shares = [None if run is None else _share(run) for run in runs]
    known = [share for share in shares if share is not None]
    cases: dict[str, set[bool]] = defaultdict(set)
    for run in runs:
        for trial in run["trials"] if run is not None else ():
            cases[trial["case"]].add(bool(trial["passed"]))
    moved = sorted(case for case, passed in cases.items() if len(passed) == 2)
    cells = ["-" if share is None else f"{share:.1f}" for share in shares]
    spread = f"{min(known):.1f} to {max(known):.1f}"
    sd = f"{statistics.stdev(known):.1f}" if len(known) > 1 else "-"
    named = f"{len(moved)}: {', '.join(moved[:6])}{' …' if len(moved) > 6 else ''}" if moved else "none"
    return (
        f"| {suite} | {len(cases)} | {' | '.join(cells)} | {statistics.mean(known):.1f} | {spread} | {sd} | {named} |"
    )


def _share(run: dict[str, Any]) -> float:
    passed = [bool(trial["passed"]) for trial in run["trials"]]
    return 100 * sum(passed) / len(passed)


def _run(suite: str, seed: int, url: str, args: argparse.Namespace) -> dict[str, Any] | None:
    folder = args.reports / f"{suite}-{seed}-{args.trials}-{args.limit or 'all'}"
    words = ["--suite", suite, "--seed", str(seed), "--trials", str(args.trials), "--reports", str(folder)]
    words += ["--limit", str(args.limit)] if args.limit else []
    found = _whole(folder)
    if found is None:
        with contextlib.redirect_stdout(sys.stderr):
            evaluate([*words, "--url", url])
        found = _whole(folder)
    return found


def _whole(folder: Path) -> dict[str, Any] | None:
    """The newest report in a folder, unless trials are missing in it."""
    paths = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    if not paths:
        return None
    report: dict[str, Any] = json.loads(paths[-1].read_text(encoding="utf-8"))
    summary = report["summary"]
    return None if summary["interrupted"] or any(each["missing"] for each in summary["lines"]) else report


@contextlib.contextmanager
def _system(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    with product(llm=False) as running:
        yield running.base


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell started it in the background
    sys.exit(main())
