"""What customers leave out, add and say of several things at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conversations.talk import Talk
from tests.conversations.test_first_wave import go_on

Open = Callable[..., Talk]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("zh-CN", ["卡丢了", "两张都丢了"]),
        ("zh-CN", ["把我名下所有的卡都挂失"]),
        ("zh-CN", ["6688和3021都挂失"]),
        ("en", ["I lost both my cards"]),
    ],
)
def test_that_several_cards_are_stopped_one_after_the_other(talk: Open, locale: str, words: list[str]) -> None:
    c = talk("C1001", locale=locale)
    for said in words:
        c.say(said)
    assert c.params()["card"] == "6688", c.text
    go_on(c)
    assert c.params()["card"] == "3021", c.text
    go_on(c)
    assert c.requests() == [("card.report_loss", "done")] * 2
    assert {card["status"] for card in c.state()["cards"]} == {"lost"}


def test_that_two_transfers_to_one_payee_are_two(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转500，再给她转300")
    go_on(c)
    assert [row["amount"] for row in c.state()["transfers"] if row["payee"] == "王芳"] == ["500.00"]
    go_on(c)
    paid = sorted(row["amount"] for row in c.state()["transfers"] if row["payee"] == "王芳")
    assert paid == ["300.00", "500.00"]


def test_that_the_account_can_be_changed_while_a_code_is_asked_for(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转1234.5")
    c.say("从3021那张转")
    assert c.stage == "identity"
    assert "不对" not in c.text, "no code was tried"
    go_on(c)
    assert {a["tail"]: a["balance"] for a in c.state()["accounts"]}["3021"] == "6965.50"


def test_that_a_name_after_a_doubt_is_a_yes(talk: Open) -> None:
    c = talk("C1001")
    c.say("帮我把房租转给房东")
    assert "转账吗" in c.text
    c.say("王芳")
    assert c.turn["service"] == "transfer.create", c.text
    c.say("三千五")
    c.give_otp()
    if c.stage == "educate":
        c.press("acknowledge")
    assert (c.params()["payee"], c.params()["amount"]) == ("王芳", "3500.00")


def test_that_a_payee_is_known_by_the_first_name(talk: Open) -> None:
    c = talk("C1007", locale="en")
    c.say("pay Grace 2500")
    c.give_otp()
    assert (c.params()["payee"], c.params()["amount"]) == ("Grace Liu", "2500.00")


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("zh-CN", ["我要投诉你们柜员态度差", "就是昨天下午网点的小李，骂人"]),
        ("en", ["I want to complain about the fees", "you charged me 50 yuan for nothing"]),
    ],
)
def test_that_what_is_added_to_a_complaint_stands_in_it(talk: Open, locale: str, words: list[str]) -> None:
    c = talk("C1001", locale=locale)
    for said in words:
        c.say(said)
        assert c.stage == "confirm", c.text
    go_on(c)
    (request,) = c.state()["requests"]
    assert all(said in request["params"]["about"] for said in words), request
