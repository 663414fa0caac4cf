"""English text to the words a teller says: amounts, dates, times, percentages, card tails, phones and codes."""

from __future__ import annotations

import re
from collections.abc import Callable

from num2words import num2words

_DIGITS = dict(zip("0123456789", ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), strict=True))  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH = r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CLASSES = {"Ⅰ": "one", "Ⅱ": "two", "Ⅲ": "three", "I": "one", "II": "two", "III": "three"}
_SIGNS = {"&": " and ", "+": " plus ", "×": " times ", "=": " equals ", "~": " to ", "→": " to ", "@": " at "}


def number(text: str) -> str:
    """A number in words: 52,340 → fifty-two thousand three hundred forty."""
    whole, _, places = text.replace(",", "").partition(".")
    if len(whole) > 15:
        return digits(whole)
    words = str(num2words(int(whole))).replace(",", "").replace(" and ", " ")
    return words + (" point " + digits(places).replace(",", "") if places else "")


def digits(text: str) -> str:
    """Digit by digit; other characters become a pause."""
    return ", ".join(" ".join(_DIGITS[d] for d in group) for group in re.findall(r"\d+", text))


def amount(text: str) -> str:
    """Yuan and fen: 52,340.18 → fifty-two thousand three hundred forty yuan and eighteen fen."""
    whole, _, places = text.replace(",", "").partition(".")
    if len(places) > 2:
        return f"{number(text)} yuan"
    fen = int(f"{places:0<2}")
    if int(whole) == 0 and fen:
        return f"{number(str(fen))} fen"
    return f"{number(whole)} yuan" + (f" and {number(str(fen))} fen" if fen else "")


def _year(text: str) -> str:
    return str(num2words(int(text), to="year")).replace("-", " ")


def _day(month: str, day: str, year: str | None) -> str:
    name = next(full for full in _MONTHS if full.startswith(month[:3]))
    return f"{num2words(int(day), to='ordinal')} of {name}" + (f", {_year(year)}" if year else "")


def _clock(hour: str, minute: str, half: str | None) -> str:
    told = number(str(int(hour)))
    if int(minute):
        told += " " + ("oh " if int(minute) < 10 else "") + number(str(int(minute)))
    elif half is None:
        told += " o'clock" if int(hour) <= 12 else " hundred hours"
    return told + (f" {' '.join(half.upper().replace('.', ''))}" if half else "")


def _grouped(code: str) -> str:
    size = {11: (3, 4, 4), 6: (3, 3), 8: (4, 4), 16: (4, 4, 4, 4)}.get(len(code))
    if size is None:
        return digits(code)
    groups, at = [], 0
    for length in size:
        groups.append(digits(code[at : at + length]))
        at += length
    return ", ".join(groups)


def _bare(text: str) -> str:
    if "," in text or "." in text or len(text) < 4:
        return number(text) if text[0] != "0" or len(text) == 1 or "." in text else digits(text)
    return _grouped(text)


_Say = Callable[[re.Match[str]], str]
_RULES: tuple[tuple[str, _Say], ...] = (
    (r"\b([Cc]lass|[Tt]ype)[ -]+(III|II|I|Ⅲ|Ⅱ|Ⅰ)(?![A-Za-z])", lambda m: f"{m[1]} {_CLASSES[m[2]]}"),
    (r"[ⅠⅡⅢ]", lambda m: _CLASSES[m[0]]),
    # dates and times
    (r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b", lambda m: "the " + _day(_MONTHS[int(m[2]) - 1], m[3], m[1])
        if 1 <= int(m[2]) <= 12 else digits(m[0])),
    (rf"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (\d{{4}}))?(?![A-Za-z\d])",
        lambda m: "the " + _day(m[2], m[1], m[3])),
    (rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?(?![\d:])", lambda m: "the " + _day(m[1], m[2], m[3])),
    (r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?![\d:])(?:\s*([AaPp]\.?[Mm]\.?)(?![A-Za-z]))?",
        lambda m: _clock(m[1], m[2], m[3])),
    (r"\b(1[0-2]|[1-9])\s*([AaPp][Mm])\b", lambda m: f"{number(m[1])} {' '.join(m[2].upper())}"),
    # tails, codes and phones
    (r"\b((?:ending|ends|end)(?: in| with)?|card|account|code(?: is)?)(:?\s+)(\d{4,8})(?![\d,.]\d|\d)", lambda m: f"{m[1]} {_grouped(m[3])}"),
    (r"(?<!\d)(\d{3,4})\*{2,}(\d{2,4})(?!\d)", lambda m: f"{digits(m[1])}, ending {digits(m[2])}"),
    (r"(?<!\d)(0\d{2,3}|400|800)-(\d{3,4})-?(\d{4})(?!\d)", lambda m: ", ".join(digits(part) for part in m.groups())),
    (r"(?<![\d.,])(1\d{10})(?![\d.,]?\d)", lambda m: _grouped(m[1])),
    (r"(?<![\d.,])(110|119|120|122|96110|12\d{3}|95\d{3})(?!\d|[.,]\d|\s*(?:yuan|days|%))", lambda m: digits(m[1])),
    (r"(?<![\d,.])\d(?: \d){2,}(?![\d,.]\d)", lambda m: digits(m[0].replace(" ", ""))),  # 6 6 8 8, as speech texts have it
    # amounts, shares, ranges
    (rf"(-?)(?:¥|CNY\s?|RMB\s?)\s*({_NUMBER})(?:\s*yuan)?", lambda m: ("minus " if m[1] else "") + amount(m[2])),
    (rf"(-?)(?<![\d.,])({_NUMBER})\s*(?:yuan|CNY|RMB)\b", lambda m: ("minus " if m[1] else "") + amount(m[2])),
    (rf"({_NUMBER})\s*%", lambda m: f"{number(m[1])} percent"),
    (rf"({_NUMBER})\s*‰", lambda m: f"{number(m[1])} per mille"),
    (rf"(?<![\d-])({_NUMBER})\s*[-–]\s*({_NUMBER})(?![\d-])", lambda m: f"{number(m[1])} to {number(m[2])}"),
    (r"\b(\d+)(?:st|nd|rd|th)\b", lambda m: str(num2words(int(m[1]), to="ordinal"))),
    (r"\b(in|since|of|by|until|year) (19\d\d|20\d\d)\b", lambda m: f"{m[1]} {_year(m[2])}"),
    (rf"(?<![A-Za-z\d])-({_NUMBER})", lambda m: f"minus {number(m[1])}"),
    (r"(?<![\d.,])(\d{4,15})(?= (?:times|days|people|customers|points|hours|minutes))", lambda m: number(m[1])),
    (rf"({_NUMBER})", lambda m: _bare(m[1])),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), say) for pattern, say in _RULES)


def spoken_en(text: str) -> str:
    """The words of an English text; Chinese characters and punctuation stay."""
    words = text.replace("￥", "¥").replace("％", "%")
    for pattern, say in _COMPILED:
        words = pattern.sub(say, words)
    for sign, word in _SIGNS.items():
        words = words.replace(sign, word)
    return re.sub(r"\s{2,}", " ", words).strip()
