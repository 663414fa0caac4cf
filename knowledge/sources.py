"""Sources: how an article is named, and what it says where its text is at hand."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from knowledge.port import Locale
from knowledge.schema import Document, Entry, Source

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DIGITS = "零一二三四五六七八九"
_ARTICLE = re.compile(r"^第([一二三四五六七八九十百零]+)条[ 　]", re.MULTILINE)


def chinese(number: int) -> str:
    """1 to 999 in Chinese: 31 is 三十一."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (_DIGITS[ones] if ones else "")


def holds_from(entry: Entry, document: Document) -> date | None:
    """The first day of the rule: of a law its own, of the bank's terms the version's, and never before its document."""
    if document.kind != "house":
        return document.holds_from
    return max(document.holds_from or entry.effective.since, entry.effective.since)


def cite(document: Document, source: Source, locale: Locale, since: date | None) -> str:
    """Document, number and article as a customer reads them, and from which day it holds."""
    return _place(document, source, locale) + _since(since, locale)


def _since(day: date | None, locale: Locale) -> str:
    if day is None:
        return ""
    if locale == "zh-CN":
        return f"，{day.year}年{day.month}月{day.day}日起施行"
    return f", in force since {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _place(document: Document, source: Source, locale: Locale) -> str:
    number = document.number.of(locale) if document.number is not None else ""
    if locale == "zh-CN":
        article = f"第{chinese(source.article)}条" if isinstance(source.article, int) else _section_zh(source.article)
        return f"《{document.name.zh}》" + (f"（{number}）" if number else "") + article
    article = f", Article {source.article}" if isinstance(source.article, int) else _section_en(source.article)
    return document.name.en + (f" ({number})" if number else "") + article


def _section_zh(article: int | str | None) -> str:
    if article is None:
        return ""
    return f"第 {article} 条" if re.fullmatch(r"[\d.]+", str(article)) else f"第{article}项"


def _section_en(article: int | str | None) -> str:
    return "" if article is None else f", section {article}"


def articles(path: Path) -> dict[int, str]:
    """Article number → its words, from a law's text in Markdown."""
    text = path.read_text(encoding="utf-8")
    found = list(_ARTICLE.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    return {
        at + 1: text[one.start() : end].strip()
        for at, (one, end) in enumerate(zip(found, ends, strict=True))
        if one[1] == chinese(at + 1)
    }
