"""Values for the eye and for the ear, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.rendering import digits_spoken, number_zh, raw, render, spoken, written
from tools.wording import Code, Day, Items, Moment, Tail, Text, Yuan, line

AT = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)  # 09:30 in Shanghai


@pytest.mark.parametrize(
    ("amount", "eye", "zh", "en"),
    [
        ("500", "¥500.00", "五百元", "500 yuan"),
        ("0", "¥0.00", "零元", "0 yuan"),
        ("0.01", "¥0.01", "一分", "0.01 yuan"),
        ("0.50", "¥0.50", "五角", "0.50 yuan"),
        ("0.55", "¥0.55", "五角五分", "0.55 yuan"),
        ("2", "¥2.00", "两元", "2 yuan"),
        ("10", "¥10.00", "十元", "10 yuan"),
        ("12", "¥12.00", "十二元", "12 yuan"),
        ("200", "¥200.00", "两百元", "200 yuan"),
        ("3.27", "¥3.27", "三元二角七分", "3.27 yuan"),
        ("1002.05", "¥1,002.05", "一千零二元零五分", "1,002.05 yuan"),
        ("20000", "¥20,000.00", "两万元", "20,000 yuan"),
        ("120000", "¥120,000.00", "十二万元", "120,000 yuan"),
        ("220000", "¥220,000.00", "二十二万元", "220,000 yuan"),
        ("5020000", "¥5,020,000.00", "五百零二万元", "5,020,000 yuan"),
        ("52340.18", "¥52,340.18", "五万两千三百四十元一角八分", "52,340.18 yuan"),
        ("200000000", "¥200,000,000.00", "两亿元", "200,000,000 yuan"),
        ("-5.50", "¥-5.50", "负五元五角", "-5.50 yuan"),
    ],
)
def test_amounts(amount: str, eye: str, zh: str, en: str) -> None:
    value = Yuan(Decimal(amount))
    assert written(value, "zh-CN") == written(value, "en") == eye
    assert spoken(value, "zh-CN") == zh
    assert spoken(value, "en") == en
    assert raw(value) == f"{Decimal(amount):.2f}"


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_that_a_spoken_amount_is_the_amount(fen: int) -> None:
    said = spoken(Yuan(Decimal(fen) / 100), "zh-CN")
    assert not re.search(r"[\d.,¥]", said)
    yuan, _, rest = said.partition("元") if "元" in said else ("零", "", said)
    assert cn2an.cn2an(yuan.replace("两", "二"), "smart") == fen // 100
    digits = "零一二三四五六七八九"
    jiao, part = re.search(r"(.)角", rest), re.search(r"(.)分", rest)
    assert (digits.index(jiao[1]) if jiao else 0) == fen // 10 % 10
    assert (digits.index(part[1]) if part else 0) == fen % 10
    english = spoken(Yuan(Decimal(fen) / 100), "en")
    assert Decimal(english.removesuffix(" yuan").replace(",", "")) == Decimal(fen) / 100


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_that_a_spoken_number_is_the_number(number: int) -> None:
    assert cn2an.cn2an(number_zh(number).replace("两", "二"), "smart") == number
    assert "十两" not in number_zh(number)


@pytest.mark.parametrize(
    ("digits", "zh", "en"),
    [
        ("6688", "六六八八", "6 6 8 8"),
        ("0010", "零零一零", "0 0 1 0"),
        ("96110", "九六一一零", "9 6 1 1 0"),
        ("100****1001", "一零零，一零零一", "1 0 0, 1 0 0 1"),
        ("", "", ""),
    ],
)
def test_digits_are_said_one_by_one(digits: str, zh: str, en: str) -> None:
    assert digits_spoken(digits, "zh-CN") == spoken(Tail(digits), "zh-CN") == spoken(Code(digits), "zh-CN") == zh
    assert digits_spoken(digits, "en") == en
    assert written(Tail(digits), "en") == digits


@pytest.mark.parametrize(
    ("hours", "minutes", "zh", "en"),
    [
        (0, 0, "十一月二十五号上午九点半", "25 November at 09:30"),
        (-9, -30, "十一月二十五号凌晨零点", "25 November at 00:00"),
        (-7, -25, "十一月二十五号凌晨两点零五分", "25 November at 02:05"),
        (2, 30, "十一月二十五号中午十二点", "25 November at 12:00"),
        (4, 32, "十一月二十五号下午两点零二分", "25 November at 14:02"),
        (10, 15, "十一月二十五号晚上七点四十五分", "25 November at 19:45"),
        (14, 29, "十一月二十五号晚上十一点五十九分", "25 November at 23:59"),
        (14, 30, "十一月二十六号凌晨零点", "26 November at 00:00"),
    ],
)
def test_moments_are_said_in_shanghai(hours: int, minutes: int, zh: str, en: str) -> None:
    at = AT + timedelta(hours=hours, minutes=minutes)
    assert spoken(Moment(at), "zh-CN") == zh
    assert spoken(Moment(at), "en") == en
    assert raw(Moment(at)).endswith("+08:00")


def test_moments_and_days_for_the_eye() -> None:
    assert (written(Moment(AT), "zh-CN"), written(Moment(AT), "en")) == ("11月25日 09:30", "25 Nov 09:30")
    assert (written(Day(AT), "zh-CN"), written(Day(AT), "en")) == ("2026年11月25日", "25 Nov 2026")
    assert (spoken(Day(AT), "zh-CN"), spoken(Day(AT), "en")) == ("十一月二十五号", "25 November")


@settings(deadline=None)
@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_that_every_moment_can_be_said(at: datetime) -> None:
    said = spoken(Moment(at), "zh-CN")
    assert re.fullmatch(
        r"[一二三四五六七八九十]+月[一二三四五六七八九十]+号(凌晨|上午|中午|下午|晚上)[零一两三四五六七八九十二]+点(半|[零一二三四五六七八九十]+分)?",
        said,
    ), said
    assert not re.search(r"\d", spoken(Day(at), "zh-CN"))


def test_lists_counts_and_names() -> None:
    tails = Items([Tail("6688"), Tail("3021")])
    assert (written(tails, "zh-CN"), spoken(tails, "en")) == ("6688、3021", "6 6 8 8, 3 0 2 1")
    assert (spoken(3, "zh-CN"), spoken(3, "en"), written(3, "en")) == ("三", "three", "3")
    assert spoken(Text("换卡", "card replacement"), "en") == "card replacement"
    assert spoken("王芳", "en") == "王芳"


def test_that_a_sentence_takes_its_values_once() -> None:
    said = render(line(Text("{name}和{other}", "{name} and {other}"), name="{other}", other="x"), "en")
    assert said.text == "{other} and x", "a customer's own words are never filled in"


def test_that_a_missing_value_is_a_bug() -> None:
    with pytest.raises(KeyError):
        render(line(Text("{a}", "{a}")), "en")
