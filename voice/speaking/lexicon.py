"""Words with a fixed pronunciation, from ``lexicon.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "lexicon.toml"


@dataclass(frozen=True)
class Lexicon:
    """``zh``: word → a syllable a character; ``en``: word → how it is spelled for English ears."""

    zh: dict[str, tuple[str, ...]]
    en: dict[str, str]

    @classmethod
    def from_file(cls, path: Path = FILE) -> Lexicon:
        """
        Raises:
            ValueError: a Chinese word has not one syllable a character.
        """
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        zh = {word: tuple(sounds.split()) for word, sounds in tables["zh"].items()}
        for word, sounds in zh.items():
            if len(sounds) != len(word):
                raise ValueError(f"{path.name}: {word} has {len(word)} characters and {len(sounds)} syllables")
        return cls(zh, dict(tables["en"]))

    def found(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Where in the joined ``words`` which word of the lexicon is to be said: from left to right, longest first."""
        text = "".join(words)
        word_of = [number for number, word in enumerate(words) for _ in word]
        starts = {sum(map(len, words[:number])) for number in range(len(words) + 1)}
        longest = max(map(len, self.zh))
        at = 0
        while at < len(text):
            for end in range(min(len(text), at + longest), at, -1):
                whole = at in starts and end in starts
                if text[at:end] in self.zh and (whole or word_of[at] == word_of[end - 1]):
                    yield at, text[at:end]
                    at = end
                    break
            else:
                at += 1

    def respelled(self, english: str) -> str:
        """English words as they are to be read aloud."""
        return re.sub(r"[A-Za-z]+", lambda m: self.en.get(m[0], m[0]), english)
