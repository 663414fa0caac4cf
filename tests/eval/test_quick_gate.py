"""One trial of the service, dialogue, protection and robustness suites; floors that may only rise.

Of the large suites every so many-th case is taken, so that the gate stays within minutes and still meets every service.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from eval.case import Case
from eval.load import load_suites, wordings
from eval.report import summarise, table
from eval.run import run_suites
from eval.system import System

FLOORS = Path("eval/floors.toml")
CASES_MAX = 70
SLACK = 0.03  # of a sample, three failures in a hundred beyond the floor are chance


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
    trials = run_suites(System(client), {suite: taken}, trials=1, seed=0, sets=wordings())
    floor = tomllib.loads(FLOORS.read_text(encoding="utf-8"))[suite]["pass_1"]
    floors = {suite: floor if len(taken) == len(cases) else floor - SLACK}
    summary = summarise(trials, {suite: len(taken)}, floors, seed=0, trials_each=1)
    failed = [f"{t.case}: {t.cause}: {t.faults[0].what}" for t in trials if not t.passed]
    assert summary.reached, "\n".join([table(summary), *failed])
