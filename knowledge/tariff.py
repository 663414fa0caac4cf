"""Tariff figures inside approved texts: ``{tariff:fee.card.reissue}`` becomes "10元" or "10 yuan".

The figures come from outside as texts with their units (key → language → text); knowledge reads no tariff file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from knowledge.loader import BadKnowledge, Corpus, Problem
from knowledge.port import Locale
from knowledge.schema import LOCALES, Bilingual, Entry

Tariff = Mapping[str, Mapping[Locale, str]]
PLACEHOLDER = re.compile(r"\{tariff:([^{}]+)\}")


def fill(text: str, tariff: Tariff, locale: Locale) -> str:
    """``text`` with its tariff figures; the keys were checked by :func:`check` at load."""
    return PLACEHOLDER.sub(lambda found: tariff[found[1]][locale], text)


def texts(entry: Entry) -> Iterator[tuple[str, Bilingual]]:
    """Every text of an entry that a customer may get, with the name of its field."""
    yield "title", entry.title
    yield "short", entry.short
    yield "long", entry.long
    for education in entry.education:
        if education.text is not None:
            yield "education.text", education.text
        for question in education.questions:
            yield f"{question.id}.question", question.question
            yield f"{question.id}.why", question.why
            for option in question.options:
                yield f"{question.id}.options", option.text


def check(corpus: Corpus, tariff: Tariff) -> None:
    """Every figure that an entry names must be there in both languages.

    Raises:
        BadKnowledge: with one problem for each figure that is missing.
    """
    problems = [
        Problem(
            corpus.files[entry.id, entry.version],
            entry.id,
            field,
            f"the tariff has no {key!r} in {locale}",
            "add it to the tariff or correct the key",
        )
        for entry in corpus.entries
        for field, text in texts(entry)
        for locale in LOCALES
        for key in PLACEHOLDER.findall(text.of(locale))
        if locale not in tariff.get(key, {})
    ]
    if problems:
        raise BadKnowledge(problems)
