"""Numbers come out as they can be read; no number becomes another one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.hearing.normal import normalised
from voice.hearing.port import Awaited

ZH = "零一二三四五六七八九"
EN = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@pytest.mark.parametrize(
    ("recognised", "text"),
    [
        ("小岚 我想销户", "小岚，我想销户"),
        ("尾號六六八八那張卡", "尾号6688那张卡"),
        ("我要掛失，幫我轉帳給張偉", "我要挂失，帮我转账给张伟"),
        ("尾号幺幺八零", "尾号1180"),
        ("尾号6,688那张", "尾号6688那张"),
        ("尾号 66 88", "尾号6688"),
        ("两个六两个八", "6688"),
        ("验证码是四八二九一三。", "验证码是482913"),
        ("验证码是48 29 13", "验证码是482913"),
        ("转1千2百块", "转1200块"),
        ("2万3000", "23000"),
        ("一万2300块", "12300块"),
        ("1万2千3百", "12300"),
        ("1万零5百", "10500"),
        ("1千零5", "1005"),
        ("3万5", "35000"),
        ("2百5", "250"),
        # what the text core reads by itself stays as it was said
        ("三万五", "三万五"),
        ("一百二", "一百二"),
        ("五百块五毛", "五百块五毛"),
        ("250块5毛", "250块5毛"),
        ("3.5万", "3.5万"),
        ("10万", "10万"),
        ("12,300块", "12,300块"),
        ("１２３元", "123元"),
        ("二十五", "二十五"),
        ("两三天", "两三天"),
        ("密码锁了，转12.50元", "密码锁了，转12.50元"),
        ("转六六六，六六八八那张卡", "转666，6688那张卡"),
    ],
)
def test_chinese(recognised: str, text: str) -> None:
    assert normalised(recognised, "zh-CN") == text


@pytest.mark.parametrize(
    ("recognised", "text"),
    [
        ("The code is four eight two nine one three.", "The code is 482913"),
        ("The code is 4-82913.", "The code is 482913"),
        ("ending in double six double eight", "ending in 6688"),
        ("card ending in 6-6-8-8", "card ending in 6688"),
        ("triple two five", "2225"),
        ("send 1,200.50 yuan", "send 1,200.50 yuan"),
        ("one or two", "one or two"),
        ("What is my balance?", "What is my balance?"),
    ],
)
def test_english(recognised: str, text: str) -> None:
    assert normalised(recognised, "en") == text


@pytest.mark.parametrize(
    "recognised",
    ["四八二九一三", "48 29 13", "482,913。", "4 8 2 9 1 3", "四八，二九，一三", "4-8-2-9-1-3", "48万2913"],
)
def test_a_code_that_is_awaited(recognised: str) -> None:
    assert normalised(recognised, "zh-CN", "otp") == "482913"


@given(st.text("0123456789", min_size=4, max_size=8))
def test_digits_said_one_by_one(digits: str) -> None:
    said = "".join(ZH[int(digit)] for digit in digits)
    assert normalised(f"尾号{said}", "zh-CN") == f"尾号{digits}"
    assert normalised(said, "zh-CN", "otp") == digits
    assert normalised(" ".join(EN[int(digit)] for digit in digits), "en", "otp") == digits


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9))
def test_thousands_half_in_digits(wan: int, thousands: int, hundreds: int) -> None:
    said = f"{wan}万{thousands}千" + (f"{hundreds}百" if hundreds else "")
    assert normalised(said, "zh-CN") == str(wan * 10_000 + thousands * 1000 + hundreds * 100)


@given(
    st.text(st.sampled_from("转给王芳尾号的卡零一二两三五八九十百千万点块元毛0123456789,. ，验证码"), max_size=20),
    st.sampled_from([None, "otp", "amount", "tail", "confirm"]),
)
def test_once_is_enough(text: str, awaited: Awaited | None) -> None:
    once = normalised(text, "zh-CN", awaited)
    assert normalised(once, "zh-CN", awaited) == once


@given(st.text(st.sampled_from("send to the card ending in code 0123456789,.- one two double"), max_size=30))
def test_english_digits_stay_in_their_order(text: str) -> None:
    kept = re.sub(r"\D", "", normalised(text, "en"))
    assert re.sub(r"\D", "", text) in kept or len(kept) >= len(re.sub(r"\D", "", text))
