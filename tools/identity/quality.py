"""Whether a picture is good enough to be read by a person: sharp, bright, free of glare."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from tools.identity import words
from tools.identity.pictures import Pixels
from tools.wording import Text

BRIGHTNESS_MIN = 55.0  # mean of 0..255
SHARPNESS_MIN = 60.0  # variance of the Laplacian at WIDTH
GLARE_SHARE_MAX = 0.02  # of the document's area burnt out
WIDTH = 800
Corner = tuple[float, float]


def sharpness(pixels: Pixels) -> float:
    """Variance of the Laplacian of the picture scaled to a fixed width: low when blurred."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if grey.shape[1] > WIDTH:
        grey = cv2.resize(grey, (WIDTH, round(grey.shape[0] * WIDTH / grey.shape[1])), interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())


def brightness(pixels: Pixels) -> float:
    """Mean grey value, 0 to 255."""
    return float(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).mean())


def glare(pixels: Pixels, corners: Sequence[Corner] | None) -> float:
    """The share of the document (or of the whole picture) that is burnt out in one piece."""
    burnt = (pixels.min(axis=2) >= 250).astype(np.uint8)
    if corners is not None:
        inside = np.zeros(burnt.shape, np.uint8)
        cv2.fillConvexPoly(inside, np.asarray(corners, np.int32), 1)
        burnt &= inside
        area = int(inside.sum())
    else:
        area = burnt.size
    burnt = cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(burnt)
    largest = int(stats[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0
    return largest / area if area else 0.0


def why_unreadable(pixels: Pixels, corners: Sequence[Corner] | None = None) -> Text | None:
    """The one thing that most likely keeps it from being read; None when nothing stands out."""
    if brightness(pixels) < BRIGHTNESS_MIN:
        return words.DARK
    if glare(pixels, corners) > GLARE_SHARE_MAX:
        return words.GLARE
    if sharpness(pixels) < SHARPNESS_MIN:
        return words.BLURRED
    return None
