"""Questions over HTTP: personal ones, follow-ups, two at once, false premises, advice, and what is not known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from agent.llm.off import NoModel
from agent.settings import load
from app import build
from tests.conversations.talk import Talk

Open = Callable[..., Talk]


def ids(talk: Talk) -> list[str]:
    """The entries that the last turn cites."""
    return [citation["id"].split("@")[0] for citation in talk.turn["citations"]]


def test_that_a_fee_is_worked_out(talk: Open) -> None:
    c = talk("C1001")
    c.say("转三万要多少手续费")
    assert "¥30,000.00" in c.text
    assert "¥0.00" in c.text
    assert "算式" in c.text
    assert "算式" not in c.turn["reply"]["speech"]
    assert ids(c) == ["transfer.fees"]


def test_that_interest_is_worked_out(talk: Open) -> None:
    c = talk("C1002")
    c.say("存五万三年利息多少")
    assert "¥1,875.00" in c.text
    assert "1.25%" in c.text
    c = talk("C1007", locale="en")
    c.say("How much interest would 100,000 yuan earn in one year?")
    assert "¥950.00" in c.text


def test_that_insurance_is_of_ones_own_deposits(talk: Open) -> None:
    c = talk("C1001")
    c.say("我的存款都有保险吗")
    assert "¥60,540.18" in c.text
    assert ids(c)[0] == "deposit.insurance"
    c = talk(None)
    c.say("我的存款都有保险吗")
    assert "¥60,540.18" not in c.text


@pytest.mark.parametrize("question", ["我这张卡每天能转多少", "我今天还能转多少"])
def test_that_limits_are_ones_own(talk: Open, question: str) -> None:
    c = talk("C1001")
    c.say(question)
    assert "¥50,000.00" in c.text
    assert "6688" in c.text


def test_that_a_follow_up_is_about_the_question_before(talk: Open) -> None:
    c = talk("C1001")
    c.say("换卡几天能寄到")
    assert ids(c) == ["card.replace.delivery"]
    c.say("那手续费呢？")
    assert ids(c) == ["card.replace.fee"]


def test_that_two_questions_are_both_answered(talk: Open) -> None:
    c = talk("C1001")
    c.say("换卡要钱吗？新卡几天能到？")
    assert ids(c) == ["card.replace.fee", "card.replace.delivery"]


def test_that_a_false_premise_is_put_right(talk: Open) -> None:
    c = talk("C1004")
    c.say("销户要交200块对吧？")
    assert "account.close.fee" in ids(c)
    assert "不是您说的200块" in c.text
    assert "《" in c.text
    assert "《" not in c.turn["reply"]["speech"]


@pytest.mark.parametrize(
    ("question", "entry", "where"),
    [
        ("茅台股票能不能买", "teller.no_advice", "转人工"),
        ("收的钱怎么才能不被税务查到", "teller.no_tax_advice", "12366"),
        ("朋友借钱不还怎么起诉他", "teller.no_legal_advice", "12348"),
    ],
)
def test_that_advice_is_kindly_refused(talk: Open, question: str, entry: str, where: str) -> None:
    c = talk("C1001")
    c.say(question)
    assert ids(c)[0] == entry
    assert where in c.text


def test_that_what_is_not_known_has_a_next_step(talk: Open) -> None:
    c = talk("C1001")
    c.say("你们行的理财上个月赚了百分之几")
    assert c.turn["citations"] == []
    c.say("好的")
    assert c.turn["stage"] in ("handoff", "idle")


def test_that_the_rule_of_the_day_is_told(product: Any, tmp_path: Path) -> None:
    """The receipt's rule has a second version from 1 January 2027: asked the day before, and on the day."""
    settings = load({
        "SKYTELLER_DATA": str(tmp_path), "SKYTELLER_LLM": "off", "SKYTELLER_NOW": "2026-12-31T12:00:00+08:00",
    })  # fmt: skip
    app = build(settings, llm=NoModel(), loaded=product.minds)
    with TestClient(app.api) as client:
        told = []
        for seconds in (1, 86_400):
            client.post("/api/v1/sandbox/clock", json={"advance_s": seconds})
            c = Talk(client, "C1001")
            c.say("转账回单在哪里下载")
            told.append((c.turn["citations"][0], c.text))
    app.db.close()
    (before, old), (after, new) = told
    assert (before["id"], after["id"]) == ("transfer.receipt@1", "transfer.receipt@2")
    assert "2025年1月1日起施行" in before["source"]
    assert "2027年1月1日起施行" in after["source"]
    assert "自动发到" not in old
    assert "自动发到" in new


def test_that_an_answer_names_its_source_and_the_service(talk: Open) -> None:
    c = talk("C1001")
    c.say("换卡要钱吗")
    source = c.turn["citations"][0]["source"]
    assert "海岚价" in source
    assert "条" in source
    assert "起施行" in source
    assert "换卡" in c.text
    assert len(c.turn["reply"]["speech"]) < len(c.text)


@pytest.mark.parametrize(
    ("told", "entry", "locale"),
    [
        ("导师带着买币，一周翻倍，现在提不出", "scam.investment", "zh-CN"),
        ("老总用新微信加我，叫我马上付一笔货款", "scam.boss", "zh-CN"),
        ("The guy I have been chatting with for two months wants us to trade together", "scam.romance", "en"),
    ],
)
def test_that_who_tells_of_a_scam_is_warned_before_being_asked_what_is_meant(
    talk: Open, told: str, entry: str, locale: str
) -> None:
    c = talk("C1001", locale=locale)
    c.say(told)
    assert ids(c)[:1] == [entry]
