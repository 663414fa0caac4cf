"""Misheard words are put right by their sound where only one thing can be meant; what is right stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.examples import DATA, read
from voice.hearing.port import Hints
from voice.hearing.repair import Mender
from voice.hearing.syllables import distance, syllables, unlike

NOW = Hints("zh-CN", ("王芳", "张伟", "确认", "取消"))
NOW_EN = Hints("en", ("王芳", "张伟", "confirm"))


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    return [example.text for example in read(DATA / "train")]


@pytest.fixture(scope="module")
def mender(sentences: list[str]) -> Mender:
    return Mender(sentences)


@pytest.fixture(scope="module")
def bare() -> Mender:
    """Knows none of the bank's sentences."""
    return Mender()


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("给王方转五百块", "给王芳转五百块"),
        ("转给亡房", "转给王芳"),
        ("转地掌位", "转地张伟"),
        ("去人", "确认"),
        ("去任", "确认"),
        ("缺任", "确认"),
        ("取笑", "取消"),
        ("瓜是", "挂失"),
        ("小兰，我想消护", "小岚，我想销户"),
        ("转人宫", "转人工"),
        ("把性额降到两万", "把限额降到两万"),
        ("给王芳转无败快", "给王芳转五百块"),
        ("眼中马是482913", "验证码是482913"),
        ("部队是3021那张", "不对是3021那张"),
        ("为号3021的余额还有多少", "尾号3021的余额还有多少"),
        ("我被变了秦刚转出去", "我被骗了钱刚转出去"),
    ],
)
def test_what_is_misheard_at_the_counter(mender: Mender, heard: str, meant: str) -> None:
    text, repairs = mender.mended(heard, NOW)
    assert text == meant
    for repair in repairs:
        assert repair.heard in heard
        assert repair.meant in meant
        assert repair.heard != repair.meant


@pytest.mark.parametrize(
    "said",
    [
        "给王芳转五百块", "我想去人民广场", "王方便吗", "那个房子的贷款", "网上买东西被骗了", "给李芳转钱", "给黄芳转五百", "取消", "销户",
        "确认一下余额", "", "6688", "hello", "，。", "依法我有权要我的资料", "今天还能转多少", "什么希望都没有了",
    ],
)  # fmt: skip
def test_what_is_right_stays(mender: Mender, said: str) -> None:
    assert mender.mended(said, NOW) == (said, [])


def test_two_who_sound_alike(mender: Mender) -> None:
    both = Hints("zh-CN", ("王芳", "王方"))
    for said in ("给王方转钱", "给王芳转钱", "给王房转钱"):
        assert mender.mended(said, both) == (said, [])


def test_nobody_becomes_a_payee_who_is_not_possible(mender: Mender) -> None:
    for said in ("给王方转五百块", "给掌位转钱", "给黄芳转五百"):
        assert mender.mended(said, Hints("zh-CN"))[0][:3] == said[:3]


def test_only_the_possible_is_repaired_without_sentences(bare: Mender) -> None:
    assert bare.mended("给王方转钱", NOW)[0] == "给王芳转钱"
    assert bare.mended("部队是3021那张", NOW) == ("部队是3021那张", [])


def test_what_customers_write_is_hardly_touched(mender: Mender, sentences: list[str]) -> None:
    said = [line for line in sentences if any("\u4e00" <= char <= "\u9fff" for char in line)][::40]
    changed = [line for line in said if mender.mended(line, NOW)[1]]
    assert len(said) > 300
    assert len(changed) / len(said) < 0.04, changed  # some of these lines hold misheard words on purpose


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("Send 500 yuan to Wong Fong", "Send 500 yuan to Wang Fang"),
        ("transfer to Zhang Wai", "transfer to Zhang Wei"),
        ("send it to Wangfang", "send it to Wang Fang"),
        ("comfirm", "confirm"),
        ("Know the one ending in 3021", "No the one ending in 3021"),
    ],
)
def test_english(mender: Mender, heard: str, meant: str) -> None:
    assert mender.mended(heard, NOW_EN)[0] == meant


@pytest.mark.parametrize(
    "said",
    [
        "send 500 to Wang Fang",
        "I want to replace my card",
        "go my way",
        "I know the one you mean",
        "know your customer",
        "does reactivating it cost anything",
        "what is one plus one",
        "",
    ],
)
def test_right_english_stays(mender: Mender, said: str) -> None:
    assert mender.mended(said, NOW_EN) == (said, [])


HAN = st.text(st.sampled_from("王芳方房张伟确认去人任挂失瓜是转给账五百块无败快的卡我要销户消护小兰岚"), max_size=14)


@settings(max_examples=200, deadline=None)
@given(HAN)
def test_repair_keeps_every_place_and_settles(text: str) -> None:
    mender = _cached()
    mended, repairs = mender.mended(text, NOW)
    assert len(mended) == len(text)
    assert bool(repairs) == (mended != text)
    for place, (before, after) in enumerate(zip(text, mended, strict=True)):
        if before != after:
            assert unlike(syllables(before)[0], syllables(after)[0]) < 1 or distance(
                syllables(text), syllables(mended)
            ) < len(text), place


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), st.lists(st.text(max_size=8), max_size=5), st.sampled_from(["zh-CN", "en"]))
def test_any_text_and_any_hints(text: str, words: list[str], locale: str) -> None:
    hints = Hints("en" if locale == "en" else "zh-CN", words)
    mended, repairs = _cached().mended(text, hints)
    assert bool(repairs) == (mended != text)


def test_sounds() -> None:
    def apart(one: str, other: str) -> float:
        return distance(syllables(one), syllables(other))

    assert apart("王方", "王芳") == 0
    assert apart("去人", "确认") <= 0.2
    assert apart("林", "宁") <= 0.35
    assert apart("张", "章") == 0
    assert apart("三", "山") == pytest.approx(0.1)
    assert apart("十", "四") == pytest.approx(0.1)
    assert apart("卡", "户") >= 1
    assert apart("一", "一二") >= 1


_MENDERS: list[Mender] = []


def _cached() -> Mender:
    if not _MENDERS:
        _MENDERS.append(Mender())
    return _MENDERS[0]
