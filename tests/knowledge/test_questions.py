"""Questions taken apart: numbers, two at once, what is taken for granted, what leans on the question before."""

from __future__ import annotations

from decimal import Decimal

import pytest

from knowledge.numerals import number
from knowledge.port import Locale
from knowledge.questions import contradicted, core, figures, leans, parts, premise


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30,000", "30000"), ("3万", "30000"), ("三万", "30000"), ("两百", "200"), ("十五", "15"), ("一百零一", "101"),
        ("三万五千", "35000"), ("1.5万", "15000"), ("two hundred", "200"), ("thirty thousand", "30000"), ("half a", "0.5"),
        ("二〇二五", "2025"),
    ],
)  # fmt: skip
def test_number(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "1" * 40, "万" * 40, "twoish", "1.2.3"])
def test_that_no_number_is_none(text: str) -> None:
    assert number(text) is None


def test_figures_have_their_units() -> None:
    found = [(one.kind, one.value) for one in figures("销户要200块，等3个工作日，24小时内，年0.95%，每月3次")]
    assert found == [
        ("money", Decimal(200)),
        ("working_days", Decimal(3)),
        ("hours", Decimal(24)),
        ("percent", Decimal("0.95")),
        ("times", Decimal(3)),
    ]


@pytest.mark.parametrize(
    ("query", "locale", "answer", "wrong"),
    [
        ("销户要交200块对吧？", "zh-CN", "销户不收手续费。", "200块"),
        ("听说补卡要五十块", "zh-CN", "补卡收10元。", "五十块"),
        ("补卡收10块钱对吧", "zh-CN", "补卡收10元。", None),
        ("转账要等3天对吧", "zh-CN", "延迟24小时到账。", None),
        ("转三万要手续费吗", "zh-CN", "跨行0元。", None),
        ("Closing costs 200 yuan, right?", "en", "Closing an account is free.", "200 yuan"),
        ("A new card takes 30 days, right?", "en", "It takes 5 days.", "30 days"),
    ],
)
def test_premise(query: str, locale: Locale, answer: str, wrong: str | None) -> None:
    found = contradicted(premise(query, locale).claims, answer)
    assert (None if found is None else found.said) == wrong


def test_that_the_tag_is_not_part_of_the_question() -> None:
    assert premise("销户要交200块对吧？", "zh-CN").question == "销户要交200块"
    assert premise("对吧", "zh-CN").question == "对吧"


@pytest.mark.parametrize(
    ("query", "locale", "count"),
    [
        ("换卡要钱吗？几天能到？", "zh-CN", 2),
        ("换卡要多少钱，还有旧卡怎么处理", "zh-CN", 2),
        ("换卡要钱吗", "zh-CN", 1),
        ("我的卡坏了，换卡要钱吗", "zh-CN", 1),
        ("Is there a fee for a new card, and how long does it take?", "en", 2),
        ("What is the fee?", "en", 1),
        ("", "zh-CN", 1),
        ("，，，？？？", "zh-CN", 1),
    ],
)
def test_parts(query: str, locale: Locale, count: int) -> None:
    assert len(parts(query, locale)) == count


@pytest.mark.parametrize(
    ("query", "locale", "bare"),
    [("那手续费呢？", "zh-CN", "手续费"), ("And what about the fee?", "en", "fee"), ("呢", "zh-CN", "呢")],
)
def test_core(query: str, locale: Locale, bare: str) -> None:
    assert core(query, locale) == bare


def test_leans() -> None:
    assert leans("那手续费呢？", "zh-CN")
    assert not leans("换卡要钱吗", "zh-CN")
