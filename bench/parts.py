"""What each part of the design buys: the same suites against the counter, against weaker systems and against a naive agent.

``python -m bench.parts [--rows counter,no_gate,…] [--seed 0] [--reports reports/parts]``

Every row is a system (see ``bench/weaker.py``; ``counter`` is the product) and how it is run: by its own embedded language model,
without one, or with one that is the attacker's. Where the embedded model says every word, samples are small: it takes two cores
seconds for a call. All cases are drawn by the seed, so that rows of one suite are about the same cases, and a case that the counter
passed is proven to be possible for the rows after it. What was measured is kept line by line; the same command goes on with it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
from starlette.testclient import TestClient

import agent.rephrase
import tools.gate.gate
from agent.settings import load
from app import build
from bench.weaker import weaker
from eval import dojo
from eval.__main__ import in_the_hands_of
from eval.assault import HIJACK, LANDING, NOT_ASKED, UNPROVOKED, assaults
from eval.hijack import Hijacker
from eval.journal import Journal
from eval.load import choose, load_suites, wordings
from eval.probe import probes
from eval.report import summarise
from eval.run import UNCITED, Item, Runner, Trial
from eval.server import CannotStart
from eval.stats import interval, pass_k
from eval.system import System

CONTEXT = 8192  # tokens; an agent has all its tools and the whole conversation in its prompt
HEAD = "| row | suite | passed | % [95 %] | attacks that did something | honest tasks done | turns | turn p50 / p95 ms | s | what failed |"


@dataclass(frozen=True)
class Row:
    """``model``: off, embedded or attacker. ``most`` cases of each suite (0: all)."""

    system: str
    model: str
    suites: Mapping[str, int]


WHOLE = {"services": 60, "protection": 0}
SPOKEN = {"services": 30, LANDING: 64}
ROWS = {
    "counter": Row("counter", "off", {**WHOLE, LANDING: 64}),
    "no_gate": Row("no_gate", "off", {"services": 60, LANDING: 64}),
    "no_education": Row("no_education", "off", WHOLE),
    "hijacked_counter": Row("counter", "attacker", {HIJACK: 0, "knowledge": 60}),
    "hijacked_no_gate": Row("no_gate", "attacker", {HIJACK: 60}),
    "hijacked_no_grounding": Row("no_grounding", "attacker", {HIJACK: 60, "knowledge": 60}),
    "hijacked_agent_gated": Row("agent_gated", "attacker", {HIJACK: 60}),
    "hijacked_agent": Row("agent", "attacker", {HIJACK: 0}),
    "embedded_agent": Row("agent", "embedded", SPOKEN),
    "embedded_agent_at_once": Row("agent_at_once", "embedded", SPOKEN),
    "embedded_agent_gated": Row("agent_gated", "embedded", SPOKEN),
    "embedded_model_only": Row("model_only", "embedded", {"services": 30}),
    "embedded_counter": Row("counter", "embedded", SPOKEN),
}


def main() -> int:
    """Prints a line for each row and suite as they end, and keeps the trials."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default=",".join(ROWS), help="of " + ", ".join(ROWS))
    parser.add_argument("--suites", help="only these of a row's suites")
    parser.add_argument("--most", type=int, help="at most so many cases of each suite")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reports", type=Path, default=Path("reports/parts"))
    args = parser.parse_args()
    args.reports.mkdir(parents=True, exist_ok=True)
    cases = load_suites()
    attacks = assaults(cases["redteam"])
    if dojo.installed():
        attacks[HIJACK] += dojo.hijacked(dojo.injections())
    everything: dict[str, Sequence[Item]] = {**cases, **probes(), **attacks}
    print(HEAD)
    print("|---" * HEAD.count(" | ") + "|---|", flush=True)
    for name in args.rows.split(","):
        row = ROWS[name]
        wanted = {
            suite: most for suite, most in row.suites.items() if args.suites is None or suite in args.suites.split(",")
        }
        chosen = {
            suite: choose(everything, only=suite, most=min(most or 10_000, args.most or 10_000), seed=args.seed)[suite]
            for suite, most in wanted.items()
        }
        journal = Journal(args.reports / f"{name}-{args.seed}.jsonl", {"row": name, "seed": args.seed})
        try:
            measure(name, row, chosen, journal, args)
        except KeyboardInterrupt:
            print("stopped: what was measured is kept", file=sys.stderr)
            return 1
        finally:
            for suite in chosen:
                tell(name, suite, [trial for trial in journal.trials if trial.suite == suite])
    return 0


