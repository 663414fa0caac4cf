"""Phrases made ready while nobody is served: kept for who comes, only what is fixed, and never in somebody's way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.voice.speaking.fakes import Humming
from voice.speaking import PhraseStore, Rehearsed, Speaker, fixed_clauses, rehearse
from voice.speaking.phonemes import Phonemizer

PHRASES = [Rehearsed("好的，马上为您办理。", "zh-CN"), Rehearsed("Of course, one moment please.", "en")]
FIXED = fixed_clauses(phrase.text for phrase in PHRASES)


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    return Phonemizer()


def test_what_was_rehearsed_is_said_without_being_made_again(tmp_path: Path, phonemizer: Phonemizer) -> None:
    made = Humming()
    assert rehearse(Speaker([made], phonemizer, fixed=FIXED, store=PhraseStore(tmp_path)), PHRASES) == 2
    assert [words.text for words, _ in made.said] == ["好的，", "Of course,"]  # that with which sound begins
    later = Humming()
    speaker = Speaker([later], phonemizer, fixed=FIXED, store=PhraseStore(tmp_path))
    clauses = list(speaker.speak("好的，给王芳转五百。", "zh-CN"))
    assert [words.text for words, _ in later.said] == ["给王芳转五百。"]
    assert len(clauses) == 2
    assert rehearse(speaker, PHRASES) == 0  # once is enough


def test_values_are_never_kept(tmp_path: Path, phonemizer: Phonemizer) -> None:
    engine = Humming()
    phrases = [Rehearsed("{name}，您好。", "zh-CN", first=False)]
    speaker = Speaker([engine], phonemizer, fixed=fixed_clauses([phrases[0].text]), store=PhraseStore(tmp_path))
    rehearse(speaker, phrases)
    assert [words.text for words, _ in engine.said] == ["您好。"]


def test_that_who_comes_in_between_is_served_first(tmp_path: Path, phonemizer: Phonemizer) -> None:
    engine, asked = Humming(), []

    def quiet() -> bool:
        asked.append(len(engine.said))
        return len(asked) not in (2, 3)  # somebody came after the first phrase and stayed for a while

    speaker = Speaker([engine], phonemizer, fixed=FIXED, store=PhraseStore(tmp_path))
    assert rehearse(speaker, PHRASES, quiet=quiet, wait_s=0.01) == 2
    assert asked == [0, 1, 1, 1]


def test_that_it_ends_when_told_to(tmp_path: Path, phonemizer: Phonemizer) -> None:
    stop = threading.Event()
    stop.set()
    speaker = Speaker([Humming()], phonemizer, fixed=FIXED, store=PhraseStore(tmp_path))
    assert rehearse(speaker, PHRASES, stop=stop) == 0


def test_that_an_engine_that_cannot_speak_is_not_asked_again_and_again(tmp_path: Path, phonemizer: Phonemizer) -> None:
    engine = Humming()
    engine.broken = True
    speaker = Speaker([engine], phonemizer, fixed=FIXED, store=PhraseStore(tmp_path))
    assert rehearse(speaker, PHRASES) == 0
    assert len(engine.said) <= 1
