"""Speaking as its callers see it: a ``speech`` text in, clauses of sound with mouth shapes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from voice.sound import Sound

Locale = Literal["zh-CN", "en"]
Shape = Literal["rest", "closed", "open", "wide", "round", "narrow", "teeth", "tongue"]


@dataclass(frozen=True)
class Mouth:
    """From ``at_s`` seconds into the sound on, the mouth has this shape."""

    at_s: float
    shape: Shape


@dataclass(frozen=True)
class Clause:
    """A piece that is spoken in one go; ``text`` is its share of the words, for captions and for what was really heard.

    ``notice``: set where another engine had to take over; says so for the log and for staff.
    """

    text: str
    sound: Sound
    mouths: Sequence[Mouth]
    engine: str
    notice: str | None = None


class Synthesizer(Protocol):
    """Thread-safe."""

    def speak(
        self, text: str, locale: Locale, *, elder: bool = False, voice: str | None = None, opens: bool = False
    ) -> Iterator[Clause]:
        """Clause by clause, the first one short so that sound starts early; nothing where there is nothing to say.

        Args:
            opens: somebody waits for its first sound: a long first clause is cut where a breath may be drawn.
            elder: slower, and longer pauses.
            voice: another one of :meth:`voices` than the locale's own.

        Raises:
            voice.errors.EngineUnavailable: no engine can speak; says why and what to do.
        """
        ...

    def prepare(self, text: str, locale: Locale, *, elder: bool = False) -> bool:
        """Make what a reply that begins like this opens with, before it is needed; whether there was anything to make.

        Args:
            text: ``{places}`` in it are not known yet: an opening that holds one is not made.

        Raises:
            voice.errors.EngineUnavailable
        """
        ...

    def voices(self, locale: Locale) -> Sequence[str]:
        """The names of the voices for a language, its own first."""
        ...
