"""Which way up the print of a picture is: told from where its lines are and a few of them, so that the rest is read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from tools.identity.ocr import Line, Place, Recogniser, size_of
from tools.identity.pictures import Pixels

STANDING = 1.2  # height to width of a line's place in the picture: above, it lies on its side
TELLING = 3  # of the longest lines are read to tell head from feet
SURE = 0.9  # their mean score: above, they are not tried the other way up
LINES_ON_THEIR_HEAD_MIN = 4


def upright(
    recogniser: Recogniser, pixels: Pixels, known: Callable[[Sequence[Line]], bool], *, whole: bool = False
) -> tuple[Pixels, Sequence[Line]]:
    """The picture with its print the right way up, and every line of it.

    ``known`` says whether lines are a document's; where they are not, they are read the other way up as well. ``whole``
    is the recogniser's.
    """
    places = sorted(recogniser.find(pixels, whole=whole), key=lambda place: -size_of(place)[0])
    if places and np.median([_standing(place) for place in places]) > STANDING:
        pixels, places = _quarter(pixels, places)
        places.sort(key=lambda place: -size_of(place)[0])
    told = recogniser.read(pixels, places[:TELLING])
    if told and _score(told) < SURE:
        other, turned = _half(pixels, places)
        again = recogniser.read(other, turned[:TELLING])
        if _score(again) > _score(told):
            pixels, places, told = other, turned, again
    lines = [*told, *recogniser.read(pixels, places[TELLING:])]
    if len(lines) >= LINES_ON_THEIR_HEAD_MIN and not known(lines):
        other, turned = _half(pixels, places)
        again = recogniser.read(other, turned)
        if known(again):
            return other, again
    return pixels, lines


def _score(lines: Sequence[Line]) -> float:
    return float(np.mean([line.score for line in lines]))


def _standing(place: Place) -> float:
    """How much taller than wide a line's place in the picture is."""
    corners = np.asarray(place)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return float((bottom - top) / max(1.0, right - left))


def _quarter(pixels: Pixels, places: Sequence[Place]) -> tuple[Pixels, list[Place]]:
    """Turned clockwise by a quarter, and where the lines are then."""
    height = pixels.shape[0]
    turned = [tuple((height - 1 - y, x) for x, y in (place[3], *place[:3])) for place in places]
    return np.asarray(cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE), dtype=np.uint8), turned  # type: ignore[return-value]


def _half(pixels: Pixels, places: Sequence[Place]) -> tuple[Pixels, list[Place]]:
    """Turned by half a round, and where the lines are then."""
    height, width = pixels.shape[:2]
    turned = [tuple((width - 1 - x, height - 1 - y) for x, y in (*place[2:], *place[:2])) for place in places]
    return np.asarray(cv2.rotate(pixels, cv2.ROTATE_180), dtype=np.uint8), turned  # type: ignore[return-value]
