"""What phones and browsers send is heard; everything else gets a code that says what is wrong."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice.hearing.recordings import KINDS, file_of
from voice.errors import BadSound
from voice.hearing import decoded


def code_of(data: bytes) -> str:
    with pytest.raises(BadSound) as bad:
        decoded(data)
    assert bad.value.detail
    return bad.value.code


def code_or_none(data: bytes) -> str | None:
    try:
        sound = decoded(data)
    except BadSound as bad:
        return bad.code
    assert len(sound.samples)
    assert np.isfinite(sound.samples).all()
    return None


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_recording(kind: str) -> None:
    sound = decoded(file_of(kind, 1.5))
    assert sound.rate == 16_000
    assert sound.samples.dtype == np.float32
    assert sound.seconds == pytest.approx(1.5, abs=0.1)
    assert 0.1 < float(np.sqrt(np.mean(sound.samples**2))) < 0.4


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a", "flac"])
def test_half_a_file(kind: str) -> None:
    data = file_of(kind, 2)
    assert code_of(data[: len(data) // 2]) == "torn"


@pytest.mark.parametrize("kind", KINDS)
def test_garbled_after_its_beginning(kind: str) -> None:
    data = file_of(kind)
    noise = np.random.default_rng(1).integers(0, 256, len(data), dtype=np.uint8).tobytes()
    assert code_or_none(data[:100] + noise[100:]) in {None, "torn", "bad-rate", "no-sound", "too-long", "video"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"RIFF", "not-audio"),
        (b"hello", "not-audio"),
        (b"\x00" * 5000, "not-audio"),
        (b"%PDF-1.7\n", "not-audio"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "not-audio"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n", "not-audio"),
        (b"ffconcat version 1.0\nfile a.wav\n", "not-audio"),
        (b"RIFF\x24\x00\x00\x00WAVE", "torn"),
        (b"OggS" + b"\x00" * 100, "torn"),
        (b"\x1a\x45\xdf\xa3" + b"\x00" * 50, "torn"),
    ],
)
def test_what_is_no_recording(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_video_is_told_apart() -> None:
    assert code_of(file_of("m4a", video=True)) == "video"


def test_a_file_without_samples() -> None:
    form = b"fmt \x10\x00\x00\x00" + struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
    assert code_of(b"RIFF\x24\x00\x00\x00WAVE" + form + b"data\x00\x00\x00\x00") == "no-sound"


def test_more_than_a_minute() -> None:
    assert code_of(file_of("opus", 61)) == "too-long"
    assert decoded(file_of("opus", 59)).seconds == pytest.approx(59, abs=0.1)


@settings(max_examples=150, deadline=None)
@given(
    start=st.sampled_from([b"", b"RIFF\x24\x00\x00\x00WAVEfmt ", b"OggS\x00\x02", b"\x1a\x45\xdf\xa3", b"ID3\x04", b"\xff\xfb",
                           b"\xff\xf1", b"\x00\x00\x00\x20ftypM4A ", b"fLaC", b"caff\x00\x01"]),
    rest=st.binary(max_size=400),
)  # fmt: skip
def test_any_bytes_are_a_sound_or_a_bad_one(start: bytes, rest: bytes) -> None:
    assert code_or_none(start + rest) in {
        None,
        "not-audio",
        "empty",
        "torn",
        "bad-rate",
        "no-sound",
        "too-long",
        "video",
    }
