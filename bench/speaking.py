"""Speaking checked by hearing, and lips against the sound. ``python -m bench.speaking``.

Each sentence of ``speaking.yaml`` is spoken, recognised by whisper and compared in words. The recogniser errs too (names
and homophones above all): the error rate is an upper bound of what speaking does. ``--voices`` names others than each
language's own, ``all`` takes every one; ``--others`` says what was not exact again in the other voices until it is heard: what one
of them is heard to say in the very same phonemes was put in the right words. ``--engine espeak`` lets another engine speak; ``--verbose`` shows what was not exact.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
import yaml
from numpy.typing import NDArray

from agent.model_fetch import store_of
from agent.settings import load
from voice.hearing.whisper import Whisper
from voice.sound import HEARD_RATE, Sound
from voice.speaking import Clause, KokoroFiles, Speaker, speaker
from voice.speaking.mouths import FRAME_SECONDS, loudness
from voice.speaking.normal_en import spoken_en
from voice.speaking.normal_zh import spoken_zh
from voice.speaking.port import Locale

SENTENCES = Path(__file__).with_suffix(".yaml")
LANGUAGES: dict[Locale, str] = {"zh-CN": "zh", "en": "en"}
PROMPTS: dict[Locale, str] = {"zh-CN": "以下是银行柜员说的普通话。", "en": "A bank teller is speaking."}
LAG_SECONDS_MAX = 0.4
_NUMERALS = str.maketrans("幺两", "一二")


@dataclass(frozen=True)
class Line:
    """``exact``: parts that must be heard as they are."""

    text: str
    exact: Sequence[str]


@dataclass(frozen=True)
class Heard:
    """One sentence, spoken and heard again; ``wrong`` are the exact parts that were not."""

    line: Line
    text: str
    edits: int
    length: int
    wrong: Sequence[str]
    first_s: float
    took_s: float
    clauses: Sequence[Clause]

    @property
    def seconds(self) -> float:
        return sum(clause.sound.seconds for clause in self.clauses)


def lines(locale: Locale) -> list[Line]:
    """The sentences of a language."""
    split = [
        [part.strip() for part in line.split("|")] for line in yaml.safe_load(SENTENCES.read_text("utf-8"))[locale]
    ]
    return [Line(parts[0], tuple(parts[1:])) for parts in split]


def canonical(text: str, locale: Locale) -> str:
    """In words, without anything that is not heard."""
    if locale == "zh-CN":
        return re.sub(r"[^一-鿿a-z]", "", spoken_zh(text).lower().translate(_NUMERALS))
    words = re.sub(r"[^a-z ]", " ", spoken_en(text.replace("$", "¥")).lower())
    words = re.sub(r"\b(?:you|u) on\b", "yuan", re.sub(r"\bfun\b", "fen", words))  # as an English ear writes them
    return " ".join(word for word in words.split() if word not in {"and", "the"})


def is_heard(part: str, text: str, locale: Locale) -> bool:
    """Whether a figure was heard: the same words, or the same digits in one go ("14:05" heard as "1405")."""
    whole = rf"(?<![零一二三四五六七八九十百千万点]){re.escape(canonical(part, locale))}"
    if re.search(whole, canonical(text, locale)):
        return True
    figures = re.sub(r"\D", "", re.sub(r"\.0+(?!\d)", "", part))
    goes = re.findall(r"\d(?:[\s,.:-]*\d)*", re.sub(r"\.0+(?!\d)", "", text))
    return any(figures == re.sub(r"\D", "", go) for go in goes)


def edits(wanted: Sequence[str], got: Sequence[str]) -> int:
    """Insertions, deletions and replacements between two rows."""
    row = list(range(len(got) + 1))
    for i, one in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(got, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return row[-1]


def hear(whisper: Whisper, sound: Sound, locale: Locale) -> str:
    """What whisper makes of it, without any hint of what it should be."""
    samples = soxr.resample(sound.samples, sound.rate, HEARD_RATE).astype(np.float32)
    guesses = whisper.guesses(whisper.encode(samples), LANGUAGES[locale], PROMPTS[locale], "", seconds_max=120)
    return guesses[0].text if guesses else ""


def heard(mouth: Speaker, whisper: Whisper, line: Line, locale: Locale, voice: str) -> Heard:
    """One sentence through mouth and ear."""
    began = time.perf_counter()
    clauses, first_s = [], 0.0
    for clause in mouth.speak(line.text, locale, voice=voice):
        first_s = first_s or time.perf_counter() - began
        clauses.append(clause)
    took_s = time.perf_counter() - began
    sound = Sound(np.concatenate([clause.sound.samples for clause in clauses]), clauses[0].sound.rate)
    text = hear(whisper, sound, locale)
    wanted, got = canonical(line.text, locale), canonical(text, locale)
    wrong = [part for part in line.exact if not is_heard(part, text, locale)]
    return Heard(line, text, edits(wanted, got), len(wanted), wrong, first_s, took_s, clauses)


def row(locale: Locale, voice: str, found: Sequence[Heard], verbose: bool) -> None:
    """Print one voice's figures."""
    exact = sum(len(one.line.exact) for one in found)
    wrong = sum(len(one.wrong) for one in found)
    errors = sum(one.edits for one in found) / sum(one.length for one in found)
    sound = sum(one.seconds for one in found)
    print(
        f"| {locale} | {voice} | {len(found)} | {errors:.1%} | {exact - wrong} of {exact} "
        f"| {statistics.median(one.first_s for one in found):.2f} | {sum(one.took_s for one in found) / sound:.2f} |",
        flush=True,
    )
    if verbose:
        for one in found:
            if one.wrong or one.edits > 2:
                print(f"    {one.line.text} -> {one.text} {list(one.wrong)}", flush=True)


