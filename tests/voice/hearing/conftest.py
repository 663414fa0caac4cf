from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.model_fetch import store_of
from agent.models import ModelMissing
from agent.settings import load
from voice.hearing import WhisperRecognizer, decoded
from voice.sound import Sound

CLIPS = Path(__file__).parent / "clips"  # made by our synthesizer


@pytest.fixture(scope="session")
def whisper_folder() -> Path:
    """Where the recognition model is, whole."""
    folder = os.environ.get("SKYTELLER_MODELS")
    try:
        return store_of(load({"SKYTELLER_MODELS": folder} if folder else {})).path("asr").parent
    except ModelMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def ears(whisper_folder: Path) -> Iterator[WhisperRecognizer]:
    """The real recognizer, loaded."""
    recognizer = WhisperRecognizer(lambda: whisper_folder)
    recognizer.load()
    assert recognizer.state == "ready"
    yield recognizer
    recognizer.close()


@pytest.fixture
def clip() -> Callable[..., Sound]:
    """A recording by its name; the silence after it gives a busy machine time to hear it."""

    def read(name: str, silence_s: float = 6.0) -> Sound:
        sound = decoded((CLIPS / f"{name}.ogg").read_bytes())
        return Sound(np.concatenate([sound.samples, np.zeros(int(silence_s * sound.rate), np.float32)]), sound.rate)

    return read
