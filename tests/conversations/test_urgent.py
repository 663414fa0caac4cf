"""A card that is stolen and spent from: what protects the customer comes first, whatever else was said."""

from __future__ import annotations

import pytest

from tests.conversations.test_in_one_breath import Open


@pytest.mark.parametrize(
    ("locale", "said", "yes"),
    [
        ("zh-CN", "我的卡被偷了，有人在刷我的钱", "好的"),
        ("zh-CN", "卡找不着了，账上少了两千，肯定有人用了", "对"),
        ("en", "my card was stolen and someone is spending my money", "yes"),
        ("en", "my wallet was stolen, the thief is using my card", "yes"),
    ],
)
def test_that_the_card_is_stopped_and_then_the_fraud_reported(talk: Open, locale: str, said: str, yes: str) -> None:
    c = talk("C1007", locale=locale)
    c.say(said)
    assert (c.turn["service"], c.stage) == ("card.report_loss", "confirm"), c.text
    c.say(yes)
    assert (c.turn["service"], c.stage) == ("fraud.report", "confirm"), c.text
    assert c.params()["about"] == said
    assert "安全账户" not in c.text
    assert "safe account" not in c.text
    assert "110" in c.text
    assert "96110" in c.text
    c.say(yes)
    assert c.requests() == [("card.report_loss", "done"), ("fraud.report", "done")]


def test_that_the_stop_is_not_put_off_by_what_is_told_of_the_spending(talk: Open) -> None:
    c = talk("C1001")
    c.say("卡丢了")
    c.say("有人在刷我的钱啊！")
    assert c.turn["service"] == "card.report_loss", c.text
    c.say("3021")
    c.say("是的")
    assert c.turn["service"] == "fraud.report", c.text


def test_that_a_transfer_said_beside_it_waits(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转500，还有我的卡丢了，有人在刷")
    assert [one["service"] for one in c.turn["understood"]] == ["card.report_loss", "fraud.report", "transfer.create"]
    assert c.turn["service"] == "card.report_loss"


def test_that_a_lock_asked_for_beside_a_scam_follows_it(talk: Open) -> None:
    c = talk("C1006")
    c.say("我被骗了，钱转出去了，帮我把卡也锁了")
    assert c.turn["service"] == "fraud.report"
    assert "安全账户" in c.text
    c.say("对")
    assert c.turn["service"] == "card.lock", c.text
