"""Phrases on disk: bounded, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from tests.voice.speaking.fakes import tone
from voice.speaking.engine import Phone, Said
from voice.speaking.store import RECENT_SECONDS, PhraseStore, Recent

SAID = Said(tone(0.5), [Phone("a", 0.1, 0.2)])


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    store = PhraseStore(tmp_path / "phrases")
    assert store.get("kokoro", "好的") is None
    store.keep(SAID, "kokoro", "好的")
    kept = PhraseStore(tmp_path / "phrases").get("kokoro", "好的")
    assert kept is not None
    assert kept.phones == SAID.phones
    assert np.allclose(kept.sound.samples, SAID.sound.samples, atol=1e-4)
    assert store.get("espeak", "好的") is None


def test_what_was_not_said_for_the_longest_time_goes_first(tmp_path: Path) -> None:
    store = PhraseStore(tmp_path)
    store.keep(SAID, "1")
    size = next(tmp_path.iterdir()).stat().st_size
    store = PhraseStore(tmp_path, bytes_max=int(2.5 * size))
    store.keep(SAID, "2")
    for age, path in enumerate(sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)):
        os.utime(path, (1000 + age, 1000 + age))
    assert store.get("1") is not None  # said again: the other is older now
    store.keep(SAID, "3")
    assert [store.get(key) is not None for key in "123"] == [True, False, True]


def test_a_damaged_file_is_as_none(tmp_path: Path) -> None:
    store = PhraseStore(tmp_path)
    store.keep(SAID, "1")
    path = next(tmp_path.iterdir())
    for content in (b"", b"PK broken", path.read_bytes()[:200]):
        path.write_bytes(content)
        assert store.get("1") is None


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    PhraseStore(tmp_path / "file" / "in").keep(SAID, "1")


def test_what_was_said_a_moment_ago_is_remembered_for_a_while_and_within_bounds() -> None:
    now = [0.0]
    recent = Recent(bytes_max=int(2.5 * SAID.sound.samples.nbytes), now=lambda: now[0])
    for key in "12":
        recent.keep(SAID, key)
    assert recent.get("1") is SAID  # said again: the other goes first
    recent.keep(SAID, "3")
    assert [recent.get(key) for key in "123"] == [SAID, None, SAID]
    now[0] = RECENT_SECONDS + 1
    assert [recent.get(key) for key in "123"] == [None, None, None]
