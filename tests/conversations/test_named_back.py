"""What a customer names is used or named back, never passed over; and what is no value is not taken for one."""

from __future__ import annotations

import pytest

from tests.conversations.test_in_one_breath import Open


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("zh-CN", "从9923转500给王芳"),
        ("zh-CN", "给王芳转500，用尾号1111的卡"),
        ("en", "transfer 500 from 9923 to Wang Fang"),
    ],
)
def test_that_no_other_account_pays_than_the_one_named(talk: Open, locale: str, said: str) -> None:
    c = talk("C1001", locale=locale)
    c.say(said)
    assert (c.turn["service"], c.stage) == ("transfer.create", "collect"), c.text
    assert "9923" in c.text or "1111" in c.text
    assert "6688" in c.text
    c.say("3021")
    c.give_otp()
    assert c.stage == "confirm", c.text
    assert "3021" in c.text, c.text


@pytest.mark.parametrize("said", ["9923销户", "锁9923那张卡", "挂失尾号9923的卡"])
def test_that_an_account_of_somebody_elses_is_named_back(talk: Open, said: str) -> None:
    c = talk("C1001")
    c.say(said)
    assert c.stage == "collect", c.text
    assert "“9923”" in c.text, c.text


def test_that_a_balance_asked_of_another_account_says_so(talk: Open) -> None:
    c = talk("C1001")
    c.say("查9923余额")
    assert "“9923”" in c.text, c.text
    assert "52,340.18" in c.text


def test_that_an_amount_moved_from_one_to_another_is_no_account(talk: Open) -> None:
    c = talk("C1001")
    c.say("把6688的限额从5000降到3000")
    assert c.turn["understood"][0]["slots"] == {"account": "6688", "per_day": "3000.00"}, c.text


def test_that_the_read_back_tells_whose_account_is_paid(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转500")
    c.give_otp()
    assert "2468" in c.text, c.text


@pytest.mark.parametrize("said", ["123", "12 34", "1234567"])
def test_that_digits_where_a_code_is_asked_for_are_no_amount_and_no_try(talk: Open, said: str) -> None:
    c = talk("C1001")
    c.say("给王芳转500")
    for _ in range(3):
        c.say(said)
        assert "6 位数字" in c.text, c.text
    c.give_otp()
    assert c.stage == "confirm", c.text
    assert "¥500.00" in c.text, c.text


@pytest.mark.parametrize(("said", "stage"), [("好的", "collect"), ("嗯", "collect"), ("不", "idle")])
def test_that_a_yes_is_no_purpose_and_a_no_ends_it(talk: Open, said: str, stage: str) -> None:
    c = talk("C1001")
    c.say("给张伟转500")
    c.say(said)
    assert c.stage == stage, c.text


def test_that_why_not_is_no_refusal(talk: Open) -> None:
    c = talk("C1001", locale="en")
    c.say("send 500 to Wang Fang")
    c.give_otp()
    c.say("why not?")
    assert c.stage == "confirm", c.text


@pytest.mark.parametrize(
    ("locale", "opens", "purpose", "beside", "mends"),
    [
        ("zh-CN", "从6688给张伟转500", "给家人", "昨晚的球赛踢得真精彩", "用途改成交房租"),
        ("en", "send 500 to Zhang Wei from 6688", "family", "my cat is asleep on the sofa", "it's for the rent"),
    ],
)
def test_that_only_what_speaks_of_a_purpose_changes_it(
    talk: Open, locale: str, opens: str, purpose: str, beside: str, mends: str
) -> None:
    c = talk("C1001", locale=locale)
    c.say(opens)
    c.say(purpose)
    while c.stage in ("educate", "identity"):
        c.give_otp() if c.stage == "identity" else c.answer_quiz() if c.has("quiz") else c.press("acknowledge")
    before = c.params()["purpose"]
    c.say(beside)
    assert (c.stage, c.params()["purpose"]) == ("confirm", before), c.text
    c.say(mends)
    assert c.stage == "identity", c.text  # the code was for what was read back
    c.give_otp()
    assert c.params()["purpose"] != before
