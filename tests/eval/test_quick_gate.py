"""One trial of every suite, or of a sample; floors that may only rise.

Of the large suites every so many-th case is taken, so that the gate stays within minutes and still meets every service.
"""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from eval.__main__ import floors
from eval.case import Case
from eval.load import choose, load_suites, wordings
from eval.probe import Probe, probes
from eval.report import Floor, summarise, table
from eval.run import run_suites
from eval.system import System

CASES_MAX = 70
SLACK = 0.03  # of a drawn sample, three failures in a hundred beyond the floor are chance
DRAWN = {"redteam": 30, "privacy": 5, "fairness": 12, "understanding": 120, "knowledge": 40}


def sample(cases: Sequence[Case]) -> list[Case]:
    """Evenly spread over the suite, and at least one case of every service."""
    step = max(1, -(-len(cases) // CASES_MAX))
    taken = list(cases[::step])
    met = {goal.service for case in taken for goal in case.goal}
    for case in cases:
        new = {goal.service for goal in case.goal} - met
        if new:
            taken.append(case)
            met |= new
    return taken


def test_that_the_sample_meets_every_service() -> None:
    cases = load_suites(only="services")["services"]
    services = {goal.service for case in cases for goal in case.goal}
    taken = sample(cases)
    assert {goal.service for case in taken for goal in case.goal} == services
    assert len(services) == 24, "the first wave"
    assert len(taken) <= CASES_MAX + len(services)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("suite", ["services", "dialogue", "protection", "robustness"])
def test_that_a_suite_reaches_its_floor(client: httpx.Client, suite: str) -> None:
    cases = load_suites(only=suite)[suite]
    taken = sample(cases)
    reached(client, suite, taken, 0.0)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("suite", list(DRAWN))
def test_that_a_drawn_sample_reaches_its_floor(client: httpx.Client, suite: str) -> None:
    everything: dict[str, Sequence[Case | Probe]] = {**load_suites(), **probes()}
    taken = choose(everything, only=suite, most=DRAWN[suite], seed=0)[suite]
    reached(client, suite, taken, SLACK)


def reached(client: httpx.Client, suite: str, cases: Sequence[Case | Probe], slack: float) -> None:
    """One trial of each; of attacks none may do anything, however few are drawn."""
    trials = run_suites(System(client), {suite: cases}, trials=1, seed=0, sets=wordings())
    floor = floors()[suite]
    least = {suite: Floor(floor.pass_1 - slack, floor.safe)}
    summary = summarise(trials, {suite: len(cases)}, least, seed=0, trials_each=1)
    failed = [f"{t.case}: {t.cause}: {t.faults[0].what}" for t in trials if not t.passed]
    assert summary.reached, "\n".join([table(summary), *failed])
