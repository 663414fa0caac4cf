"""Numbers as they are written in questions and answers: 30,000 is 3万 is 三万 is thirty thousand."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2, "〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_GREAT = {"万": 10**4, "亿": 10**8}
_SHORT = {"万": 10**4, "千": 1000, "百": 100, "亿": 10**8, "w": 10**4, "k": 1000}
_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "twenty-four": 24, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6}
DIGITS_MAX = 18


def number(text: str) -> Decimal | None:
    """The value of one number in digits, Chinese or English words; None where it is none."""
    flat = text.strip().lower().replace(",", "")
    arabic = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([万千百亿wk]?)", flat)
    if arabic is not None:
        if len(arabic[1]) > DIGITS_MAX:
            return None
        try:
            return Decimal(arabic[1]) * _SHORT.get(arabic[2], 1)
        except InvalidOperation:
            return None
    return _chinese(flat) if re.fullmatch(r"[零〇一二两三四五六七八九十百千万亿]+", flat) else _english(flat)


def _chinese(text: str) -> Decimal | None:
    if len(text) > DIGITS_MAX:
        return None
    if not set(text) & {*_TENS, *_GREAT}:
        return Decimal("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        else:
            total = (total + section + digit or 1) * _GREAT[char]
            section = digit = 0
    return Decimal(total + section + digit)


def _english(text: str) -> Decimal | None:
    if text == "half a":
        return Decimal("0.5")
    total = part = 0
    for word in text.split():
        if word in _WORDS:
            part += _WORDS[word]
        elif word in _SCALES:
            part = (part or 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, part = total + part, 0
        else:
            return None
    return Decimal(total + part) if text else None
