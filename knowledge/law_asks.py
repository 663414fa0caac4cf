"""How people ask for the articles of laws that every bank lives under: a law says "个人信息处理者", a customer "他们凭啥要我号码".

The files in ``laws`` hold questions in our own words, article by article, and nothing of the laws' texts; they work where a
folder of documents holds the law itself, in the version they were written for. Other documents are found by their words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from knowledge.loader import BadKnowledge, Problem, parse

FOLDER = Path(__file__).with_name("laws")
_Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Law(BaseModel):
    """``title`` as the document itself writes it; ``holds_from`` names the version; ``articles`` by number ("29")."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: _Text
    holds_from: date
    articles: dict[_Text, Annotated[list[_Text], Field(min_length=1)]]


@dataclass(frozen=True)
class Asks:
    """Ways of asking and, for each, the passage that answers it (a position in the caller's list)."""

    texts: Sequence[str]
    passage_of: Sequence[int]


def read_law(path: Path) -> Law:
    """One file.

    Raises:
        BadKnowledge: it is not of this form; every problem is named.
    """
    raw: Any = parse(path)
    try:
        return Law.model_validate(raw)
    except ValidationError as error:
        raise BadKnowledge(
            [
                Problem(
                    path.name, "-", ".".join(str(part) for part in item["loc"]) or "-", item["msg"],
                    "write title, holds_from and articles: {'1': [questions]}, numbers in quotes",
                )
                for item in error.errors()
            ]
        ) from None  # fmt: skip


@lru_cache(maxsize=1)
def shipped() -> tuple[Law, ...]:
    """The laws whose articles we know how people ask for."""
    return tuple(read_law(path) for path in sorted(FOLDER.glob("*.yaml")))


def asks_for(places: Sequence[tuple[str, date | None, str | None]], laws: Sequence[Law]) -> Asks:
    """What is asked for the passages of documents, each given as (title, holds from, article).

    A document that does not say from when it holds is taken for the version that the questions were written for.
    """
    known = {law.title: law for law in laws}
    texts: list[str] = []
    passage_of: list[int] = []
    for at, (title, holds_from, article) in enumerate(places):
        law = known.get(title)
        if law is None or article is None or holds_from not in (None, law.holds_from):
            continue
        asks = law.articles.get(article, [])
        texts += asks
        passage_of += [at] * len(asks)
    return Asks(texts, passage_of)
