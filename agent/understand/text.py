"""Words as they came in, made safe and even: what every stage of understanding works on."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, cast

CHARS_MAX = 2000
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W_]")
_EDGE = " \t,.!;:~、。，！；：～-—\"'“”‘’()（）"
_FUZZY_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def clean(said: str) -> str:
    """NFKC, without control, zero-width and private characters, runs of space closed, at most ``CHARS_MAX`` long."""
    even = unicodedata.normalize("NFKC", said[:CHARS_MAX])
    kept = "".join(" " if c in "\n\r\t" else c for c in even if c in "\n\r\t" or unicodedata.category(c)[0] != "C")
    return re.sub(r"\s+", " ", kept).strip()[:CHARS_MAX]


def is_chinese(text: str) -> bool:
    """True where any Han character stands in it: mixed speech is Chinese with English words in it."""
    return _HAN.search(text) is not None


def is_wordless(text: str) -> bool:
    """Only emoji, punctuation or nothing."""
    return _LETTER.search(text) is None


def bare(text: str) -> str:
    """Lower case, without the punctuation at either end."""
    return text.lower().strip(_EDGE)


def clauses(text: str) -> list[str]:
    """Cut at punctuation that ends or joins clauses; a separator between digits (1,234.50) does not cut."""
    parts = re.split(r"(?<!\d)[,.;!?]|[,.;!?](?!\d)|[。！？；，、\n…]", text)
    return [part.strip() for part in parts if part.strip()]


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[str, ...]:
    """Pinyin without tones, one per Han character; other characters stay single."""
    from pypinyin import lazy_pinyin  # its dictionary takes a quarter of a second to load

    return tuple(lazy_pinyin(text, errors=cast(Any, list)))  # its types know only text → text


@lru_cache(maxsize=4096)
def sound(text: str) -> tuple[str, ...]:
    """Syllables with the differences removed that southern accents and recognisers do not keep (zh/z, n/l, ng/n)."""
    return tuple(_even_syllable(s) for s in syllables(text))


def _even_syllable(syllable: str) -> str:
    for long, short in _FUZZY_INITIALS:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
            break
    if len(syllable) > 2 and syllable.endswith("ng"):
        syllable = syllable[:-1]
    if len(syllable) > 1 and syllable[0] == "n":
        syllable = "l" + syllable[1:]
    return syllable


_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_FINALS = (
    "a",
    "ai",
    "an",
    "ang",
    "ao",
    "e",
    "ei",
    "en",
    "eng",
    "i",
    "ia",
    "ian",
    "iang",
    "iao",
    "ie",
    "in",
    "ing",
    "iong",
    "iu",
    "ong",
    "ou",
    "u",
    "ua",
    "uai",
    "uan",
    "uang",
    "ue",
    "ui",
    "un",
    "uo",
    "v",
    "ve",
)
_ALONE = ("a", "ai", "an", "ang", "ao", "e", "en", "er", "o", "ou")


@cache
def _typed_syllables() -> frozenset[str]:
    return frozenset((*(i + f for i in _INITIALS for f in _FINALS), "bo", "po", "mo", "fo", *_ALONE))


def _syllabify(word: str) -> tuple[str, ...] | None:
    """ "zhuanzhang" → zhuan, zhang; longest syllables first; None where the word is not all syllables."""
    if not word:
        return ()
    for n in range(min(6, len(word)), 0, -1):
        if word[:n] in _typed_syllables() and (rest := _syllabify(word[n:])) is not None:
            return (word[:n], *rest)
    return None


@lru_cache(maxsize=4096)
def typed_sound(text: str) -> tuple[str, ...]:
    """The syllables, evened as by :func:`sound`, of Chinese typed in Latin letters ("xian'e", "jie suo ka").

    Runs of one syllable are left out: "he", "can" and "men" are English.
    """
    heard: list[str] = []
    run: list[str] = []
    for word in (*re.findall(r"[a-z]+", text.lower()), "#"):
        cut = _syllabify(word) if len(word) <= 24 else None
        if cut is None:
            heard.extend(run if len(run) > 1 else ())
            run = []
        else:
            run.extend(_even_syllable(s) for s in cut)
    return tuple(heard)


def sounds_like(text: str, word: str) -> bool:
    """Whether ``word`` is heard somewhere in ``text``; both Chinese."""
    heard, wanted = sound(text), sound(word)
    n = len(wanted)
    return n > 0 and any(heard[i : i + n] == wanted for i in range(len(heard) - n + 1))
