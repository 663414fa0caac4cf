"""What befalls pictures on their way: a table, a blur, a dim room, a cut; a screen's grid and a print that is turned."""

from __future__ import annotations

import random
from collections.abc import Callable

import cv2
import numpy as np

from tools.identity.pictures import Pixels, encode, read

Spoil = Callable[[Pixels, random.Random], Pixels]


def table(page: Pixels, rng: random.Random, angle: float = 4.0) -> Pixels:
    """The page on a table, turned a little, seen from a little aside."""
    height, width = page.shape[:2]
    pad = rng.randint(70, 160)
    placed = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-angle, angle), 1.0)
    placed[:, 2] += pad
    shade = rng.randint(60, 150)
    size = (width + 2 * pad, height + 2 * pad)
    return np.asarray(cv2.warpAffine(page, placed, size, borderValue=(shade, shade - 8, shade - 16)), dtype=np.uint8)


def _blurred(page: Pixels, sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), sigma), dtype=np.uint8)


READABLE: dict[str, Spoil] = {
    "plain": lambda page, rng: page,
    "turned": lambda page, rng: table(page, rng, 14),
    "a little soft": lambda page, rng: _blurred(page, rng.uniform(0.8, 1.8)),
    "dim": lambda page, rng: np.asarray(page * rng.uniform(0.4, 0.7), dtype=np.uint8),
    "saved small": lambda page, rng: read(encode(page, rng.randint(35, 60))),
    "a quarter round": lambda page, rng: np.ascontiguousarray(np.rot90(page, rng.randint(1, 3))),
}
UNREADABLE: dict[str, Spoil] = {
    "blurred": lambda page, rng: _blurred(page, rng.uniform(8, 14)),
    "cut off": lambda page, rng: np.ascontiguousarray(page[:, : int(page.shape[1] * rng.uniform(0.4, 0.7))]),
    "black": lambda page, rng: np.asarray(page * rng.uniform(0.004, 0.012), dtype=np.uint8),
    "tiny": lambda page, rng: np.asarray(cv2.resize(page, None, fx=0.2, fy=0.2), dtype=np.uint8),
}


def gridded(frame: Pixels, pitch: float) -> Pixels:
    """The frame as a screen shows it to a camera: with the screen's grid of so many pixels."""
    rows, columns = np.mgrid[0 : frame.shape[0], 0 : frame.shape[1]]
    grid = 1 + 0.16 * np.sin(2 * np.pi * columns / pitch) + 0.16 * np.sin(2 * np.pi * rows / pitch)
    return np.asarray(np.clip(frame * grid[..., None], 0, 255), dtype=np.uint8)


def leaning(flat: Pixels, lean: float) -> Pixels:
    """A print that is turned in the hand by ``lean`` pixels of perspective, to the left when negative."""
    height, width = flat.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    side, tip = abs(lean), lean / 3
    turned = corners + np.array([(side, tip), (-side, -tip), (-side, tip), (side, -tip)], np.float32)
    placed = cv2.getPerspectiveTransform(corners, turned.astype(np.float32))
    return np.asarray(cv2.warpPerspective(flat, placed, (width, height), borderValue=(99, 99, 99)), dtype=np.uint8)
