"""What is heard of 300 sentences at a bank counter, by synthetic voices. ``python -m bench.hearing --audio FOLDER``.

Kokoro's eight voices of each language and espeak-ng speak them; each is heard clean, in noise and over a telephone, by whisper
alone and by all of hearing (prompt, hints, repair) in the same run. Reported: character error rate (numbers compared as
numbers), slot error (an amount, a payee, a card tail or a code that the text core then does not read), and the time it takes.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from agent.model_fetch import store_of
from agent.settings import load
from agent.understand.examples import DATA, read
from agent.understand.grammar.amounts import find_amounts
from agent.understand.grammar.identifiers import find_code
from agent.understand.grammar.names import find_payee
from agent.understand.grammar.numbers import ZH_NUMBER, spoken_digits, zh_number
from bench._recordings import CONDITIONS, Spoken, recording, utterances
from voice.hearing import Hints, WhisperRecognizer
from voice.hearing.normal import normalised
from voice.hearing.port import Locale
from voice.hearing.speech import pieces
from voice.hearing.whisper import Whisper
from voice.sound import HEARD_RATE, Samples, Sound
from voice.speaking import KokoroFiles, Speaker, speaker
from voice.speaking.kokoro import VOICES

ALWAYS: Mapping[Locale, Sequence[str]] = {
    "zh-CN": ("确认", "取消", "不对", "转人工", "再说一遍", "小岚", "尾号", "验证码"),
    "en": ("confirm", "cancel", "a person", "say it again", "ending in", "code"),
}
YES = re.compile(r"确认(?:办理)?|同意|confirm|yes,? go ahead|i agree", re.IGNORECASE)
NEARLY = 0.15  # share of wrong characters with which the meaning mostly survives
WAYS = ("whisper alone", "with prompt and hints", "and repair")


@dataclass(frozen=True)
class Result:
    """``errors`` of ``letters``; ``slots``: those that were read; ``spoken_yes``/``heard_yes``: a yes said, and heard."""

    locale: Locale
    condition: str
    way: str
    errors: int
    letters: int
    slots: Mapping[str, bool]
    false_yes: bool
    seconds: float
    took: float
    confidence: float


def letters(text: str, locale: Locale) -> str:
    """What counts: letters and digits, numbers as digits."""
    text = spoken_digits(normalised(text, locale)).lower()
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    if locale == "zh-CN":
        text = re.sub(ZH_NUMBER, _digits, re.sub(r"(\d+)万", lambda found: str(int(found[1]) * 10_000), text))
    else:
        text = re.sub(r"\b(?:[a-z]+[ -])*?(?:yuan)\b", _amount, text)
    return re.sub(r"[\W_]", "", text)


def _digits(found: re.Match[str]) -> str:
    value = zh_number(found[0])
    return found[0] if value is None or len(found[0]) == 1 else f"{value:f}".removesuffix(".0")


def _amount(found: re.Match[str]) -> str:
    amounts = find_amounts(found[0])
    if len(amounts) != 1:
        return found[0]
    return f"{found[0][: amounts[0].start]}{amounts[0].value.removesuffix('.00')} yuan"


def edits(one: str, other: str) -> int:
    """Insertions, deletions and replacements from one to the other."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def read_slot(slot: str, value: str, text: str, spoken: Spoken) -> bool:
    """Whether the text core reads the value out of what was heard."""
    if slot == "amount":
        return value in {amount.value for amount in find_amounts(text, bare_small=True)}
    if slot == "name":
        return find_payee(text, spoken.payees, alone=True) == value
    if slot == "code":
        return find_code(text) == value
    return re.search(rf"(?<!\d){value}(?!\d)", spoken_digits(text)) is not None


def judged(
    spoken: Spoken, condition: str, way: str, text: str, sound: Sound, took: float, confidence: float = 0.0
) -> Result:
    """What was heard against what was said."""
    said, heard = letters(spoken.text, spoken.locale), letters(text, spoken.locale)
    slots = {slot: read_slot(slot, value, text, spoken) for slot, value in spoken.slots.items()}
    false_yes = YES.fullmatch(text.strip(" .。")) is not None and YES.search(spoken.text) is None
    errors = min(edits(said, heard), len(said))
    return Result(spoken.locale, condition, way, errors, len(said), slots, false_yes, sound.seconds, took, confidence)


def measured(
    whisper: Whisper, ears: WhisperRecognizer, spoken: Spoken, condition: str, samples: Samples
) -> Iterator[Result]:
    """One recording, heard each way."""
    sound, language = Sound(samples, HEARD_RATE), "zh" if spoken.locale == "zh-CN" else "en"
    began = time.process_time()
    found = pieces(samples)
    guesses = [whisper.guesses(whisper.encode(piece), language, "", "", seconds_max=60) for piece in found]
    alone = normalised(" ".join(guess[0].text for guess in guesses if guess), spoken.locale, spoken.awaited)
    yield judged(spoken, condition, WAYS[0], alone, sound, time.process_time() - began)
    hints = Hints(spoken.locale, (*spoken.payees, *ALWAYS[spoken.locale]), spoken.awaited)
    began = time.process_time()
    heard = ears.hear(sound, hints)
    took = time.process_time() - began
    yield judged(spoken, condition, WAYS[1], normalised(heard.raw, spoken.locale, spoken.awaited), sound, took)
    yield judged(spoken, condition, WAYS[2], heard.text, sound, took, heard.confidence)


