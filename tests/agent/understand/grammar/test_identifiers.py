"""Tails, codes, phones, classes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.grammar.identifiers import find_class, find_code, find_phone, find_tails
from agent.understand.grammar.numbers import spoken_digits

OWN = ("6688", "3021", "6003")


@pytest.mark.parametrize(
    ("said", "tails"),
    [
        ("3021那张", ["3021"]),
        ("六六八八", ["6688"]),
        ("尾号6688", ["6688"]),
        ("双六双八", ["6688"]),
        ("两个六两个八", ["6688"]),
        ("ending in 6003", ["6003"]),
        ("card ending six zero zero three", ["6003"]),
        ("sixty oh three", ["6003"]),
        ("double six double eight", ["6688"]),
        ("sixty-six eighty-eight", ["6688"]),
        ("the 6688 one", ["6688"]),
        ("从6688转500", ["6688"]),
        ("三零二幺那张卡", ["3021"]),
        ("6 6 8 8", ["6688"]),
        ("9999那张卡", ["9999"]),
        ("不是6688，是3021那张", ["3021"]),
        ("把账户改成5512", ["5512"]),
        ("卡换成 9999", ["9999"]),
        ("change the account to 5512", ["5512"]),
        ("限额改成5512", []),
        ("change the limit of my account to 5512", []),
        ("转3021给王芳", []),
        ("转3021元", []),
        ("Send 3000 to Grace Liu", []),
        ("I'd like to spend 2500", []),
        ("2024年", []),
        ("13800133021", []),
    ],
)
def test_tails(said: str, tails: list[str]) -> None:
    assert [t.digits for t in find_tails(spoken_digits(said), OWN)] == tails


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("验证码是 482913", "482913"),
        ("四八二九一三", "482913"),
        ("the code is 4 8 2 9 1 3", "482913"),
        ("482 913", "482913"),
        ("48-29-13", "482913"),
        ("四 八 二 九 一 三", "482913"),
        ("four eight two nine one three", "482913"),
        ("它说幺二三四五六", "123456"),
        ("不知道", None),
        ("123456还是654321", None),
    ],
)
def test_codes(said: str, code: str | None) -> None:
    assert find_code(said) == code


@given(st.from_regex(r"[0-9]{6}", fullmatch=True), st.sampled_from(["", " ", "-"]))
def test_that_every_code_comes_back(code: str, gap: str) -> None:
    assert find_code(f"验证码是{gap.join(code)}") == code
    assert find_code(f"我收到的是{''.join('零一二三四五六七八九'[int(d)] for d in code)}") == code


@pytest.mark.parametrize(
    "said",
    ["138 0013 8000", "幺三八零零幺三八零零零", "138-0013-8000", "不是13900139000，是13800138000", "+8613800138000"],
)
def test_phones(said: str) -> None:
    assert find_phone(spoken_digits(said)) == "13800138000"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("开个二类户", "II"),
        ("II类账户", "II"),
        ("class two account", "II"),
        ("a type 3", "III"),
        ("不是一类，是三类", "III"),
        ("1类", "I"),
        ("开户", None),
    ],
)
def test_classes(said: str, name: str | None) -> None:
    assert find_class(said) == name
