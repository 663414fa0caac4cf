"""The voice socket's messages from the client, and the header of sound to it: docs/voice-protocol.md in types."""

from __future__ import annotations

import struct
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

VERSION = 1
Mode = Literal["hands_free", "push_to_talk"]
Microphone = Literal["open", "muted", "none", "refused", "lost"]
_HEADER = struct.Struct("<BBHII")
_LAST = 1


class BadMessage(Exception):
    """What came is no message of this protocol."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class Audio(_Message):
    """What the client records."""

    rate: Literal[16_000, 24_000, 44_100, 48_000] = 16_000
    format: Literal["pcm_s16le"] = "pcm_s16le"


class Hello(_Message):
    type: Literal["hello"]
    version: Literal[1] = 1
    session_id: str = Field(min_length=1, max_length=128)
    token: str = Field(min_length=1, max_length=8_192, repr=False)
    audio: Audio = Audio()
    mode: Mode = "hands_free"
    say: Literal["last", "nothing"] = "last"
    microphone: Microphone = "open"


class Played(_Message):
    type: Literal["played"]
    clause: int = Field(ge=0)
    seconds: float = Field(ge=0, le=3_600)


class Typed(_Message):
    type: Literal["text"]
    text: str


class Tap(_Message):
    type: Literal["tap"]
    input: dict[str, Any]
    key: str | None = Field(default=None, min_length=1, max_length=200)


class PushToTalk(_Message):
    type: Literal["push_to_talk"]
    down: bool


class ModeChange(_Message):
    type: Literal["mode"]
    mode: Mode


class MicrophoneChange(_Message):
    type: Literal["microphone"]
    state: Microphone


class Stop(_Message):
    type: Literal["stop"]


class Ping(_Message):
    type: Literal["ping"]
    t: float | int | str | None = None


class Pong(_Message):
    type: Literal["pong"]
    t: float | int | str | None = None


class Keep(_Message):
    """Whether what is said may be kept."""

    type: Literal["keep"]
    agreed: bool


class Bye(_Message):
    type: Literal["bye"]


Message = Annotated[
    Hello | Played | Typed | Tap | PushToTalk | ModeChange | MicrophoneChange | Stop | Ping | Pong | Keep | Bye,
    Field(discriminator="type"),
]
_ANY: TypeAdapter[Message] = TypeAdapter(Message)


def parse(data: str) -> Message:
    """The message in a text frame.

    Raises:
        BadMessage: it is none; what was wrong is not repeated, since it may hold what a customer said.
    """
    try:
        return _ANY.validate_json(data)
    except (ValidationError, RecursionError) as error:
        raise BadMessage from error


def sound_frame(clause: int, offset: int, samples: bytes, *, last: bool) -> bytes:
    """A binary frame to the client: the clause, the first sample's place in it, and 16-bit samples."""
    return _HEADER.pack(VERSION, _LAST if last else 0, 0, clause, offset) + samples


def read_sound(frame: bytes) -> tuple[int, int, bool, bytes]:
    """Clause, place, whether it is the clause's last, samples: what :func:`sound_frame` made."""
    _, flags, _, clause, offset = _HEADER.unpack_from(frame)
    return clause, offset, bool(flags & _LAST), frame[_HEADER.size :]
