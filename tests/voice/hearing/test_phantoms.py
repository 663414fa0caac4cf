"""Loops are closed, made-up words dropped; what people really say twice stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.hearing.phantoms import is_phantom, without_loops


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("取消 取消", "取消"),
        ("确认。确认。", "确认。"),
        ("250块5毛250块5毛", "250块5毛"),
        ("我要换卡我要换卡我要换卡", "我要换卡"),
        ("Yes confirm Yes confirm", "Yes confirm"),
        ("I want I want I want I want to pay", "I want to pay"),
        ("验证码482913 482913", "验证码482913"),
    ],
)
def test_a_loop_is_said_once(heard: str, said: str) -> None:
    assert without_loops(heard) == said


@pytest.mark.parametrize(
    "said",
    [
        "8888", "尾号2525", "六六 六六", "六六八八", "对对对", "非常非常好", "no no no", "six six eight eight",
        "double six double six", "the code is four two four two", "试试看", "2万2千2百",
    ],
)  # fmt: skip
def test_what_people_say_twice_stays(said: str) -> None:
    assert without_loops(said) == said


@given(st.text(st.sampled_from("0123456789一二三四五六七八九零幺 "), max_size=12))
def test_digits_of_a_number_are_never_lost(digits: str) -> None:
    if len(digits.split()) < 2:
        assert without_loops(digits) == digits.strip()


@given(st.text(st.sampled_from("转账给王芳五百块确认 ，。"), min_size=1, max_size=6), st.integers(20, 60))
def test_a_long_loop_never_stays_long(unit: str, times: int) -> None:
    assert len(without_loops(unit * times)) <= 60


@pytest.mark.parametrize(
    "made_up",
    [
        "字幕by索兰娅",
        "谢谢观看！",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "Thanks for watching!",
        "♪♪♪",
        "…",
        "",
    ],
)
def test_words_of_films_are_dropped_however_sure(made_up: str) -> None:
    assert is_phantom(made_up, logprob=-0.1, no_speech=0.0)


def test_faint_words_count_only_where_the_model_is_sure() -> None:
    for word in ("谢谢", "Thank you.", "you", "嗯"):
        assert is_phantom(word, logprob=-0.3, no_speech=0.7)
        assert is_phantom(word, logprob=-1.2, no_speech=0.1)
        assert not is_phantom(word, logprob=-0.3, no_speech=0.1)


@pytest.mark.parametrize(
    "said", ["我要换卡", "确认", "好的", "不要", "send five hundred yuan to Wang Fang", "谢谢你帮我查余额"]
)
def test_what_is_said_at_a_counter_stays(said: str) -> None:
    assert not is_phantom(said, logprob=-0.6, no_speech=0.3)
