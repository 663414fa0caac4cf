"""Questions about one's own accounts are answered from them, and what leans on the turn before is not lost."""

from __future__ import annotations

import pytest

from tests.conversations.test_in_one_breath import Open


@pytest.mark.parametrize(
    ("locale", "ask"),
    [
        ("zh-CN", "我卡怎么转不出钱了"),
        ("zh-CN", "凭什么管我的卡"),
        ("zh-CN", "为什么冻结我的账户"),
        ("en", "why can't I send money"),
        ("en", "why is my account frozen"),
    ],
)
def test_that_a_control_is_explained_from_ones_own_account_with_its_appeal(talk: Open, locale: str, ask: str) -> None:
    c = talk("C1005", locale=locale)
    c.say(ask)
    assert "1180" in c.text, c.text
    assert ("申请解除" if locale == "zh-CN" else "appeal") in c.text, c.text
    assert c.requests() == []
    c.say("好的" if locale == "zh-CN" else "yes")
    assert (c.turn["service"], c.stage) == ("account.unfreeze_appeal", "collect"), c.text


def test_that_the_story_told_then_is_the_appeal(talk: Open) -> None:
    c = talk("C1005")
    c.say("我卡怎么转不出钱了")
    c.say("我是做水果生意的，钱都是货款")
    assert c.turn["service"] == "account.unfreeze_appeal", c.text
    c.give_otp()
    assert c.stage == "confirm", c.text


def test_that_nobody_elses_control_is_talked_about(talk: Open) -> None:
    c = talk("C1001")
    c.say("我卡怎么转不出钱了")
    assert "1180" not in c.text
    assert "管控解除申请吗" not in c.text


def test_that_a_deposit_is_due_on_its_own_day(talk: Open) -> None:
    c = talk("C1002")
    c.say("定期什么时候到期啊")
    assert "100,000.00" in c.text, c.text
    assert "到期" in c.text


@pytest.mark.parametrize("said", ["房贷还有多少", "帮我看看还有多少钱"])
def test_that_how_much_is_left_is_one_question(talk: Open, said: str) -> None:
    c = talk("C1008")
    c.say(said)
    assert len(c.turn["understood"]) == 1, c.turn["understood"]


def test_that_an_urgent_wish_behind_another_is_not_lost(talk: Open) -> None:
    c = talk("C1001")
    c.say("查余额还有挂失6688")
    assert [one["service"] for one in c.turn["understood"]] == ["card.report_loss", "account.balance"]


def test_that_the_transfer_just_made_can_be_asked_back(talk: Open) -> None:
    c = talk("C1006")
    c.say("刚刚转错了能撤吗")
    assert c.turn["service"] == "transfer.cancel", c.text


def test_that_ones_tail_in_the_middle_is_the_account_that_is_meant(talk: Open) -> None:
    c = talk("C1003")
    c.say("我那个不用的卡想再用起来")
    c.say("7790")
    assert (c.turn["service"], c.stage) == ("account.activate_dormant", "identity"), c.text


