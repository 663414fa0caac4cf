"""What the bank says, in two languages, for the eye and for the ear.

A :class:`Text` is one sentence in Chinese and in English with ``{named}`` values. Values are typed
(:class:`Yuan`, :class:`Tail`, :class:`Moment` …), so the same sentence is written "¥500.00" for the eye and spoken
"五百元" for the ear, and no amount reaches a customer as a bare string.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

Locale = Literal["zh-CN", "en"]


@dataclass(frozen=True)
class Text:
    """A sentence in both languages; ``{name}`` marks a value."""

    zh: str
    en: str

    def of(self, locale: Locale) -> str:
        """The sentence in one language."""
        return self.zh if locale == "zh-CN" else self.en


@dataclass(frozen=True)
class Yuan:
    """An amount in CNY with two places: ¥500.00 / 五百元 / 500 yuan."""

    amount: Decimal


@dataclass(frozen=True)
class Tail:
    """The last four digits of a card or account, spoken digit by digit."""

    digits: str


@dataclass(frozen=True)
class Code:
    """Digits spoken one by one (a hotline, a masked phone number)."""

    digits: str


@dataclass(frozen=True)
class Moment:
    """A point in time (aware); said in Asia/Shanghai to the minute."""

    at: datetime


@dataclass(frozen=True)
class Day:
    """A point in time (aware); said in Asia/Shanghai as a date."""

    at: datetime


@dataclass(frozen=True)
class Items:
    """Several values said one after the other ("6688、3021")."""

    values: Sequence[Value]


Value = Text | Yuan | Tail | Code | Moment | Day | Items | str | int


@dataclass(frozen=True)
class Line:
    """A sentence with its values: the unit in which everything customer-facing is passed around."""

    text: Text
    values: Mapping[str, Value] = field(default_factory=dict)


def line(text: Text, **values: Value) -> Line:
    """Short for ``Line(text, {...})``."""
    return Line(text, values)


@dataclass(frozen=True)
class Rendered:
    """A line in one language: ``text`` for the eye, ``speech`` for the ear."""

    text: str
    speech: str