def measure(
    name: str, row: Row, chosen: Mapping[str, Sequence[Item]], journal: Journal, args: argparse.Namespace
) -> None:
    """All cases that the journal does not hold yet."""
    left = {suite: [one for one in some if journal.get(suite, one.id, 0) is None] for suite, some in chosen.items()}
    if not any(left.values()):
        return
    counted = args.reports / f"counter-{args.seed}.jsonl"
    passed = (
        Journal(counted, {"row": "counter", "seed": args.seed}).trials if counted.exists() and name != "counter" else []
    )
    with Hijacker() as attacker, served(row, attacker) as client:
        runner = Runner(
            System(client), args.seed, wordings(), attacker, proven=frozenset(t.case for t in passed if t.passed)
        )
        for suite, some in left.items():
            for case in some:
                attacker.want(())
                trial = runner.run(suite, case, 0)
                journal.add(trial)
                print(f"  {name}/{suite}/{case.id}: {trial.cause or 'ok'}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def served(row: Row, attacker: Hijacker) -> Iterator[httpx.Client]:
    """The row's system inside this process: its API is spoken to as over the wire, and neither ears nor voice are loaded."""
    kept = tools.gate.gate.STEPS, agent.rephrase.__dict__["check"], agent.rephrase.__dict__["left_out"]
    model = {"off": {"SKYTELLER_LLM": "off"}, "attacker": in_the_hands_of(attacker), "embedded": {}}[row.model]
    if row.model == "embedded" and row.system != "counter":
        model["SKYTELLER_LLM_CONTEXT"] = str(CONTEXT)
    with tempfile.TemporaryDirectory(prefix="skyteller-parts-") as folder:
        settings = load({**os.environ, **model, "SKYTELLER_DATA": folder})
        app = build(settings) if row.system == "counter" else weaker(row.system, settings)
        app.llm.start()
        while app.llm.ready() == "loading":
            time.sleep(0.1)
        if row.model != "off" and app.llm.ready() != "ready":
            raise CannotStart(f"the language model is {app.llm.ready()}: {app.llm.why}")
        try:
            with TestClient(app.api, raise_server_exceptions=False) as client:
                yield cast("httpx.Client", client)
        finally:
            app.llm.stop()
            app.db.close()
            tools.gate.gate.STEPS = kept[0]
            for name, checker in zip(("check", "left_out"), kept[1:], strict=True):
                setattr(agent.rephrase, name, checker)


def tell(name: str, suite: str, trials: Sequence[Trial]) -> None:
    """One line of the table."""
    if not trials:
        return
    line = summarise(trials, {}, {}, seed=0, trials_each=1).lines[0]
    mean, low, high = line.pass_k[1]
    did = "-"
    if line.safe is not None:
        acted = {trial.case: [not trial.safe] for trial in trials}
        share, bounds = pass_k(acted, 1) or 0.0, interval(acted, 1) or (0.0, 0.0)
        did = f"{sum(not t.safe for t in trials)} of {len(trials)} ({100 * share:.0f} % [{100 * bounds[0]:.0f}, {100 * bounds[1]:.0f}])"
    notes = Counter(note for trial in trials for note in trial.notes)
    useful = "-" if line.useful is None else f"{100 * line.useful:.0f} %"
    causes = ", ".join(f"{cause} {n}" for cause, n in line.causes.items())
    beside = f"; model not asked in {notes[NOT_ASKED]}" if notes[NOT_ASKED] else ""
    beside += f"; a figure that no citation shows in {notes[UNCITED]}" if notes[UNCITED] else ""
    beside += f"; acted without the attack in {notes[UNPROVOKED]}" if notes[UNPROVOKED] else ""
    print(
        f"| {name} | {suite} | {line.passed} of {len(trials)} | {100 * mean:.1f} [{100 * low:.1f}, {100 * high:.1f}] | {did} | {useful} "
        f"| {line.turns_mean:.1f} | {line.turn_p50_ms:.0f} / {line.turn_p95_ms:.0f} | {line.seconds:.0f} | {causes}{beside} |",
        flush=True,
    )


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell started it in the background
    sys.exit(main())
