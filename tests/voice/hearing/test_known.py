"""Card tails as whisper really wrote them (synthetic voices), put right where one of the customer's own is meant."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.examples import DATA, read
from tools.bank.stories import load_stories
from voice.hearing.known import recalled
from voice.hearing.normal import normalised, simplified
from voice.hearing.port import Awaited, Hints, Locale
from voice.hearing.spelled import spelled

OWN = ("王芳", "6688", "3021", "2468", "确认")


def heard(text: str, locale: Locale = "zh-CN", awaited: Awaited | None = None) -> str:
    """As far as numbers go, the way a recognised text takes."""
    hints = Hints(locale, OWN, awaited)
    return normalised(spelled(recalled(simplified(text), hints)[0], hints)[0], locale, awaited)


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("不对,是302有哪张?", "不对，是3021那张"),
        ("不对,是302遙那张", "不对，是3021那张"),
        ("不对 是302有那张", "不对，是3021那张"),
        ("不对 一 是三零二要哪张", "不对，一，是3021那张"),
        ("不对 是302犹那张", "不对，是3021那张"),
        ("不对是302有哪张", "不对是3021那张"),
        ("尾号302摇的卡", "尾号3021的卡"),
        ("尾号302有点卡", "尾号3021点卡"),
        ("尾号302有的卡", "尾号3021的卡"),
        ("尾号 3021 的卡", "尾号3021的卡"),
        ("不是6688,是302邀", "不是6688,是3021"),
        ("不是6688 1302遥", "不是6688，是3021"),
        ("不是6688 43021", "不是6688，是3021"),
        ("不是6688是302幼", "不是6688是3021"),
        ("不是668打 是302摇", "不是6688是3021"),
        ("帮我查一下三零二邀的余额", "帮我查一下3021的余额"),
        ("帮我查一下302遥的余额", "帮我查一下3021的余额"),
        ("把尾查以下302 咬的余额", "把尾查以下3021的余额"),
        ("换尾号森林尔有那张", "换尾号3021那张"),
        ("婚为号302有哪张", "婚为号3021那张"),
        ("婚美号森林二有哪张", "婚美号3021那张"),
        ("换尾号302遥那张", "换尾号3021那张"),
        ("668把哪张", "6688那张"),
        ("尾号668瓦那张卡", "尾号6688那张卡"),
        ("尾号流流瓦外的余额", "尾号6688的余额"),
        ("6688 哪张", "6688那张"),
        ("302那张", "3021那张"),
    ],
)
def test_what_was_heard_of_tails(raw: str, meant: str) -> None:
    assert re.sub(r"[\s，,]", "", heard(raw)) == re.sub(r"[，,]", "", meant)


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("302要", "3021"),
        ("三零二要", "3021"),
        ("3 0 2 1", "3021"),
        ("3.021", "3021"),
        ("302有。", "3021"),
        ("668把", "6688"),
    ],
)
def test_a_tail_alone_where_it_was_asked_for(raw: str, meant: str) -> None:
    assert heard(raw, awaited="tail") == meant


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("Know the one ending in 302-1", "3021"),
        ("30 21", "3021"),
        ("6 6 ate 8", "6688"),
        ("the card ending six sex eight eight", "6688"),
        ("three oh to one", "3021"),
        ("No, three oh too won", "3021"),
        ("the one ending three oh two", "3021"),
    ],
)
def test_english(raw: str, meant: str) -> None:
    assert meant in heard(raw, "en")


@pytest.mark.parametrize(
    ("said", "awaited"),
    [
        ("322", "tail"),
        ("余额把把那张", None),
        ("尾号6687那张", None),
        ("转302要手续费吗", None),
        ("给王芳转302有手续费吗", None),
        ("302块", None),
        ("三千零二十一", None),
        ("302有", "amount"),
        ("验证码是302148", "otp"),
        ("手机号13021668899", None),
        ("43021", None),
        ("我有三张卡", None),
        ("", None),
    ],
)
def test_what_is_not_a_tail_for_certain_stays(said: str, awaited: Awaited | None) -> None:
    assert recalled(said, Hints("zh-CN", OWN, awaited)) == (said, [])


def test_english_amounts_stay() -> None:
    for said in (
        "send three oh two one to Wang Fang",
        "three hundred and two yuan",
        "send 302 to Wang Fang",
        "one too many",
    ):
        assert recalled(said, Hints("en", OWN)) == (said, []), said


def test_two_tails_that_sound_nearly_alike() -> None:
    both = Hints("zh-CN", ("3021", "3027"))
    assert recalled("不对，是302那张", both) == ("不对，是302那张", [])
    assert recalled("是302有那张", both)[0] == "是3021那张"
    assert recalled("688那张", Hints("zh-CN", ("6688", "6888"))) == ("688那张", [])


def test_without_cards_nothing_is_put_right() -> None:
    assert recalled("不对，是302有哪张", Hints("zh-CN", ("王芳", "确认"))) == ("不对，是302有哪张", [])


def test_the_repair_is_told() -> None:
    _, repairs = recalled("不是668打，是302有那张", Hints("zh-CN", OWN))
    assert [(repair.heard, repair.meant) for repair in repairs] == [("668打", "6688"), ("302有", "3021")]
    assert recalled("三零二一", Hints("zh-CN", OWN))[1] == []


def test_customers_sentences_are_hardly_touched() -> None:
    stories = load_stories().customers
    tails = sorted({account.tail for story in stories for account in story.accounts})
    assert len(tails) > 8
    changed = 0
    for example in read(DATA / "train")[::5]:
        locale: Locale = "en" if example.text.isascii() else "zh-CN"
        changed += bool(recalled(example.text, Hints(locale, tails))[1])
    assert changed <= 1


@given(st.text(st.sampled_from("30216尾号有要那张卡不是对块转 ,一二三零六八A"), max_size=16))
def test_only_whole_tails_of_ones_own_are_written(text: str) -> None:
    after, repairs = recalled(text, Hints("zh-CN", OWN))
    for repair in repairs:
        assert repair.meant in OWN
        assert repair.meant in after
        assert repair.heard in text
    assert recalled(after, Hints("zh-CN", OWN))[0] == after
