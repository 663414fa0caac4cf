"""Sound as it goes through the voice: one channel of float32 samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
HEARD_RATE = 16_000  # Hz: what recognition and voice activity detection take
SPOKEN_RATE = 24_000  # Hz: what the synthesizer gives


@dataclass(frozen=True)
class Sound:
    """``samples``: shape (n,), float32 in [-1, 1]; ``rate`` in Hz."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate
