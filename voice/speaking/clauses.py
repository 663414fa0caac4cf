"""A text in pieces that are spoken in one go: sentences, long ones cut at a comma, the first piece short."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

FIRST_CHARS_MIN = 3  # "好的，" may stand alone: sound starts the sooner
CLAUSE_CHARS_MIN = 14  # later pieces are long enough to have a melody
CLAUSE_CHARS_MAX = 60
OPENING_CHARS_MAX = 10.0  # what an answer opens with is cut where a breath may be drawn, if it is longer: two seconds
_ASCII_WEIGHT = 0.4  # a Latin letter takes about so much of a Chinese character's time

_HARD = r"[。！？!?；;\n]+|…+|\.(?=\s|$)"
_SOFT = r"[，,：:](?!\d)|、|—+"
_UNIT = re.compile(rf".+?(?:(?:{_HARD}|{_SOFT})+[”’」』\"')）】]*\s*|$)", re.DOTALL)
_HARD_END = re.compile(rf"(?:{_HARD})[”’」』\"')）】]*\s*$")
_ENDS = re.compile(rf"(?:{_HARD}|{_SOFT})+[”’」』\"')）】]*\s*$")
_CHINESE = re.compile(r"[一-鿿]")
_LIST_END = re.compile(r"、\s*$")
_TAIL = r"(?:\d\s?|[零一二三四五六七八九]){4}"
_BREATH = re.compile(
    rf"(?<=[号位])\s?{_TAIL}\s?的(?:[ⅠⅡⅢ]类户|账户|卡)?|(?<=[号位])\s?{_TAIL}\s?(?=给)|.(?=还在|已经|现在|最近|每天)"  # after whom or what it is about
    rf"|ending in {_TAIL}\s*(?=\w)|\s(?=(?:of the (?:account|card)|from the|has|holds|can|cannot|is|are) )",
    re.ASCII,
)


@dataclass(frozen=True)
class Piece:
    """``text``: the words as written; ``sentence``: whether a sentence ends with it (its pause is longer).

    ``goes_on``: it ends in the middle of a clause, so the voice does not fall and hardly pauses.
    """

    text: str
    sentence: bool
    goes_on: bool = False


def pieces(text: str) -> list[Piece]:
    """All of the text, in order; joined they are the text again."""
    found: list[Piece] = []
    held = ""
    for unit in _units(text):
        if held and _length(held + unit) > CLAUSE_CHARS_MAX:
            found.append(Piece(held, sentence=False))
            held = ""
        held += unit
        if _HARD_END.search(unit):
            found.append(Piece(held, sentence=True))
            held = ""
        elif not _LIST_END.search(unit) and _length(held) >= (CLAUSE_CHARS_MIN if found else FIRST_CHARS_MIN):
            found.append(Piece(held, sentence=False))
            held = ""
    if held:
        found.append(Piece(held, sentence=True))
    return found


def opening(piece: Piece) -> list[Piece]:
    """What an answer opens with, in two where it is long and a breath may be drawn, so that sound starts the sooner."""
    if _length(piece.text, digit=1.0) <= OPENING_CHARS_MAX:
        return [piece]
    places = [
        place.end()
        for place in _BREATH.finditer(piece.text)
        if min(_length(piece.text[: place.end()], 1.0), _length(piece.text[place.end() :], 1.0)) >= FIRST_CHARS_MIN
    ]
    if not places:
        return [piece]
    short = [place for place in places if _length(piece.text[:place], 1.0) <= OPENING_CHARS_MAX]
    at = max(short) if short else min(places)
    return [Piece(piece.text[:at], sentence=False, goes_on=True), replace(piece, text=piece.text[at:])]


def fixed_clauses(sentences: Iterable[str]) -> set[str]:
    """The pieces of these sentences that hold no ``{place}``: alone, and where something was said before them."""
    found: set[str] = set()
    for sentence in sentences:
        stop = "" if _ENDS.search(sentence) else "。" if _CHINESE.search(sentence) else "."
        for before in ("", "。"):
            cut = pieces(f"{before}{sentence}{stop}")
            cut += [part for piece in cut[:1] for part in opening(piece)]
            found |= {piece.text.strip() for piece in cut if "{" not in piece.text and "}" not in piece.text}
    return found - {"。"}


def _units(text: str) -> list[str]:
    """The smallest pieces with their punctuation; one that is too long without any is cut where a word ends."""
    units: list[str] = []
    for unit in _UNIT.findall(text):
        while _length(unit) > CLAUSE_CHARS_MAX:
            at = next(n for n in range(1, len(unit) + 1) if _length(unit[:n]) >= CLAUSE_CHARS_MAX)
            space = unit.rfind(" ", 0, at)
            cut = space + 1 if space > at // 2 else at
            units.append(unit[:cut])
            unit = unit[cut:]
        if unit:
            units.append(unit)
    return units


def _length(text: str, digit: float = _ASCII_WEIGHT) -> float:
    """In the time of Chinese characters."""
    return sum(digit if char.isdigit() else _ASCII_WEIGHT if char.isascii() else 1.0 for char in text.strip())
