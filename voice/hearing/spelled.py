"""Digits by their sound where digits are due: "尾号琉尔把把" is 尾号6288, for nothing else follows 尾号 in four such syllables."""

from __future__ import annotations

import re

from voice.hearing.known import cost_of_character
from voice.hearing.port import Hints, Repair
from voice.hearing.syllables import is_han

_NUMERALS = frozenset("零一幺二三四五六七八九")
_ONE = r"[\u3400-\u9fff\d](?:[\s，,]*)"
_TAIL = re.compile(
    rf"(?P<before>(?:尾号|[后末]四[位为])[是为]?[\s，,]*)(?P<digits>(?:{_ONE}){{3}}[\u3400-\u9fff\d])(?!\d)"
)
_CODE = re.compile(rf"(?P<before>验证码[是为]?[\s，,]*)(?P<digits>(?:{_ONE}){{5}}[\u3400-\u9fff\d])(?!\d)")
_ALONE = {
    "otp": re.compile(rf"(?P<digits>(?:{_ONE}){{5}}[\u3400-\u9fff\d])"),
    "tail": re.compile(rf"(?P<digits>(?:{_ONE}){{3}}[\u3400-\u9fff\d])"),
}
_COPULA = re.compile(
    r"(?<=验证码)[\s，,]*[14](?=(?:[\s，,-]*\d){6}(?![\s，,-]*\d))"
)  # "是": a code has six digits, not seven
_UNLIKE_MAX = 0.2


def spelled(text: str, hints: Hints) -> tuple[str, list[Repair]]:
    """``text`` with tails and codes in digits, and what was changed; only where every syllable is a digit's."""
    repairs = [Repair(found[0].strip(" ，,"), "是") for found in _COPULA.finditer(text)]
    text = _COPULA.sub("是", text)

    def written(found: re.Match[str]) -> str:
        heard = found["digits"]
        digits = "".join(_digit(char) or "?" for char in re.sub(r"[\s，,]", "", heard))
        if "?" in digits or all(char in _NUMERALS or not is_han(char) for char in heard):
            return found[0]
        repairs.append(Repair(heard, digits))
        return found[0][: found.start("digits") - found.start()] + digits

    for pattern in (_TAIL, _CODE):
        text = pattern.sub(written, text)
    alone = _ALONE.get(hints.awaited or "")
    if alone is not None and (found := alone.fullmatch(text.strip(" ,.，。"))):
        text = written(found)
    return text, repairs


def _digit(char: str) -> str | None:
    if char.isdigit():
        return char
    costs = sorted((cost_of_character(char, digit), digit) for digit in "0123456789")
    return costs[0][1] if costs[0][0] <= _UNLIKE_MAX else None
