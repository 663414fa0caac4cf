"""Marks of form, and Chinese typed in Latin letters."""

from __future__ import annotations

import pytest

from agent.understand.features import tokens
from agent.understand.marks import marks
from agent.understand.text import sound, typed_sound


@pytest.mark.parametrize(
    ("said", "there", "not_there"),
    [
        ("销户要手续费吗？", {"asks", "rule", "asks+rule", "asks-"}, {"request", "want"}),
        ("帮我把卡销了", {"request"}, {"asks", "how"}),
        ("我妈想换卡", {"others", "want"}, {"request"}),
        ("上周挂失过了", {"perfect"}, {"request"}),
        ("is there a fee to close an account", {"asks", "or_not", "rule"}, {"request", "do"}),
        ("please close my account", {"request", "do"}, {"asks"}),
        ("my Barclays card's been nicked", {"elsewhere", "lost"}, {"found"}),
    ],
)
def test_marks(said: str, there: set[str], not_there: set[str]) -> None:
    found = set(marks(said))
    assert there <= found
    assert not found & not_there


@pytest.mark.parametrize(
    ("typed", "said"),
    [("tousu jindu", "投诉进度"), ("tiqian huankuan", "提前还款"), ("jie suo my card", "解锁"), ("guashi", "挂失")],
)
def test_that_typed_pinyin_sounds_like_what_it_spells(typed: str, said: str) -> None:
    assert set(typed_sound(typed)) <= {*sound(said), "huan"}
    assert len(typed_sound(typed)) >= 2


@pytest.mark.parametrize("said", ["I want to close my account", "what is the limit", "hello", "2000"])
def test_that_english_is_not_taken_for_pinyin(said: str) -> None:
    assert typed_sound(said) == ()


def test_that_what_is_denied_counts_apart() -> None:
    found = tokens("不是销户，是换卡")
    assert "nc销\x1f户" in found
    assert "c销\x1f户" not in found
    assert "c换\x1f卡" in found
