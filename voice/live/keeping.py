"""Whether what the customer says is kept: asked apart, answered by a button, and never so for a code."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

from voice.hearing.port import Awaited
from voice.sound import Sound
from voice.turns import Recorder

log = logging.getLogger(__name__)


class Keeping:
    """One conversation's consent. Without a recorder nobody is asked and nothing is kept."""

    def __init__(self, recorder: Recorder | None, pool: Executor) -> None:
        self._recorder, self._pool = recorder, pool
        self._agreed: bool | None = None

    @property
    def offer(self) -> Mapping[str, Any] | None:
        """For ``ready``: how many days, and the answer so far."""
        return None if self._recorder is None else {"days": self._recorder.days, "agreed": self._agreed}

    async def answer(self, agreed: bool) -> Mapping[str, Any] | None:
        """The customer's answer, which may change at any time; a refusal deletes what was kept. The message that tells it."""
        recorder = self._recorder
        if recorder is None:
            return None
        self._agreed = False  # until it is on file
        await asyncio.get_running_loop().run_in_executor(self._pool, lambda: recorder.consent(agreed=agreed))
        self._agreed = agreed
        return {"type": "keeping", "days": recorder.days, "agreed": agreed}

    async def keep(self, sound: Sound | None, awaited: Awaited | None) -> None:
        """An utterance that was taken; a code is no recording's business."""
        recorder = self._recorder
        if recorder is None or not self._agreed or sound is None or awaited == "otp":
            return
        try:
            await asyncio.get_running_loop().run_in_executor(self._pool, lambda: recorder.keep(_file(sound)))
        except Exception as error:
            log.error("a recording was not kept: %s", type(error).__name__)


def _file(sound: Sound) -> bytes:
    """As FLAC: nothing of it is lost, and it is half as large."""
    import soundfile

    written = io.BytesIO()
    soundfile.write(written, sound.samples, sound.rate, format="FLAC", subtype="PCM_16")
    return written.getvalue()
