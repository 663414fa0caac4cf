"""The edges of a clause: silence off, soft ends, the pause that follows, an even loudness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from voice.sound import Sound
from voice.speaking.engine import Phone, Said

LEAD_SECONDS = 0.03
TAIL_SECONDS = 0.06
FADE_SECONDS = 0.005
PEAK = 0.9  # of full scale
LOUDNESS = 0.09  # root mean square of what is heard; engines differ by a factor of three
_HEARD_SHARE = 0.02  # of the peak


def trimmed(said: Said) -> Said:
    """Without the silence before and after; nothing at all where nothing is heard."""
    samples = said.sound.samples
    peak = float(np.abs(samples).max()) if samples.size else 0.0
    if peak < 1e-3:
        return Said(Sound(np.zeros(0, np.float32), said.sound.rate), [])
    heard = np.flatnonzero(np.abs(samples) > peak * _HEARD_SHARE)
    start = max(0, int(heard[0]) - int(LEAD_SECONDS * said.sound.rate))
    end = min(len(samples), int(heard[-1]) + int(TAIL_SECONDS * said.sound.rate))
    shift = start / said.sound.rate
    phones = None if said.phones is None else [_earlier(phone, shift) for phone in said.phones]
    return Said(Sound(samples[start:end], said.sound.rate), phones)


def finished(sound: Sound, pause_s: float) -> Sound:
    """At an even loudness, with soft ends and the pause that follows; no click where clauses are joined."""
    samples = sound.samples.astype(np.float32, copy=True)
    if samples.size:
        loud = samples[np.abs(samples) > 0.05 * float(np.abs(samples).max())]
        level = float(np.sqrt((loud**2).mean())) if loud.size else 0.0
        if level:
            samples *= min(LOUDNESS / level, PEAK / float(np.abs(samples).max()))
        fade = min(int(FADE_SECONDS * sound.rate), len(samples) // 2)
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        samples[:fade] *= ramp
        samples[len(samples) - fade :] *= ramp[::-1]
    return Sound(np.concatenate([samples, np.zeros(int(pause_s * sound.rate), np.float32)]), sound.rate)


def _earlier(phone: Phone, seconds: float) -> Phone:
    at = phone.at_s - seconds
    return replace(phone, at_s=max(0.0, at), seconds=max(0.0, phone.seconds + min(0.0, at)))
