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


class Espeak:
    """One voice at a time: the library keeps its state in one place."""

    name = "espeak"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._library: Any = None
        self._rate = 0
        self._heard: list[np.ndarray[Any, np.dtype[np.int16]]] = []
        self._callback = _Callback(self._take)

    def voices(self, locale: Locale) -> Sequence[str]:
        return _VOICES[locale]

    def load(self) -> None:
        """Nothing to wait for."""

    def state(self) -> EngineState:
        return "ready"

    def say(self, words: Words, voice: str) -> Said:
        import soxr

        text = words.text.encode()
        with self._lock:
            library = self._ready()
            self._heard.clear()
            library.espeak_SetVoiceByName(voice.encode())
            library.espeak_SetParameter(_RATE, int(WORDS_A_MINUTE * words.speed), 0)
            ended = library.espeak_Synth(text, len(text) + 1, 0, 0, 0, _UTF8, None, None)
            library.espeak_Synchronize()
            samples = np.concatenate(self._heard) if self._heard else np.zeros(0, np.int16)
        if ended != _OK:
            raise EngineUnavailable(self.name, f"it ended with {ended}", "install the environment anew")
        loud = samples.astype(np.float32) / 32768
        return Said(Sound(soxr.resample(loud, self._rate, SPOKEN_RATE).astype(np.float32), SPOKEN_RATE))

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
                raise EngineUnavailable(self.name, f"its library cannot be loaded ({error})", "see above") from error
            library.espeak_Synth.argtypes = [
                ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
                ctypes.c_void_p, ctypes.c_void_p,
            ]  # fmt: skip
            data = str(Path(espeakng_loader.get_data_path()))
            rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), 0)
            if rate <= 0:
                raise EngineUnavailable(self.name, "its data cannot be read", "install the environment anew")
            library.espeak_SetSynthCallback(self._callback)
            self._library, self._rate = library, rate
        return self._library
