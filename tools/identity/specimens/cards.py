"""Specimens of the Chinese ID card, both sides, 85.6 × 54 mm at 300 dpi."""

from __future__ import annotations

from datetime import date

import numpy as np
from PIL import Image, ImageDraw

from tools.bank.stories import StoryCustomer
from tools.errors import must
from tools.identity.pictures import Pixels
from tools.identity.specimens.drawing import font, marked, paper

WIDTH, HEIGHT = 1012, 638
PORTRAIT = (640, 76, 950, 464)
_BLUE, _BLACK = (40, 110, 160), (25, 25, 30)
_ADDRESS_CHARS = 11
_SEX = {"f": "女", "m": "男"}


def front(story: StoryCustomer, portrait: Pixels) -> Pixels:
    """The side with the photo."""
    papers = story.papers
    picture = paper(WIDTH, HEIGHT, (222, 234, 240), (238, 226, 214))
    box = PORTRAIT
    picture.paste(Image.fromarray(portrait).resize((box[2] - box[0], box[3] - box[1])), box[:2])
    picture = marked(picture, (700, 20), 84)
    draw = ImageDraw.Draw(picture)
    for y, label in ((66, "姓名"), (146, "性别"), (226, "出生"), (306, "住址")):
        draw.text((62, y), label, font=font(32), fill=_BLUE)
    draw.text((166, 60), story.name, font=font(40), fill=_BLACK)
    draw.text((166, 144), _SEX[story.gender], font=font(35), fill=_BLACK)
    draw.text((280, 146), "民族", font=font(32), fill=_BLUE)
    draw.text((376, 144), papers.ethnicity, font=font(35), fill=_BLACK)
    born = ((166, str(story.born.year)), (326, str(story.born.month)), (420, str(story.born.day)))
    for x, value in born:
        draw.text((x, 224), value, font=font(35), fill=_BLACK)
    for x, label in ((262, "年"), (372, "月"), (464, "日")):
        draw.text((x, 226), label, font=font(32), fill=_BLUE)
    for i in range(0, len(papers.address), _ADDRESS_CHARS):
        line = papers.address[i : i + _ADDRESS_CHARS]
        draw.text((166, 304 + 50 * (i // _ADDRESS_CHARS)), line, font=font(35), fill=_BLACK)
    draw.text((62, 536), "公民身份号码", font=font(32), fill=_BLUE)
    for i, char in enumerate(papers.number):
        draw.text((344 + i * 31, 530), char, font=font(42), fill=_BLACK)
    return np.asarray(picture)


def back(story: StoryCustomer) -> Pixels:
    """The side with the authority and the validity."""
    papers = story.papers
    must(bool(papers.authority), "an ID card names its authority")
    picture = marked(paper(WIDTH, HEIGHT, (224, 236, 232), (236, 228, 220)), (700, 20), 84)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((62, 70, 212, 220), outline=(200, 60, 60), width=6)
    draw.text((97, 112), "样本", font=font(40), fill=(200, 60, 60))
    draw.text((290, 70), "中华人民共和国", font=font(62), fill=_BLACK)
    draw.text((250, 180), "居民身份证", font=font(88), fill=_BLACK, spacing=12)
    until = "长期" if papers.until is None else _dotted(papers.until)
    rows = ((446, "签发机关", papers.authority), (530, "有效期限", f"{_dotted(papers.since)}-{until}"))
    for y, label, value in rows:
        draw.text((210, y), label, font=font(34), fill=_BLUE)
        draw.text((380, y - 2), value, font=font(36), fill=_BLACK)
    return np.asarray(picture)


def _dotted(day: date) -> str:
    return f"{day.year:04d}.{day.month:02d}.{day.day:02d}"
