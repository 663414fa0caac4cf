"""Specimens on a table, as a phone would photograph them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np

from tools.bank.stories import StoryCustomer, load_stories
from tools.identity.documents import Record
from tools.identity.ocr import Line, Place, RapidRecogniser
from tools.identity.pictures import Pixels
from tools.identity.specimens import cards, passports


class Remembering:
    """A recogniser for all tests of the process: what was read once is kept, so that a picture costs its second once."""

    def __init__(self) -> None:
        self._inner = RapidRecogniser()
        self._found, self._read = (
            dict[bytes, Sequence[Place]](),
            dict[tuple[bytes, tuple[Place, ...]], Sequence[Line]](),
        )

    def find(self, pixels: Pixels, *, whole: bool = False) -> Sequence[Place]:
        key = f"{pixels.shape} {whole}".encode() + pixels.tobytes()
        if key not in self._found:
            self._found[key] = self._inner.find(pixels, whole=whole)
        return self._found[key]

    def read(self, pixels: Pixels, places: Sequence[Place]) -> Sequence[Line]:
        key = f"{pixels.shape}".encode() + pixels.tobytes(), tuple(places)
        if key not in self._read:
            self._read[key] = self._inner.read(pixels, places)
        return self._read[key]


RECOGNISER = Remembering()
FLAT = np.full((480, 400, 3), 128, np.uint8)  # where no face matters


def story(customer: str, **changes: Any) -> StoryCustomer:
    told = load_stories().of(customer)
    assert told is not None
    return told.model_copy(update=changes)


def record(told: StoryCustomer) -> Record:
    return Record(told.name, told.gender, told.born, told.document, told.papers.number)


def on_table(page: Pixels, angle: float = 0.0, pad: int = 110) -> Pixels:
    height, width = page.shape[:2]
    placed = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    placed[:, 2] += pad
    size = (width + 2 * pad, height + 2 * pad)
    return np.asarray(cv2.warpAffine(page, placed, size, borderValue=(120, 110, 100)), dtype=np.uint8)


@cache
def sides(customer: str, angle: float = 0.0) -> tuple[Pixels, ...]:
    told = story(customer)
    if told.document == "passport":
        return (on_table(passports.data_page(told, FLAT), angle),)
    return on_table(cards.front(told, FLAT), angle), on_table(cards.back(told), -angle)
