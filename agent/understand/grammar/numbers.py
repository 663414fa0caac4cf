"""Numbers in words, Chinese and English, as exact decimals."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")}
_DIGITS |= {"两": 2, "俩": 2, "仨": 3, "幺": 1, "叄": 3, "貳": 2, "陸": 6, "兩": 2}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
ZH_DIGIT = "".join(_DIGITS)
ZH_UNIT = "".join(_SMALL) + "".join(_BIG)
ZH_NUMBER = rf"[{ZH_DIGIT}{ZH_UNIT}半]+(?:点[{ZH_DIGIT}]+[{ZH_UNIT}]*)?"

_ONES = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: 10 * i
    for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
_EN_UNITS = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 10**6, "billion": 10**9}
_EN_WORD = "|".join([*_ONES, *_TENS, *_EN_UNITS])
_AND_A_HALF = re.compile(r"(.+?)\s+and\s+a\s+half\s+(hundred|thousand|grand|million|billion)", re.I)
EN_NUMBER = rf"(?:(?:a|{'|'.join(_ONES)})\s+and\s+a\s+half\s+(?:hundred|thousand|million|grand)|(?:a|half a)\s+(?:hundred|thousand|million|grand)|(?:{_EN_WORD}))(?:(?:(?<=thousand),|(?<=million),|\s+and)?[\s-]+(?:{_EN_WORD}))*"


def _zh_section(text: str) -> int | None:
    """Below ten thousand; "一百二" is 120, "一百零二" 102."""
    total, digit, last_unit, gap = 0, -1, 10000, False
    for char in text:
        if char in _DIGITS:
            if digit > 0:
                return None
            digit = _DIGITS[char]
            gap = gap or digit == 0
            continue
        unit = _SMALL.get(char)
        if unit is None or unit >= last_unit:
            return None
        total += (digit if digit > 0 else 1) * unit
        digit, last_unit, gap = -1, unit, False
    if digit > 0:
        colloquial = not gap and last_unit in (100, 1000)
        total += digit * (last_unit // 10 if colloquial else 1)
    return total


def zh_integer(text: str) -> int | None:
    """ "三万五" → 35000, "三千零五十" → 3050, "十五" → 15; None where it is not one number ("三五")."""
    for unit, value in (("亿", 10**8), ("億", 10**8), ("万", 10**4), ("萬", 10**4)):
        head, cut, rest = text.rpartition(unit) if value == 10**4 else text.partition(unit)
        if not cut:
            continue
        left = zh_integer(head) if head else None
        if left is None or left == 0:
            return None
        if not rest:
            return left * value
        right = zh_integer(rest)
        if right is None or right >= value:
            return None
        if len(rest) == 1 and rest in _DIGITS:
            return left * value + right * value // 10
        return left * value + right
    if not text:
        return None
    return _zh_section(text)


def zh_number(text: str) -> Decimal | None:
    """With a decimal part ("三点五万"), half ("一万半") and digit strings of one length ("五")."""
    if text.endswith("半") and len(text) > 1:
        whole = zh_integer(text[:-1])
        unit = _BIG.get(text[-2], _SMALL.get(text[-2], 1))
        return None if whole is None else Decimal(whole) + Decimal(unit) / 2
    if text.startswith("半") and len(text) > 1:
        return Decimal(unit) / 2 if (unit := _BIG.get(text[1], _SMALL.get(text[1], 0))) and len(text) == 2 else None
    if "点" not in text:
        whole = zh_integer(text)
        return None if whole is None else Decimal(whole)
    head, _, tail = text.partition("点")
    match = re.fullmatch(rf"([{ZH_DIGIT}]+)([{ZH_UNIT}]*)", tail)
    whole = zh_integer(head)
    if match is None or whole is None:
        return None
    value = Decimal(f"{whole}." + "".join(str(_DIGITS[c]) for c in match[1]))
    for char in match[2]:
        value *= _SMALL.get(char) or _BIG[char]
    return value


def en_number(text: str) -> Decimal | None:
    """ "two thousand five hundred" → 2500, "fifteen hundred" → 1500, "half a million" → 500000, "one and a half thousand" → 1500."""
    if match := _AND_A_HALF.fullmatch(text):
        whole = en_number(match[1])
        return None if whole is None else (whole + Decimal("0.5")) * _EN_UNITS[match[2].lower()]
    words = [w for w in re.split(r"[\s,-]+", text.lower()) if w != "and"]
    if words[:2] == ["half", "a"]:
        return Decimal(_EN_UNITS[words[2]]) / 2 if len(words) == 3 and words[2] in _EN_UNITS else None
    if words[:1] == ["a"]:
        words = ["one", *words[1:]]
    total, section, last = 0, 0, 0
    for word in words:
        if word in _ONES:
            if last in (1, 2) and not (last == 2 and 0 < _ONES[word] < 10):
                return None
            section, last = section + _ONES[word], 1
        elif word in _TENS:
            if last in (1, 2):
                return None
            section, last = section + _TENS[word], 2
        elif word == "hundred":
            section, last = (section or 1) * 100, 3
        elif word in _EN_UNITS:
            total, section, last = total + (section or 1) * _EN_UNITS[word], 0, 3
        else:
            return None
    return Decimal(total + section) if words else None


_EN_DIGIT = {w: str(i) for w, i in _ONES.items() if i < 10} | {"oh": "0", "o": "0"}
_EN_DIGIT_WORD = "|".join(_EN_DIGIT)
_EN_SPOKEN = re.compile(
    rf"\b(?:(?:double|triple)\s+)?(?:{_EN_DIGIT_WORD}|\d)(?:[\s,-]+(?:(?:double|triple)\s+)?(?:{_EN_DIGIT_WORD}|\d))+\b",
    re.I,
)
_EN_PAIRS = re.compile(
    rf"\b({'|'.join(_TENS)}|{'|'.join(w for w, i in _ONES.items() if i > 9)})[\s-]?({_EN_DIGIT_WORD})?[\s-]+"
    rf"(?:({'|'.join(_TENS)}|{'|'.join(w for w, i in _ONES.items() if i > 9)})[\s-]?({_EN_DIGIT_WORD})?|(?:oh|o|zero)[\s-]+({_EN_DIGIT_WORD}))\b"
    rf"(?!\s*(?:hundred|thousand|million))",
    re.I,
)
_ZH_DIGIT_RUN = re.compile(
    rf"(?<![{ZH_UNIT}点第\d])[{ZH_DIGIT}洞拐](?:[\s,，-]?[{ZH_DIGIT}洞拐\d])" r"{2,}" rf"(?![{ZH_UNIT}点])"
)
_ZH_DOUBLES = re.compile(rf"(?:(?:两个|俩|双)[{ZH_DIGIT}\d][,，\s]?)" r"{2}")
_PARTED_TAIL = re.compile(r"(尾号(?:是|为)?\s*|\bending\s+(?:in\s+|with\s+)?)(\d{2})[\s-](\d{2})(?!\d)", re.I)
_SPACED = re.compile(r"(?<![\d.])\d(?:[\s-]\d){2,}(?![\d.])")


def _en_digits(match: re.Match[str]) -> str:
    out, times = "", 1
    for word in re.split(r"[\s,-]+", match[0].lower()):
        if word in ("double", "triple"):
            times = 2 if word == "double" else 3
        else:
            out += _EN_DIGIT.get(word, word) * times
            times = 1
    return out if len(out) > 2 else match[0]


def _pair(tens: str, one: str | None) -> str:
    value = _TENS.get(tens.lower(), _ONES.get(tens.lower(), 0))
    return f"{value + int(_EN_DIGIT[one.lower()]) if one and one.lower() not in ('oh', 'o') else value:02d}"


_EN_LAST_PAIR = re.compile(
    rf"(?<=\b\d{{4}})[\s-]+({'|'.join(_TENS)}|{'|'.join(w for w, i in _ONES.items() if i > 9)})(?:[\s-]+({_EN_DIGIT_WORD}))?\b",
    re.I,
)


def _en_pairs(match: re.Match[str]) -> str:
    a, a1, b, b1, last = match.groups()
    return _pair(a, a1) + (_pair(b, b1) if b else "0" + _EN_DIGIT[last.lower()])


def _zh_digit(char: str) -> str:
    return {"洞": "0", "拐": "7"}.get(char) or (
        str(_DIGITS[char]) if char in _DIGITS else char if char.isdigit() else ""
    )


def spoken_digits(text: str) -> str:
    """Digits said one by one written as digits: "尾号六六八八" → "尾号6688", "ending double eight" forms, "4 8 2 9 1 3"."""
    text = _ZH_DOUBLES.sub(
        lambda m: "".join(_zh_digit(c) * 2 for c in m[0] if c not in "两个俩双" and _zh_digit(c)), text
    )
    text = _ZH_DIGIT_RUN.sub(lambda m: "".join(_zh_digit(c) for c in m[0]), text)
    text = _EN_SPOKEN.sub(_en_digits, text)
    text = _EN_PAIRS.sub(_en_pairs, text)
    text = _EN_LAST_PAIR.sub(lambda m: _pair(m[1], m[2]), text)
    text = _PARTED_TAIL.sub(r"\1\2\3", text)
    return _SPACED.sub(lambda m: re.sub(r"[\s-]", "", m[0]), text)
