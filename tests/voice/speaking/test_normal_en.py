"""What an English text is in words."""

from __future__ import annotations

import pytest

from voice.speaking.normal_en import spoken_en

BALANCE = "fifty-two thousand three hundred forty yuan and eighteen fen"


@pytest.mark.parametrize(("written", "spoken"), [
    ("¥52,340.18", BALANCE), ("52,340.18 yuan", BALANCE), ("CNY 52340.18", BALANCE), ("500 yuan", "five hundred yuan"),
    ("0.05 yuan", "five fen"), ("186,000.00 yuan", "one hundred eighty-six thousand yuan"), ("-¥5", "minus five yuan"),
    ("card ending 6688", "card ending six six eight eight"), ("ending in 1180", "ending in one one eight zero"),
    ("card 3021", "card three zero two one"), ("6 6 8 8, 3 0 2 1", "six six eight eight, three zero two one"),
    ("code 482913", "code four eight two, nine one three"), ("13812345678", "one three eight, one two three four, five six seven eight"),
    ("call 110 or 96110", "call one one zero or nine six one one zero"), ("110 yuan", "one hundred ten yuan"),
    ("26 November at 14:05", "the twenty-sixth of November at fourteen oh five"),
    ("2026-11-26", "the twenty-sixth of November, twenty twenty six"),
    ("Nov 26, 2026", "the twenty-sixth of November, twenty twenty six"),
    ("the 3rd of May", "the third of May"), ("at 9:00", "at nine o'clock"), ("2:30 pm", "two thirty P M"),
    ("2.75%", "two point seven five percent"), ("10,000 yuan a day", "ten thousand yuan a day"),
    ("a Class II account", "a Class two account"), ("Ⅰ", "one"), ("3-5 working days", "three to five working days"),
    ("24 hours", "twenty-four hours"), ("your 2nd card", "your second card"), ("from 1 to 5", "from one to five"),
    ("in 2026", "in twenty twenty six"), ("Hello, I'm Xiaolan.", "Hello, I'm Xiaolan."),
])  # fmt: skip
def test_the_words_of_a_text(written: str, spoken: str) -> None:
    assert spoken_en(written) == spoken
