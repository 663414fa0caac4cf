"""Sentences as they are spoken for bench/hearing.py: values drawn, synthesised by two engines, and spoiled as lines are."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import soxr

from voice.hearing.port import Awaited, Locale
from voice.sound import HEARD_RATE, Samples, Sound
from voice.speaking import Speaker

SENTENCES = Path(__file__).with_name("hearing_sentences.tsv")
TIMES = 3  # a sentence with a place for a value is spoken so often
_ZH, _EN = "零一二三四五六七八九", ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
AMOUNTS: Sequence[tuple[str, str, str]] = (
    ("五百块", "five hundred yuan", "500"),
    ("三百", "three hundred yuan", "300"),
    ("八百五十块", "eight hundred and fifty yuan", "850"),
    ("两千三", "two thousand three hundred yuan", "2300"),
    ("一千二百元", "twelve hundred yuan", "1200"),
    ("三万五", "thirty five thousand yuan", "35000"),
    ("一万两千三百块", "twelve thousand three hundred yuan", "12300"),
    ("两万", "twenty thousand yuan", "20000"),
    ("六千六百元", "six thousand six hundred yuan", "6600"),
    ("四千块", "four thousand yuan", "4000"),
    ("十万", "one hundred thousand yuan", "100000"),
    ("九十八块", "ninety eight yuan", "98"),
    ("七百二十块", "seven hundred and twenty yuan", "720"),
    ("一千零五十块", "one thousand and fifty yuan", "1050"),
    ("五万块钱", "fifty thousand yuan", "50000"),
    ("一百五", "one hundred and fifty yuan", "150"),
)
NAMES: Sequence[tuple[str, str]] = (
    ("王芳", "Wang Fang"), ("张伟", "Zhang Wei"), ("李娜", "Li Na"), ("刘强", "Liu Qiang"), ("陈静", "Chen Jing"), ("孙浩", "Sun Hao"),
    ("周婷", "Zhou Ting"), ("赵敏", "Zhao Min"),
)  # fmt: skip
Spoil = Callable[[Samples, np.random.Generator], Samples]


@dataclass(frozen=True)
class Spoken:
    """One utterance: ``slots`` as the core should read them, ``payees`` as they stand on file, one of them meant."""

    locale: Locale
    text: str
    slots: Mapping[str, str]
    payees: Sequence[str]
    awaited: Awaited | None
    voice: str


def utterances(voices: Mapping[Locale, Sequence[str]], seed: int) -> list[Spoken]:
    """Every sentence with its values, each by the next voice; the same for the same seed."""
    draw = random.Random(seed)
    out: list[Spoken] = []
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, frame = line.split("\t")
        locale: Locale = "zh-CN" if language == "zh" else "en"
        for _ in range(TIMES if "{" in frame else 1):
            text, slots, payees = _filled(frame, locale, draw)
            voice = voices[locale][len(out) % len(voices[locale])]
            out.append(Spoken(locale, text, slots, payees, "otp" if "code" in slots else None, voice))
    draw.shuffle(out)
    return out


def _filled(frame: str, locale: Locale, draw: random.Random) -> tuple[str, dict[str, str], list[str]]:
    zh = locale == "zh-CN"
    amount, (name, latin) = draw.choice(AMOUNTS), draw.choice(NAMES)
    tail = "".join(draw.choice("0123456789") for _ in range(4))
    code = "".join(draw.choice("0123456789") for _ in range(6))
    payees = [name, *draw.sample([other for other, _ in NAMES if other != name], 2)]
    draw.shuffle(payees)
    values = {
        "amount": (amount[0 if zh else 1], f"{Decimal(amount[2]):.2f}"),
        "name": (name if zh else latin, name),
        "tail": (_digits(tail, zh=zh, draw=draw), tail),
        "code": (_digits(code, zh=zh, draw=draw), code),
    }
    wanted = re.findall(r"{(\w+)}", frame)
    text = frame.format_map({key: spoken for key, (spoken, _) in values.items()})
    return text, {key: values[key][1] for key in wanted}, payees


def _digits(digits: str, *, zh: bool, draw: random.Random) -> str:
    if not zh:
        return " ".join(_EN[int(digit)] for digit in digits)
    one = draw.choice("一幺")
    return "".join(one if digit == "1" else _ZH[int(digit)] for digit in digits)


def recording(spoken: Spoken, speakers: Mapping[str, Speaker], folder: Path) -> Samples:
    """At 16 kHz, with a third of a second of silence around; kept in ``folder``."""
    engine, _, voice = spoken.voice.partition(":")
    name = hashlib.sha256(f"{spoken.locale}|{spoken.text}|{spoken.voice}".encode()).hexdigest()[:24]
    path = folder / f"{name}.npy"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        sounds = [clause.sound for clause in speakers[engine].speak(spoken.text, spoken.locale, voice=voice)]
        silence = np.zeros(HEARD_RATE // 3, np.float32)
        samples = np.concatenate([silence, *map(_heard, sounds), silence])
        np.save(path, (np.clip(samples, -1, 1) * 32767).astype(np.int16))
    loaded: Samples = np.load(path).astype(np.float32) / 32768
    return loaded


def _heard(sound: Sound) -> Samples:
    resampled: Samples = soxr.resample(sound.samples, sound.rate, HEARD_RATE).astype(np.float32)
    return resampled


def _noisy(decibels: float) -> Spoil:
    def spoil(samples: Samples, draw: np.random.Generator) -> Samples:
        spectrum = np.fft.rfft(draw.normal(size=len(samples)))
        noise = np.fft.irfft(
            spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(samples)
        )  # pink, as rooms are
        speech = samples[np.abs(samples) > 0.01]
        power = float(np.mean(speech**2)) if len(speech) else 1e-6
        noise *= np.sqrt(power / 10 ** (decibels / 10) / np.mean(noise**2))
        return np.asarray(np.clip(samples + noise, -1, 1), dtype=np.float32)

    return spoil


def _telephone(samples: Samples, draw: np.random.Generator) -> Samples:
    """300 to 3,400 Hz at 8 kHz in eight bits by the mu-law."""
    narrow = soxr.resample(samples, HEARD_RATE, 8_000)
    spectrum, pitch = np.fft.rfft(narrow), np.fft.rfftfreq(len(narrow), 1 / 8_000)
    spectrum[(pitch < 300) | (pitch > 3_400)] = 0
    narrow = np.clip(np.fft.irfft(spectrum, len(narrow)), -1, 1)
    packed = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    unpacked = np.sign(packed) * np.expm1(np.abs(packed) * np.log(256)) / 255
    return np.asarray(soxr.resample(unpacked, 8_000, HEARD_RATE), dtype=np.float32)


CONDITIONS: Mapping[str, Spoil] = {
    "clean": lambda samples, draw: samples,
    "20 dB": _noisy(20),
    "10 dB": _noisy(10),
    "5 dB": _noisy(5),
    "telephone": _telephone,
}
