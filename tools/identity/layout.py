"""What stands where on a Chinese ID card: fields by their labels and places, whichever way the card was turned."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import cv2
import numpy as np

from tools.identity.ocr import Line
from tools.identity.quality import Corner

Side = Literal["front", "back", "passport"]
CARD = (1012.0, 638.0)  # 85.6 × 54 mm at 300 dpi: the frame that places are given in
PLACES_OFF_MAX = 12.0  # pixels that a label may be found beside its place; stricter, a few of them would tilt the card
_LABELS = {"公民身份号码": "front", "住址": "front", "姓名": "front", "签发机关": "back", "有效期限": "back"}
_NO_NAME = re.compile(r"^[^\u4e00-\u9fff]+|[^\u4e00-\u9fff]+$")
_NUMBER = re.compile(r"[1-9]\d{16}[\dXx]")
_BORN = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
_VALID = re.compile(r"(\d{4})[.,·](\d{2})[.,·](\d{2})[-一—~至](?:(\d{4})[.,·](\d{2})[.,·](\d{2})|(长期))")
_ALWAYS = ("样本", "SPECIMEN")
# the left ends of labels, in the frame above: three of them place the card in the picture
_PLACES = {
    "姓名": (62.0, 92.0), "性别": (62.0, 172.0), "出生": (62.0, 252.0), "住址": (62.0, 332.0),
    "公民身份号码": (62.0, 562.0), "签发机关": (210.0, 472.0), "有效期限": (210.0, 558.0),
    "中华人民共和国": (298.0, 119.0), "居民身份证": (255.0, 252.0),
}  # fmt: skip


@dataclass(frozen=True)
class Front:
    """The side with the photo, as it was read; a field that could not be read is None."""

    name: str | None
    gender: Literal["m", "f"] | None
    ethnicity: str | None
    born: date | None
    address: str | None
    number: str | None


@dataclass(frozen=True)
class Back:
    """The other side; ``until`` is ``date.max`` on a card without an end."""

    authority: str | None
    since: date | None
    until: date | None


def turned(lines: Sequence[Line]) -> float:
    """By how many degrees the print is turned clockwise, from its longest lines."""
    slanted = []
    for line in lines:
        (ax, ay), (bx, by) = line.corners[0], line.corners[1]
        width, height = line.size
        if width > 3 * height:
            slanted.append((width, math.degrees(math.atan2(by - ay, bx - ax))))
    if not slanted:
        return 0.0
    slanted.sort(reverse=True)
    return float(np.median([angle for _, angle in slanted[:5]]))


def upright(lines: Sequence[Line]) -> Sequence[Line]:
    """The same lines as if the card lay straight, top to bottom and left to right."""
    angle = math.radians(-turned(lines))
    cos, sin = math.cos(angle), math.sin(angle)

    def straight(corner: Corner) -> Corner:
        return corner[0] * cos - corner[1] * sin, corner[0] * sin + corner[1] * cos

    turned_back = [Line(tuple(map(straight, line.corners)), line.text, line.score) for line in lines]
    return sorted(turned_back, key=lambda line: (line.centre[1], line.centre[0]))


def sides(lines: Sequence[Line]) -> Sequence[Side]:
    """Which sides of which documents are in the picture; the same one twice is there twice."""
    texts = [_bare(line.text) for line in lines]
    seen: list[Side] = []
    for side, label in (("front", "公民身份号码"), ("back", "签发机关")):
        count = sum(text.count(label) for text in texts)
        others = any(other in text for text in texts for other, of in _LABELS.items() if of == side)
        seen += [side] * max(count, 1 if others else 0)  # type: ignore[list-item]
    zones = sum(_like_mrz(text) for text in texts)
    return [*seen, *["passport"] * (zones // 2 or bool(zones))]  # type: ignore[list-item]


def _like_mrz(text: str) -> bool:
    return len(text) >= 12 and (text.count("<") + text.count("《") + text.count("«")) >= 4


def front(lines: Sequence[Line]) -> Front:
    """The fields of the side with the photo."""
    straight = upright(lines)
    rows = [(line, _bare(line.text)) for line in straight if not any(mark in line.text for mark in _ALWAYS)]
    everything = " ".join(text for _, text in rows)
    number = _NUMBER.search(everything.replace("公民身份号码", " "))
    born = _BORN.search(everything)
    sex = re.search(r"(?:性别)?([男女])(?=\s|民族|$)", everything)
    ethnicity = re.search(r"民族\s*([\u4e00-\u9fff]{1,4}?)(?=\s|出生|$)", everything)
    return Front(
        name=_name(_after(rows, "姓名")),
        gender=None if sex is None else "f" if sex[1] == "女" else "m",
        ethnicity=None if ethnicity is None else ethnicity[1],
        born=None if born is None else _day(*born.groups()),
        address=_address(rows),
        number=None if number is None else number[0].upper(),
    )


def back(lines: Sequence[Line]) -> Back:
    """The fields of the side with the authority."""
    rows = [(line, _bare(line.text)) for line in upright(lines)]
    found = _VALID.search("".join(text for _, text in rows))
    if found is None:
        return Back(_after(rows, "签发机关"), None, None)
    until = date.max if found[7] else _day(*found.groups()[3:6])
    return Back(_after(rows, "签发机关"), _day(*found.groups()[:3]), until)


def frame(lines: Sequence[Line]) -> Sequence[Corner] | None:
    """Where the four corners of the card are in the picture (they may be outside it); None when too little is seen."""
    here, there = [], []
    for line in lines:
        for label, place in _PLACES.items():
            if _bare(line.text).startswith(label):
                corners = np.asarray(line.corners)
                here.append((corners[0] + corners[3]) / 2)
                there.append(place)
        if _NUMBER.fullmatch(_bare(line.text)):
            corners = np.asarray(line.corners)
            here.append((corners[1] + corners[2]) / 2)
            there.append((893.0, 562.0))
    if len(here) < 3:
        return None
    fitted: Any
    fitted, _ = cv2.estimateAffinePartial2D(
        np.asarray(there, np.float32), np.asarray(here, np.float32), ransacReprojThreshold=PLACES_OFF_MAX
    )
    if fitted is None:
        return None
    width, height = CARD
    edges = np.asarray([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], np.float64)
    return [(float(x), float(y)) for x, y in edges @ fitted.T]


def _after(rows: Sequence[tuple[Line, str]], label: str) -> str | None:
    """What stands behind a label: in the same line of print, or in the next one to the right at the same height."""
    for line, text in rows:
        if not text.startswith(label):
            continue
        if rest := text.removeprefix(label):
            return rest
        beside = [
            (other.centre[0], words)
            for other, words in rows
            if other is not line
            and other.centre[0] > line.centre[0]
            and abs(other.centre[1] - line.centre[1]) < 0.7 * line.size[1]
        ]
        return min(beside)[1] if beside else None
    return None


def _name(read: str | None) -> str | None:
    """Without the marks that print around it leaves at its ends; a dot within belongs to some names."""
    return None if read is None else _NO_NAME.sub("", read) or None


def _address(rows: Sequence[tuple[Line, str]]) -> str | None:
    """Everything between the label and the number, in the column of the address."""
    label = next((line for line, text in rows if text.startswith("住址")), None)
    if label is None:
        return None
    height = label.size[1]
    parts = []
    for line, text in rows:
        if line is label:
            parts.append(text.removeprefix("住址"))
        elif (
            -0.6 * height < line.centre[1] - label.centre[1] < 5 * height
            and line.corners[0][0] < label.corners[0][0] + 6 * height
            and not text.startswith("公民") and _NUMBER.search(text) is None
        ):  # fmt: skip
            parts.append(text)
    return "".join(parts) or None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
