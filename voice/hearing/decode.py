"""Sound files as browsers and phones send them, decoded within limits.

Only containers that are known by their first bytes are opened, and each by its own demuxer: FFmpeg's others include play
lists that name further files.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from voice.errors import BadSound
from voice.sound import HEARD_RATE, Samples, Sound

SECONDS_MAX = 60.0
_RATES = range(4_000, 192_001)  # Hz
_CHANNELS_MAX = 8
_TORN_SHARE = 0.8  # of the length that the file itself names; below it the rest is missing


def decoded(data: bytes, *, seconds_max: float = SECONDS_MAX) -> Sound:
    """A WAV, Opus, MP3, WebM, M4A, AAC or FLAC file as one channel of 16 kHz.

    Raises:
        BadSound: empty, not-audio, video, no-sound, bad-rate, too-long or torn.
    """
    if not data:
        raise BadSound("empty", "no bytes came; send a recording")
    demuxer = _demuxer(data)
    if demuxer is None:
        raise BadSound("not-audio", "this is no sound file; send WAV, Opus, MP3, WebM, M4A, AAC or FLAC")
    from av.error import FFmpegError  # loads FFmpeg, which the page does not wait for

    try:
        samples = _samples(data, demuxer, seconds_max)
    except FFmpegError as error:
        raise BadSound("torn", "the file is damaged or its end is missing; record it again") from error
    if not len(samples):
        raise BadSound("no-sound", "there is no sound in this file; record it again")
    return Sound(samples, HEARD_RATE)


def _demuxer(data: bytes) -> str | None:
    head = data[:16]
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp":
        return "mov"
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4, 0xE6)):
        return "mp3"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    starts = {b"OggS": "ogg", b"\x1a\x45\xdf\xa3": "matroska", b"fLaC": "flac", b"caff": "caf"}
    return next((name for start, name in starts.items() if head.startswith(start)), None)


def _samples(data: bytes, demuxer: str, seconds_max: float) -> Samples:
    import av
    from av.audio.resampler import AudioResampler

    with av.open(io.BytesIO(data), mode="r", format=demuxer, metadata_errors="ignore") as container:
        if any(not stream.disposition & stream.disposition.attached_pic for stream in container.streams.video):
            raise BadSound("video", "this is a video; send its sound alone")
        if not container.streams.audio:
            raise BadSound("no-sound", "there is no sound in this file; record it again")
        stream = container.streams.audio[0]
        if stream.rate not in _RATES or not 0 < stream.channels <= _CHANNELS_MAX:
            raise BadSound("bad-rate", "sample rates from 4 to 192 kHz and up to 8 channels are taken")
        named = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        if named > seconds_max:
            raise _too_long(seconds_max)
        resampler = AudioResampler(format="flt", layout="mono", rate=HEARD_RATE)
        pieces, length = [], 0
        for piece in _pieces(container.decode(stream), resampler):
            pieces.append(piece)
            length += len(piece)
            if length > seconds_max * HEARD_RATE:
                raise _too_long(seconds_max)
    samples = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    missing = demuxer == "wav" and len(data) - 8 < _riff_size(data) * _TORN_SHARE
    if missing or length < named * HEARD_RATE * _TORN_SHARE:
        raise BadSound("torn", "the file is damaged or its end is missing; record it again")
    return np.clip(np.nan_to_num(samples), -1, 1).astype(np.float32, copy=False)


def _pieces(frames: Iterator[Any], resampler: Any) -> Iterator[Samples]:
    for frame in frames:
        frame.pts = None  # recorders begin at any time and leave gaps
        for even in resampler.resample(frame):
            yield even.to_ndarray().reshape(-1)
    for even in resampler.resample(None):
        yield even.to_ndarray().reshape(-1)


def _riff_size(data: bytes) -> int:
    """What a WAV file says of its own size; 0 where it was written as a stream and does not know it."""
    size = int.from_bytes(data[4:8], "little")
    return 0 if size >= 0x7FFFFFFF else size


def _too_long(seconds_max: float) -> BadSound:
    return BadSound("too-long", f"at most {seconds_max:.0f} seconds at a time; send it in several recordings")
