"""espeak-ng as the last resort: plain, but it always speaks. The library comes as a package; nothing is installed."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from voice.errors import EngineUnavailable
from voice.sound import SPOKEN_RATE, Sound
from voice.speaking.engine import EngineState, Said, Words
from voice.speaking.port import Locale

WORDS_A_MINUTE = 160
# of espeak-ng's speak_lib.h
_SYNCHRONOUS, _RATE, _UTF8, _OK = 2, 1, 1, 0
_VOICES: Mapping[Locale, Sequence[str]] = {"zh-CN": ("cmn",), "en": ("en-us", "en-gb")}
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class _Library:
    """espeak-ng, which keeps its state in one place: initialized once in a process, one voice at a time.

    A second ``espeak_Initialize`` frees its phonemes while its voices still point at them: wrong sounds, or a crash.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._library: Any = None
        self._rate = 0
        self._heard: list[np.ndarray[Any, np.dtype[np.int16]]] = []
        self._callback = _Callback(self._take)

    def say(self, text: bytes, voice: bytes, rate: int) -> tuple[np.ndarray[Any, np.dtype[np.int16]], int]:
        """Its samples and how many of them are a second; ``rate`` in words a minute."""
        with self._lock:
            library = self._ready()
            self._heard.clear()
            library.espeak_SetVoiceByName(voice)
            library.espeak_SetParameter(_RATE, rate, 0)
            ended = library.espeak_Synth(text, len(text) + 1, 0, 0, 0, _UTF8, None, None)
            library.espeak_Synchronize()
            samples = np.concatenate(self._heard) if self._heard else np.zeros(0, np.int16)
        if ended != _OK:
            raise EngineUnavailable("espeak", f"it ended with {ended}", "install the environment anew")
        return samples, self._rate

    def _take(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._heard.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def _ready(self) -> Any:
        if self._library is None:
            import espeakng_loader

            try:
                library = ctypes.CDLL(espeakng_loader.get_library_path())
            except OSError as error:
                raise EngineUnavailable("espeak", f"its library cannot be loaded ({error})", "see above") from error
            library.espeak_Synth.argtypes = [
                ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
                ctypes.c_void_p, ctypes.c_void_p,
            ]  # fmt: skip
            data = str(Path(espeakng_loader.get_data_path()))
            rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), 0)
            if rate <= 0:
                raise EngineUnavailable("espeak", "its data cannot be read", "install the environment anew")
            library.espeak_SetSynthCallback(self._callback)
            self._library, self._rate = library, rate
        return self._library


_LIBRARY = _Library()


class Espeak:
    """An engine over the process's one library; thread-safe."""

    name = "espeak"

    def voices(self, locale: Locale) -> Sequence[str]:
        return _VOICES[locale]

    def load(self) -> None:
        """Nothing to wait for."""

    def state(self) -> EngineState:
        return "ready"

    def say(self, words: Words, voice: str) -> Said:
        import soxr

        samples, rate = _LIBRARY.say(words.text.encode(), voice.encode(), int(WORDS_A_MINUTE * words.speed))
        loud = samples.astype(np.float32) / 32768
        return Said(Sound(soxr.resample(loud, rate, SPOKEN_RATE).astype(np.float32), SPOKEN_RATE))
