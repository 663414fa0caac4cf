"""Everything about a voice socket that has a limit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Each name ends in its unit; what happens at each limit is in docs/voice-protocol.md."""

    sessions_max: int = 8  # heard and spoken to at once; the others wait in line
    queue_max: int = 200
    hello_seconds_max: float = 10.0
    ping_seconds: float = 20.0
    pong_seconds_max: float = 60.0
    kept_seconds: float = 120.0  # a conversation whose network went
    frame_bytes_max: int = 19_200  # 200 ms at 48 kHz
    bad_frames_max: int = 50
    bad_messages_max: int = 20
    message_bytes_max: int = 16_384
    input_bytes_max: int = 16 * 2**20  # a tap that carries pictures
    ahead_seconds_max: float = 5.0  # sound that comes faster than it can have been spoken
    sent_ahead_seconds_max: float = 3.0  # sound that goes out before it is its time
    unread_messages_max: int = 400  # a client that does not read
    unread_seconds_max: float = 10.0
    turn_seconds_max: float = 40.0  # one utterance
    silence_seconds: float = 12.0  # at the customer's turn, before she asks once
    camera_silence_seconds: float = 45.0  # the same while papers and a face are looked for
    recognition_seconds_max: float = 15.0  # what a busy machine may take over words; an idle one takes half a second
    engine_seconds_max: float = 60.0  # an engine that is still loading is waited for
