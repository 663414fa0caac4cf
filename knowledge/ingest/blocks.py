"""What a reader makes of a file: its blocks in order, or the reason why it cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["markdown", "html", "pdf", "docx", "text"]
Reason = Literal[
    "empty", "too_large", "zip_bomb", "encrypted", "truncated", "damaged", "scanned", "sheet", "unsupported",
    "wrong_extension", "encoding", "changing", "unreadable", "link", "too_slow", "too_long", "duplicate",
]  # fmt: skip


class Refused(Exception):
    """A file that is not taken. ``reason`` is for counting, the message for the person who put it there."""

    def __init__(self, reason: Reason, what: str) -> None:
        super().__init__(what)
        self.reason: Reason = reason


@dataclass(frozen=True)
class Text:
    """A paragraph. ``page`` counts from 1 where the format has pages."""

    text: str
    page: int | None = None


@dataclass(frozen=True)
class Heading:
    """``level`` 1 is the document's title; ``anchor`` is the name that the document itself gives to the place."""

    text: str
    level: int
    page: int | None = None
    anchor: str | None = None


@dataclass(frozen=True)
class Table:
    """Rows of cells; the first row names the columns."""

    rows: Sequence[Sequence[str]]
    page: int | None = None


Block = Text | Heading | Table


@dataclass(frozen=True)
class Reading:
    """One document as it was read.

    ``title`` and ``holds_from`` are what the document says of itself, ``notes`` what its owner should know (a page
    without text); ``pages`` is 0 where the format has none.
    """

    blocks: Sequence[Block]
    title: str | None = None
    holds_from: date | None = None
    pages: int = 0
    notes: Sequence[str] = ()


def tidy(text: str) -> str:
    """One line, single spaces, nothing that is not printed."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
