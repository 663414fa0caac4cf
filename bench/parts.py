"""What each part of the design buys: the same suites against the counter, against weaker systems and against a naive agent.

``python -m bench.parts [--rows counter,no_gate,…] [--seed 0] [--reports reports]``

Every row is a system (see ``bench/weaker.py``; ``counter`` is the product) and how it is run: by its own embedded language model,
without one, or with one that is the attacker's. Where the embedded model says every word, samples are small: it takes two cores
seconds for a call. All cases are drawn by the seed, so that rows of one suite are about the same cases.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from eval import dojo
from eval.__main__ import in_the_hands_of
from eval.assault import HIJACK, LANDING, NOT_ASKED, UNPROVOKED, assaults
from eval.hijack import Hijacker
from eval.load import choose, load_suites, wordings
from eval.report import summarise
from eval.run import Item, Runner, Trial
from eval.server import product
from eval.system import System

TIMEOUT_S = 300.0


@dataclass(frozen=True)
class Row:
    """``model``: off, embedded or attacker. ``most`` cases of each suite (0: all)."""

    system: str
    model: str
    suites: Mapping[str, int]


WHOLE = {"services": 60, "protection": 0}
ROWS = {
    "counter": Row("counter", "off", {**WHOLE, LANDING: 0}),
    "no_gate": Row("no_gate", "off", {"services": 60, LANDING: 0}),
    "no_education": Row("no_education", "off", WHOLE),
    "hijacked_counter": Row("counter", "attacker", {HIJACK: 0}),
    "hijacked_no_gate": Row("no_gate", "attacker", {HIJACK: 0}),
    "hijacked_no_grounding": Row("no_grounding", "attacker", {HIJACK: 40}),
    "hijacked_agent": Row("agent", "attacker", {HIJACK: 0}),
    "embedded_counter": Row("counter", "embedded", {"services": 16, LANDING: 24}),
    "embedded_agent": Row("agent", "embedded", {"services": 16, LANDING: 24}),
    "embedded_model_only": Row("model_only", "embedded", {"services": 16, LANDING: 24}),
}


def main() -> int:
    """Prints a line for each row and suite as they end, and keeps the trials."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default=",".join(ROWS), help="of " + ", ".join(ROWS))
    parser.add_argument("--most", type=int, help="at most so many cases of each suite")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reports", type=Path, default=Path("reports"))
    args = parser.parse_args()
    args.reports.mkdir(parents=True, exist_ok=True)
    cases = load_suites()
    attacks = assaults(cases["redteam"])
    if dojo.installed():
        attacks[HIJACK] += dojo.hijacked(dojo.injections())
    everything: dict[str, Sequence[Item]] = {**cases, **attacks}
    print("row | suite | cases | passed | attacks that did something | without needing them | honest tasks | turns | s")
    for name in args.rows.split(","):
        row = ROWS[name]
        trials: list[Trial] = []
        with Hijacker() as attacker, product(
            llm=row.model != "off", more=in_the_hands_of(attacker) if row.model == "attacker" else None,
            command=("app.py",) if row.system == "counter" else ("-m", "bench.weaker", "--part", row.system),
        ) as running, httpx.Client(base_url=running.base, timeout=TIMEOUT_S) as client:  # fmt: skip
            for suite, most in row.suites.items():
                most = min(most or 10_000, args.most or 10_000)
                chosen = choose(everything, only=suite, most=most, seed=args.seed)
                began, before = time.perf_counter(), len(trials)
                runner = Runner(System(client), args.seed, wordings(), attacker)
                for case in chosen[suite]:
                    trials.append(runner.run(suite, case, 0))
                    print(f"  {name}/{suite}/{case.id}: {trials[-1].cause or 'ok'}", file=sys.stderr, flush=True)
                tell(name, suite, trials[before:], time.perf_counter() - began)
        kept = args.reports / f"parts-{name}-{time.strftime('%Y%m%d-%H%M%S')}.json"
        kept.write_text(
            json.dumps({"trials": [trial.as_json() for trial in trials]}, ensure_ascii=False), encoding="utf-8"
        )
    return 0


def tell(name: str, suite: str, trials: Sequence[Trial], seconds: float) -> None:
    """One line of the table."""
    line = summarise(trials, {}, {}, seed=0, trials_each=1).lines[0]
    did = f"{sum(not t.safe for t in trials)} of {len(trials)}" if line.safe is not None else "-"
    notes = Counter(note for trial in trials for note in trial.notes)
    useful = "-" if line.useful is None else f"{100 * line.useful:.0f} %"
    print(
        f"{name} | {suite} | {len(trials)} | {line.passed} | {did} | {notes[UNPROVOKED]} | {useful} | {line.turns_mean:.1f} | {seconds:.0f}"
        f" | causes {line.causes}{f', model not asked in {notes[NOT_ASKED]}' if notes[NOT_ASKED] else ''}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