def report(results: Sequence[Result]) -> None:
    """Tables for docs/results.md."""
    for locale in ("zh-CN", "en"):
        print(f"\n| {locale} | recordings | " + " | ".join(f"CER {way}" for way in WAYS) + " | "
              + " | ".join(f"slot error {way}" for way in WAYS) + " |")  # fmt: skip
        print("|" + "---|" * (2 + 2 * len(WAYS)))
        for condition in CONDITIONS:
            rows = [[r for r in results if (r.locale, r.condition, r.way) == (locale, condition, way)] for way in WAYS]
            if not rows[0]:
                continue
            rates = [f"{sum(r.errors for r in row) / sum(r.letters for r in row):.1%}" for row in rows]
            slots = [[ok for r in row for ok in r.slots.values()] for row in rows]
            wrong = [f"{1 - sum(row) / len(row):.1%} of {len(row)}" if row else "" for row in slots]
            print(f"| {condition} | {len(rows[0])} | " + " | ".join((*rates, *wrong)) + " |")
    by_slot: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for result in results:
        for slot, ok in result.slots.items():
            by_slot[slot, result.way].append(ok)
    print("\nslot errors over all conditions:")
    for (slot, way), oks in sorted(by_slot.items()):
        print(f"  {slot:7} {way:22} {1 - sum(oks) / len(oks):.1%} of {len(oks)}")
    for way in WAYS:
        row = [r for r in results if r.way == way]
        print(f"a yes heard where none was said, {way}: {sum(r.false_yes for r in row)} of {len(row)}")
    full = [r for r in results if r.way == WAYS[2]]
    factors = sorted(r.took / r.seconds for r in full)
    print(f"CPU time by length of the sound: median {statistics.median(factors):.2f}, 95 % {factors[int(0.95 * len(factors))]:.2f}, "
          f"most {factors[-1]:.2f}")  # fmt: skip
    took = sorted(r.took for r in full)
    print(f"CPU seconds: median {statistics.median(took):.2f}, 95 % {took[int(0.95 * len(took))]:.2f}")
    _calibrated(full)


def _calibrated(results: Sequence[Result]) -> None:
    """How well the confidence says what is right, and the curve that would say it better."""
    heard = [r for r in results if 0 < r.confidence < 1]
    right = np.array([r.errors <= NEARLY * r.letters for r in heard])
    said = np.array([r.confidence for r in heard])
    if len(set(right.tolist())) < 2:
        return
    for low, high in ((0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 1.01)):
        inside = (said >= low) & (said < high)
        if inside.any():
            print(
                f"confidence {low:.2f} to {min(high, 1):.2f}: {right[inside].mean():.0%} nearly right of {inside.sum()}"
            )
    odds = np.log(said / (1 - said)).reshape(-1, 1)
    fit = LogisticRegression(C=100).fit(odds, right)
    print(f"fitted: odds times {fit.coef_[0, 0]:.2f} plus {fit.intercept_[0]:.2f}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, required=True, help="folder that keeps the recordings")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000, help="only the first so many sentences")
    parser.add_argument(
        "--spoiled", type=int, default=10_000, help="only so many of them in noise and over the telephone"
    )
    parser.add_argument("--speak-only", action="store_true", help="make the recordings and stop")
    parser.add_argument("--results", type=Path, help="a file that gets each result")
    chosen = parser.parse_args()
    store = store_of(load())
    tts = store.path("tts").parent
    files = KokoroFiles(tts / "kokoro-v1.0.int8.onnx", tts / "vocab.json", store.path("tts_voices").parent)
    speakers: dict[str, Speaker] = {
        "kokoro": speaker(["kokoro"], lambda: files, threads=1),
        "espeak": speaker(["espeak"], lambda: files),
    }
    voices: dict[Locale, list[str]] = {
        "zh-CN": [*(f"kokoro:{voice}" for voice in VOICES["zh-CN"]), "espeak:cmn"],
        "en": [*(f"kokoro:{voice}" for voice in VOICES["en"]), "espeak:en-us"],
    }
    said = utterances(voices, chosen.seed)[: chosen.count]
    print(f"{len(said)} sentences, {len({one.voice for one in said})} voices")
    recordings = [recording(one, speakers, chosen.audio) for one in said]
    print(f"{sum(map(len, recordings)) / HEARD_RATE / 60:.1f} minutes of speech")
    if chosen.speak_only:
        return
    whisper = Whisper(store.path("asr").parent, threads=2)
    ears = WhisperRecognizer(
        lambda: store.path("asr").parent, lambda: [one.text for one in read(DATA / "train")], share_max=100
    )  # time is measured, not limited
    ears.load()
    results: list[Result] = []
    draw = np.random.default_rng(chosen.seed)
    for number, (one, samples) in enumerate(zip(said, recordings, strict=True)):
        for condition, spoil in CONDITIONS.items():
            if condition == "clean" or number < chosen.spoiled:
                results += measured(whisper, ears, one, condition, spoil(samples, draw))
    if chosen.results is not None:
        chosen.results.write_text(json.dumps([vars(result) for result in results]), encoding="utf-8")
    report(results)


if __name__ == "__main__":
    main()
