"""Reading the print of a picture: one recogniser for the process, loaded at first use, two pictures at a time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import LifoQueue
from typing import Any, Protocol
from unicodedata import normalize

import numpy as np

from tools.identity.pictures import Pixels
from tools.identity.quality import Corner

AT_A_TIME = 2
SCORE_MIN = 0.5  # below, a line was seen but not read


@dataclass(frozen=True)
class Line:
    """A line of print: its corners from the top left clockwise, the text, and how sure it is (0 to 1)."""

    corners: Sequence[Corner]
    text: str
    score: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels along its own direction."""
        a, b, c, _ = (np.asarray(corner) for corner in self.corners)
        return float(np.hypot(*(b - a))), float(np.hypot(*(c - b)))

    @property
    def centre(self) -> Corner:
        x, y = np.asarray(self.corners).mean(axis=0)
        return float(x), float(y)


class Recogniser(Protocol):
    """Finds and reads lines of print."""

    def lines(self, pixels: Pixels) -> Sequence[Line]: ...


class RapidRecogniser:
    """RapidOCR's detection and recognition models, which come inside their package.

    Its objects keep state while they work, so there are two of one thread each: both sides of a card at a time.
    """

    def __init__(self) -> None:
        self._engines: LifoQueue[Any] = LifoQueue()
        for _ in range(AT_A_TIME):
            self._engines.put(None)

    def warm_up(self) -> None:
        """Load the models and run them once, so that no customer waits for it."""
        with ThreadPoolExecutor(max_workers=AT_A_TIME) as both:
            list(both.map(self.lines, [np.full((320, 480, 3), 235, np.uint8)] * AT_A_TIME))

    def lines(self, pixels: Pixels) -> Sequence[Line]:
        """Every line of print, in no particular order; letters that lie on their head are read as nonsense."""
        engine = self._engines.get()
        try:
            engine = engine if engine is not None else _engine()
            found, _ = engine(pixels[:, :, ::-1])
        finally:
            self._engines.put(engine)
        return tuple(
            Line(tuple((float(x), float(y)) for x, y in box), normalize("NFKC", text), float(score))
            for box, text, score in found or ()
        )


def _engine() -> Any:
    from rapidocr_onnxruntime import RapidOCR  # a second to import, two models to load

    # lines one by one: in a batch the short ones are filled up to the longest; pictures are never scaled up; and a
    # line's direction is guessed wrongly too often to be asked for
    return RapidOCR(
        intra_op_num_threads=1, inter_op_num_threads=1, det_limit_type="max", rec_batch_num=1, use_cls=False,
        text_score=0.0,
    )  # fmt: skip
