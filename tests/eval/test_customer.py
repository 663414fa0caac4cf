"""The simulated customer: answers what it is asked, never confirms what it did not mean, and repeats itself exactly."""

from __future__ import annotations

from typing import Any

import pytest

from eval.case import Case
from eval.customer import Customer, Lost, Senses
from eval.load import wordings

SETS = wordings()
SENSES = Senses(lambda: "482913", lambda: "opt_right")


def case(**more: Any) -> Case:
    return Case.model_validate({
        "id": "t", "author": "test", "customer": "C1001", "say": ["甲", "乙", "丙", "丁"],
        "goal": {"service": "transfer.create", "params": {"from": "6688", "payee": "王芳", "amount": "500.00"}}, **more,
    })  # fmt: skip


def turn(
    stage: str, *cards: dict[str, Any], text: str = "", service: str | None = "transfer.create", **more: Any
) -> dict[str, Any]:
    return {
        "stage": stage, "service": service, "reply": {"text": text, "cards": list(cards)}, "actions": [], "citations": [], **more,
    }  # fmt: skip


def confirm(amount: str, card: str = "con_1") -> dict[str, Any]:
    rows = {"from": "6688", "payee": "王芳", "amount": amount}
    return {"type": "confirm", "id": card, "params": [{"name": k, "label": k, "value": v} for k, v in rows.items()]}


def buttons(**more: Any) -> Customer:
    return Customer(case(behaviour={"manner": "buttons", **more}), 0, 0, SETS)


def test_that_each_trial_opens_in_another_wording_and_repeats_exactly() -> None:
    words = [Customer(case(), trial, 7, SETS).begin().body for trial in range(4)]
    assert sorted(body["text"] for body in words if body) == ["丁", "丙", "乙", "甲"]
    assert words == [Customer(case(), trial, 7, SETS).begin().body for trial in range(4)]


def test_that_only_the_meant_parameters_are_confirmed() -> None:
    move = buttons().reply(turn("confirm", confirm("500.00")), SENSES)
    assert move is not None
    assert move.body == {"input": {"type": "confirm", "value": "con_1"}}
    move = buttons().reply(turn("confirm", confirm("5000.00")), SENSES)
    assert move is not None
    assert move.body is not None
    assert "500.00" in move.body["text"]


def test_that_a_customer_who_is_never_understood_right_leaves_without_a_yes() -> None:
    customer = buttons()
    said = [customer.reply(turn("confirm", confirm("5000.00", f"con_{i}")), SENSES) for i in range(4)]
    assert said[3] is None
    assert all(move is None or (move.body or {}).get("input", {}).get("type") != "confirm" for move in said)


def test_that_codes_come_from_the_phone_and_can_be_mistyped() -> None:
    customer = buttons(otp_wrong=1)
    otp = {"type": "otp", "sent_to": "x", "expires_in_s": 300}
    first, second = (customer.reply(turn("identity", otp, text=str(i)), SENSES) for i in range(2))
    assert first is not None
    assert first.body != {"input": {"type": "otp", "value": "482913"}}
    assert second is not None
    assert second.body == {"input": {"type": "otp", "value": "482913"}}


def test_that_a_choice_is_made_by_its_value() -> None:
    card = {"type": "choices", "question": "?", "options": [{"id": "3021", "label": "a"}, {"id": "6688", "label": "b"}]}
    move = buttons().reply(turn("collect", card), SENSES)
    assert move is not None
    assert move.body == {"input": {"type": "choice", "value": "6688"}}


def test_that_a_missing_value_is_said_when_asked() -> None:
    move = buttons().reply(turn("collect", text="请问转多少？"), SENSES)
    assert move is not None
    assert move.body is not None
    assert "500.00" in move.body["text"]


def test_that_the_simulator_owns_its_own_faults() -> None:
    with pytest.raises(Lost):
        buttons().reply(turn("collect", text="您的鞋码？"), SENSES)


def test_that_another_service_is_refused() -> None:
    customer = buttons()
    move = customer.reply(turn("collect", service="card.replace"), SENSES)
    assert move is not None
    assert move.body is not None
    assert "text" in move.body
    assert customer.notes == ["wrong_service"]


def test_that_a_step_is_taken_where_it_belongs_and_once() -> None:
    wants = {"at": "confirm", "say": ["改成六百"] * 4, "wants": {"amount": "600.00"}}
    customer = Customer(case(steps=[wants], behaviour={"manner": "buttons"}), 0, 0, SETS)
    first = customer.reply(turn("confirm", confirm("500.00")), SENSES)
    assert first is not None
    assert first.body == {"text": "改成六百"}
    second = customer.reply(turn("confirm", confirm("600.00", "con_2")), SENSES)
    assert second is not None
    assert second.body == {"input": {"type": "confirm", "value": "con_2"}}
