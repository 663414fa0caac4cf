"""The six conversations that must work from the first day, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conversations.talk import Talk

Open = Callable[..., Talk]


def test_that_a_damaged_card_is_replaced_with_a_question_in_the_middle_and_a_correction(talk: Open) -> None:
    c = talk("C1001")
    c.say("我这张卡插ATM读不出来了，给我换一张")
    assert (c.stage, c.turn["service"]) == ("collect", "card.replace")
    assert {option["id"] for option in c.card("choices")["options"]} == {"6688", "3021"}
    c.say("6688那张")
    assert c.stage == "identity"
    assert c.has("otp")
    c.say(f"验证码是 {c.code()}")
    assert c.stage == "confirm"
    assert c.has("education")
    assert c.turn["citations"]
    assert c.params()["card"] == "6688"
    c.say("旧卡上的自动扣款怎么办？")
    assert c.turn["citations"]
    assert c.stage == "confirm"
    assert c.turn["service"] == "card.replace"
    first = c.card("confirm")["id"]
    c.say("不对，是3021那张")
    assert c.params()["card"] == "3021"
    assert c.card("confirm")["id"] != first
    c.press("confirm", first)
    assert c.requests() == [], "the old read-back counts for nothing"
    c.say("不对，还是6688")
    assert c.params()["card"] == "6688"
    c.say("确认")
    assert c.turn["actions"][0]["status"] == "done"
    assert c.has("receipt")
    rows = c.state()["requests"]
    assert [(row["service"], row["params"], row["status"]) for row in rows] == [
        ("card.replace", {"card": "6688"}, "done")
    ]
    assert c.stage == "follow_up"
    c.press("rating", 5)
    assert c.stage == "idle"


def test_that_a_known_payee_is_paid_at_once(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转五百")
    c.give_otp()
    assert c.params() == {"from": "6688", "payee": "王芳", "amount": "500.00"}
    c.say("确认")
    state = c.state()
    assert c.requests() == [("transfer.create", "done")]
    assert state["accounts"][0]["balance"] == "51840.18"
    assert state["transfers"][0]["status"] == "done"
    assert state["transfers"][0]["amount"] == "500.00"


def test_that_a_stranger_is_paid_after_a_warning_and_24_hours_and_can_be_cancelled(talk: Open) -> None:
    c = talk("C1001")
    c.say("给张伟转三万")
    assert c.stage == "collect"
    assert c.has("choices"), "asked what it is for"
    c.say("还朋友的钱")
    c.give_otp()
    assert c.stage == "educate"
    assert c.card("education")["mode"] == "acknowledge"
    c.say("知道了")
    assert c.stage == "confirm"
    assert "24" in c.text
    old = c.card("confirm")["id"]
    c.say("改成两万")
    assert c.stage == "identity", "the code is bound to the amount"
    c.press("confirm", old)
    assert c.requests() == []
    c.give_otp()
    if c.stage == "educate":
        c.press("acknowledge")
    assert c.params()["amount"] == "20000.00"
    c.say("确认")
    assert c.turn["actions"][0]["status"] == "delayed"
    assert c.requests() == [("transfer.create", "delayed")]
    assert c.state()["accounts"][0]["balance"] == "52340.18"
    c.say("撤销刚才那笔转账")
    if c.stage == "identity":
        c.give_otp()
    c.say("确认")
    assert sorted(c.requests()) == [("transfer.cancel", "done"), ("transfer.create", "cancelled")]
    assert c.state()["transfers"][0]["status"] == "cancelled"


def test_that_a_delayed_transfer_arrives_after_24_hours(talk: Open) -> None:
    c = talk("C1001")
    c.say("给张伟转100块")
    c.say("买东西")
    c.give_otp()
    c.press("acknowledge")
    c.confirm()
    c.client.post("/api/v1/sandbox/clock", json={"advance_s": 86_400})
    assert c.requests() == [("transfer.create", "done")]
    assert c.state()["accounts"][0]["balance"] == "52240.18"


def test_that_a_dormant_account_is_woken_after_level_3_and_a_question(talk: Open) -> None:
    c = talk("C1003")
    c.say("我那张好久没用的卡帮我恢复一下")
    assert c.stage == "identity"
    assert c.has("consent")
    c.prove_level_3()
    assert c.stage == "educate"
    assert len(c.card("quiz")["options"]) >= 3
    c.answer_quiz()
    assert c.stage == "confirm"
    c.say("确认")
    state = c.state()
    assert next(a for a in state["accounts"] if a["tail"] == "7790")["status"] == "active"
    assert c.requests() == [("account.activate_dormant", "done")]


def test_that_a_wrong_answer_brings_another_question_and_two_bring_staff(talk: Open) -> None:
    c = talk("C1003")
    c.say("激活我的睡眠户")
    c.prove_level_3()
    questions = []
    for _ in range(2):
        right = c.client.get(f"/api/v1/sandbox/sessions/{c.session}").json()["quiz_answer"]
        questions.append(c.card("quiz")["question"])
        c.press("quiz", next(o["id"] for o in c.card("quiz")["options"] if o["id"] != right))
    assert questions[0] != questions[1]
    assert c.stage == "handoff"
    assert c.requests() == [("account.activate_dormant", "in_review")]
    assert c.state()["accounts"][0]["status"] == "dormant"


def test_that_a_lost_card_is_stopped_in_two_turns(talk: Open) -> None:
    c = talk("C1007", locale="en")
    c.say("I lost my card")
    assert c.stage == "confirm"
    assert not c.has("education")
    assert c.params()["card"] == "6003"
    c.say("yes")
    assert c.requests() == [("card.report_loss", "done")]
    assert c.state()["cards"][0]["status"] == "lost"
    assert "next" in c.text.lower()


def test_that_a_scam_is_recognised_and_the_pending_transfer_stopped(talk: Open) -> None:
    c = talk("C1006")
    c.say("有人说是公安局的让我把钱转到安全账户")
    assert c.turn["understood"][0]["service"] == "fraud.report"
    assert c.stage == "confirm"
    assert "110" in c.text
    assert "96110" in c.text
    assert "30,000.00" in c.text
    c.say("好，快拦下来")
    state = c.state()
    assert c.requests() == [("fraud.report", "done")]
    assert state["transfers"][0]["status"] == "cancelled"
    assert len(state["cases"]) == 1
    assert "人工" in c.text
    c.say("要")
    assert c.stage == "handoff"


@pytest.mark.parametrize(
    ("customer", "locale", "words"),
    [
        ("C1001", "zh-CN", "转人工"),
        ("C1002", "zh-CN", "我要找个真人跟我说"),
        (None, "zh-CN", "叫人工客服来"),
        ("C1007", "en", "I want to talk to a human"),
        (None, "en", "agent please"),
    ],
)
def test_that_a_person_comes_when_asked(talk: Open, customer: str | None, locale: str, words: str) -> None:
    c = talk(customer, locale=locale)
    c.say(words)
    assert c.stage == "handoff"
    assert c.card("handoff")["summary"]


def test_that_a_person_comes_in_the_middle_with_a_summary(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转五百")
    c.give_otp()
    c.say("转人工")
    summary = c.card("handoff")["summary"]
    assert c.stage == "handoff"
    assert "王芳" in summary
    assert "500.00" in summary
    assert "李婉清" in summary
    assert c.requests() == []


def test_that_two_wishes_are_worked_off_one_after_the_other(talk: Open) -> None:
    c = talk("C1001")
    c.say("先给王芳转五百，再帮我把6688那张卡换了")
    assert [command.get("service") for command in c.turn["understood"]] == ["transfer.create", "card.replace"]
    c.give_otp()
    c.confirm()
    assert c.turn["service"] == "card.replace"
    assert c.stage == "confirm"
    c.confirm()
    assert sorted(c.requests()) == [("card.replace", "done"), ("transfer.create", "done")]


def test_that_a_cancelled_service_leaves_nothing(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转五百")
    c.say("算了，不转了")
    assert c.requests() == []
    assert c.turn["actions"][0]["status"] == "cancelled"


def test_that_the_gate_keeps_its_order(talk: Open) -> None:
    c = talk("C1001")
    c.say("给王芳转五百")
    c.give_otp()
    c.confirm()
    steps = [event["step"] for event in c.audit() if event["action_id"] == c.turn["actions"][0]["id"]]
    order = ["collect", "identity", "risk", "educate", "confirm", "execute", "follow_up"]
    firsts = [steps.index(step) for step in order if step != "educate"]
    assert firsts == sorted(firsts)
    assert "educate" in steps
    assert steps.index("educate") < steps.index("execute")
