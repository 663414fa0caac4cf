"""The frames of our own in the pipeline. All are system frames: they keep their order and no interruption drops them."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipecat.frames.frames import InputAudioRawFrame, SystemFrame, TranscriptionFrame

from voice.hearing.port import Heard
from voice.live.reply import Timings
from voice.sound import Sound


@dataclass
class HeardFrame(TranscriptionFrame, SystemFrame):
    """What was recognised of the utterance so far; empty text: nothing that is speech.

    ``whole``: whether the words themselves say that it is over. ``glimpse``: recognised while somebody still speaks, only
    to tell speech from noise. ``voice_s``: seconds from the first sound of the voice to its last.
    """

    heard: Heard | None = None
    utterance: int = 0
    whole: bool | None = None
    glimpse: bool = False
    voice_s: float = 0.0
    timings: Timings | None = field(default=None, repr=False)
    sound: Sound | None = field(default=None, repr=False)


@dataclass
class DismissedFrame(SystemFrame):
    """The sound was nothing that counts: ``why`` is nothing or backchannel."""

    utterance: int = 0
    why: str = "nothing"


@dataclass
class ShortSoundFrame(SystemFrame):
    """A sound so short that it is most likely a cough or a "mm"; what it was is being looked at."""


@dataclass
class TooLongFrame(SystemFrame):
    """An utterance that is at its limit is taken as it is."""


@dataclass
class ReleasedFrame(InputAudioRawFrame):
    """The key was let go: the quiet that ends an utterance, at once and for certain."""


@dataclass
class MessageFrame(SystemFrame):
    """A message or a complaint about one, from the wire to the agent."""

    message: object = None
    complaint: str | None = None
