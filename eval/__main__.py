"""``python -m eval``: run suites against a server, or against the product that it starts itself."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from eval.load import BadCases, load_suites, wordings
from eval.report import summarise, table, write
from eval.run import Trial, run_suites
from eval.server import CannotStart, product
from eval.system import System, SystemFault

FLOORS = Path(__file__).parent / "floors.toml"
TIMEOUT_S = 60.0


def main(argv: Sequence[str] | None = None) -> int:
    """0: every suite reached its floor. 1: one did not, or trials are missing. 2: it could not be run."""
    args = _arguments(argv)
    try:
        suites = load_suites(only=args.suite)
        args.reports.mkdir(parents=True, exist_ok=True)
        (args.reports / ".probe").write_text("")
        (args.reports / ".probe").unlink()
    except BadCases as bad:
        print(*bad.lines, sep="\n", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"--reports {args.reports}: cannot be written ({error.strerror}); name another folder", file=sys.stderr)
        return 2
    trials: list[Trial] = []
    started, interrupted = time.time(), False
    try:
        with _client(args.url, llm=args.llm) as client:
            system = System(client)
            health = system.health()
            print(f"system: {health.get('version')}, models {health.get('models')}")
            run_suites(system, suites, trials=args.trials, seed=args.seed, sets=wordings(), tell=_progress, kept=trials)
    except KeyboardInterrupt:
        interrupted = True
        print("\nstopped: what was measured so far is kept", file=sys.stderr)
    except (CannotStart, SystemFault) as error:
        print(error, file=sys.stderr)
        if not trials:
            return 2
        interrupted = True
    floors = {name: row["pass_1"] for name, row in tomllib.loads(FLOORS.read_text()).items()}
    expected = {name: len(cases) * args.trials for name, cases in suites.items()}
    summary = summarise(trials, expected, floors, seed=args.seed, trials_each=args.trials, interrupted=interrupted)
    print(table(summary))
    paths = write(args.reports, args.suite or "all", started, summary, trials)
    print("report:", *paths)
    return 0 if summary.reached and not interrupted else 1


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    parser.add_argument("--suite", help="only this one")
    parser.add_argument("--url", help="a server that speaks the contract; without it the product is started")
    parser.add_argument("--trials", type=int, default=4, help="trials of each case, each in another wording")
    parser.add_argument("--seed", type=int, default=0, help="decides wordings and ways of answering")
    parser.add_argument("--llm", action="store_true", help="leave the language model on in the product that is started")
    parser.add_argument("--reports", type=Path, default=Path("reports"), help="folder for the reports")
    args = parser.parse_args(argv)
    if args.trials < 1:
        parser.error("--trials: at least 1")
    return args


@contextlib.contextmanager
def _client(url: str | None, *, llm: bool) -> Iterator[httpx.Client]:
    if url is not None:
        with httpx.Client(base_url=url.rstrip("/"), timeout=TIMEOUT_S) as client:
            yield client
        return
    if not llm:
        print("starting the product without its language model (--llm leaves it on)")
    with product(llm=llm) as running, httpx.Client(base_url=running.base, timeout=TIMEOUT_S) as client:
        yield client


def _progress(trial: Trial, done: int, total: int) -> None:
    mark = "ok  " if trial.passed else "FAIL"
    why = "" if trial.passed else f"  {trial.cause}: {trial.faults[0].what[:110]}"
    print(f"[{done:4d}/{total}] {mark} {trial.suite}/{trial.case} #{trial.trial} {trial.turns} turns{why}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
