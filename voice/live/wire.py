"""The wire: frames of the socket to frames of the pipeline, with everything that a client can do wrong."""

from __future__ import annotations

import asyncio

import numpy as np
import soxr
from pipecat.frames.frames import Frame, InputAudioRawFrame, OutputTransportMessageUrgentFrame
from pipecat.serializers.base_serializer import FrameSerializer

from voice.live.frames import MessageFrame, ReleasedFrame
from voice.live.limits import Limits
from voice.live.messages import BadMessage, Microphone, MicrophoneChange, Mode, ModeChange, PushToTalk, Tap, parse
from voice.sound import HEARD_RATE

_QUIET = bytes(2 * HEARD_RATE * 4 // 10)  # 400 ms: ends what voice detection takes for speech


class Wire(FrameSerializer):
    """Knows whether she listens: always in hands-free mode, while the key is down in the other."""

    def __init__(self, rate: int, mode: Mode, microphone: Microphone, limits: Limits, began: float) -> None:
        """``began``: when the client was let in, on the event loop's clock; sound that came before it is read is not too fast."""
        super().__init__()
        self._rate, self._limits = rate, limits
        self._mode, self._down, self._open = mode, False, microphone == "open"
        self._resampler = None if rate == HEARD_RATE else soxr.ResampleStream(rate, HEARD_RATE, 1, dtype="int16")
        self._began = began
        self._seconds = 0.0

    @property
    def listens(self) -> bool:
        """Whether sound is taken now."""
        return self._open and (self._mode == "hands_free" or self._down)

    async def serialize(self, frame: Frame) -> str | bytes | None:
        """Messages go out as they are; everything else stays inside."""
        return frame.message if isinstance(frame, OutputTransportMessageUrgentFrame) else None

    async def deserialize(self, data: str | bytes) -> Frame | None:
        """A frame, or None where there is nothing to hear."""
        return self._sound(data) if isinstance(data, bytes) else self._message(data)

    def _sound(self, data: bytes) -> Frame | None:
        if not data or len(data) % 2 or len(data) > self._limits.frame_bytes_max:
            return MessageFrame(complaint="voice-frame")
        now = asyncio.get_running_loop().time()
        seconds = len(data) / 2 / self._rate
        # a client that was away for a while does not earn the right to send all of it at once
        self._seconds = max(self._seconds, now - self._began - self._limits.ahead_seconds_max)
        if self._seconds + seconds > now - self._began + self._limits.ahead_seconds_max:
            return MessageFrame(complaint="voice-too-fast")
        self._seconds += seconds
        if not self.listens:
            return None
        if self._resampler is not None:
            data = self._resampler.resample_chunk(np.frombuffer(data, "<i2")).tobytes()
        return InputAudioRawFrame(data, HEARD_RATE, 1) if data else None

    def _message(self, data: str) -> Frame:
        size = len(data.encode("utf-8", "surrogatepass"))
        if size > self._limits.input_bytes_max:
            return MessageFrame(complaint="voice-message")
        try:
            message = parse(data)
        except BadMessage:
            return MessageFrame(complaint="voice-message")
        if size > self._limits.message_bytes_max and not isinstance(message, Tap):
            return MessageFrame(complaint="voice-message")
        match message:
            case ModeChange(mode=mode):
                self._mode, self._down = mode, False
            case MicrophoneChange(state=state):
                self._open = state == "open"
            case PushToTalk(down=False) if self._down:
                self._down = False
                return ReleasedFrame(_QUIET, HEARD_RATE, 1)
            case PushToTalk(down=down):
                self._down = down
        return MessageFrame(message)
