"""Choosing among what is on offer: by place, by name, by sound; ratings; days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from agent.understand.grammar.numbers import spoken_digits
from agent.understand.port import Choice
from agent.understand.text import bare, is_chinese, sounds_like

_ZH_PLACE = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5}
_EN_PLACE = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "1st": 0, "2nd": 1, "3rd": 2, "4th": 3}
_EN_PLACE |= {"one": 0, "two": 1, "three": 2, "four": 3, "five": 4}
_PLACE_ZH = re.compile(r"第\s*([一二三四五六1-6])\s*(?:个|张|项|种|条|笔|位|选项|户)?")
_NUMBERED = re.compile(
    r"(?:选项?|option|number|no\.?|choice|answer|选择)\s*([1-6a-f一二三四五六]|one|two|three|four|five)(?![\w])", re.I
)
_BARE = re.compile(
    r"(?:就|选|我选|要|the|那|是|it's)?\s*([1-6a-f一二三四五六]|one|two|three|four|five)\s*(?:吧|号|个|please)?", re.I
)
_PLACE_EN = re.compile(r"\b(first|second|third|fourth|fifth|1st|2nd|3rd|4th)\b", re.I)
_LAST = re.compile(r"最后(?:面)?(?:那|一)?|后面(?:那|的|一)?|下面(?:那|的)?|\b(?:last|latter|bottom)\b|靠后", re.I)
_FRONT = re.compile(r"前面(?:那|的|一)?|上面(?:那|的)?|最前|\b(?:former|top)\b|头一", re.I)
_MIDDLE = re.compile(r"中间(?:那|的)?|\bmiddle\b", re.I)
_NEGATED_PART = re.compile(r"(?:不是|不要|不选|别选|not|don't want)\s*[^,，。;；!！是]*", re.I)
_RATING = re.compile(
    r"(?<![\d.])([1-5一二三四五两]|\b(?:one|two|three|four|five)\b)\s*(?:分(?![钟之行期])|颗?星|星级|stars?|points?|out of (?:5|five))",
    re.I,
)
_RATING_ALONE = re.compile(
    r"(?:那|嗯|好|我)?(?:就|给|打|评|选)*(?:个|你|您)?([1-5一二三四五两]|one|two|three|four|five)(?:吧|呗|啊|呀|个|please)?",
    re.I,
)
_RATING_ELSE = re.compile(r"[?？]|多久|怎么|什么|多少|转|汇|查|改|换|挂失|销|锁|how|what|when|send|pay|transfer", re.I)
_RATED = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_RATING_WORDS = (
    (1, r"非常不满意|很不满意|太差|极差|very (?:dissatisfied|unhappy|bad)|terrible|awful|worst"),
    (
        5,
        r"满分|最高分|非常满意|很满意|特别满意|十分满意|excellent|perfect|very (?:satisfied|happy|good)|top marks|full marks",
    ),
    (2, r"不满意|不太满意|不怎么样|(?:dis|un)satisfied|not (?:very )?(?:good|happy|satisfied)|unhappy"),
    (3, r"一般般?|还行|凑合|马马虎虎|so[- ]so|average|okay-ish|mediocre"),
    (4, r"满意|挺好|不错|satisfied|pretty good|^good$"),
)
_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "昨晚": -1, "今天": 0, "今晚": 0, "明天": 1, "后天": 2, "大后天": 3}
_DAYS |= {
    "day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "today": 0,
    "day after tomorrow": 2,
    "tomorrow": 1,
}


def _index(word: str) -> int:
    word = word.lower()
    if word in _EN_PLACE:
        return _EN_PLACE[word]
    if word in _ZH_PLACE:
        return _ZH_PLACE[word]
    return int(word) - 1 if word.isdigit() else ord(word) - ord("a")


def _by_place(text: str, count: int) -> int | None:
    for pattern in (_PLACE_ZH, _NUMBERED, _PLACE_EN):
        places = {_index(m[1]) for m in pattern.finditer(text)}
        if len(places) == 1:
            place = places.pop()
            return place if place < count else None
    if match := _BARE.fullmatch(bare(text)):
        place = _index(match[1])
        return place if place < count else None
    if _LAST.search(text):
        return count - 1
    if _FRONT.search(text):
        return 0
    if _MIDDLE.search(text) and count == 3:
        return 1
    return None


def _bigrams(text: str) -> set[str]:
    if is_chinese(text):
        letters = re.sub(r"[\W_]", "", text)
        return {letters[i : i + 2] for i in range(len(letters) - 1)}
    return set(re.findall(r"[a-z0-9']{3,}", text.lower()))


def _by_likeness(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The option whose words are mostly repeated, where no other comes near."""
    said = _bigrams(text)
    if len(said) < 2:
        return None
    scores = sorted(((len(said & _bigrams(c.label)) / len(said), i) for i, c in enumerate(choices)), reverse=True)
    best = scores[0][0]
    runner_up = scores[1][0] if len(scores) > 1 else 0.0
    return choices[scores[0][1]] if best >= 0.5 and best - runner_up >= 0.25 else None


def _named(text: str, choices: Sequence[Choice]) -> list[Choice]:
    low = text.lower()

    def hit(name: str) -> bool:
        name = name.lower().strip()
        if not name:
            return False
        if name.isascii():
            return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", low) is not None
        return name in low

    named = [c for c in choices if any(hit(n) for n in (c.label, *c.say))]
    if named or not is_chinese(text):
        return named
    return [c for c in choices if any(len(n) > 1 and is_chinese(n) and sounds_like(text, n) for n in (c.label, *c.say))]


def pick(said: str, choices: Sequence[Choice], *, likeness: bool = True) -> Choice | None:
    """The one choice that ``said`` names, or None where none or several are named."""
    if not choices:
        return None
    text = spoken_digits(said)
    kept = _NEGATED_PART.sub("", text)
    negated = (
        [c for c in choices if c in _named(" ".join(_NEGATED_PART.findall(text)), choices)] if kept != text else []
    )
    if not bare(kept):
        left = [c for c in choices if c not in negated]
        return left[0] if len(left) == 1 and negated else None
    named = _named(kept, choices)
    if len(named) == 1:
        return named[0]
    if len(named) > 1:
        exact = [c for c in named if bare(kept) in (c.label.lower(), *(s.lower() for s in c.say))]
        return exact[0] if len(exact) == 1 else None
    place = _by_place(kept, len(choices))
    if place is not None:
        return choices[place]
    return _by_likeness(kept, choices) if likeness else None


def find_rating(said: str) -> str | None:
    """One to five, in digits, words, stars or as satisfaction; "10分" is none."""
    text = said.lower()
    if re.search(r"\d{2,}|十|\d\.\d|\bten\b|[6-9]\s*(?:分|星)|zero|[六七八九零]分", text):
        return None
    alone = _RATING_ALONE.fullmatch(re.sub(r"\s", "", bare(text)))
    found = [m[1] for m in _RATING.finditer(text)] or ([alone[1]] if alone is not None else [])
    marks = {_RATED.get(mark) or int(mark) for mark in found}
    if len(marks) == 1:
        return str(marks.pop())
    if marks or _RATING_ELSE.search(text):
        return None
    return next((str(mark) for mark, words in _RATING_WORDS if re.search(words, bare(text))), None)


def find_day(said: str, today: date) -> date | None:
    """The day that a relative word names, seen from ``today``."""
    low = said.lower()
    word = max((w for w in _DAYS if w in low), key=len, default=None)
    return None if word is None else today + timedelta(days=_DAYS[word])
