"""Conversations over the rest of the first wave, as customers hold them: refusals, errands, doubts, what comes after."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conversations.talk import Talk

Open = Callable[..., Talk]


def notices(c: Talk) -> list[str]:
    """The texts on the sandbox phone but for codes, newest first."""
    messages = c.client.get(f"/api/v1/sandbox/customers/{c.customer}/phone").json()
    return [str(message["text"]) for message in messages if message["kind"] == "notice"]


def go_on(c: Talk) -> None:
    """Prove, learn and confirm whatever is asked, until something else is."""
    for _ in range(10):
        if c.has("otp"):
            c.give_otp()
        elif c.has("consent"):
            c.prove_level_3()
        elif c.has("quiz"):
            c.answer_quiz()
        elif c.stage == "educate":
            c.press("acknowledge")
        else:
            break
    c.confirm()


def test_that_what_stands_in_the_way_of_closing_is_settled_and_closing_goes_on(talk: Open) -> None:
    c = talk("C1004")
    c.say("把9923销户")
    for part in ("城市燃气", "联信通信", "1,200.00"):
        assert part in c.text
    assert c.requests() == []
    c.say("好的，一件件办吧")
    for service in ("autodebit.cancel", "autodebit.cancel", "transfer.cancel", "account.close"):
        assert c.turn["service"] == service
        go_on(c)
    assert sorted(c.requests()) == [
        ("account.close", "done"),
        ("autodebit.cancel", "done"),
        ("autodebit.cancel", "done"),
        ("transfer.cancel", "done"),
    ]
    state = c.state()
    assert [(a["tail"], a["status"], a["balance"]) for a in state["accounts"]] == [
        ("4417", "active", "23000.00"),
        ("9923", "closed", "0.00"),
    ]
    assert len(notices(c)) == 4
    assert all("如果不是您本人" in text for text in notices(c))
    assert c.stage == "follow_up", "and now the rating"


def test_that_a_handoff_carries_the_unfinished_wishes_along(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转三百，然后把6688的卡换了")
    c.say("转人工")
    assert c.stage == "handoff"
    assert "转账" in c.card("handoff")["summary"]
    assert "换卡" in c.card("handoff")["summary"]
    assert c.requests() == []


@pytest.mark.parametrize("words", ["好的吧…我再想想", "好像可以吧", "嗯？", "等等，先别"])
def test_that_a_doubtful_yes_is_none(talk: Open, words: str) -> None:
    c = talk("C1001")
    c.say("把3021这张卡先锁上")
    assert c.stage == "confirm"
    c.say(words)
    assert (c.stage, c.turn["service"]) == ("confirm", "card.lock")
    assert c.requests() == []
    c.say("确认")
    assert c.requests() == [("card.lock", "done")]


def test_that_every_change_is_told_in_the_customers_language(talk: Open) -> None:
    c = talk("C1007", locale="en")
    for words in (
        "lock my card",
        "unlock my card",
        "lower my daily limit to 5000",
        "I want to complain, nobody helped me",
    ):
        c.say(words)
        go_on(c)
    told = notices(c)
    assert len(told) == 4
    for text in told:
        assert "not you" in text
        assert not any("一" <= char <= "鿿" for char in text), text


def test_that_a_right_is_named_told_and_never_small_talk(talk: Open) -> None:
    c = talk("C1001")
    c.say("给我一份我的个人信息副本")
    assert c.turn["understood"][0]["service"] == "privacy.export"
    assert c.turn["citations"]
    assert "网点" in c.text


@pytest.mark.parametrize(
    ("customer", "locale", "wish", "replace", "done"),
    [
        ("C1001", "zh-CN", "不要再用我的人脸", "我的卡坏了，换一张，尾号6688", "一并删除"),
        ("C1007", "en", "stop using my face", "my card 6003 is broken, please replace it", "are deleted with it"),
    ],
)
def test_that_a_face_consent_is_withdrawn_by_words(
    talk: Open, customer: str, locale: str, wish: str, replace: str, done: str
) -> None:
    c = talk(customer, locale=locale, device="new")
    c.say(wish)
    assert c.turn["actions"][0]["reason"] == ["no_consent"]
    c.say(replace)
    go_on(c)
    assert [row["given"] for row in c.state()["consents"]] == [True]
    c.say(wish)
    go_on(c)
    assert done in c.text
    assert [row["given"] for row in c.state()["consents"]] == [True, False]
    assert ("privacy.withdraw_consent", "done") in c.requests()


def test_that_a_low_rating_opens_a_case_and_offers_a_person(talk: Open) -> None:
    c = talk("C1008")
    c.say("锁一下卡")
    go_on(c)
    c.press("rating", 1)
    assert [case["kind"] for case in c.state()["cases"]] == ["low_rating"]
    c.say("好的")
    assert c.stage == "handoff"


@pytest.mark.parametrize(("pressed", "then"), [("acknowledge", "handoff"), ("deny", "idle")])
def test_that_an_offer_can_be_answered_by_button(talk: Open, pressed: str, then: str) -> None:
    c = talk("C1008")
    c.say("锁一下卡")
    go_on(c)
    c.press("rating", 1)
    assert c.card("offer")["question"] in c.text
    c.press(pressed)
    assert c.stage == then
    assert not c.has("offer")


def test_that_an_offer_stays_open_while_it_is_repeated(talk: Open) -> None:
    c = talk("C1004")
    c.say("把9923销户")
    asked = c.card("offer")
    c.say("再说一遍")
    assert c.card("offer") == asked
    c.press("acknowledge")
    assert c.turn["service"] == "autodebit.cancel"
