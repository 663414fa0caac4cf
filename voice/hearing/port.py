"""Hearing as its callers see it: sound in, words out, helped by what is possible at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from voice.sound import Sound

Locale = Literal["zh-CN", "en"]
# what the customer is expected to answer now; None: anything
Awaited = Literal["confirm", "otp", "amount", "tail", "name", "choice", "rating"]


@dataclass(frozen=True)
class Hints:
    """What may be said now. ``words``: payees, choices, services … as they are written, likeliest first.

    ``patience_s``: where 1.5 times the sound's length would be over before a busy machine has looked at it, recognition may take
    so many seconds. What it does in them is bounded by the sound's length all the same.
    """

    locale: Locale
    words: Sequence[str] = ()
    awaited: Awaited | None = None
    patience_s: float = 3.0


@dataclass(frozen=True)
class Repair:
    """A word that was put right by its sound: ``heard`` as recognised, ``meant`` as written among what is possible."""

    heard: str
    meant: str


@dataclass(frozen=True)
class Heard:
    """``text`` after repair and normalisation; ``confidence`` 0 to 1; empty text: nothing that is speech was heard.

    ``cut``: time ran out before everything was heard; with an empty text this says nothing about what was spoken.
    """

    text: str
    confidence: float
    raw: str
    repairs: Sequence[Repair] = ()
    cut: bool = False


class Recognizer(Protocol):
    """Thread-safe; takes never longer than 1.5 times the sound's length (or the hints' patience), gives what it has by then."""

    def hear(self, sound: Sound, hints: Hints) -> Heard:
        """
        Raises:
            voice.errors.EngineUnavailable: the engine cannot work; says why and what to do.
        """
        ...
