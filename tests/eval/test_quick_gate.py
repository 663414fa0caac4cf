"""One trial of the service, dialogue, protection and robustness suites; floors that may only rise."""

from __future__ import annotations

import tomllib
from pathlib import Path

import httpx
import pytest

from eval.load import load_suites, wordings
from eval.report import summarise, table
from eval.run import run_suites
from eval.system import System

FLOORS = Path("eval/floors.toml")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("suite", ["services", "dialogue", "protection", "robustness"])
def test_that_a_suite_reaches_its_floor(client: httpx.Client, suite: str) -> None:
    suites = load_suites(only=suite)
    trials = run_suites(System(client), suites, trials=1, seed=0, sets=wordings())
    floors = {name: row["pass_1"] for name, row in tomllib.loads(FLOORS.read_text(encoding="utf-8")).items()}
    summary = summarise(trials, {suite: len(suites[suite])}, floors, seed=0, trials_each=1)
    failed = [f"{t.case}: {t.cause}: {t.faults[0].what}" for t in trials if not t.passed]
    assert summary.reached, "\n".join([table(summary), *failed])
