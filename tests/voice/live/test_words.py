"""The few words that the voice itself must know."""

from __future__ import annotations

import pytest

from voice.hearing.port import Awaited
from voice.live.words import is_murmur, is_whole


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
        ("查余额", None, None),
        ("那张银行卡", None, None),
        ("what is my balance", None, None),
    ],
)
def test_what_the_words_say_about_their_end(text: str, awaited: Awaited | None, whole: bool | None) -> None:
    assert is_whole(text, awaited) is whole
