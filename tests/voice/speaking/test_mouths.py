"""Mouth shapes: in time with the sound, at rest where nothing is heard."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.voice.speaking.fakes import tone
from voice.sound import SPOKEN_RATE, Sound
from voice.speaking.engine import Phone
from voice.speaking.mouths import SHAPE_SECONDS_MIN, mouths, spread


def shapes(sound: Sound, phones: list[Phone] | None, phonemes: str = "") -> list[tuple[float, str]]:
    return [(round(mouth.at_s, 2), mouth.shape) for mouth in mouths(sound, phones, phonemes)]


def row(*timed: tuple[str, float]) -> list[Phone]:
    phones, at = [], 0.0
    for symbol, seconds in timed:
        phones.append(Phone(symbol, at, seconds))
        at += seconds
    return phones


def test_each_sound_has_its_shape_at_its_time() -> None:
    phones = row((" ", 0.05), ("m", 0.1), ("a", 0.2), ("→", 0.05), ("f", 0.1), ("u", 0.2), ("ŋ", 0.1), ("i", 0.2))
    assert shapes(tone(1.0), phones) == [
        (0.0, "rest"), (0.05, "closed"), (0.15, "open"), (0.4, "teeth"), (0.5, "narrow"), (0.8, "wide"), (1.0, "rest"),
    ]  # fmt: skip


def test_a_diphthong_moves() -> None:
    assert shapes(tone(0.4), row(("I", 0.4))) == [(0.0, "open"), (0.2, "wide"), (0.4, "rest")]


def test_the_mouth_rests_while_nothing_is_heard() -> None:
    hum = tone(0.5).samples
    sound = Sound(np.concatenate([hum, np.zeros(SPOKEN_RATE // 2, np.float32), hum]), SPOKEN_RATE)
    found = shapes(sound, row(("a", 1.5)))
    assert found == [(0.0, "open"), (0.5, "rest"), (1.0, "open"), (1.5, "rest")]


def test_what_is_too_short_to_see_is_left_out_but_closed_lips_are_kept() -> None:
    phones = row(("a", 0.2), ("s", 0.03), ("i", 0.2), ("b", 0.03), ("o", 0.24))
    found = shapes(tone(0.7), phones)
    assert [shape for _, shape in found] == ["open", "wide", "closed", "round", "rest"]
    starts = [at for at, shape in found if shape != "closed"]
    assert min(np.diff(starts)) >= SHAPE_SECONDS_MIN


def test_without_times_they_are_spread_and_stops_meet_silences() -> None:
    hum, gap = tone(0.6).samples, np.zeros(int(0.3 * SPOKEN_RATE), np.float32)
    sound = Sound(np.concatenate([hum, gap, hum, hum]), SPOKEN_RATE)
    phones = spread("ma→, fu→ti→", sound, [(0.6, 0.9)])
    at = {phone.symbol: phone.at_s for phone in phones}
    assert at["m"] == pytest.approx(0.0)
    assert at["a"] < 0.3
    assert at["f"] == pytest.approx(0.9)
    assert at["i"] > 1.6
    found = shapes(sound, None, "ma→, fu→ti→")
    assert (0.6, "rest") in found
    assert found[0][1] == "closed"
    assert found[-1] == (2.1, "rest")


@pytest.mark.parametrize("seconds", [0.0, 0.005, 3.0])
def test_any_sound_has_shapes_in_order_within_it(seconds: float) -> None:
    found = mouths(tone(seconds), None, "ni↗nxau↓, wo↓ ʂɨ↘!")
    times = [mouth.at_s for mouth in found]
    assert times == sorted(times)
    assert found[-1].shape == "rest"
    assert times[-1] <= max(seconds, 0.001)
    assert all(first.shape != second.shape for first, second in pairwise(found))
