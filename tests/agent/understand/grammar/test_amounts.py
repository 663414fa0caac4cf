"""Amounts in many forms."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from agent.understand.grammar.amounts import ALL, find_amounts, written


def values(text: str, *, bare_small: bool = False) -> list[str]:
    return [a.value for a in find_amounts(text, bare_small=bare_small)]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("三万五", "35000.00"),
        ("2万3千元", "23000.00"),
        ("1千5百", "1500.00"),
        ("2万3千5", "23500.00"),
        ("两个w", "20000.00"),
        ("一百二十三块四毛五", "123.45"),
        ("五万一年定期", "50000.00"),
        ("提到十五万一天", "150000.00"),
        ("one and a half thousand", "1500.00"),
        ("3.5w", "35000.00"),
        ("3.5万", "35000.00"),
        ("3万5", "35000.00"),
        ("1w5", "15000.00"),
        ("两千块", "2000.00"),
        ("五百", "500.00"),
        ("1,234.50元", "1234.50"),
        ("¥500", "500.00"),
        ("三千零五十", "3050.00"),
        ("一万零五", "10005.00"),
        ("两千五", "2500.00"),
        ("一百二", "120.00"),
        ("一百零二块", "102.00"),
        ("十五万", "150000.00"),
        ("一亿二", "120000000.00"),
        ("三点五万", "35000.00"),
        ("一万半", "15000.00"),
        ("半万", "5000.00"),
        ("二十三块五", "23.50"),
        ("三块五毛", "3.50"),
        ("给王芳转五百", "500.00"),
        ("转500给王芳", "500.00"),
        ("打给他叁仟元", "3000.00"),
        ("500块钱", "500.00"),
        ("500 yuan", "500.00"),
        ("five hundred", "500.00"),
        ("2k", "2000.00"),
        ("ten grand", "10000.00"),
        ("RMB 1,000", "1000.00"),
        ("fifteen hundred", "1500.00"),
        ("two thousand five hundred and fifty yuan", "2550.00"),
        ("a hundred bucks", "100.00"),
        ("0.001", "0.001"),
        ("转0元", "0.00"),
        ("-5", "-5.00"),
        ("负五块", "-5.00"),
        ("minus 5 yuan", "-5.00"),
        ("1e9", "1000000000.00"),
        ("all my money", ALL),
        ("把全部余额转给他", ALL),
        ("卡里的钱全转走", ALL),
        ("everything", ALL),
    ],
)
def test_one_amount(said: str, value: str) -> None:
    assert values(said) == [value]


@pytest.mark.parametrize(
    "said",
    [
        "换一张卡",
        "第一个",
        "我有两个问题",
        "两小时前",
        "one moment",
        "I have one card",
        "24-hour rule",
        "打110",
        "三天",
        "一下",
        "二类户",
        "5 days ago",
    ],
)
def test_that_other_numbers_are_not_money(said: str) -> None:
    assert values(said) == []


def test_that_small_bare_numbers_count_where_an_amount_was_asked_for() -> None:
    assert values("五") == []
    assert values("五", bare_small=True) == ["5.00"]
    assert values("ten", bare_small=True) == ["10.00"]


def test_that_two_amounts_come_in_order() -> None:
    assert values("给王芳转五百，给张伟转3万") == ["500.00", "30000.00"]


@given(st.integers(min_value=10, max_value=99_999_999))
def test_that_chinese_numerals_come_back(number: int) -> None:
    assert values(f"转{cn2an.an2cn(str(number), 'low')}元") == [f"{number}.00"]


@given(st.integers(min_value=10, max_value=99_999_999))
def test_that_formal_numerals_come_back(number: int) -> None:
    assert values(f"{cn2an.an2cn(str(number), 'up')}元") == [f"{number}.00"]


@given(st.integers(min_value=1, max_value=999_999))
def test_that_english_numerals_come_back(number: int) -> None:
    assert values(f"{num2words(number)} yuan") == [f"{number}.00"]


@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from(["{}元", "¥{}", "{} yuan", "转{}块钱给王芳", "send {} yuan to Bob"]),
)
def test_that_digits_come_back_exactly(amount: Decimal, form: str) -> None:
    assert values(form.format(f"{amount:f}")) == [written(amount)]


@given(st.text(max_size=60))
def test_that_no_text_breaks_it(text: str) -> None:
    assert all(a.value == ALL or Decimal(a.value).is_finite() for a in find_amounts(text))
