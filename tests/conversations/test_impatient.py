"""Customers who take back, wait, grumble and ask in the middle: what a good teller would have understood."""

from __future__ import annotations

import pytest

from tests.conversations.test_in_one_breath import Open


@pytest.mark.parametrize(
    ("locale", "said", "slots"),
    [
        ("zh-CN", "给王芳转500，不对，是600", {"payee": "王芳", "amount": "600.00"}),
        ("zh-CN", "往王芳卡上打一千二，不对，一千五，哎不，还是一千二", {"payee": "王芳", "amount": "1200.00"}),
        ("zh-CN", "哎呀烦死了，转个钱怎么这么麻烦！给张伟转三千！", {"payee": "张伟", "amount": "3000.00"}),
        ("en", "send Wang Fang 500, no sorry, it's 600", {"payee": "王芳", "amount": "600.00"}),
    ],
)
def test_that_a_wish_put_right_in_its_own_breath_is_begun(
    talk: Open, locale: str, said: str, slots: dict[str, str]
) -> None:
    c = talk("C1001", locale=locale)
    c.say(said)
    (wish,) = c.turn["understood"]
    assert (wish["service"], wish["slots"]) == ("transfer.create", slots), c.text


@pytest.mark.parametrize(("locale", "ask"), [("zh-CN", "多少钱啊"), ("en", "how much?")])
def test_that_the_price_of_what_is_under_way_is_no_balance(talk: Open, locale: str, ask: str) -> None:
    c = talk("C1002", locale=locale)
    c.say("换卡" if locale == "zh-CN" else "I want a new card, the chip is broken")
    c.give_otp()
    c.say(ask)
    assert [one["command"] for one in c.turn["understood"]] == ["ask_knowledge"]
    assert "186,000" not in c.text
    assert c.stage == "confirm"


def test_that_a_question_behind_a_wait_is_answered_and_agrees_to_nothing(talk: Open) -> None:
    c = talk("C1002")
    c.say("换卡")
    c.give_otp()
    c.say("等等，旧卡还能用吗？")
    assert [one["command"] for one in c.turn["understood"]] == ["ask_knowledge"]
    assert (c.stage, c.requests()) == ("confirm", [])


def test_that_no_thanks_to_a_complaint_files_none(talk: Open) -> None:
    c = talk("C1004")
    c.say("不满意，1分")
    assert "投诉" in c.text
    c.say("不用")
    assert c.turn["service"] is None, c.text
    assert c.requests() == []


@pytest.mark.parametrize(
    ("locale", "said"), [("zh-CN", "算了不投诉了"), ("en", "never mind, I don't want to complain")]
)
def test_that_a_complaint_taken_back_is_not_added_to(talk: Open, locale: str, said: str) -> None:
    c = talk("C1001", locale=locale)
    c.say("我要投诉，你们机器人太笨了" if locale == "zh-CN" else "I want to complain about your useless app")
    assert c.stage == "confirm", c.text
    c.say(said)
    assert (c.stage, c.requests()) == ("idle", []), c.text


@pytest.mark.parametrize("agreed", ["是的", "换手机号", "对，换一下"])
def test_that_a_far_reaching_wish_in_two_words_is_made_sure_of_once(talk: Open, agreed: str) -> None:
    c = talk("C1001")
    c.say("换手机号")
    assert (c.stage, c.turn["service"]) == ("idle", None), c.text
    assert "您是要办变更预留手机号吗" in c.text
    c.say(agreed)
    assert (c.turn["service"], c.stage) == ("profile.change_phone", "collect"), c.text


def test_that_the_value_is_a_yes_to_what_it_is_for(talk: Open) -> None:
    c = talk("C1001")
    c.say("换手机号")
    c.say("10000009999")
    assert (c.turn["service"], c.stage) == ("profile.change_phone", "identity"), c.text
    d = talk("C1001")
    d.say("提高额度")
    d.say("提到八万")
    assert (d.turn["service"], d.stage) == ("limit.raise", "identity"), d.text


def test_that_what_was_not_meant_is_left(talk: Open) -> None:
    c = talk("C1001")
    c.say("换手机号")
    c.say("不是")
    assert (c.stage, c.turn["service"], c.requests()) == ("idle", None, []), c.text


def test_that_a_number_that_is_mended_is_no_code(talk: Open) -> None:
    c = talk("C1001")
    c.say("我要换手机号，新号10000009999")
    c.prove_level_3()
    c.say("不是，尾号是8888")
    assert "还可以试" not in c.text, c.text


def test_that_an_amount_mended_while_a_purpose_is_asked_for_is_no_purpose(talk: Open) -> None:
    c = talk("C1001", locale="en")
    c.say("send 2000 to Zhang Wei")
    c.say("hang on")
    assert "Goodbye" not in c.text
    c.say("no make it 200")
    assert [one["command"] for one in c.turn["understood"]] == ["correct"], c.text
    assert c.turn["understood"][0]["slots"] == {"amount": "200.00"}


def test_that_the_transfer_on_its_way_is_called_back_when_it_is_named(talk: Open) -> None:
    c = talk("C1006")
    c.say("我那三万块能撤回来不")
    assert c.turn["service"] == "transfer.cancel", c.text


def test_that_one_of_the_debits_just_shown_is_ended(talk: Open) -> None:
    c = talk("C1004")
    c.say("查查我有哪些代扣")
    c.say("把燃气那个取消")
    assert c.turn["service"] == "autodebit.cancel", c.text


def test_that_what_is_told_on_at_an_appeal_goes_into_it(talk: Open) -> None:
    c = talk("C1005")
    c.say("凭什么冻我的卡！！！")
    assert "司法冻结" not in c.text
    c.say("我就是帮朋友转了几笔")
    c.give_otp()
    c.say("我在网上做兼职，帮朋友收款转账，我不知道不行")
    assert "兼职" in c.params()["about"], c.text


def test_that_a_lone_number_is_no_question(talk: Open) -> None:
    c = talk("C1001")
    c.say("5分")
    assert c.turn["citations"] == []


@pytest.mark.parametrize("again", ["015924", "验证码是015924", "零一五九二四"])
def test_that_a_code_said_once_more_is_no_amount(talk: Open, again: str) -> None:
    c = talk("C1001")
    c.say("从6688给王芳转500元")
    c.give_otp()
    c.say(again)
    assert c.stage == "confirm", c.text
    assert c.params()["amount"] == "500.00"
    assert "¥500.00" in c.text, "the read-back is said again"
