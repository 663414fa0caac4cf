"""Mouth shapes from the sounds of speech and their times; where the engine gives no times, spread over the clause.

What is heard decides at the end: in a silence the mouth rests, whatever the phonemes say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from voice.sound import Sound
from voice.speaking.engine import Phone
from voice.speaking.port import Mouth, Shape

SHAPE_SECONDS_MIN = 0.05  # a shorter one cannot be seen at 25 frames a second; closed lips are kept all the same
SILENCE_SECONDS_MIN = 0.09
FRAME_SECONDS = 0.01
_SILENT_SHARE = 0.03  # of the clause's loud parts

STOPS = frozenset(",.!?;:…")
_DIPHTHONGS: dict[str, tuple[Shape, Shape]] = {
    "I": ("open", "wide"), "W": ("open", "round"), "Y": ("round", "wide"), "A": ("wide", "wide"), "O": ("round", "narrow"),
    "Q": ("round", "narrow"),
}  # fmt: skip
_SHAPED: tuple[tuple[Shape, str], ...] = (
    ("closed", "mbp"),
    ("open", "aɑæʌɐɒəɜɚɤ"),
    ("wide", "eɛiɪjᵻɨ"),
    ("round", "oɔœø"),
    ("narrow", "uʊwyɥɹɻʃʒʧʤʂꭧɯ"),
    ("teeth", "fvszʦʣɕʨʥ"),
    ("tongue", "lntdθðTɾɲɳʈɖ"),
)
_SHAPES: dict[str, Shape] = {symbol: shape for shape, symbols in _SHAPED for symbol in symbols}


def mouths(sound: Sound, phones: Sequence[Phone] | None, phonemes: str) -> list[Mouth]:
    """When the mouth takes which shape; starts at 0, ends at rest, no shape follows itself."""
    quiet = _silences(sound)
    timed = phones if phones is not None else spread(phonemes, sound, quiet)
    shapes = _merged([*_shaped(timed), Mouth(sound.seconds, "rest")])
    return _long_enough(_resting(shapes, quiet, sound.seconds))


def spread(phonemes: str, sound: Sound, quiet: Sequence[tuple[float, float]]) -> list[Phone]:
    """Phonemes over a sound whose times nobody told: vowels longer than consonants, stops at the longest silences."""
    groups = [group for group in _groups(phonemes) if group]
    inner = [gap for gap in quiet if gap[0] > 0 and gap[1] < sound.seconds]
    gaps = sorted(sorted(inner, key=lambda gap: gap[0] - gap[1])[: max(0, len(groups) - 1)])
    start = quiet[0][1] if quiet and quiet[0][0] == 0 else 0.0
    end = quiet[-1][0] if quiet and quiet[-1][1] >= sound.seconds else sound.seconds
    if len(gaps) < len(groups) - 1:  # fewer pauses than stops: all in one stretch
        groups, gaps = ["".join(groups)], []
    starts, ends = [start, *(gap[1] for gap in gaps)], [*(gap[0] for gap in gaps), end]
    phones: list[Phone] = []
    for group, begin, stop in zip(groups, starts, ends, strict=True):
        weights = [_weight(symbol) for symbol in group]
        each = max(0.0, stop - begin) / (sum(weights) or 1)
        at = begin
        for symbol, weight in zip(group, weights, strict=True):
            phones.append(Phone(symbol, at, weight * each))
            at += weight * each
        phones.append(Phone(",", at, 0.0))
    return phones


def _groups(phonemes: str) -> Iterator[str]:
    group = ""
    for symbol in phonemes:
        if symbol in STOPS:
            yield group
            group = ""
        elif symbol != " ":
            group += symbol
    yield group


def _weight(symbol: str) -> float:
    if symbol in _DIPHTHONGS:
        return 2.5
    shape = _SHAPES.get(symbol)
    if shape in {"open", "wide", "round"} or symbol in "uʊyɯ":
        return 2.0
    return 1.0 if shape is not None or symbol in "kɡhxŋɣ" else 0.3


def _shaped(phones: Sequence[Phone]) -> Iterator[Mouth]:
    yield Mouth(0.0, "rest")
    for phone in phones:
        if phone.symbol in STOPS:
            yield Mouth(phone.at_s, "rest")
        elif phone.symbol in _DIPHTHONGS:
            first, second = _DIPHTHONGS[phone.symbol]
            yield Mouth(phone.at_s, first)
            yield Mouth(phone.at_s + phone.seconds / 2, second)
        elif phone.symbol in _SHAPES:
            yield Mouth(phone.at_s, _SHAPES[phone.symbol])


def _merged(shapes: Sequence[Mouth]) -> list[Mouth]:
    kept: list[Mouth] = []
    for mouth in sorted(shapes, key=lambda mouth: mouth.at_s):
        if kept and kept[-1].at_s == mouth.at_s:
            kept.pop()
        if not kept or kept[-1].shape != mouth.shape:
            kept.append(mouth)
    return kept


def _resting(shapes: Sequence[Mouth], quiet: Sequence[tuple[float, float]], end_s: float) -> list[Mouth]:
    """The same with the mouth at rest in every silence."""
    kept = [mouth for mouth in shapes if not any(start <= mouth.at_s < end for start, end in quiet)]
    for start, end in quiet:
        kept.append(Mouth(start, "rest"))
        before = [mouth for mouth in shapes if mouth.at_s <= end]
        if end < end_s and before:
            kept.append(Mouth(end, before[-1].shape))
    return _merged(kept)


def _long_enough(shapes: Sequence[Mouth]) -> list[Mouth]:
    """The same without shapes too short to see; the one before lasts longer instead. The lips' closing stays."""
    kept: list[Mouth] = []
    for mouth, following in zip(shapes, [*shapes[1:], None], strict=True):
        brief = following is not None and following.at_s - mouth.at_s < SHAPE_SECONDS_MIN
        if kept and brief and mouth.shape != "closed":
            continue
        kept.append(mouth)
    return _merged(kept)


def loudness(sound: Sound) -> NDArray[np.float64]:
    """Root mean square of each 10 ms."""
    size = max(1, int(sound.rate * FRAME_SECONDS))
    whole = len(sound.samples) // size * size
    frames = sound.samples[:whole].reshape(-1, size).astype(np.float64)
    return np.sqrt((frames**2).mean(axis=1)) if whole else np.zeros(0)


def _silences(sound: Sound) -> list[tuple[float, float]]:
    """From when to when nothing is heard, in seconds."""
    levels = loudness(sound)
    if not levels.size:
        return []
    silent = levels < max(1e-4, _SILENT_SHARE * float(np.quantile(levels, 0.95)))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], silent.astype(np.int8), [0]])))
    gaps = [(float(start) * FRAME_SECONDS, float(end) * FRAME_SECONDS) for start, end in edges.reshape(-1, 2)]
    if gaps and int(edges[-1]) == len(levels):  # the last frame is not whole
        gaps[-1] = (gaps[-1][0], sound.seconds)
    return [gap for gap in gaps if gap[1] - gap[0] >= SILENCE_SECONDS_MIN]
