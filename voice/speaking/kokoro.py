"""Kokoro-82M by onnxruntime: the voice that is spoken with unless another is set.

The graph computes how long each phoneme lasts on its way to the sound but does not give it out. Two serialized protobuf
messages one after the other are one message, with the repeated fields of both; so a few bytes after the file declare that
value an output too, and the mouth knows each sound's time exactly.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.errors import EngineUnavailable
from voice.sound import SPOKEN_RATE, Sound
from voice.speaking.engine import EngineState, Phone, Said, Words
from voice.speaking.port import Locale

TOKENS_MAX = 508  # the model's 512 with a start and an end
FRAME_SAMPLES = 600  # durations are counted in these
AHEAD_FRAMES = 3  # the sound is heard so much before its duration says, as the model was made
STYLES = (510, 256)
_DURATIONS = b"/encoder/Gather_output_0"
VOICES: Mapping[Locale, Sequence[str]] = {
    "zh-CN": (
        "zf_xiaoxiao", "zf_xiaobei", "zf_xiaoni", "zf_xiaoyi", "zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang"
    ),
    "en": (
        "af_heart", "af_bella", "am_michael", "am_fenrir", "bf_emma", "bf_isabella", "bm_george", "bm_fable"
    ),
}  # fmt: skip


@dataclass(frozen=True)
class KokoroFiles:
    """Where the files are: ``voices`` is a folder with one file a voice."""

    model: Path
    vocabulary: Path
    voices: Path


@dataclass(frozen=True)
class _Loaded:
    session: Any  # onnxruntime.InferenceSession, which has no types
    ids: Mapping[str, int]
    voices: Path


class Kokoro:
    """Loads at the first use.

    Args:
        locate: gives the files; raises EngineUnavailable where they are not here.
        threads: of the one session; clauses queue before it, since two at once would only share the same cores.
    """

    name = "kokoro"

    def __init__(self, locate: Callable[[], KokoroFiles], *, threads: int = 2) -> None:
        self._locate, self._threads = locate, threads
        self._loaded: _Loaded | None = None
        self._styles: dict[str, NDArray[np.float32]] = {}
        self._state: EngineState = "loading"
        self._lock = threading.Lock()

    def voices(self, locale: Locale) -> Sequence[str]:
        return VOICES[locale]

    def state(self) -> EngineState:
        return self._state

    def load(self) -> None:
        """Load the model, some seconds.

        Raises:
            EngineUnavailable: its files are not here.
        """
        with self._lock:
            self._ready()

    def say(self, words: Words, voice: str) -> Said:
        with self._lock:
            loaded = self._ready()
            style = self._style(loaded, voice)
            known = [symbol for symbol in words.phonemes if symbol in loaded.ids]
            rows = [_run(loaded, part, style, words.speed) for part in _parts(known)]
        samples = np.concatenate([samples for samples, _ in rows]) if rows else np.zeros(0, np.float32)
        phones, begins = [], 0.0
        for sounds, timed in rows:
            at = begins - AHEAD_FRAMES * FRAME_SAMPLES / SPOKEN_RATE
            for symbol, frames in timed:
                seconds = frames * FRAME_SAMPLES / SPOKEN_RATE
                phones.append(Phone(symbol, max(begins, at), seconds))
                at += seconds
            begins += len(sounds) / SPOKEN_RATE
        return Said(Sound(samples, SPOKEN_RATE), phones)

    def _ready(self) -> _Loaded:
        if self._loaded is None:
            try:
                files = self._locate()
                self._loaded = _Loaded(
                    session=_session(files.model, self._threads),
                    ids=json.loads(files.vocabulary.read_text(encoding="utf-8"))["vocab"],
                    voices=files.voices,
                )
            except EngineUnavailable:
                self._state = "missing"
                raise
            except (OSError, ValueError, KeyError) as error:
                self._state = "missing"
                raise EngineUnavailable(
                    self.name, f"its files cannot be read ({error})", "run `make models`"
                ) from error
            self._state = "ready"
        return self._loaded

    def _style(self, loaded: _Loaded, voice: str) -> NDArray[np.float32]:
        if voice not in self._styles:
            if voice not in {name for names in VOICES.values() for name in names}:
                raise EngineUnavailable(self.name, f"has no voice {voice}", "name one of its voices")
            self._styles[voice] = np.fromfile(loaded.voices / f"{voice}.bin", np.float32).reshape(STYLES)
        return self._styles[voice]


def _session(model: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3  # warnings about the graph are none of our users' business
    return onnxruntime.InferenceSession(
        model.read_bytes() + _declare_output(_DURATIONS), options, providers=["CPUExecutionProvider"]
    )


def _declare_output(name: bytes) -> bytes:
    """A ModelProto that holds one more graph output, a row of int64."""

    def message(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    one_dimension = message(1, message(2, b"tokens"))
    tensor = bytes([1 << 3, 7]) + message(2, one_dimension)  # 7: int64
    value = message(1, name) + message(2, message(1, tensor))
    return message(7, message(12, value))


def _parts(symbols: Sequence[str]) -> list[Sequence[str]]:
    """What the model takes at once; a longer row is cut between words."""
    parts: list[Sequence[str]] = []
    rest = list(symbols)
    while len(rest) > TOKENS_MAX:
        space = max((at for at in range(TOKENS_MAX // 2, TOKENS_MAX) if rest[at] == " "), default=TOKENS_MAX)
        parts.append(rest[:space])
        rest = rest[space:]
    return [*parts, rest] if rest else parts


def _run(
    loaded: _Loaded, symbols: Sequence[str], style: NDArray[np.float32], speed: float
) -> tuple[NDArray[np.float32], list[tuple[str, int]]]:
    """The sound, and how many frames each symbol takes; start and end are told as a pause."""
    ids = [loaded.ids[symbol] for symbol in symbols]
    samples, frames = loaded.session.run(
        None,
        {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": style[len(ids)][None],
            "speed": np.array([speed], np.float32),
        },
    )
    return samples.reshape(-1), list(zip((" ", *symbols, " "), frames.tolist(), strict=True))
