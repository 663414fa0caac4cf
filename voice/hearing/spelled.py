"""Digits by their sound where digits are due: "尾号琉尔把把" is 尾号6288, for nothing else follows 尾号 in four such syllables."""

from __future__ import annotations

import re

from voice.hearing.known import cost_of_character
from voice.hearing.port import Hints, Repair
from voice.hearing.syllables import is_han

CODE_DIGITS = 6
_NUMERALS = frozenset("零一幺二三四五六七八九")
_ONE = r"[\u3400-\u9fff\d](?:[\s，,]*)"
_TAIL = re.compile(
    rf"(?P<before>(?:尾号|[后末]四[位为])[是为]?[\s，,]*)(?P<digits>(?:{_ONE}){{3}}[\u3400-\u9fff\d])(?!\d)"
)
# "是" is no digit, though it sounds like a four: better five digits, which are asked for again, than a wrong code
_CODE = re.compile(rf"(?P<before>验证码[\s，,]*+[是为]?+[\s，,]*)(?P<digits>(?:{_ONE}){{5}}[\u3400-\u9fff\d])(?!\d)")
_ALONE = {
    "otp": re.compile(rf"(?P<digits>(?:{_ONE}){{5}}[\u3400-\u9fff\d])"),
    "tail": re.compile(rf"(?P<digits>(?:{_ONE}){{3}}[\u3400-\u9fff\d])"),
}
_COPULA = re.compile(
    r"(?<=验证码)[\s，,]*[14](?=(?:[\s，,-]*\d){6}(?![\s，,-]*\d))"
)  # "是": a code has six digits, not seven
_UNLIKE_MAX = 0.2
# of a syllable, and of all on average, where the code was just asked for: nothing else has six syllables after 验证码
_UNLIKE_MAX_DUE, _UNLIKE_MEAN_DUE = 0.5, 0.35


def spelled(text: str, hints: Hints) -> tuple[str, list[Repair]]:
    """``text`` with tails and codes in digits, and what was changed; only where every syllable is a digit's."""
    repairs = [Repair(found[0].strip(" ，,"), "是") for found in _COPULA.finditer(text)]
    text = _COPULA.sub("是", text)
    due = hints.awaited == "otp"

    def written(found: re.Match[str]) -> str:
        heard = found["digits"]
        syllables = re.sub(r"[\s，,]", "", heard)
        after_its_name = due and "before" in found.re.groupindex and len(syllables) == CODE_DIGITS
        digits = _code_due(syllables) if after_its_name else None
        digits = digits or "".join(_digit(char) or "?" for char in syllables)
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
    cost, digit = _nearest(char)
    return digit if cost <= _UNLIKE_MAX else None


def _code_due(syllables: str) -> str | None:
    """The six digits nearest to six syllables, where the code was asked for; None where too many are unlike any digit."""
    nearest = [_nearest(char) for char in syllables]
    costs = [cost for cost, _ in nearest]
    if max(costs) > _UNLIKE_MAX_DUE or sum(costs) / len(costs) > _UNLIKE_MEAN_DUE:
        return None
    return "".join(digit for _, digit in nearest)


def _nearest(char: str) -> tuple[float, str]:
    """How unlike the nearest digit a syllable sounds, and that digit."""
    return (0.0, char) if char.isdigit() else min((cost_of_character(char, digit), digit) for digit in "0123456789")
