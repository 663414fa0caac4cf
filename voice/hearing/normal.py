"""Recognised words as a customer would have typed them: simplified, one width, numbers that cannot be misread.

What the text core reads by itself ("三万五", "五百块五毛") stays as it was said. Written anew is what recognisers do to numbers:
digits said one by one, numbers half in digits ("1千2百", "2万3000"), separators inside a code or a tail ("6,688", "48 29 13").
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from voice.hearing.port import Awaited, Locale

_TABLE = Path(__file__).parent / "simplified.txt"
_HAN = r"\u3400-\u9fff"
_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "幺": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ZH = "".join(_DIGITS)
_ZH_RUN = re.compile(rf"(?<![十百千万点第几{_ZH}])[{_ZH}\d](?:[\s-]?[{_ZH}\d]){{2,}}(?![{_ZH}十百千万点])")
_ZH_TWICE = re.compile(rf"(?:(?:两个|俩|双)([{_ZH}\d])[\s,，]?){{2}}")
_MIXED = re.compile(
    r"(?<![\d.零一二两三四五六七八九])\d[\d,]*(?:\.\d+)?\s*[万千百](?:[零\d,十百千]|\s(?=\d))*\d?(?![\d.零一二两三四五六七八九十百千万])|[一二两三四五六七八九十百千]+万\d[\d,]*"
)
_PART = re.compile(r"([\d,]+)\s*([十百千]?)")
_EN_ONES = {
    word: str(i)
    for i, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
}
_EN_ONES |= {"oh": "0", "o": "0"}
_EN_TIMES = {"double": 2, "triple": 3}
_EN_WORD = rf"(?:(?:{'|'.join(_EN_TIMES)})[\s-]+)?(?:{'|'.join(_EN_ONES)}|\d)"
_EN_RUN = re.compile(rf"\b{_EN_WORD}(?:[\s,.-]+{_EN_WORD})+\b", re.I)
_EN_DIGITS_MIN = 3
_TAIL = re.compile(
    r"((?:尾号|末四位|后四位|卡号)(?:是|为|就是)?\s*|\b(?:ending|ends|end)(?:\s+(?:in|with))?\s+)(\d(?:[\s,.，-]?\d){2,4})(?!\d)",
    re.I,
)
_CODE = re.compile(r"\d(?:[\s,，、-]*\d){3,}")
_CODE_WORDS = re.compile(r"验证码|校验码|动态码|密码|\bcode\b|\botp\b", re.I)
_PARTED = re.compile(rf"(?<=[{_ZH}\d])[\s,，、-]+(?=[{_ZH}\d])")
_CODE_LENGTHS = range(4, 9)
_PASSES_MAX = 5
_KEPT = "，。；：？！、"  # an ASCII comma would join the numbers on its two sides
_EDGES = " \t,.;:，。；：、…♪-—~\"'“”"


def normalised(text: str, locale: Locale, awaited: Awaited | None = None) -> str:
    """``text`` as it goes into the turn; a number is only ever written in another way, never another number."""
    for _ in range(_PASSES_MAX):  # what one pass brings together, the next one reads
        once = _passed(text, locale, awaited)
        if once == text:
            break
        text = once
    return text


def _passed(text: str, locale: Locale, awaited: Awaited | None) -> str:
    even = simplified("".join(c if c in _KEPT else unicodedata.normalize("NFKC", c) for c in text))
    even = re.sub(r"\s+", " ", even).strip()
    even = re.sub(rf"(?<=[{_HAN}]) (?=[{_HAN}])", "，", even)
    even = re.sub(rf"(?<=[{_HAN}]) (?=[\dA-Za-z])|(?<=\d) (?=[{_HAN}])", "", even)
    is_code = awaited == "otp" or _CODE_WORDS.search(even) is not None
    if is_code:
        even = _PARTED.sub("", even)
    even = _digits_said(even)
    even = _MIXED.sub(_mixed, even)
    even = _TAIL.sub(lambda found: found[1] + re.sub(r"\D", "", found[2]), even)
    if is_code:
        even = _code(even)
    if awaited in {"otp", "tail"}:
        even = even.strip(_EDGES)
    return _stopped(even, locale)


def simplified(text: str) -> str:
    """Traditional characters that recognition writes now and then, in their simplified form."""
    return text.translate(_characters())


@cache
def _characters() -> dict[int, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return {ord(pair[0]): pair[1] for line in lines if not line.startswith("#") for pair in line.split()}


def _digits_said(text: str) -> str:
    """ "六六八八" → "6688", "幺幺八零" → "1180", "double six double eight" → "6688"; from three digits on."""
    text = _ZH_TWICE.sub(
        lambda found: "".join(2 * _zh_digit(c) for c in found[0] if _zh_digit(c) and c not in "两俩双个"), text
    )
    text = _ZH_RUN.sub(_zh_digits, text)
    return _EN_RUN.sub(_en_digits, text)


def _zh_digit(char: str) -> str:
    return str(_DIGITS[char]) if char in _DIGITS else char if char.isdigit() else ""


def _zh_digits(found: re.Match[str]) -> str:
    return found[0] if found[0].replace(",", "").isdigit() else "".join(_zh_digit(char) for char in found[0])


def _en_digits(found: re.Match[str]) -> str:
    out, times = "", 1
    for word in re.split(r"[\s,.-]+", found[0].lower()):
        if word in _EN_TIMES:
            times = _EN_TIMES[word]
        else:
            out, times = out + _EN_ONES.get(word, word) * times, 1
    return out if len(out) >= _EN_DIGITS_MIN else found[0]


def _mixed(found: re.Match[str]) -> str:
    """ "1千2百" → "1200", "2万3000" → "23000", "3万5" → "35000"; unchanged where it is no falling row of units."""
    said = re.sub(r"[\s,]", "", found[0])
    head, wan, rest = said.partition("万")
    if not wan:
        value = _below_ten_thousand(head)
        return found[0] if value is None or not re.search(r"[十百千]\D*\d", head) else str(value)
    if not rest:
        return found[0]
    left = _below_ten_thousand("".join(_zh_digit(c) or c for c in head))
    right = int(rest) * 1000 if len(rest) == 1 and rest.isdigit() else _below_ten_thousand(rest)
    return found[0] if left is None or right is None else str(left * 10_000 + right)


def _below_ten_thousand(said: str) -> int | None:
    plain = said.lstrip("零")
    if plain.isdigit():
        return int(plain) if int(plain) < 10_000 else None
    value, last = 0, 10_000
    gap = False
    for digits, unit in re.findall(r"(\d*)([十百千]|零|$)", plain):
        if unit == "零":
            gap = True
        if unit in _UNITS:
            if _UNITS[unit] >= last:
                return None
            last = _UNITS[unit]
            value += int(digits or 1) * last
        elif digits:
            if int(digits) >= last:
                return None
            value += int(digits) * (last // 10 if len(digits) == 1 and not gap and last > 10 else 1)
    return value if re.fullmatch(r"[\d十百千零]+", plain) else None


def _code(text: str) -> str:
    """The digits of a one-time code joined, however they were grouped ("48 29 13", "482,913")."""

    def joined(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        return digits if len(digits) in _CODE_LENGTHS else found[0]

    return _CODE.sub(joined, text)


def _stopped(text: str, locale: Locale) -> str:
    """Without a stop at the end, which recognisers set as they please; a question mark stays."""
    text = text.strip(_EDGES)
    if locale == "zh-CN":
        text = re.sub(rf"(?<=[{_HAN}]),\s*", "，", text)
        text = re.sub(rf"(?<=[{_HAN}])\?", "？", text)
    return text
