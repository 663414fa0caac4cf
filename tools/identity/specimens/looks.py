"""What a drawn face looks like: proportions, colours and habits of one made-up person, drawn by lot from a seed.

Lengths are in half widths of an average face, from its middle, right and down; colours are RGB from 0 to 255.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Colour = NDArray[np.float64]
_SKINS = ((228, 192, 170), (210, 168, 138), (186, 142, 112), (236, 205, 190))
_LIPS = ((176, 92, 92), (200, 70, 80), (150, 95, 85))
_HAIR = ((30, 26, 26), (52, 38, 30), (120, 118, 118), (88, 60, 40))
_GREY = 2


@dataclass(frozen=True, eq=False)  # one object for each person: see look()
class Look:
    """One person's face."""

    gender: Literal["m", "f"]
    old: bool
    half_width: float
    jaw: float  # share of the width that is left at the chin
    chin: float
    eye_x: float
    eye_y: float
    eye_width: float
    eye_height: float
    eye_tilt: float
    brow_y: float
    brow_thick: float
    brow_arch: float
    nose_y: float  # of the tip
    nose_width: float
    mouth_y: float
    mouth_width: float
    lip: float
    hairline: float
    long_hair: bool
    straight_hairline: bool
    glasses: bool
    beard: bool
    frame_thick: float
    light: float  # where it comes from, left to right
    skin: Colour
    lips: Colour
    hair: Colour
    brows: Colour
    cloth: Colour
    seed: int


@lru_cache(maxsize=512)
def look(seed: int, gender: Literal["m", "f"], *, old: bool = False) -> Look:
    """The person of a seed; the same seed is the same person."""
    rng = np.random.default_rng(seed)

    def lot(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    half_width, jaw, chin = lot(0.82, 1.12), lot(0.5, 0.95), lot(1.0, 1.3)
    eye_x, eye_y, eye_width, eye_height = lot(0.33, 0.46), lot(-0.24, -0.06), lot(0.15, 0.24), lot(0.05, 0.1)
    tilt, brow_y, brow_thick, brow_arch = lot(-0.3, 0.3), eye_y - lot(0.17, 0.32), lot(0.018, 0.065), lot(-0.01, 0.11)
    nose_y, nose_width = eye_y + 0.18 + lot(0.2, 0.4), lot(0.11, 0.21)
    mouth_y = max(lot(0.52, 0.74), nose_y + 0.2)
    mouth_width, lip = lot(0.22, 0.4), lot(0.035, 0.12)
    skin = np.array(_SKINS[rng.integers(0, 4)], float) + rng.normal(0, 8, 3)
    lips = np.array(_LIPS[rng.integers(0, 3)], float)
    hair = np.array(_HAIR[_GREY if old else rng.integers(0, 4)], float)
    hairline, style = lot(-1.15, -0.72), int(rng.integers(0, 3))
    glasses = rng.random() < 0.35
    beard = gender == "m" and rng.random() < 0.5
    rng.uniform(-0.05, 0.1)
    return Look(
        gender=gender, old=old, half_width=half_width, jaw=jaw, chin=chin, eye_x=eye_x, eye_y=eye_y,
        eye_width=eye_width, eye_height=eye_height, eye_tilt=tilt, brow_y=brow_y, brow_thick=brow_thick,
        brow_arch=brow_arch, nose_y=nose_y, nose_width=nose_width, mouth_y=mouth_y, mouth_width=mouth_width, lip=lip,
        hairline=hairline, long_hair=gender == "f" and style != 0, straight_hairline=style == 0, glasses=glasses,
        beard=beard, frame_thick=lot(0.03, 0.05), light=lot(-0.4, 0.4), skin=skin, lips=lips, hair=hair,
        brows=hair * 0.8 + 20, cloth=np.array([60, 70, 95], float) + rng.normal(0, 20), seed=seed,
    )  # fmt: skip
