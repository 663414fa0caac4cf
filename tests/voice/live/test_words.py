"""The few words that the voice itself must know."""

from __future__ import annotations

import pytest

from voice.hearing.port import Awaited, Heard, Hints, Repair
from voice.live.words import is_aside, is_murmur, is_whole


@pytest.mark.parametrize(
    "text",
    [
        "嗯",
        "嗯嗯。",
        "对对",
        "对的，对的",
        "好的",
        "哦，这样啊",
        "uh-huh",
        "Okay.",
        "mm-hmm",
        "yeah yeah",
        "I see",
        "知道了",
    ],
)
def test_murmurs(text: str) -> None:
    assert is_murmur(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "停",
        "等一下",
        "不对",
        "确认",
        "好的，帮我转账",
        "对了，手续费多少",
        "no",
        "stop",
        "okay but how much",
        "嗯我想问一下",
        "取消",
    ],
)
def test_what_is_said_to_her_is_no_murmur(text: str) -> None:
    assert not is_murmur(text)


@pytest.mark.parametrize(
    ("text", "awaited", "whole"),
    [
        ("验证码是482913", "otp", True),
        ("验证码是482", "otp", False),
        ("没收到，重发一下", "otp", None),
        ("6688", "tail", True),
        ("66", "tail", False),
        ("好的", "confirm", True),
        ("我想转给", None, False),
        ("给王芳转五百，然后", None, False),
        ("I want to send it to", None, False),
        ("I would like to send", None, False),
        ("If I lose my card,", None, False),
        ("If I lose my card, what should I do?", None, None),
        ("If my card is lost, tell me what to do", None, None),
        ("如果我的卡丢了，", None, False),
        ("如果我的卡丢了应该怎么办", None, None),
        ("请问，转账到别的银行", None, False),
        ("请问转账到别的银行要多少手续费", None, None),
        ("我想问一下，转账的手续费", None, False),
        ("请问你们几点下班", None, None),
        ("when does my card arrive", None, None),
        ("I want to transfer", None, None),
        ("查余额", None, None),
        ("那张银行卡", None, None),
        ("what is my balance", None, None),
        ("我想把我的限额", None, False),
        ("不想把我的限额", None, False),
        ("不想把钱转出去", None, None),
        ("我想把我的限额，降到一万", None, None),
        ("把卡锁了", None, None),
        ("我想给王芳", None, False),
        ("我想给王芳，转五百块钱", None, None),
        ("给我换卡", None, None),
        ("帮我查一下", None, False),
        ("帮我查一下余额", None, None),
    ],
)
def test_what_the_words_say_about_their_end(text: str, awaited: Awaited | None, whole: bool | None) -> None:
    assert is_whole(text, awaited) is whole


@pytest.mark.parametrize(
    ("text", "voice_s", "confidence"),
    [("对对", 2.0, 0.9), ("and", 0.2, 0.03), ("I'm M M", 0.63, 0.01), ("靠地", 0.4, 0.22), ("面大", 0.45, 0.37)],
)
def test_what_is_said_aside_does_not_stop_her(text: str, voice_s: float, confidence: float) -> None:
    assert is_aside(Heard(text, confidence, text), voice_s, Hints("zh-CN"))


@pytest.mark.parametrize(
    ("text", "voice_s", "confidence"),
    [
        ("听", 0.3, 0.01),  # "停" as it is misheard
        ("别说了", 0.5, 0.1),
        ("stop", 0.4, 0.05),
        ("My balance", 0.78, 0.05),
        ("我要换卡", 0.8, 0.6),
        ("这个东西不错吧", 1.4, 0.02),  # too long for a murmur
        ("6688", 0.5, 0.1),
    ],
)
def test_what_may_be_meant_for_her_does(text: str, voice_s: float, confidence: float) -> None:
    assert not is_aside(Heard(text, confidence, text), voice_s, Hints("zh-CN"))


def test_what_is_possible_now_or_was_put_right_is_never_said_aside() -> None:
    assert not is_aside(Heard("王芳", 0.1, "王方", [Repair("王方", "王芳")]), 0.4, Hints("zh-CN"))
    assert not is_aside(Heard("王芳", 0.1, "王芳"), 0.4, Hints("zh-CN", ("王芳",)))
