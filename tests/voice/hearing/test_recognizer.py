"""The real model on a few of our own recordings, and on everything that is no speech."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.voice.hearing.recordings import silence
from voice.errors import EngineUnavailable
from voice.hearing import Hints, WhisperRecognizer
from voice.hearing.port import Locale
from voice.hearing.recognizer import SHARE_MAX
from voice.sound import Samples, Sound

Clip = Callable[..., Sound]
RATE = 16_000
# what this customer may say at any moment; processors differ in whether whisper writes 工 or 宫, 尾号668八 or 为后668瓦
ALWAYS = {"zh-CN": ("转人工", "再说一遍", "小岚", "尾号", "验证码", "王芳", "6688"), "en": ("转人工",)}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("replace_card.zh", "我要换卡"),
        ("confirm.zh", "确认"),
        ("code.zh", "验证码是482913"),
        ("tail.zh", "尾号6688那张卡"),
        ("person.zh", "转人工"),
        ("code.en", "The code is 482913"),
        ("send.en", "Send 500 yuan to Wang Fang"),
    ],
)
def test_what_is_said_at_the_counter(ears: WhisperRecognizer, clip: Clip, name: str, text: str) -> None:
    locale: Locale = "en" if name.endswith(".en") else "zh-CN"
    heard = ears.hear(clip(name), Hints(locale, ALWAYS[locale]))
    assert heard.text == text
    assert 0 < heard.confidence <= 1


def music(seconds: float) -> Samples:
    at = np.arange(int(seconds * RATE)) / RATE
    chord = sum(0.1 * np.sin(2 * np.pi * pitch * at) for pitch in (262, 330, 392, 523))
    return np.asarray(chord * (np.sin(2 * np.pi * 2 * at) > 0), dtype=np.float32)


def noise(seconds: float, loud: float) -> Samples:
    return np.random.default_rng(3).normal(0, loud, int(seconds * RATE)).astype(np.float32)


def clicks(seconds: float) -> Samples:
    return (np.random.default_rng(4).random(int(seconds * RATE)) > 0.9995).astype(np.float32) * 0.9


@pytest.mark.parametrize(
    "samples",
    [np.zeros(5 * RATE, np.float32), noise(5, 0.01), noise(5, 0.3), music(5), clicks(5), np.zeros(1, np.float32), np.zeros(0, np.float32),
     np.full(RATE, np.nan, np.float32), np.full(RATE, 1.0, np.float32)],
    ids=["silence", "hiss", "noise", "music", "clicks", "one sample", "none", "no numbers", "stuck"],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_nobody_speaks(ears: WhisperRecognizer, samples: Samples, locale: str) -> None:
    hints = Hints("en" if locale == "en" else "zh-CN", ("确认", "confirm"), "confirm")
    heard = ears.hear(Sound(samples, RATE), hints)
    assert (heard.text, heard.confidence, tuple(heard.repairs)) == ("", 0.0, ())


def test_never_longer_than_half_again_the_sound(ears: WhisperRecognizer, clip: Clip) -> None:
    spoken = clip("transfer.zh", silence_s=0).samples
    for samples in (spoken, spoken[: RATE // 2], np.tile(spoken, 12)):
        sound = Sound(samples, RATE)
        began = time.monotonic()
        ears.hear(sound, Hints("zh-CN", patience_s=0.0))
        assert time.monotonic() - began <= SHARE_MAX * sound.seconds


def test_that_a_busy_machine_makes_no_more_work_of_it(ears: WhisperRecognizer, clip: Clip) -> None:
    spoken = clip("transfer.zh", silence_s=0)
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        for _ in range(3):
            began = time.process_time()
            assert ears.hear(spoken, Hints("zh-CN", patience_s=120)).text
            assert time.process_time() - began <= SHARE_MAX * spoken.seconds
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_a_long_recording_is_heard_to_its_end(ears: WhisperRecognizer, clip: Clip) -> None:
    parts = [clip("replace_card.zh", silence_s=0).samples, np.zeros(30 * RATE, np.float32), clip("person.zh").samples]
    heard = ears.hear(Sound(np.concatenate(parts), RATE), Hints("zh-CN", ALWAYS["zh-CN"]))
    assert heard.text == "我要换卡，转人工"


@pytest.mark.parametrize("rate", [8_000, 24_000, 48_000])
def test_other_rates(ears: WhisperRecognizer, clip: Clip, rate: int) -> None:
    import soxr

    samples = soxr.resample(clip("code.en").samples, RATE, rate)
    assert ears.hear(Sound(samples, rate), Hints("en")).text.replace(",", "") == "The code is 482913"


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    ears = WhisperRecognizer(lambda: tmp_path)
    assert ears.state == "loading"
    with pytest.raises(EngineUnavailable, match="still loading"):
        ears.hear(silence(1), Hints("zh-CN"))
    ears.load()
    assert ears.state == "missing"
    with pytest.raises(EngineUnavailable, match="lacks model.bin"):
        ears.hear(silence(1), Hints("zh-CN"))
