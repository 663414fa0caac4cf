"""Passages of a bank's own documents, and how they are named when they are cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

PassageKind = Literal["article", "section", "table"]


@dataclass(frozen=True)
class Passage:
    """The smallest thing that is cited.

    ``article`` is the number of an article or a clause ("29", "3.2"), ``label`` how the document writes it. ``anchor``
    names the place within the document; ``page`` counts from 1 where the format has pages.
    """

    kind: PassageKind
    chapter: str
    section: str
    article: str | None
    label: str
    anchor: str
    page: int | None
    text: str


@dataclass(frozen=True)
class PassageHit:
    """A passage that was found, best first. ``score`` orders the hits of one question and means nothing beyond it."""

    document: str
    title: str
    holds_from: date | None
    passage: Passage
    score: float

    @property
    def anchor(self) -> str:
        """The place as the end of a link: a page where the format has pages, which a PDF viewer opens."""
        return f"page={self.passage.page}" if self.passage.page is not None else self.passage.anchor

    @property
    def where(self) -> str:
        """Document and place as a reader says them."""
        place = self.passage.label or self.passage.section or self.passage.chapter
        page = f" p. {self.passage.page}" if self.passage.page is not None else ""
        return f"《{self.title}》{place}{page}"


class ArticleTexts(Protocol):
    """The words of what approved entries cite, where they are at hand."""

    def article(self, document: str, article: str) -> str | None:
        """The words of an article; ``document`` is the name of its file without the extension."""
        ...


class PassageSearch(Protocol):
    """Material for people who look after answers and for citations: never an answer to a customer by itself."""

    def find(self, query: str, *, on: date | None = None, most: int = 5) -> Sequence[PassageHit]:
        """The passages nearest to ``query``, best first; only of documents that hold on ``on``."""
        ...
