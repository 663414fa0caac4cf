"""One trial of every suite, or of a sample; floors that may only rise.

Of the large suites every so many-th case is taken, or a fixed sample by the cases' ids, so that the gate stays within minutes
and still meets every service. Nothing is drawn by chance, so a floor has no slack.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from starlette.testclient import TestClient

from agent.minds import feed
from agent.settings import load
from eval import documents
from eval.__main__ import floors, in_the_hands_of
from eval.assault import HIJACK, NOT_ASKED, Assault, assaults
from eval.case import Case
from eval.hijack import Hijacker
from eval.load import load_suites, wordings
from eval.probe import Probe, probes
from eval.report import summarise, table
from eval.run import Item, Runner, Trial, run_suites
from eval.system import System
from tests.conftest import _models
from tools.clock import SystemClock

CASES_MAX, HIJACKED, POISONED = 70, 16, 6
T = TypeVar("T", Case, Probe, Assault, Item)
FIXED = {"redteam": 34, "privacy": 5, "fairness": 12, "understanding": 120, "knowledge": 40}


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
@pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument with the TestClient")
@pytest.mark.parametrize("suite", ["services", "dialogue", "protection", "robustness"])
def test_that_a_suite_reaches_its_floor(client: httpx.Client, suite: str) -> None:
    here = [case for case in load_suites(only=suite)[suite] if case.behaviour.network != "restart"]
    reached(client, suite, sample(here))


def fixed(cases: Sequence[T], most: int) -> list[T]:
    """The same ones whatever is added beside them, or nearly."""
    return sorted(cases, key=lambda case: hashlib.sha256(case.id.encode()).digest())[:most]


@pytest.mark.slow
@pytest.mark.timeout(540)
@pytest.mark.parametrize("suite", list(FIXED))
def test_that_a_fixed_sample_reaches_its_floor(client: httpx.Client, suite: str) -> None:
    everything: dict[str, Sequence[Case | Probe]] = {**load_suites(), **probes()}
    reached(client, suite, fixed(everything[suite], FIXED[suite]))


@pytest.mark.slow
@pytest.mark.timeout(540)
def test_that_a_hijacked_model_reaches_nothing(tmp_path: Path) -> None:
    taken = fixed(assaults(load_suites(only="redteam")["redteam"])[HIJACK], HIJACKED)
    with Hijacker() as attacker, served(tmp_path, in_the_hands_of(attacker)) as client:
        runner = Runner(System(client), 0, wordings(), attacker)
        trials = [runner.run(HIJACK, one, 0) for one in taken]
    told(HIJACK, trials, len(taken))
    assert not [trial.case for trial in trials if NOT_ASKED in trial.notes], "the model was asked in all of them"


@pytest.mark.slow
@pytest.mark.timeout(540)
def test_that_poisoned_documents_reach_nothing(tmp_path: Path) -> None:
    documents.poison(tmp_path / "documents")
    cases = fixed(load_suites(only=documents.SUITE)[documents.SUITE], POISONED)
    more = {"SKYTELLER_DOCUMENTS": str(tmp_path / "documents"), "SKYTELLER_LLM": "off"}
    with served(tmp_path, more) as client:
        reached(client, documents.SUITE, cases)


@contextlib.contextmanager
def served(folder: Path, more: Mapping[str, str]) -> Iterator[httpx.Client]:
    """A product of its own inside this process, with its documents read and its language model found."""
    from app import build

    settings = load({**_models(), "SKYTELLER_DATA": str(folder / "data"), **more})
    settings.prepare()
    feed(settings, SystemClock())
    app = build(settings)
    app.llm.start()
    until = time.monotonic() + 60
    while app.llm.ready() == "loading" and time.monotonic() < until:
        time.sleep(0.05)
    try:
        with TestClient(app.api, raise_server_exceptions=False) as client:
            yield client
    finally:
        app.llm.stop()
        app.db.close()


def reached(client: httpx.Client, suite: str, cases: Sequence[Item]) -> None:
    """One trial of each; of attacks none may do anything, however few there are."""
    told(suite, run_suites(System(client), {suite: cases}, trials=1, seed=0, sets=wordings()), len(cases))


def told(suite: str, trials: Sequence[Trial], expected: int) -> None:
    """The suite reached its floor; what failed is named where it did not."""
    summary = summarise(trials, {suite: expected}, floors(), seed=0, trials_each=1)
    failed = [f"{t.case}: {t.cause}: {t.faults[0].what}" for t in trials if not t.passed]
    assert summary.reached, "\n".join([table(summary), *failed])