def by_others(mouth: Speaker, whisper: Whisper, found: Sequence[Heard], locale: Locale) -> None:
    """What the first voice was not heard to say, said by one of the others after the other until it is."""
    exact = sum(len(one.line.exact) for one in found)
    left = {one.line: set(one.wrong) for one in found if one.wrong}
    first = exact - sum(map(len, left.values()))
    for voice in mouth.voices(locale)[1:]:
        for line in [line for line, parts in left.items() if parts]:
            left[line] &= set(heard(mouth, whisper, line, locale, voice).wrong)
    never = [f"{part} in {line.text!r}" for line, parts in left.items() for part in sorted(parts)]
    print(f"{locale}: of {exact} exact parts {first} heard from the first voice, {exact - len(never)} from one of all;"
          f" never: {'; '.join(never) or 'none'}", flush=True)  # fmt: skip


def openness(clauses: Sequence[Clause]) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Each clause's mouth (0 shut, 1 wide open) and loudness, every 10 ms."""
    wide = {
        "rest": 0.0,
        "closed": 0.0,
        "open": 1.0,
        "wide": 0.7,
        "round": 0.7,
        "narrow": 0.5,
        "teeth": 0.2,
        "tongue": 0.4,
    }
    for clause in clauses:
        loud = loudness(clause.sound)
        shown = np.zeros(len(loud))
        for mouth in clause.mouths:
            shown[round(mouth.at_s / FRAME_SECONDS) :] = wide[mouth.shape]
        yield shown, loud


def lips(found: Sequence[Heard]) -> None:
    """By how much the mouth is ahead of the sound (+) or behind it (-): the shift at which the two agree best."""
    most = round(LAG_SECONDS_MAX / FRAME_SECONDS)
    pairs = [pair for one in found for pair in openness(one.clauses)]
    shown = np.concatenate([np.pad(mouth, most) for mouth, _ in pairs])
    loud = np.concatenate([np.pad(level / (level.max() or 1), most) for _, level in pairs])
    agree = {lag: float(np.corrcoef(np.roll(shown, lag), loud)[0, 1]) for lag in range(-most, most + 1)}
    best = max(agree, key=lambda lag: agree[lag])
    print(f"lips over {sum(one.seconds for one in found) / 60:.1f} min of sound: {best * FRAME_SECONDS * 1000:+.0f} ms"
          f" (agreement {agree[best]:.2f}, with none {agree[0]:.2f})", flush=True)  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voices", default="", help="comma-separated, or all")
    parser.add_argument("--engine", default="kokoro", help="kokoro, edge or espeak")
    parser.add_argument("--locale", choices=("zh-CN", "en"))
    parser.add_argument("--first", type=int, help="only so many sentences a language")
    parser.add_argument("--skip", type=int, default=0, help="leave out so many at the beginning")
    parser.add_argument("--others", action="store_true", help="what was not exact again in other voices")
    parser.add_argument("--verbose", action="store_true")
    chosen = parser.parse_args()
    store = store_of(load())
    model = store.at("tts")
    files = KokoroFiles(model / "kokoro-v1.0.int8.onnx", model / "vocab.json", store.at("tts_voices"))
    mouth, whisper = speaker([chosen.engine], lambda: files), Whisper(store.at("asr"), 2)
    mouth.load()
    print(f"load average at the start {os.getloadavg()[0]:.1f}")
    print("| language | voice | sentences | CER | exact parts | first clause after s (median) | real time factor |")
    print("|---|---|---|---|---|---|---|")
    everything: list[Heard] = []
    for locale in [chosen.locale] if chosen.locale else LANGUAGES:
        there = mouth.voices(locale)
        named = [voice for voice in chosen.voices.split(",") if voice in there]
        for voice in there if chosen.voices == "all" else named or there[:1]:
            found = [
                heard(mouth, whisper, line, locale, voice) for line in lines(locale)[chosen.skip :][: chosen.first]
            ]
            row(locale, voice, found, chosen.verbose)
            everything += found
            if chosen.others and voice == there[0]:
                by_others(mouth, whisper, found, locale)
    lips(everything)


if __name__ == "__main__":
    main()
