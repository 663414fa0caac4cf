"""Pieces to speak: nothing is lost, the first is short, amounts are not torn apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.speaking.clauses import CLAUSE_CHARS_MAX, Piece, fixed_clauses, opening, pieces


@pytest.mark.parametrize(("text", "parts"), [
    ("好的，您要转给谁？", ["好的，", "您要转给谁？"]),
    ("好的。您要转给谁？", ["好的。", "您要转给谁？"]),
    ("余额是¥52,340.18。", ["余额是¥52,340.18。"]),
    ("11月26日09:30到账。", ["11月26日09:30到账。"]),
    ("Sure. Your balance is 52,340.18 yuan.", ["Sure. ", "Your balance is 52,340.18 yuan."]),
    ("您有6688、3021、5512三张卡", ["您有6688、3021、5512三张卡"]),
    ("他说：“可以。”然后走了。", ["他说：", "“可以。”", "然后走了。"]),
    ("好，请您核对，转出卡尾号6688，收款人王芳，金额五百元，确认办理吗？",
     ["好，请您核对，", "转出卡尾号6688，收款人王芳，金额五百元，", "确认办理吗？"]),
    ("", []),
])  # fmt: skip
def test_pieces(text: str, parts: list[str]) -> None:
    assert [piece.text for piece in pieces(text)] == parts


def test_only_what_ends_a_sentence_has_the_long_pause() -> None:
    assert [piece.sentence for piece in pieces("好的，请稍等。谢谢")] == [False, True, True]


def test_a_text_without_any_stop_is_cut() -> None:
    parts = pieces("一" * 150)
    assert [len(piece.text) for piece in parts] == [60, 60, 30]
    assert all(piece.text.endswith(" ") for piece in pieces("word " * 200)[:-1])


@given(st.text(alphabet="好的，。、？！卡 abc.,;:…—1”\n", max_size=300))
def test_joined_they_are_the_text(text: str) -> None:
    parts = pieces(text)
    assert "".join(piece.text for piece in parts) == text
    assert all(len(piece.text.strip()) <= CLAUSE_CHARS_MAX * 2.5 for piece in parts)


def test_what_is_always_said_in_the_same_words_is_fixed() -> None:
    fixed = fixed_clauses(["好的，请您核对一下转账的信息。", "您好{name}，我是小岚", "Just a moment"])
    assert {"好的，", "请您核对一下转账的信息。", "我是小岚。", "Just a moment."} <= fixed
    assert not any("{" in text or "您好" in text for text in fixed)


@pytest.mark.parametrize(("text", "parts"), [
    ("尾号 六六八八 的Ⅰ类户余额是 五万两千三百四十元一角八分。", ["尾号 六六八八 的Ⅰ类户", "余额是 五万两千三百四十元一角八分。"]),
    ("给恒信达商贸有限公司的 三万元 还在路上，", ["给恒信达商贸有限公司的 三万元 ", "还在路上，"]),
    ("Your Class I account ending in 6 0 0 3 holds 12,000 yuan.", ["Your Class I account ending in 6 0 0 3 ", "holds 12,000 yuan."]),
    ("Here are the latest transactions of the account ending in 6 0 0 3,",
     ["Here are the latest transactions ", "of the account ending in 6 0 0 3,"]),
    ("马上停用尾号 三零二一 的卡。", ["马上停用尾号 三零二一 的卡。"]),  # nothing is left to be said after it
    ("为了确认是您本人，", ["为了确认是您本人，"]),
    ("The transfer of 500 yuan to Wang Fang came back.", ["The transfer of 500 yuan to Wang Fang came back."]),  # no good place
])  # fmt: skip
def test_what_an_answer_opens_with_is_cut_where_a_breath_may_be_drawn(text: str, parts: list[str]) -> None:
    cut = opening(Piece(text, sentence=True))
    assert [piece.text for piece in cut] == parts
    assert [piece.goes_on for piece in cut] == [True, False][-len(cut) :]
    assert cut[-1].sentence


def test_a_fixed_opening_is_fixed_though_a_value_follows() -> None:
    assert "Here are the latest transactions" in fixed_clauses(
        ["Here are the latest transactions of the account {tail}"]
    )
