"""The ear: keeps the sound of an utterance and has it recognised at its first short pause, before it is known to be over."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from dataclasses import replace

import numpy as np
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    UserStoppedSpeakingFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from voice.errors import EngineUnavailable
from voice.hearing.port import Heard
from voice.live.conversation import Conversation
from voice.live.engines import Engines
from voice.live.figures import outcome
from voice.live.frames import DismissedFrame, HeardFrame, ReleasedFrame, ShortSoundFrame, TooLongFrame
from voice.live.limits import Limits
from voice.live.reply import Timings
from voice.live.words import is_whole
from voice.sound import HEARD_RATE, Sound

log = logging.getLogger(__name__)
BEFORE_SECONDS = 0.5  # kept from before the voice was noticed
SHORT_SECONDS = 0.45  # of voice: a cough, a "mm"
GLIMPSE_SECONDS = 1.2  # of voice over her own: is it speech at all?
_NOTHING = Heard("", 0.0, "")


class Ear(FrameProcessor):
    """Speculates: a recognition that was begun in a pause is thrown away when the customer goes on."""

    def __init__(self, conversation: Conversation, engines: Engines, limits: Limits) -> None:
        super().__init__()
        self._conversation, self._engines, self._limits = conversation, engines, limits
        self._before: deque[bytes] = deque()
        self._before_bytes = 0
        self._kept: list[bytes] = []
        self._kept_bytes = 0
        self._open = False  # an utterance has begun
        self._voiced = False  # somebody speaks at this moment
        self._voice_from = 0  # where in the utterance the present voice began, in bytes
        self._glimpsed = self._deaf = False
        self._utterance = 0
        self._version = 0  # a recognition of an older version is void

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Listens to what passes; passes everything on."""
        await super().process_frame(frame, direction)
        match frame:
            case InputAudioRawFrame():
                self._keep(frame.audio)
            case VADUserStartedSpeakingFrame() if direction is FrameDirection.DOWNSTREAM:
                self._voice(frame.start_secs)
            case UserStoppedSpeakingFrame() | DismissedFrame() if direction is FrameDirection.UPSTREAM:
                self._reset()
            case _:
                pass
        await self.push_frame(frame, direction)
        match frame:
            case VADUserStoppedSpeakingFrame() if direction is FrameDirection.DOWNSTREAM:
                await self._paused(frame.stop_secs)
            case InputAudioRawFrame() if self._voiced and not isinstance(frame, ReleasedFrame):
                await self._goes_on()
            case _:
                pass

    # keeping ------------------------------------------------------------------------------------------------------

    def _keep(self, audio: bytes) -> None:
        if self._open:
            self._kept.append(audio)
            self._kept_bytes += len(audio)
            return
        self._before.append(audio)
        self._before_bytes += len(audio)
        while self._before and self._before_bytes - len(self._before[0]) > _bytes(BEFORE_SECONDS):
            self._before_bytes -= len(self._before.popleft())

    def _voice(self, noticed_after: float) -> None:
        self._version += 1  # whatever is being recognised is not all of it
        self._voiced, self._glimpsed = True, False
        if not self._open:
            self._open, self._utterance = True, self._utterance + 1
            self._kept, self._kept_bytes = list(self._before), self._before_bytes
            self._before.clear()
            self._before_bytes = 0
        self._voice_from = max(0, self._kept_bytes - _bytes(noticed_after))

    def _reset(self) -> None:
        self._version += 1
        self._open = False
        self._kept, self._kept_bytes = [], 0
        self._deaf = self._voiced  # the rest of a voice that was dealt with is not listened to

    # recognising --------------------------------------------------------------------------------------------------

    async def _paused(self, after: float) -> None:
        self._voiced = False
        if self._deaf or not self._open:
            self._deaf, self._open = False, False
            await self.push_frame(DismissedFrame(utterance=self._utterance))
            return
        now = self._now()
        timings = Timings(now - after)
        timings.mark("pause", now)
        voice = _seconds(self._kept_bytes - self._voice_from) - after
        if voice <= SHORT_SECONDS:
            await self.push_frame(ShortSoundFrame())
        self._recognise(timings, voice_s=voice)

    async def _goes_on(self) -> None:
        """The customer speaks and speaks."""
        if self._deaf or not self._open:
            return
        if _seconds(self._kept_bytes) >= self._limits.turn_seconds_max:
            self._version += 1
            heard = await self._heard(self._sound(), self._version)
            await self._tell(heard or _NOTHING, None, glimpse=False)
            await self.push_frame(TooLongFrame())
            self._reset()
        elif (
            not self._glimpsed
            and self._conversation.mouth.held
            and _seconds(self._kept_bytes - self._voice_from) >= GLIMPSE_SECONDS
        ):
            self._glimpsed = True
            self._recognise(None, voice_s=_seconds(self._kept_bytes - self._voice_from), glimpse=True)

    def _recognise(self, timings: Timings | None, *, voice_s: float, glimpse: bool = False) -> None:
        self._version += 1
        work = self._speculate(self._sound(), self._version, timings, voice_s=voice_s, glimpse=glimpse)
        self.create_task(work, "recognise")

    async def _speculate(
        self, sound: Sound, version: int, timings: Timings | None, *, voice_s: float, glimpse: bool
    ) -> None:
        heard = await self._heard(sound, version)
        if heard is None or version != self._version:
            return  # the customer has gone on
        if timings is not None:
            timings.mark("recognised", self._now())
        await self._tell(heard, timings, glimpse=glimpse, sound=sound, voice_s=voice_s)

    async def _tell(
        self,
        heard: Heard,
        timings: Timings | None,
        *,
        glimpse: bool,
        sound: Sound | None = None,
        voice_s: float = math.inf,
    ) -> None:
        frame = HeardFrame(
            text=heard.text,
            user_id="customer",
            timestamp="",
            finalized=not glimpse,
            heard=heard,
            utterance=self._utterance,
            whole=is_whole(heard.text, self._conversation.hints.awaited) if heard.text else None,
            glimpse=glimpse,
            voice_s=voice_s,
            timings=timings,
            sound=sound,
        )
        await self.push_frame(frame)

    async def _heard(self, sound: Sound, version: int) -> Heard | None:
        """In a worker thread; a recognition that has become void before its turn came is not done at all."""

        def work() -> Heard | None:
            if version != self._version:
                return None
            hints = self._conversation.customer.port.hints()
            self._conversation.hints = replace(hints, patience_s=self._limits.recognition_seconds_max)
            began = time.monotonic()
            heard = self._engines.recognizer.hear(sound, self._conversation.hints)
            self._engines.figures.recognition(outcome(heard.text, heard.repairs), time.monotonic() - began)
            return heard

        deadline = self._now() + self._limits.engine_seconds_max
        while self._engines.state()["hearing"] == "loading" and self._now() < deadline:  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.25)  # what is said meanwhile is heard then
        try:
            return await asyncio.get_running_loop().run_in_executor(self._engines.recognising, work)
        except EngineUnavailable as error:
            log.warning("cannot hear: %s", error)
            self._conversation.notice("hearing-missing")
        except Exception as error:
            log.error("recognition failed: %s", type(error).__name__)  # never what was said
            self._conversation.not_made_out()
        return _NOTHING

    def _sound(self) -> Sound:
        samples = np.frombuffer(b"".join(self._kept), "<i2").astype(np.float32)
        return Sound(samples / np.float32(32_768), HEARD_RATE)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _bytes(seconds: float) -> int:
    return 2 * round(seconds * HEARD_RATE)


def _seconds(size: int) -> float:
    return size / 2 / HEARD_RATE
