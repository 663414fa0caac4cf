"""Finding and reading the print of a picture: two workers for the process, each with models of its own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from typing import Any, Protocol
from unicodedata import normalize

import cv2
import numpy as np

from tools.identity.pictures import Pixels
from tools.identity.quality import Corner

AT_A_TIME = 2
SCORE_MIN = 0.5  # below, a line was seen but not read
FIND_SIDE = 640  # pixels: lines are looked for in a picture of this size
FINE_PRINT = 20.0  # pixels of a line's place at that size: below, lines are looked for in the whole picture

Place = tuple[Corner, Corner, Corner, Corner]


@dataclass(frozen=True)
class Line:
    """A line of print: its corners from the top left clockwise, the text, and how sure it is (0 to 1)."""

    corners: Sequence[Corner]
    text: str
    score: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels along its own direction."""
        return size_of(self.corners)

    @property
    def centre(self) -> Corner:
        x, y = np.asarray(self.corners).mean(axis=0)
        return float(x), float(y)


def size_of(corners: Sequence[Corner]) -> tuple[float, float]:
    """Width and height in pixels of a place, along its own direction."""
    a, b, c, _ = (np.asarray(corner) for corner in corners)
    return float(np.hypot(*(b - a))), float(np.hypot(*(c - b)))


class Recogniser(Protocol):
    """Finds lines of print and reads them."""

    def find(self, pixels: Pixels, *, whole: bool = False) -> Sequence[Place]:
        """Where lines are, in no particular order, whichever way up they are; ``whole`` looks at every pixel, which takes
        three times as long and sees fine print and thin fillers to their ends."""
        ...

    def read(self, pixels: Pixels, places: Sequence[Place]) -> Sequence[Line]:
        """What stands in each place; letters that lie on their side or head are read as nonsense."""
        ...


class RapidRecogniser:
    """RapidOCR's detection and recognition models, which come inside their package.

    Its objects keep state while they work, so each worker has its own, of one thread: both sides of a card, or two
    lines of one page, are worked on at a time.
    """

    def __init__(self) -> None:
        self._workers = ThreadPoolExecutor(max_workers=AT_A_TIME, thread_name_prefix="print")
        self._own = local()

    def warm_up(self) -> None:
        """Load the models and run them once, so that no customer waits for it."""
        picture = np.full((480, 640, 3), 235, np.uint8)
        line: Place = ((0, 0), (400, 0), (400, 48), (0, 48))
        list(self._workers.map(self._find, [picture] * AT_A_TIME, [False] * AT_A_TIME))
        list(self._workers.map(self._read, [picture] * AT_A_TIME, [line] * AT_A_TIME))

    def find(self, pixels: Pixels, *, whole: bool = False) -> Sequence[Place]:
        return self._workers.submit(self._find, pixels, whole).result()

    def read(self, pixels: Pixels, places: Sequence[Place]) -> Sequence[Line]:
        # the longest first, so that no worker is left with one alone at the end
        order = sorted(range(len(places)), key=lambda i: -size_of(places[i])[0])
        read = self._workers.map(self._read, [pixels] * len(order), [places[i] for i in order])
        return [line for _, line in sorted(zip(order, read, strict=True), key=lambda pair: pair[0])]

    def _find(self, pixels: Pixels, whole: bool) -> Sequence[Place]:
        scale = FIND_SIDE / max(pixels.shape[:2])
        if scale < 1 and not whole:
            width, height = round(pixels.shape[1] * scale), round(pixels.shape[0] * scale)
            small = np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
            found = self._seen(small, scale)
            if found and np.median([min(size_of(place)) for place in found]) * scale >= FINE_PRINT:
                return found
        return self._seen(pixels, 1.0)

    def _seen(self, pixels: Pixels, scale: float) -> Sequence[Place]:
        boxes, _ = self._engine().text_det(np.ascontiguousarray(pixels[:, :, ::-1]))
        return [_place(box, scale) for box in (boxes if boxes is not None else ())]

    def _read(self, pixels: Pixels, place: Place) -> Line:
        ((text, score),), _ = self._engine().text_rec([_cut(pixels, place)[:, :, ::-1]])
        return Line(place, normalize("NFKC", text), float(score))

    def _engine(self) -> Any:
        if not hasattr(self._own, "engine"):
            from rapidocr_onnxruntime import RapidOCR  # a second to import, two models to load

            # pictures are never scaled up, and lines are read one by one: in a batch the short ones are filled up to the
            # longest
            self._own.engine = RapidOCR(
                intra_op_num_threads=1, inter_op_num_threads=1, det_limit_type="max", rec_batch_num=1, use_cls=False
            )
        return self._own.engine


def _place(box: Any, scale: float) -> Place:
    a, b, c, d = ((float(x) / scale, float(y) / scale) for x, y in box)
    return a, b, c, d


def _cut(pixels: Pixels, place: Place) -> Pixels:
    """A place's picture, straightened."""
    width, height = (max(1, round(side)) for side in size_of(place))
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    placed = cv2.getPerspectiveTransform(np.array(place, np.float32), flat)
    cut = cv2.warpPerspective(pixels, placed, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut, dtype=np.uint8)
