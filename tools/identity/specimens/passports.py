"""Specimens of the data page of a passport (ICAO 9303 TD3, 125 × 88 mm) of Utopia, the state that 9303 made up."""

from __future__ import annotations

from datetime import date

import numpy as np
from PIL import Image, ImageDraw

from tools.bank.stories import StoryCustomer
from tools.errors import must
from tools.identity.numbers import mrz_check
from tools.identity.pictures import Pixels
from tools.identity.specimens.drawing import font, marked, paper

WIDTH, HEIGHT = 1250, 880
PORTRAIT = (60, 180, 390, 610)
_INK, _LABEL = (25, 25, 30), (70, 90, 130)
_MRZ_CHARS = 44


def data_page(story: StoryCustomer, portrait: Pixels) -> Pixels:
    """The page with the photo and the machine readable zone."""
    papers = story.papers
    must(papers.until is not None, "a passport runs out")
    assert papers.until is not None  # noqa: S101 - for the type checker
    picture = paper(WIDTH, HEIGHT, (226, 230, 240), (238, 232, 222))
    box = PORTRAIT
    picture.paste(Image.fromarray(portrait).resize((box[2] - box[0], box[3] - box[1])), box[:2])
    picture = marked(picture, (880, 40), 96)
    draw = ImageDraw.Draw(picture)
    draw.text((60, 40), "UTOPIA", font=font(46), fill=_INK)
    draw.text((60, 104), "PASSPORT", font=font(38), fill=_INK)
    given, surname = story.name.rsplit(" ", 1)
    rows = (
        ("Type / Code", f"P   {papers.state}"), ("Passport No.", papers.number), ("Surname", surname.upper()),
        ("Given names", given.upper()), ("Date of birth", _said(story.born)), ("Sex", story.gender.upper()),
        ("Date of issue", _said(papers.since)), ("Date of expiry", _said(papers.until)),
    )  # fmt: skip
    for i, (label, value) in enumerate(rows):
        x, y = 440 + 400 * (i % 2), 170 + 112 * (i // 2)
        draw.text((x, y), label, font=font(22), fill=_LABEL)
        draw.text((x, y + 30), value, font=font(34), fill=_INK)
    for y, line in zip((706, 778), mrz(story), strict=True):
        for i, char in enumerate(line):
            draw.text((50 + i * 26.2, y), char, font=font(36), fill=_INK)
    return np.asarray(picture)


def mrz(story: StoryCustomer) -> tuple[str, str]:
    """The two lines of the machine readable zone."""
    papers = story.papers
    assert papers.until is not None  # noqa: S101 - for the type checker
    given, surname = story.name.upper().rsplit(" ", 1)
    first = f"P<{papers.state}{surname}<<{given.replace(' ', '<')}".ljust(_MRZ_CHARS, "<")
    number = papers.number.ljust(9, "<")
    born, until = f"{story.born:%y%m%d}", f"{papers.until:%y%m%d}"
    number, born, until = (field + mrz_check(field) for field in (number, born, until))
    optional = "<" * 14
    optional += mrz_check(optional)
    whole = mrz_check(number + born + until + optional)
    return first, f"{number}{papers.state}{born}{story.gender.upper()}{until}{optional}{whole}"


def _said(day: date) -> str:
    return f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
