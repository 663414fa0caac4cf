"""Repair by sound where the words are written in Latin letters: English, and Chinese names as an English ear writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voice.hearing.port import Repair
from voice.hearing.syllables import is_han

# what is written differently and sounds alike, longest first; vowels that foreign ears do not keep apart
_SPELLED = (
    ("tion", "shn"), ("ough", "o"), ("ck", "k"), ("ph", "f"), ("wh", "w"), ("qu", "kw"), ("zh", "j"), ("ch", "j"), ("sh", "x"), ("q", "j"),
    ("z", "j"), ("s", "x"), ("c", "k"), ("ng", "n"), ("m", "n"), ("ay", "i"), ("ai", "i"), ("ei", "i"), ("ey", "i"), ("ee", "i"), ("ea", "i"), ("ie", "i"),
    ("e", "i"), ("y", "i"), ("ou", "a"), ("ow", "a"), ("au", "a"), ("o", "a"), ("u", "a"),
)  # fmt: skip
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_APART_MAX, _APART_MAX_COMMON = (
    0.25,
    0.0,
)  # share of the letters of the key; everyday words only where they sound the same
_STEM = 7
_NO = re.compile(
    r"^know(?=[\s,]+(?:the|not|that|it|its|it's|this|i|\d))", re.IGNORECASE
)  # nobody at a counter begins with "know"
_KEY_MIN = 4  # letters: shorter ones sound like too much


def mended_latin(text: str, words: Sequence[str], common: frozenset[str]) -> tuple[str, list[Repair]]:
    """``text`` with words that sound like exactly one of ``words``; Chinese ones stand for their pinyin."""
    meant = {_key(name): name for word in reversed(words) if (name := _name(word)) and len(_key(name)) >= _KEY_MIN}
    repairs: list[Repair] = [Repair(found[0], "No") for found in _NO.finditer(text)]
    text = _NO.sub("No", text)
    found = list(_WORD.finditer(text))
    taken: set[int] = set()
    changes: list[tuple[int, int, str]] = []
    right = text.lower()
    for size in (3, 2, 1):
        for at in range(len(found) - size + 1):
            span = found[at : at + size]
            heard = text[span[0].start() : span[-1].end()]
            if taken & set(range(at, at + size)) or re.search(r"[^A-Za-z' -]", heard):
                continue
            name = _meant(heard, meant, common)
            if name is None or name.lower() in right:
                continue
            taken |= set(range(at, at + size))
            changes.append((span[0].start(), span[-1].end(), name))
    for start, end, name in sorted(changes, reverse=True):
        repairs.append(Repair(text[start:end], name))
        text = text[:start] + name + text[end:]
    return text, repairs


def _name(word: str) -> str | None:
    """A word in Latin letters; "王芳" is Wang Fang. None where it is neither."""
    if word.isascii():
        return word if _WORD.fullmatch(word.replace(" ", "")) else None
    if not 2 <= len(word) <= 4 or not all(map(is_han, word)):
        return None
    from pypinyin import lazy_pinyin

    said = lazy_pinyin(word)
    return f"{said[0].capitalize()} {''.join(said[1:]).capitalize()}"


def _key(word: str) -> str:
    key = re.sub(r"[^a-z]", "", word.lower())
    for spelled, sounded in _SPELLED:
        key = key.replace(spelled, sounded)
    return re.sub(r"(.)\1+", r"\1", key)


def _meant(heard: str, meant: dict[str, str], common: frozenset[str]) -> str | None:
    parts = heard.lower().split()
    if all(part in common for part in parts):
        return None
    bound = _APART_MAX_COMMON if any(part in common for part in parts) else _APART_MAX
    key = _key(heard)
    if any(
        heard.lower().startswith(name.lower()[:_STEM])
        for name in meant.values()
        if " " not in name and len(name) > _STEM
    ):
        return None  # another form of the same word
    near = sorted((_edits(key, other) / max(len(key), len(other)), other) for other in meant)
    if not near or near[0][0] > bound or (len(near) > 1 and near[1][0] <= bound):
        return None
    return meant[near[0][1]]


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
