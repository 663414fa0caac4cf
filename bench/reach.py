"""Can what every case expects be reached at all? Each is replayed by its reference: careful, by button, on a good line.

``python -m bench.reach [--suites services,dialogue,…] [--url URL]``

The end of an attack's case is that of its honest task alone; spoken cases are typed. A case is proven when one of its first four wordings
comes to the expected end. Held-out lines have a label or an entry instead: that the contract and the entries have it is seen in
``tests/eval/test_reach.py``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import httpx

from eval.__main__ import TIMEOUT_S
from eval.case import Case
from eval.load import choose, honest_task, load_suites, wordings
from eval.run import REFERENCES_MAX, Runner
from eval.server import product
from eval.spoken import SUITE as VOICE
from eval.spoken import spoken_cases
from eval.system import System


@dataclass(frozen=True)
class Proof:
    """``wording`` that came to the expected end, from 1; None when none did, and ``why`` the first did not."""

    case: str
    wording: int | None
    why: str = ""


def main() -> int:
    """A line for each suite; 0 when every case is proven."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suites", help="only these, with commas between them")
    parser.add_argument("--url", help="a server that speaks the contract; without it the product is started")
    parser.add_argument("--limit", type=int, help="at most so many cases of each suite")
    args = parser.parse_args()
    suites = references(load_suites())
    if args.suites:
        suites = {name: suites[name] for name in args.suites.split(",")}
    suites = {name: list(cases) for name, cases in choose(suites, only=None, most=args.limit, seed=0).items()}
    print("| suite | ends | proven | by the first wording | not |")
    print("|---|---|---|---|---|", flush=True)
    if args.url is not None:
        return _all_shown(suites, args.url)
    with product(llm=False) as running:
        return _all_shown(suites, running.base)


def _all_shown(suites: Mapping[str, Sequence[Case]], url: str) -> int:
    with httpx.Client(base_url=url, timeout=TIMEOUT_S) as client:
        whole = [_shown(name, cases, client) for name, cases in suites.items()]
    return 0 if all(whole) else 1


def references(suites: Mapping[str, Sequence[Case]]) -> dict[str, list[Case]]:
    """What is replayed, by suite: every end once, without its attack and its bad line, by button."""
    spoken = {**suites, VOICE: spoken_cases(suites["services"])}
    return {name: [*{case.id: case for case in map(reference, cases)}.values()] for name, cases in spoken.items()}


def reference(case: Case) -> Case:
    """The case as its reference goes through it."""
    alone = case.model_copy(update={"attack": None})
    if case.attack is not None and case.honest is not None:
        alone = honest_task(case.honest)
    calm = alone.behaviour.model_copy(update={"manner": "buttons", "network": "good"})
    return alone.model_copy(update={"behaviour": calm})


def prove(case: Case, runner: Runner) -> Proof:
    """Replays a reference in its wordings until one comes to the end."""
    why = ""
    for wording in range(min(len(case.say), REFERENCES_MAX)):
        trial = runner.run("reference", case, wording)
        if trial.passed:
            return Proof(case.id, wording + 1)
        why = why or f"{trial.cause}: {trial.faults[0].what}"
    return Proof(case.id, None, why)


def _shown(name: str, cases: Sequence[Case], client: httpx.Client) -> bool:
    runner = Runner(System(client), 0, wordings(), proven=frozenset(case.id for case in cases))  # not replayed twice
    proofs = [prove(case, runner) for case in cases]
    print(line(name, proofs), flush=True)
    for told in _unproven(proofs):
        print(told, file=sys.stderr, flush=True)
    return all(proof.wording is not None for proof in proofs)


def line(name: str, proofs: Sequence[Proof]) -> str:
    """One suite's row."""
    proven = [proof for proof in proofs if proof.wording is not None]
    first = sum(proof.wording == 1 for proof in proven)
    return f"| {name} | {len(proofs)} | {len(proven)} | {first} | {', '.join(p.case for p in proofs if p not in proven) or 'none'} |"


def _unproven(proofs: Sequence[Proof]) -> Iterator[str]:
    for proof in proofs:
        if proof.wording is None:
            yield f"{proof.case}: {proof.why}"


if __name__ == "__main__":
    sys.exit(main())
