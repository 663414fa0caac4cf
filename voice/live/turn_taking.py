"""Whose turn it is: pipecat's turn strategies, taught when a sound breaks in on her and when an utterance is over."""

from __future__ import annotations

from pipecat.audio.turn.base_turn_analyzer import BaseTurnAnalyzer, EndOfTurnState
from pipecat.frames.frames import Frame, InputAudioRawFrame, VADUserStartedSpeakingFrame, VADUserStoppedSpeakingFrame
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.turns.types import ProcessFrameResult
from pipecat.turns.user_start.base_user_turn_start_strategy import BaseUserTurnStartStrategy
from pipecat.turns.user_stop.base_user_turn_stop_strategy import BaseUserTurnStopStrategy

from voice.hearing.port import Heard
from voice.live.conversation import Conversation
from voice.live.frames import DismissedFrame, HeardFrame, ReleasedFrame, ShortSoundFrame
from voice.live.words import is_aside
from voice.sound import HEARD_RATE

# of quiet after what sounds finished: a voice is only known to go on 0.2 s after it did, and recognition takes half of this anyway
FINISHED_SECONDS = 0.7
PATIENCE_SECONDS = 1.6  # of quiet after what sounds unfinished
LONG_PATIENCE_SECONDS = 2.2  # of quiet after words that are unfinished for certain: "转给", half a code


class BreakingIn(BaseUserTurnStartStrategy):
    """At her silence any voice begins a turn. While she speaks a voice only makes her hold: words begin the turn, and a
    cough or an "嗯" lets her go on where she stopped."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self._conversation = conversation
        self._undecided = False  # a voice began while she spoke, and it is not known yet what it is

    async def handle_user_turn_started(self) -> None:
        """Words were in it."""
        self._undecided = False

    async def handle_user_turn_stopped(self) -> None:
        """What was said is dealt with."""
        self._undecided = False

    async def process_frame(self, frame: Frame) -> ProcessFrameResult:
        """See the class."""
        mouth = self._conversation.mouth
        # what began over her voice is judged so to its end, even if her last words were over meanwhile
        busy = self._undecided or self._conversation.busy
        match frame:
            case VADUserStartedSpeakingFrame():
                self._conversation.voice_began()
                if busy:
                    self._undecided = True
                    mouth.hold()
                else:
                    await self.trigger_user_turn_started()
            case DismissedFrame():
                self._undecided = False
                mouth.go_on()
            case ShortSoundFrame():
                mouth.go_on()
            case HeardFrame(text="", heard=Heard(cut=True), glimpse=False) if busy:
                await self.trigger_user_turn_started()  # there was no time to make it out: it may have been anything
            case HeardFrame(text=text, glimpse=glimpse, heard=heard, voice_s=voice_s) if busy:
                aside = heard is not None and is_aside(heard, voice_s, self._conversation.hints)
                if not text or (aside and not glimpse):
                    self._undecided = self._undecided and glimpse
                    mouth.go_on()
                    why = "backchannel" if text else "nothing"
                    await self.broadcast_frame(DismissedFrame, utterance=frame.utterance, why=why)
                elif not aside:
                    await self.trigger_user_turn_started()
            case HeardFrame(text=text, glimpse=False) if text:
                await self.trigger_user_turn_started()
            case _:
                pass
        return ProcessFrameResult.CONTINUE


class Ending(BaseUserTurnStopStrategy):
    """An utterance is over when it is recognised and sounds finished (smart-turn), when its words say so (a code with all
    its digits), when the key was let go, or after a patient while."""

    def __init__(self, analyzer: BaseTurnAnalyzer) -> None:
        super().__init__()
        self._analyzer = analyzer
        self._speaking = False
        self._forget()

    def _forget(self) -> None:
        self._heard: HeardFrame | None = None
        self._sounds_finished = self._released = False
        self._quiet = 0.0

    async def setup(self, setup: FrameProcessorSetup) -> None:  # type: ignore[override]  # as pipecat's strategies do
        """The analyzer needs to know the rate."""
        await super().setup(setup)
        self._analyzer.set_sample_rate(setup.audio_in_sample_rate)

    async def cleanup(self) -> None:
        """Let the analyzer's thread end."""
        await super().cleanup()  # type: ignore[no-untyped-call]  # untyped in pipecat
        await self._analyzer.cleanup()

    async def handle_user_turn_stopped(self) -> None:
        """Begin afresh."""
        self._forget()
        self._analyzer.clear()

    async def process_frame(self, frame: Frame) -> ProcessFrameResult:
        """See the class."""
        match frame:
            case InputAudioRawFrame():
                self._released = self._released or isinstance(frame, ReleasedFrame)
                self._analyzer.append_audio(frame.audio, self._speaking)
                self._quiet += 0 if self._speaking else len(frame.audio) / 2 / HEARD_RATE
                await self._decide()
            case VADUserStartedSpeakingFrame():
                self._forget()
                self._speaking = True
                self._analyzer.update_vad_start_secs(frame.start_secs)
            case VADUserStoppedSpeakingFrame():
                self._speaking, self._quiet = False, frame.stop_secs
                state, _ = await self._analyzer.analyze_end_of_turn()
                self._sounds_finished = state is EndOfTurnState.COMPLETE
                await self._decide()
            case HeardFrame(glimpse=False):
                self._heard = frame
                await self._decide()
            case DismissedFrame():
                await self.trigger_user_turn_stopped()
                await self.handle_user_turn_stopped()
            case _:
                pass
        return ProcessFrameResult.CONTINUE

    async def _decide(self) -> None:
        heard = self._heard
        if heard is None or self._speaking:
            return
        whole = heard.whole
        patience = LONG_PATIENCE_SECONDS if whole is False else PATIENCE_SECONDS
        nothing = not heard.text  # whoever made the sound is not waited for
        finished = self._sounds_finished and whole is not False and self._quiet >= FINISHED_SECONDS
        if nothing or whole or finished or self._released or self._quiet >= patience:
            self._heard = None
            await self.trigger_user_turn_stopped()
