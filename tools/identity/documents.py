"""Reading an ID document from pictures of its sides, and holding what it says against the record and the day."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Literal

import cv2
import numpy as np

from tools.identity import words
from tools.identity.layout import CARD, Back, Front, Side, back, frame, front, sides
from tools.identity.mrz import zone
from tools.identity.numbers import citizen_born, citizen_gender, citizen_valid
from tools.identity.ocr import AT_A_TIME, SCORE_MIN, Line, Recogniser
from tools.identity.pictures import Pixels, Unusable
from tools.identity.quality import SHARPNESS_MIN, Corner, sharpness, why_unreadable
from tools.identity.upright import upright
from tools.wording import Text

Gender = Literal["m", "f"]
DOCUMENT_WIDTH_MIN = 420.0  # pixels: below, a person cannot read the print either
OUTSIDE_MAX = 0.04  # of the card's width that a corner may lie beyond the picture
SMALL_PRINT = 12.0  # pixels of a line's height
EDGE = 4.0  # pixels: print this close to the border goes on beyond it
BLANK = 0.3  # sharpness of a picture with nothing on it


@dataclass(frozen=True)
class Record:
    """What the bank knows about the person."""

    name: str
    gender: Gender
    born: date
    document: Literal["id_card", "passport"]
    number: str


@dataclass(frozen=True)
class Papers:
    """What the document says; ``names`` are the words that can be a name on it, ``photo`` is the upright picture that the portrait is on."""

    names: frozenset[str]
    gender: Gender
    born: date
    number: str
    until: date
    photo: Pixels


@dataclass(frozen=True)
class _Page:
    pixels: Pixels
    lines: Sequence[Line]
    side: Side
    corners: Sequence[Corner] | None
    whole: bool  # whether its print was looked for in every pixel


class _Unread(Unusable):
    """A side was recognised and a field of it could not be read."""

    def __init__(self, page: _Page) -> None:
        super().__init__(_why_unread(page))
        self.whole = page.whole


class DocumentReader:
    """Reads ID cards and passports with a recogniser of print."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser

    def read(self, pictures: Sequence[Pixels], today: date) -> Papers:
        """What the document in these pictures says, whichever side comes first.

        Raises:
            Unusable: it cannot be read, a side is missing, there are several, or it contradicts itself.
        """
        try:
            # one picture is a passport's page: two lines of small print to their very ends
            return self._papers(pictures, today, whole=len(pictures) == 1)
        except _Unread as unread:
            if unread.whole:
                raise
            return self._papers(pictures, today, whole=True)

    def _papers(self, pictures: Sequence[Pixels], today: date, *, whole: bool) -> Papers:
        with ThreadPoolExecutor(max_workers=AT_A_TIME, thread_name_prefix="document") as both:
            pages = {page.side: page for page in both.map(lambda picture: self._page(picture, whole), pictures)}
        if "passport" in pages:
            return _passport(pages["passport"], today)
        if "front" not in pages or "back" not in pages:
            raise Unusable(words.OTHER_SIDE)
        first, second = pages["front"], pages["back"]
        return _card(first, front(first.lines), second, back(second.lines))

    def _page(self, pixels: Pixels, whole: bool) -> _Page:
        if max(pixels.shape[:2]) < DOCUMENT_WIDTH_MIN:
            raise Unusable(words.TOO_SMALL)
        pixels, all_lines = upright(self._recogniser, pixels, lambda seen: bool(sides(_read(seen))), whole=whole)
        lines = _read(all_lines)
        seen = sides(lines)
        corners = frame(lines)
        if len(seen) > 1:
            raise Unusable(words.SEVERAL)
        if not seen:
            raise Unusable(_why_nothing(pixels, all_lines))
        if corners is not None:
            if np.hypot(corners[1][0] - corners[0][0], corners[1][1] - corners[0][1]) < DOCUMENT_WIDTH_MIN:
                raise Unusable(words.TOO_SMALL)
            if _beyond(corners, pixels):
                raise Unusable(words.CUT_OFF)
        return _Page(pixels, lines, seen[0], corners, whole)


def differs(papers: Papers, record: Record) -> bool:
    """Whether the document is anybody's but the customer's; which field it was is nobody's business outside."""
    return not (
        papers.names.issuperset(record.name.upper().split())
        and bool(record.number)
        and papers.number == record.number
        and papers.born == record.born
        and papers.gender == record.gender
    )


def _passport(page: _Page, today: date) -> Papers:
    found = zone(page.lines, today.year)
    if found is None or not found.right or found.born is None or found.until is None or found.gender is None:
        raise _Unread(page)
    printed = {word for line in page.lines for word in line.text.upper().split() if word.isalpha()}
    names = found.names | printed  # a recogniser trips over the zone's fillers; the same names stand on the page
    return Papers(names, found.gender, found.born, found.number, found.until, page.pixels)


def _card(first: _Page, face: Front, second: _Page, other: Back) -> Papers:
    number, name, born, gender = face.number, face.name, face.born, face.gender
    if number is None or name is None or born is None or gender is None:
        raise _Unread(first)
    if other.since is None or other.until is None or other.authority is None:
        raise _Unread(second)
    if not citizen_valid(number) or citizen_born(number) != born or citizen_gender(number) != gender:
        # what a blurred picture gives is rather misread than forged; the answer is the same
        raise Unusable(words.BLURRED if sharpness(first.pixels) < SHARPNESS_MIN else words.UNREADABLE)
    return Papers(frozenset([name]), gender, born, number, other.until, _straight(first))


def _read(seen: Sequence[Line]) -> Sequence[Line]:
    return [line for line in seen if line.score >= SCORE_MIN]


def _straight(page: _Page) -> Pixels:
    """The card alone, upright, as its frame has it."""
    if page.corners is None:
        return page.pixels
    width, height = CARD
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    placed = cv2.getPerspectiveTransform(np.array(page.corners, np.float32), flat)
    return np.asarray(cv2.warpPerspective(page.pixels, placed, (int(width), int(height))), dtype=np.uint8)


def _why_unread(page: _Page) -> Text:
    """Why a side that was recognised could not be read whole."""
    height, width = page.pixels.shape[:2]
    for line in page.lines:
        if any(min(x, width - x) < EDGE or min(y, height - y) < EDGE for x, y in line.corners):
            return words.CUT_OFF
    return why_unreadable(page.pixels, page.corners) or words.UNREADABLE


def _why_nothing(pixels: Pixels, lines: Sequence[Line]) -> Text:
    """Why no document was made out at all."""
    if lines and float(np.median([line.size[1] for line in lines])) < SMALL_PRINT:
        return words.TOO_SMALL
    if not lines and sharpness(pixels) < BLANK:
        return words.DARK if why_unreadable(pixels) is words.DARK else words.NO_DOCUMENT
    why = why_unreadable(pixels)
    if why is words.GLARE and not _read(lines):  # white paper shines too: without any print it is no document
        return words.NO_DOCUMENT
    return why or words.NO_DOCUMENT


def _beyond(corners: Sequence[Corner], pixels: Pixels) -> bool:
    height, width = pixels.shape[:2]
    card = float(np.hypot(corners[1][0] - corners[0][0], corners[1][1] - corners[0][1]))
    slack = OUTSIDE_MAX * card
    return any(not (-slack <= x <= width + slack and -slack <= y <= height + slack) for x, y in corners)
