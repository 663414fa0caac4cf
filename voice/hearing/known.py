"""The customer's own card tails, found in what was heard by the sound of each digit.

"不对，是302有哪张" is 3021 where the customer has one card that ends so and none that sounds nearly like it. Four digits that
were heard as digits are never changed, and neither is anything that is counted ("302块"): an amount is not guessed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from voice.hearing.port import Hints, Repair
from voice.hearing.syllables import UNLIKE, Syllable, is_han, syllables, unlike

# how each digit is said, as characters; the first is its own
_SAID: Mapping[str, str] = {
    "0": "零洞", "1": "一幺", "2": "二两", "3": "三", "4": "四", "5": "五", "6": "六", "7": "七", "8": "八", "9": "九",
}  # fmt: skip
_NUMERALS: Mapping[str, str] = {char: digit for digit, chars in _SAID.items() for char in chars} | {"〇": "0"}
# what recognition writes for a digit although the syllables are further apart than that: digit, syllable, cost
_TAKEN_FOR: Mapping[tuple[str, str], float] = {
    ("1", "you"): 0.15, ("1", "yo"): 0.2, ("0", "nin"): 0.3, ("2", "e"): 0.3, ("3", "sen"): 0.3, ("2", "he"): 0.45, ("3", "shen"): 0.35, ("6", "niu"): 0.2, ("9", "jiao"): 0.4, ("8", "wua"): 0.3, ("8", "wuai"): 0.35,
}  # fmt: skip
_ENGLISH: Mapping[str, str] = {
    "zero": "0", "oh": "0", "o": "0", "owe": "0", "one": "1", "won": "1", "two": "2", "to": "2", "too": "2", "three": "3", "tree": "3", "free": "3",
    "four": "4", "for": "4", "fore": "4", "five": "5", "hive": "5", "six": "6", "sex": "6", "sics": "6", "seven": "7", "eight": "8", "ate": "8",
    "nine": "9", "nein": "9", "mine": "9",
}  # fmt: skip
_ENGLISH_SURE = frozenset({"zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"})
_HOMOPHONE_COST = 0.15
_OTHER_DIGIT, _ONE_TOO_MANY, _ONE_MISSING = 1.0, 0.6, 0.6
_EACH_MAX = 0.45  # of one digit
_APART_MAX, _APART_MAX_SURE, _APART_MAX_DUE = (
    0.35,
    0.45,
    0.7,
)  # of a whole tail: anywhere, with three digits right, where one is due
_CLEAR_BY = 0.5  # the next best tail must be so much further
_TAIL = re.compile(r"\d{4}")
_UNIT = re.compile(r"[\u3400-\u9fff\d]|[A-Za-z']+")
_GAP = re.compile(r"[\s,，、.·-]*")
_BEFORE = re.compile(
    r"(?:[尾为伟围]号|[后末]四[位为]|卡号)[是为]?[\s,，]*$|\b(?:ending|ends|end)(?:\s+(?:in|with))?[\s,]+$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\s,，]*(?:的?[那哪这]张|的?卡)|[\s,]+card\b", re.IGNORECASE)
_COUNTED = re.compile(r"[\s,，]*(?:[块元万千百十号%]|yuan|dollars|percent|thousand|hundred)", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"[¥￥$万千百点]\s*$")
_WHICH = re.compile(r"^(\s*的?)哪张[?？]?")
_PAID_BEFORE = re.compile(
    r"(?:转账?|汇款?|存款?|取款?|付款?|打款?|还款?|充值?|提到?|降到|花了?|send|transfer|pay)\s*$", re.IGNORECASE
)
_DENIED = re.compile(r"不[是对]|\b(?:not|no|know)\b", re.IGNORECASE)
_COPULA = re.compile(r"(?<!\d)[14]$")  # "是" of "是三零二一", heard as one more digit


@dataclass(frozen=True)
class _Unit:
    """A character, a digit or an English word; ``start`` to ``end`` in the text."""

    start: int
    end: int
    said: str

    def cost(self, digit: str) -> float:
        """How unlike this digit it sounds."""
        if self.said.isdigit():
            return 0.0 if self.said == digit else _OTHER_DIGIT
        if self.said.isascii():
            word = self.said.lower()
            meant = _ENGLISH.get(word)
            return UNLIKE if meant != digit else 0.0 if word in _ENGLISH_SURE else _HOMOPHONE_COST
        return cost_of_character(self.said, digit)

    @property
    def is_digit(self) -> bool:
        """Whether it was heard as a digit."""
        return self.said.isdigit() or self.said in _NUMERALS or self.said.lower() in _ENGLISH_SURE


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    tail: str
    cost: float
    is_near: bool


def recalled(text: str, hints: Hints) -> tuple[str, list[Repair]]:
    """``text`` with the tails among ``hints.words`` in digits where they are what was said, and what was changed."""
    tails = [word for word in dict.fromkeys(hints.words) if _TAIL.fullmatch(word)]
    if not tails:
        return text, []
    repairs: list[Repair] = []
    for found in sorted(_clear(text, tails, hints), key=lambda one: -one.start):
        heard = text[found.start : found.end]
        before = _COPULA.sub("，是", text[: found.start])
        text = before + found.tail + _WHICH.sub(r"\1那张", text[found.end :])
        if _digits(heard) != found.tail:
            repairs.insert(0, Repair(heard, found.tail))
    return text, repairs


def _clear(text: str, tails: Sequence[str], hints: Hints) -> Iterator[_Found]:
    """The places where exactly one tail is near, best first, none inside another."""
    found = sorted(_near(text, tails, hints), key=lambda one: (one.cost, one.start - one.end))
    taken: set[int] = set()
    for one in (one for one in found if one.is_near):
        places = set(range(one.start, one.end))
        rival = any(
            other.tail != one.tail and other.cost < one.cost + _CLEAR_BY and places & set(range(other.start, other.end))
            for other in found
        )
        if not rival and not taken & places:
            taken |= places
            yield one


def _near(text: str, tails: Sequence[str], hints: Hints) -> Iterator[_Found]:
    units = [_Unit(at.start(), at.end(), at[0]) for at in _UNIT.finditer(text)]
    for size in (3, 4, 5):
        for first in range(len(units) - size + 1):
            window, around = units[first : first + size], units[max(0, first - 1) : first + size + 1]
            start, end = window[0].start, window[-1].end
            due = _is_due(text, start, end, hints)
            if not _together(text, window) or not _is_free(text, around, window, due=due, hints=hints):
                continue
            bound = _bound(window, due=due)
            for tail in tails:
                cost = _apart(window, tail)
                if cost <= bound + _CLEAR_BY and (size == len(tail) or due):
                    yield _Found(start, end, tail, cost, cost <= bound)


def _together(text: str, window: Sequence[_Unit]) -> bool:
    return all(_GAP.fullmatch(text[one.end : other.start]) is not None for one, other in itertools.pairwise(window))


def _is_free(text: str, around: Sequence[_Unit], window: Sequence[_Unit], *, due: bool, hints: Hints) -> bool:
    """Whether it is neither a part of a longer number nor money."""
    before, first, last = text[: window[0].start], around[0], around[-1]
    if last is not window[-1] and last.is_digit and _together(text, [window[-1], last]):
        return False
    if first is not window[0] and first.is_digit and _together(text, [first, window[0]]):
        return _COPULA.search(before) is not None and (due or _DENIED.search(before) is not None)
    if _COUNTED.match(text, window[-1].end) or _MONEY_BEFORE.search(before):
        return False
    return due or (hints.awaited != "amount" and _PAID_BEFORE.search(before) is None)


def _is_due(text: str, start: int, end: int, hints: Hints) -> bool:
    """Whether a tail stands here by what is around."""
    alone = hints.awaited == "tail" and not _bare(text[:start] + text[end:])
    return alone or _BEFORE.search(text, 0, start) is not None or _AFTER.match(text, end) is not None


def _bound(window: Sequence[_Unit], *, due: bool) -> float:
    if due:
        return _APART_MAX_DUE
    digits = sum(unit.is_digit for unit in window)
    return -UNLIKE if digits == 0 else _APART_MAX_SURE if digits >= 3 else _APART_MAX


def _apart(window: Sequence[_Unit], tail: str) -> float:
    """Weighted edits from what was heard to the tail; one digit too many or too few at most."""
    if len(window) == len(tail):
        costs = [unit.cost(digit) for unit, digit in zip(window, tail, strict=True)]
        return sum(costs) if max(costs) <= _EACH_MAX else UNLIKE * len(tail)
    if len(window) < len(tail):
        return _ONE_MISSING + min(_apart_all(window, tail[:gap] + tail[gap + 1 :]) for gap in range(len(tail)))
    return _ONE_TOO_MANY + min(_apart_all([*window[:gap], *window[gap + 1 :]], tail) for gap in range(len(window)))


def _apart_all(window: Sequence[_Unit], digits: str) -> float:
    return sum(unit.cost(digit) for unit, digit in zip(window, digits, strict=True))


@lru_cache(maxsize=8192)
def cost_of_character(char: str, digit: str) -> float:
    """How unlike this digit a character sounds."""
    if char in _NUMERALS:
        return 0.0 if _NUMERALS[char] == digit else _OTHER_DIGIT
    if not is_han(char):
        return UNLIKE
    sound = syllables(char)[0]
    said = "".join(_written(sound))
    by_table = _TAKEN_FOR.get((digit, said), UNLIKE)
    return min(by_table, *(unlike(sound, syllables(one)[0]) for one in _SAID[digit]))


def _written(sound: Syllable) -> Syllable:
    """As pinyin writes it: "you", not "yiou"."""
    initial, final = sound
    return (
        (initial, final[1:]) if initial == "y" and len(final) > 1 and final.startswith("i") and final != "in" else sound
    )


def _digits(heard: str) -> str:
    """What was heard, digit by digit, where nothing else was heard."""
    units = (unit[0] for unit in _UNIT.finditer(heard))
    return "".join(_NUMERALS.get(unit) or _ENGLISH.get(unit.lower(), unit) for unit in units)


def _bare(text: str) -> str:
    return re.sub(r"[\s,，、.。·?？!！-]", "", text)
