"""Digits by their sound, where digits are due and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.hearing.port import Hints
from voice.hearing.spelled import spelled

ANY = Hints("zh-CN")


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("尾号琉尔把把，上个月花了多少", "尾号6288，上个月花了多少"),
        ("尾号688起", "尾号6887"),
        ("后四为尔七七吧", "后四为2778"),
        ("验证码是四巴二久一三", "验证码是482913"),
        ("验证码是43有339", "验证码是431339"),
    ],
)
def test_where_digits_are_due(heard: str, meant: str) -> None:
    text, repairs = spelled(heard, ANY)
    assert text == meant
    assert [repair.meant for repair in repairs] == ["".join(char for char in meant if char.isdigit())]


@pytest.mark.parametrize(
    "said",
    [
        "尾号六二八八",
        "尾号6288的卡",
        "尾号的卡丢了",
        "尾号是多少",
        "验证码没有收到",
        "我要销户",
        "把吧爸八",
        "",
        "尾号",
    ],
)
def test_elsewhere_nothing_changes(said: str) -> None:
    assert spelled(said, ANY) == (said, [])


def test_a_code_that_was_asked_for_is_read_by_sounds_further_off() -> None:
    asked = Hints("zh-CN", awaited="otp")
    assert spelled("验证码是深深游，三河游", asked)[0] == "验证码是331321"
    assert spelled("验证码是深深游，三河游", ANY) == ("验证码是深深游，三河游", [])
    assert spelled("深深游三河游", asked) == ("深深游三河游", [])


@pytest.mark.parametrize(
    "said",
    [
        "验证码我还没收到呢",
        "验证码怎么还不来呀",
        "验证码没有收到吗",
        "验证码给我重发一下",
        "验证码是多少我忘了",
        "验证码是不是过期了",
    ],
)
def test_what_is_said_of_a_code_is_none(said: str) -> None:
    assert spelled(said, Hints("zh-CN", awaited="otp")) == (said, [])


@pytest.mark.parametrize("heard", ["验证码是八六有六八", "验证码，是八六有六八", "验证码是05063L", "验证码 是 05063"])
def test_that_a_lost_digit_is_not_made_of_the_word_before(heard: str) -> None:
    assert spelled(heard, Hints("zh-CN", awaited="otp"))[0] == heard


@pytest.mark.parametrize("heard", ["验证码1291417", "验证码 4291417", "验证码,1 29 14 17"])
def test_a_code_has_six_digits_and_the_seventh_is_a_word(heard: str) -> None:
    text, repairs = spelled(heard, ANY)
    assert text.replace(" ", "") == "验证码是291417"
    assert [repair.meant for repair in repairs] == ["是"]


@pytest.mark.parametrize("said", ["验证码291417", "验证码12914175", "验证码7291417", "1291417"])
def test_other_numbers_of_digits_stay(said: str) -> None:
    assert spelled(said, ANY) == (said, [])


def test_a_code_or_tail_alone_where_it_is_awaited() -> None:
    assert spelled("四巴二久一三", Hints("zh-CN", awaited="otp"))[0] == "482913"
    assert spelled("琉尔把把", Hints("zh-CN", awaited="tail"))[0] == "6288"
    assert spelled("不是这个", Hints("zh-CN", awaited="tail")) == ("不是这个", [])
    assert spelled("琉尔把把", ANY) == ("琉尔把把", [])


@given(st.text(st.sampled_from("尾号验证码是琉尔把六二八8 的卡，"), max_size=16))
def test_digits_that_were_heard_stay(text: str) -> None:
    assert [char for char in text if char.isdigit()].count("8") <= spelled(text, ANY)[0].count("8")
