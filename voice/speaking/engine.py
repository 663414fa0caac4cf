"""An engine as the speaker sees it: one clause in words and sounds in, samples out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from voice.sound import Sound
from voice.speaking.port import Locale

EngineState = Literal["ready", "loading", "missing"]


@dataclass(frozen=True)
class Words:
    """``text``: in words, nothing left to spell out; ``phonemes``: the same as sounds; ``speed``: 1 is the usual."""

    text: str
    phonemes: str
    locale: Locale
    speed: float = 1.0


@dataclass(frozen=True)
class Phone:
    """A sound of speech from ``at_s`` on, for ``seconds``."""

    symbol: str
    at_s: float
    seconds: float


@dataclass(frozen=True)
class Said:
    """``phones``: when each sound comes, where the engine knows it."""

    sound: Sound
    phones: Sequence[Phone] | None = None


class Engine(Protocol):
    """Thread-safe."""

    @property
    def name(self) -> str: ...

    def voices(self, locale: Locale) -> Sequence[str]:
        """The names of its voices for a language, the best first."""
        ...

    def say(self, words: Words, voice: str) -> Said:
        """
        Raises:
            voice.errors.EngineUnavailable: it cannot speak now.
        """
        ...

    def load(self) -> None:
        """Get ready ahead of the first call.

        Raises:
            voice.errors.EngineUnavailable: it cannot.
        """
        ...

    def state(self) -> EngineState:
        """Must answer at once."""
        ...
