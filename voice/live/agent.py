"""Our agent as one processor of the pipeline: what was heard becomes a turn, what the client does becomes one too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from pipecat.frames.frames import Frame, UserStartedSpeakingFrame, UserStoppedSpeakingFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from voice.hearing.port import Locale
from voice.live.conversation import Conversation
from voice.live.figures import Figures
from voice.live.frames import DismissedFrame, HeardFrame, MessageFrame, TooLongFrame
from voice.live.limits import Limits
from voice.live.messages import (
    Bye,
    Hello,
    Keep,
    MicrophoneChange,
    ModeChange,
    Ping,
    Played,
    Pong,
    PushToTalk,
    Stop,
    Tap,
    Typed,
)
from voice.live.outlet import Outlet
from voice.live.words import is_clear

Complain = Callable[[str, Locale], Mapping[str, Any]]  # a code to a problem document
_TOLD_AGAIN = 10  # a client that repeats a mistake is not told each time


class Agent(FrameProcessor):
    """Stands at the end of the pipeline; sound goes out beside it, since it is not the client's clock that paces it."""

    def __init__(
        self, conversation: Conversation, outlet: Outlet, limits: Limits, complain: Complain, figures: Figures
    ) -> None:
        super().__init__()
        self._figures = figures
        self._addressed = False  # the key is or was down: whatever is said is meant for her
        self._asked_back = False  # since something was heard clearly
        self._conversation, self._outlet, self._limits, self._complain = conversation, outlet, limits, complain
        self._pending: HeardFrame | None = None
        self._bad: dict[str, int] = {}
        self.ponged = 0.0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Nothing here waits: turns run in tasks of their own."""
        await super().process_frame(frame, direction)
        match frame:
            case HeardFrame():
                self._heard(frame)
            case UserStartedSpeakingFrame():
                self._conversation.listening()
            case UserStoppedSpeakingFrame():
                self._over()
            case DismissedFrame(utterance=utterance, why=why):
                self._pending = None
                self._tell(utterance, None, ignored=why)
                self._figures.sounded("backchannel" if why == "backchannel" else "nothing")
                self._conversation.voice_over()
            case TooLongFrame():
                self._over()
                self._conversation.notice("too-long")
            case MessageFrame(message=None, complaint=complaint):
                self._bad_input(complaint or "voice-message")
            case MessageFrame(message=message):
                self._message(message)
            case _:
                pass
        await self.push_frame(frame, direction)

    # heard --------------------------------------------------------------------------------------------------------

    def _heard(self, frame: HeardFrame) -> None:
        if frame.glimpse:
            return
        self._pending = frame
        if frame.text:
            self._tell(frame.utterance, frame, final=False)

    def _over(self) -> None:
        """The utterance is over; without words in it nothing happens."""
        frame, self._pending = self._pending, None
        if frame is None or not frame.text or frame.heard is None:
            if frame is not None:
                self._tell(frame.utterance, None, ignored="nothing")
            if frame is not None and frame.heard is not None and frame.heard.cut:
                self._conversation.not_made_out()
            self._conversation.voice_over()
            return
        addressed, self._addressed = self._addressed, False
        if not addressed and not is_clear(frame.heard, self._conversation.hints):
            self._unclear(frame)
            return
        self._asked_back = False
        self._figures.sounded("turn")
        self._conversation.keep(frame.sound)
        self._tell(frame.utterance, frame)
        if frame.timings is not None:
            frame.timings.mark("ended", asyncio.get_running_loop().time())
        self._conversation.take(
            {"text": frame.text},
            "voice",
            utterance=frame.utterance,
            confidence=frame.heard.confidence,
            timings=frame.timings,
        )

    def _unclear(self, frame: HeardFrame) -> None:
        """A television, somebody further away: asked back once, then not answered until something is heard clearly."""
        self._figures.sounded("unclear")
        self._tell(frame.utterance, None, ignored="unclear")
        if not self._asked_back:
            self._asked_back = True
            self._conversation.not_made_out()
        self._conversation.voice_over()

    def _tell(
        self, utterance: int, frame: HeardFrame | None, *, final: bool = True, ignored: str | None = None
    ) -> None:
        heard = None if frame is None else frame.heard
        coded = self._conversation.hints.awaited == "otp" and heard is not None
        self._conversation.send(
            {
                "type": "heard",
                "utterance": utterance,
                "final": final,
                "text": "" if heard is None else "******" if coded else heard.text,
                "confidence": 0.0 if heard is None else round(heard.confidence, 3),
                "repairs": []
                if heard is None or coded
                else [{"heard": repair.heard, "meant": repair.meant} for repair in heard.repairs],
                "ignored": ignored,
            }
        )

    # the client's messages ------------------------------------------------------------------------------------------

    def _message(self, message: object) -> None:
        talk = self._conversation
        match message:
            case Played(clause=clause, seconds=seconds):
                talk.mouth.played(clause, seconds)
            case Typed(text=text):
                talk.take({"text": text}, "text")
            case Tap(input=entry, key=key):
                talk.take({"input": entry}, "tap", key=key)
            case PushToTalk(down=True):
                self._addressed = True
                talk.voice_began()
                talk.listening()
            case PushToTalk():
                talk.show()
            case ModeChange():
                talk.voice_over()
            case MicrophoneChange(state="none" | "refused" | "lost" as state):
                talk.notice(f"microphone-{state}")
            case Stop():
                talk.voice_began()
                talk.listening()
                talk.voice_over()
            case Keep(agreed=agreed):
                talk.answer_keeping(agreed=agreed)
            case Ping(t=t):
                talk.send({"type": "pong", "t": t})
            case Pong():
                self.ponged = asyncio.get_running_loop().time()
            case Bye():
                talk.send({"type": "ended", "why": "bye"})
                self._outlet.close(1000)
            case Hello():
                self._bad_input("voice-message")
            case _:
                pass

    def _bad_input(self, code: str) -> None:
        self._bad[code] = count = self._bad.get(code, 0) + 1
        most = self._limits.bad_messages_max if code == "voice-message" else self._limits.bad_frames_max
        fatal = count > most and code != "voice-too-fast"
        if fatal or count % _TOLD_AGAIN == 1:
            self._conversation.send(
                {"type": "problem", "problem": self._complain(code, self._conversation.customer.locale), "fatal": fatal}
            )
        if fatal:
            self._outlet.close(4400)
