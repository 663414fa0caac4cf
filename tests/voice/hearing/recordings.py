"""Sound files of every kind, made for the tests."""

from __future__ import annotations

import io

import av
import numpy as np

from voice.sound import Samples, Sound

KINDS = {
    "wav": ("wav", "pcm_s16le", 16_000),
    "wav 8 kHz": ("wav", "pcm_s16le", 8_000),
    "wav float 96 kHz": ("wav", "pcm_f32le", 96_000),
    "opus": ("ogg", "libopus", 48_000),
    "webm": ("webm", "libopus", 48_000),
    "mp3": ("mp3", "libmp3lame", 44_100),
    "m4a": ("mp4", "aac", 44_100),
    "aac": ("adts", "aac", 44_100),
    "flac": ("flac", "flac", 44_100),
}


def tone(seconds: float, rate: int = 16_000) -> Samples:
    """A sound that is no speech."""
    return (0.3 * np.sin(np.arange(int(seconds * rate)) * 440 * 2 * np.pi / rate)).astype(np.float32)


def silence(seconds: float) -> Sound:
    return Sound(np.zeros(int(seconds * 16_000), np.float32), 16_000)


def file_of(kind: str, seconds: float = 1.0, *, video: bool = False) -> bytes:
    """A tone as a file of this kind, with a picture running beside it where that is asked for."""
    container, codec, rate = KINDS[kind]
    out = io.BytesIO()
    with av.open(out, mode="w", format=container) as target:
        stream = target.add_stream(codec, rate=rate, layout="mono")
        if video:
            picture = target.add_stream("mpeg4", rate=10, width=64, height=64, pix_fmt="yuv420p")
            for _ in range(5):
                frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                target.mux(picture.encode(frame))
            target.mux(picture.encode(None))
        samples = av.AudioFrame.from_ndarray(tone(seconds, rate)[None], format="flt", layout="mono")
        samples.sample_rate = rate
        resampler = av.AudioResampler(
            format=stream.codec_context.format.name,
            layout="mono",
            rate=rate,
            frame_size=stream.codec_context.frame_size or 1024,
        )
        for frame in [*resampler.resample(samples), *resampler.resample(None)]:
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()
