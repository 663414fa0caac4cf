"""Every case has an end that a reference can reach; every held-out line a label that can be understood or an entry that is there."""

from __future__ import annotations

import httpx
import pytest

from bench.reach import Proof, line, prove, reference, references
from eval.contract import PARAMS
from eval.load import load_suites, wordings
from eval.probe import probes
from eval.run import Runner
from eval.system import System
from knowledge.library import ENTRIES
from knowledge.loader import load

COMMANDS = {
    "confirm",
    "deny",
    "acknowledge",
    "cancel",
    "repeat",
    "ask_knowledge",
    "out_of_scope",
    "clarify",
    "correct",
    "set_slots",
}


def test_that_every_case_has_a_reference() -> None:
    suites = load_suites()
    found = references(suites)
    assert set(found) == {*suites, "voice"}
    for name, cases in found.items():
        assert cases
        assert all(case.attack is None and case.behaviour.network == "good" for case in cases), name
    assert len(found["services"]) == len(suites["services"])
    assert len(found["redteam"]) < len(suites["redteam"]), "attacks share their honest tasks"


@pytest.mark.parametrize(("suite", "case"), [("robustness", 0), ("redteam", 0), ("protection", 0)])
def test_that_a_reference_comes_to_its_end(client: httpx.Client, suite: str, case: int) -> None:
    proof = prove(references(load_suites())[suite][case], Runner(System(client), 0, wordings()))
    assert proof.wording is not None, proof.why


def test_that_an_end_that_cannot_be_reached_is_not_proven(client: httpx.Client) -> None:
    case = reference(load_suites()["fairness"][0])
    never = case.model_copy(update={"expect": case.expect.model_copy(update={"said": ["never said"]})})
    proof = prove(never, Runner(System(client), 0, wordings(), proven=frozenset({case.id})))
    assert proof == Proof(case.id, None, "not_said: never said: never said")
    assert line("s", [proof, Proof("b", 2)]) == f"| s | 2 | 1 | 0 | {case.id} |"


def test_that_every_line_has_a_label_or_an_entry_that_is_there() -> None:
    suites = probes()
    meant = {label for probe in suites["understanding"] for label in probe.means}
    assert {label for label in meant if not label.startswith("chitchat.")} <= {*PARAMS, *COMMANDS}
    entries = {entry.id for entry in load(ENTRIES).entries}
    assert {probe.source for probe in suites["knowledge"] if probe.source is not None} <= entries
