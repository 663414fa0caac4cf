"""Benches are run by hand: that they still fit what they measure is seen here."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import yaml

from eval.load import load_suites

BENCHES = sorted(path.stem for path in Path("bench").glob("[!_]*.py"))


def test_that_there_are_benches() -> None:
    assert {"turn", "kill", "understanding", "retrieval"} <= set(BENCHES)


@pytest.mark.parametrize("name", BENCHES)
def test_that_a_bench_fits_what_it_measures(name: str) -> None:
    assert importlib.import_module(f"bench.{name}").__doc__


def test_that_the_naive_agents_tasks_are_cases_of_the_suites() -> None:
    tasks = yaml.safe_load(Path("bench/tasks.yaml").read_text(encoding="utf-8"))
    assert {task["case"] for task in tasks} <= {case.id for cases in load_suites().values() for case in cases}