def test_that_a_code_from_before_is_no_amount_where_a_purpose_is_asked_for(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转五百")
    c.give_otp()
    c.say("不对，转给张伟")
    assert c.stage == "collect", c.text
    c.say("482913")
    assert "482,913" not in str(c.turn), c.text
    c.say("还他钱")
    c.give_otp()
    c.say("知道了")
    assert "¥500.00" in str(c.turn), c.text


def test_that_an_offer_is_put_again_behind_the_answer_to_a_question(talk: Open) -> None:
    c = talk("C1004")
    c.say("把9923销户")
    assert (c.stage, c.turn["service"]) == ("follow_up", "account.close"), c.text
    c.say("为什么有代扣就不能销户")
    assert c.turn["understood"][0]["command"] == "ask_knowledge"
    assert c.has("offer"), c.text
    c.say("好的，办吧")
    assert (c.turn["service"], c.stage) == ("autodebit.cancel", "identity"), c.text


@pytest.mark.parametrize(
    ("customer", "first", "then", "service"),
    [
        ("C1006", "我转给别人的钱到了没有", "不想转了", "transfer.cancel"),
        ("C1006", "我转给别人的钱到了没有", "那不要转了", "transfer.cancel"),
        ("C1004", "我有哪些自动扣款", "燃气的不要了", "autodebit.cancel"),
        ("C1004", "我有哪些自动扣款", "把话费那个停了吧", "autodebit.cancel"),
    ],
)
def test_that_what_was_just_shown_is_ended_in_a_few_words(
    talk: Open, customer: str, first: str, then: str, service: str
) -> None:
    c = talk(customer)
    c.say(first)
    c.say(then)
    assert (c.turn["service"], c.stage) == (service, "identity"), c.text


def test_that_to_activate_is_to_wake_where_an_account_sleeps(talk: Open) -> None:
    c = talk("C1003")
    c.say("这个卡几年没用了还能用吗")
    c.say("那帮我激活吧")
    assert c.turn["service"] == "account.activate_dormant", c.text


def test_that_a_changed_mind_calls_back_the_transfer_just_shown(talk: Open) -> None:
    c = talk("C1006", locale="en")
    c.say("where is my transfer")
    c.say("i changed my mind")
    assert c.turn["service"] == "transfer.cancel", c.text


@pytest.mark.parametrize(("locale", "said"), [("en", "class two"), ("zh-CN", "二类"), ("zh-CN", "三类的吧")])
def test_that_a_class_that_was_asked_for_is_no_other_service(talk: Open, locale: str, said: str) -> None:
    c = talk("C1007" if locale == "en" else "C1001", locale=locale)
    c.say("open an account for me" if locale == "en" else "开户")
    c.say(said)
    assert (c.turn["service"], c.stage) == ("account.open", "identity"), c.text


def test_that_more_of_the_story_asks_nothing_back_and_costs_no_code(talk: Open) -> None:
    c = talk("C1007", locale="en")
    c.say("replace card")
    c.say("it's scratched")
    assert not c.has("choices"), c.text
    c.say(c.code())
    assert c.stage == "confirm", c.text


def test_that_a_payee_named_in_part_is_a_payee_beside_another_wish(talk: Open) -> None:
    c = talk("C1007", locale="en")
    c.say("pay grace 5000 and then lock my card")
    assert [one["service"] for one in c.turn["understood"]] == ["card.lock", "transfer.create"], c.text
    assert c.turn["understood"][1]["slots"] == {"payee": "Grace Liu", "amount": "5000.00"}


def test_that_nothing_is_broken_off_on_a_guess(talk: Open) -> None:
    c = talk("C1003", locale="en")
    c.say("my account is asleep")
    c.say("yes")
    c.say("wake it up")
    assert (c.turn["service"], c.stage) == ("account.activate_dormant", "identity"), c.text


def test_that_the_only_payee_is_asked_about_like_any_other(talk: Open) -> None:
    c = talk("C1002")
    c.say("孙子让我转五千给他")
    assert c.stage == "collect", c.text
    assert "王磊" in c.text, c.text


def test_that_all_that_is_told_of_a_scam_is_on_record(talk: Open) -> None:
    c = talk("C1001")
    told = ["有人冒充银行客服给我打电话", "他要我的验证码", "我已经告诉他了"]
    for words in told:
        c.say(words)
    c.confirm()
    assert all(words in str(c.state()["requests"]) for words in told), c.state()["requests"]


@pytest.mark.parametrize(
    ("said", "life"),
    [("我的钱没了，怎么办啊", False), ("卡里的钱全不见了，我该怎么办", False), ("钱没了，我不想活了", True)],
)
def test_that_vanished_money_is_looked_for_and_despair_is_heard(talk: Open, said: str, life: bool) -> None:
    c = talk("C1001")
    c.say(said)
    assert ("12356" in c.text) is life, c.text
    if not life:
        assert c.has("choices") or c.turn["service"] == "fraud.report", c.text


def test_that_what_now_is_no_despair(talk: Open) -> None:
    c = talk("C1001")
    c.say("换卡")
    c.say("现在怎么办")
    assert (c.turn["service"], c.stage) == ("card.replace", "collect"), c.text
    assert "12356" not in c.text
    d = talk("C1001")
    d.say("忘记密码了")
    d.say("那怎么办")
    assert "密码" in d.text, d.text


def test_that_a_lesson_that_is_not_understood_is_said_again_and_ends_nothing(talk: Open) -> None:
    c = talk("C1001")
    c.say("给张伟转三万")
    c.say("买车")
    c.give_otp()
    c.say("我不懂")
    assert (c.turn["service"], c.stage) == ("transfer.create", "educate"), c.text


def test_that_a_face_refused_in_other_words_brings_the_other_way(talk: Open) -> None:
    c = talk("C1003")
    c.say("激活7790")
    c.say("那我不刷了")
    assert c.stage == "handoff", c.text


def test_that_ten_of_five_is_asked_again(talk: Open) -> None:
    c = talk("C1001")
    c.say("锁3021")
    c.say("确认")
    c.say("10分")
    assert c.stage == "follow_up", c.text
    c.say("5分")
    assert c.stage == "idle", c.text


def test_that_what_is_on_its_way_is_called_back_in_two_words(talk: Open) -> None:
    c = talk("C1006")
    c.say("我昨天转的三万是不是骗子")
    c.say("那撤了")
    assert c.turn["service"] == "transfer.cancel", c.text


@pytest.mark.parametrize(
    ("first", "then", "about"),
    [
        ("我老伴走了，他的存款咋取", "要带啥", "存款"),
        ("我想贷款十万", "需要什么条件", "贷款"),
        ("我要取钱", "到哪里取", "取现"),
        ("换卡要多少钱", "要几天", "新卡"),
    ],
)
def test_that_a_question_that_names_nothing_is_about_what_was_talked_of(
    talk: Open, first: str, then: str, about: str
) -> None:
    c = talk("C1002")
    c.say(first)
    c.say(then)
    assert about in c.text, c.text
    assert "排队" not in c.text, c.text


@pytest.mark.parametrize(
    ("locale", "said"), [("zh-CN", "我妈的卡丢了帮她挂失"), ("en", "my mum's card was stolen, report it lost")]
)
def test_that_no_card_of_ones_own_is_stopped_for_somebody_elses(talk: Open, locale: str, said: str) -> None:
    c = talk("C1001", locale=locale)
    c.say(said)
    assert (c.stage, c.turn["service"]) == ("idle", None), c.text


@pytest.mark.parametrize(("locale", "said"), [("zh-CN", "7790这张为什么用不了"), ("en", "why can't I use my card")])
def test_that_an_account_that_sleeps_is_named_as_the_reason(talk: Open, locale: str, said: str) -> None:
    c = talk("C1003", locale=locale)
    c.say(said)
    assert "7790" in c.text, c.text
    c.say("好" if locale == "zh-CN" else "yes")
    assert c.turn["service"] == "account.activate_dormant", c.text


def test_that_a_balance_asked_behind_a_wait_is_told_and_mends_nothing(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转七百")
    c.give_otp()
    c.say("等等，6688余额多少")
    assert "52,340.18" in c.text, c.text
    assert c.stage == "confirm", c.text


@pytest.mark.parametrize(
    ("locale", "said"), [("zh-CN", "别挂了，卡在这儿"), ("zh-CN", "等等，找到了"), ("en", "wait I found it")]
)
def test_that_a_card_that_turns_up_is_not_stopped(talk: Open, locale: str, said: str) -> None:
    c = talk("C1001", locale=locale)
    c.say("3021丢了" if locale == "zh-CN" else "I lost my card 3021")
    c.say(said)
    assert (c.stage, c.requests()) == ("idle", []), c.text


@pytest.mark.parametrize(
    ("locale", "said"), [("zh-CN", "给王芳转五百，密码是123456"), ("en", "send 500 to Wang Fang my pin is 4321")]
)
def test_that_a_secret_told_unasked_is_no_amount(talk: Open, locale: str, said: str) -> None:
    c = talk("C1001", locale=locale)
    c.say(said)
    assert c.turn["understood"][0]["slots"] == {"payee": "王芳", "amount": "500.00"}, c.text


@pytest.mark.parametrize(("said", "service"), [("把卡停了", "card"), ("那个转账取消", "transfer"), ("算了取消", None)])
def test_that_what_is_ended_after_a_list_is_what_was_named(talk: Open, said: str, service: str | None) -> None:
    c = talk("C1004")
    c.say("我有哪些自动扣款")
    c.say(said)
    assert (c.turn["service"] or "").startswith(service or ""), c.text
    assert c.turn["service"] != "autodebit.cancel", c.text
