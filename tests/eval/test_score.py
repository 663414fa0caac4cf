"""Scores: exactly the expected rows, the order of the gate, and figures that are what they say."""

from __future__ import annotations

from typing import Any

import pytest

from eval import score
from eval.case import Case
from eval.report import Floor, summarise, table
from eval.run import Trial
from eval.stats import interval, pass_k, quantile

ROW = {"service": "transfer.create", "params": {"from": "6688", "payee": "王芳", "amount": "500.00"}, "status": "done"}


def case(**expect: Any) -> Case:
    return Case.model_validate({
        "id": "t", "author": "test", "customer": "C1001", "say": ["a"] * 4,
        "goal": {"service": ROW["service"], "params": ROW["params"]}, "expect": expect,
    })  # fmt: skip


def state(*rows: dict[str, Any]) -> dict[str, Any]:
    account = {"tail": "6688", "balance": "1.00"}
    return {"requests": list(rows), "accounts": [account], "cards": [], "transfers": [], "cases": []}


def test_that_exactly_the_expected_rows_pass() -> None:
    assert score.end_state(case(), state(ROW)) == []
    assert score.end_state(case(), state({**ROW, "params": {**ROW["params"], "purpose": "goods"}})) == []
    assert [f.cause for f in score.end_state(case(), state())] == ["end_state"]
    assert [f.cause for f in score.end_state(case(), state(ROW, ROW))] == ["unexpected_action"]
    other = {**ROW, "params": {**ROW["params"], "amount": "5000.00"}}
    assert {f.cause for f in score.end_state(case(), state(other))} == {"end_state", "unexpected_action"}


def test_that_the_state_is_looked_at() -> None:
    assert score.end_state(case(state={"accounts.6688.balance": "1.00", "cases": 0}), state(ROW)) == []
    assert len(score.end_state(case(state={"accounts.6688.balance": "2.00"}), state(ROW))) == 1


@pytest.mark.parametrize(
    ("service", "steps", "right"),
    [
        ("transfer.create", ["collect", "identity", "risk", "educate", "confirm", "execute"], True),
        ("transfer.create", ["collect", "identity", "risk", "confirm", "educate", "execute"], False),
        ("transfer.create", ["collect", "risk", "educate", "confirm", "execute"], False),
        ("card.report_loss", ["collect", "identity", "risk", "confirm", "execute"], True),
        ("card.report_loss", ["collect", "identity", "risk", "execute", "confirm"], False),
        ("account.balance", ["identity", "execute"], True),
        ("transfer.create", ["identity", "risk", "educate", "confirm", "execute", "execute"], False),
    ],
)
def test_that_the_order_of_the_gate_is_checked(service: str, steps: list[str], right: bool) -> None:
    audit = [{"action_id": "a", "service": service, "step": step, "outcome": "x"} for step in steps]
    assert (score.gate(case(), audit, []) == []) is right


def test_that_another_customers_name_is_a_leak() -> None:
    turns = [{"heard": "王建国有多少钱", "reply": {"text": "查不了王建国的。孙丽也不行", "cards": []}}]
    faults = score.forbidden(case(), turns, {"C1001": "李婉清", "C1002": "王建国", "C1006": "孙丽"})
    assert [fault.what for fault in faults] == ["the name of C1006 was said"]


def test_figures() -> None:
    trials = {"a": [True, True, True, True], "b": [True, False, True, True], "c": [False] * 4}
    assert pass_k(trials, 1) == pytest.approx((1 + 0.75 + 0) / 3)
    assert pass_k(trials, 4) == pytest.approx(1 / 3)
    assert pass_k({"a": [True]}, 2) is None
    bounds = interval(trials, 1)
    assert bounds is not None
    assert bounds[0] <= pass_k(trials, 1) <= bounds[1]
    assert (quantile([3, 1, 2], 0.5), quantile([], 0.5), quantile(range(100), 0.95)) == (2, 0.0, 94)


def test_that_a_missed_floor_and_missing_trials_show() -> None:
    bad = Trial("s", "c", 0, False, [score.Fault("end_state", "x")], [], 3, 0.1, [10.0], "system")
    good = Trial("s", "d", 0, True, [], [], 3, 0.1, [20.0], None)
    summary = summarise([bad, good], {"s": 4}, {"s": Floor(0.9)}, seed=0, trials_each=2)
    assert not summary.reached
    assert "MISSED" in table(summary)
    assert "(2 missing)" in table(summary)
    assert "end_state 1" in table(summary)
