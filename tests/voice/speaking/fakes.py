"""Engines that say what a test wants to hear."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voice.errors import EngineUnavailable
from voice.sound import SPOKEN_RATE, Sound
from voice.speaking.engine import EngineState, Said, Words
from voice.speaking.port import Locale


def tone(seconds: float, *, before_s: float = 0.0, after_s: float = 0.0, loud: float = 0.3) -> Sound:
    """A hum between silences."""
    hum = loud * np.sin(np.arange(int(seconds * SPOKEN_RATE)) * 2 * np.pi * 180 / SPOKEN_RATE)
    parts = [np.zeros(int(before_s * SPOKEN_RATE)), hum, np.zeros(int(after_s * SPOKEN_RATE))]
    return Sound(np.concatenate(parts).astype(np.float32), SPOKEN_RATE)


class Humming:
    """An engine that hums 0.1 s a character; ``said`` is what it was asked for, ``broken`` makes it fail."""

    def __init__(self, name: str = "hum", *, loud: float = 0.3) -> None:
        self.name, self._loud = name, loud
        self.said: list[tuple[Words, str]] = []
        self.broken = False

    def voices(self, locale: Locale) -> Sequence[str]:
        return (f"{self.name}-{locale}-1", f"{self.name}-{locale}-2")

    def load(self) -> None:
        return

    def state(self) -> EngineState:
        return "missing" if self.broken else "ready"

    def say(self, words: Words, voice: str) -> Said:
        self.said.append((words, voice))
        if self.broken:
            raise EngineUnavailable(self.name, "is broken", "mend it")
        return Said(tone(0.1 * len(words.text) / words.speed, before_s=0.4, after_s=0.6, loud=self._loud))
