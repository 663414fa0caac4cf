"""Where in a sound somebody speaks (silero VAD), so that silence, noise and music never reach recognition."""

from __future__ import annotations

from voice.hearing.whisper import PIECE_SECONDS_MAX
from voice.sound import HEARD_RATE, Samples

_PIECE_SECONDS = PIECE_SECONDS_MAX - 2  # room for the padding
_PADDING_MS = 200
_PAUSE_MS = 400
_SPEECH_MS_MIN = 96  # three of its windows; a click is shorter, "嗯" is longer
_THRESHOLD = 0.6  # loud noise alone gets as far as 0.6 here and there


def pieces(samples: Samples) -> list[Samples]:
    """The parts with speech at 16 kHz, joined up to whisper's window where they follow each other; none in silence."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # loads its model at the first call

    options = VadOptions(
        threshold=_THRESHOLD,
        min_speech_duration_ms=_SPEECH_MS_MIN,
        max_speech_duration_s=_PIECE_SECONDS,
        min_silence_duration_ms=_PAUSE_MS,
        speech_pad_ms=_PADDING_MS,
    )
    spans: list[list[int]] = []
    for found in get_speech_timestamps(samples, options):
        start, end = int(found["start"]), int(found["end"])
        if spans and end - spans[-1][0] <= _PIECE_SECONDS * HEARD_RATE:
            spans[-1][1] = end
        else:
            spans.append([start, end])
    return [samples[start:end] for start, end in spans]
