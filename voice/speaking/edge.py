"""edge-tts: a cloud's voices, where the bank has decided that replies may leave the house. Off unless set."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from voice.errors import EngineUnavailable
from voice.sound import SPOKEN_RATE, Sound
from voice.speaking.engine import EngineState, Said, Words
from voice.speaking.port import Locale

CONNECT_SECONDS_MAX = 3
RECEIVE_SECONDS_MAX = 8
CLAUSE_SECONDS_MAX = 12
_VOICES: Mapping[Locale, Sequence[str]] = {
    "zh-CN": ("zh-CN-XiaoxiaoNeural", "zh-CN-XiaoyiNeural", "zh-CN-YunxiNeural", "zh-CN-YunyangNeural"),
    "en": ("en-US-AriaNeural", "en-US-GuyNeural", "en-GB-SoniaNeural", "en-GB-RyanNeural"),
}


class Edge:
    """Each clause is one call over the network."""

    name = "edge"

    def voices(self, locale: Locale) -> Sequence[str]:
        return _VOICES[locale]

    def load(self) -> None:
        """Nothing to wait for."""

    def state(self) -> EngineState:
        return "ready"

    def say(self, words: Words, voice: str) -> Said:
        import aiohttp
        import edge_tts
        import soundfile
        import soxr

        try:
            # its own synchronous way waits for ever where there is no network; the thread, as who asks may be on a loop
            with ThreadPoolExecutor(1) as alone:
                mp3 = alone.submit(asyncio.run, _mp3(words, voice)).result()
            samples, rate = soundfile.read(io.BytesIO(mp3), dtype="float32", always_2d=True)
        except (aiohttp.ClientError, edge_tts.exceptions.EdgeTTSException, OSError, soundfile.SoundFileError) as error:
            why = str(error) or type(error).__name__
            remedy = "check the network, or take edge out of SKYTELLER_TTS"
            raise EngineUnavailable(self.name, f"the cloud did not speak ({why})", remedy) from error
        one = samples.mean(axis=1)
        return Said(Sound(soxr.resample(one, rate, SPOKEN_RATE).astype(np.float32), SPOKEN_RATE))


async def _mp3(words: Words, voice: str) -> bytes:
    import edge_tts

    call = edge_tts.Communicate(
        words.text,
        voice,
        rate=f"{round((words.speed - 1) * 100):+d}%",
        connect_timeout=CONNECT_SECONDS_MAX,
        receive_timeout=RECEIVE_SECONDS_MAX,
    )
    async with asyncio.timeout(CLAUSE_SECONDS_MAX):
        return b"".join([chunk["data"] async for chunk in call.stream() if chunk["type"] == "audio"])
