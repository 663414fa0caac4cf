"""What a schema cannot see: duplicates, figures without a source, sources that do not say so, what has run out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from knowledge.loader import Corpus, Problem
from knowledge.port import Locale
from knowledge.schema import LOCALES, Entry
from knowledge.sources import articles
from knowledge.sparse import normalise, words
from knowledge.tariff import PLACEHOLDER, texts

# Hotlines: police, anti-fraud, financial regulator, central bank, consumers.
HOTLINES = frozenset({"110", "96110", "12378", "12363", "12315"})
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_CHINESE_TEXT = re.compile(r"[\u4e00-\u9fff]")
SHORT_CHARS_MAX = {"zh": 90, "en": 260}
NEAR = 0.8  # cosine of rare words from which two ways of asking are the same one; read off the corpus that ships
NEAR_BLOCK = 512  # ways of asking compared with all others at a time


def lint(corpus: Corpus, on: date, laws: Path | None = None) -> list[Problem]:
    """Everything that a reviewer should put right; ``laws`` is a folder with the texts of the registry's ``file``s."""
    found = [*_duplicates(corpus), *_near_duplicates(corpus)]
    for entry in corpus.entries:
        found += [*_languages(corpus, entry), *_numbers(corpus, entry), *_dates(corpus, entry, on)]
    if laws is not None:
        found += _articles(corpus, laws)
    return found


def _at(corpus: Corpus, entry: Entry, field: str, what: str, remedy: str) -> Problem:
    return Problem(corpus.files[entry.id, entry.version], entry.id, field, what, remedy)


def _duplicates(corpus: Corpus) -> Iterator[Problem]:
    for locale in LOCALES:
        seen: dict[str, Entry] = {}
        for entry in corpus.entries:
            for ask in entry.asks.of(locale):
                other = seen.setdefault(normalise(ask), entry)
                if other is not entry and other.id != entry.id:
                    yield _at(
                        corpus,
                        entry,
                        "asks",
                        f"{ask!r} is also asked in {other.id}",
                        "word it so that one entry answers",
                    )
            own = [normalise(ask) for ask in entry.asks.of(locale)]
            if len(own) != len(set(own)):
                yield _at(corpus, entry, "asks", f"the same question twice ({locale})", "replace one")
    by_id: dict[str, list[Entry]] = defaultdict(list)
    for entry in corpus.entries:
        by_id[entry.id].append(entry)
    for versions in by_id.values():
        open_ended = [one for one in versions if one.state == "approved" and one.effective.until is None]
        for entry in open_ended[:-1]:
            yield _at(corpus, entry, "effective", "two approved versions are open-ended", "give the older one an until")


def _near_duplicates(corpus: Corpus) -> Iterator[Problem]:
    """Ways of asking that two entries nearly share: whoever asks so gets one of the answers by chance.

    What they have in common counts by how rare it is in the corpus, so "lock" and "unlock" keep their questions apart.
    """
    for locale in LOCALES:
        asks = list(dict.fromkeys((ask, entry.id) for entry in corpus.entries for ask in entry.asks.of(locale)))
        entry_of = {entry.id: entry for entry in corpus.entries}
        for one, other in _near_pairs([ask for ask, _ in asks], locale):
            (ask, id_), (similar, owner) = asks[other], asks[one]
            if id_ != owner and normalise(ask) != normalise(similar):
                yield _at(
                    corpus,
                    entry_of[id_],
                    "asks",
                    f"{ask!r} is nearly {similar!r}, which is asked in {owner}",
                    "say what this entry answers and the other does not, or leave one out",
                )


def _near_pairs(asks: list[str], locale: Locale) -> Iterator[tuple[int, int]]:
    """Positions of each two that are nearer than ``NEAR``: by characters in Chinese, by words in English."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not asks:
        return
    if locale == "en":
        view = TfidfVectorizer(analyzer=words, dtype=np.float32)
    else:
        view = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), preprocessor=normalise, dtype=np.float32)
    matrix = view.fit_transform(asks)
    for start in range(0, len(asks), NEAR_BLOCK):
        near = (matrix[start : start + NEAR_BLOCK] @ matrix.T).tocoo()
        for at in np.flatnonzero(near.data >= NEAR):
            if start + near.row[at] < near.col[at]:
                yield int(start + near.row[at]), int(near.col[at])


def _languages(corpus: Corpus, entry: Entry) -> Iterator[Problem]:
    for field, text in texts(entry):
        if not _CHINESE_TEXT.search(text.zh):
            yield _at(corpus, entry, f"{field}.zh", "no Chinese in it", "translate it")
        if _CHINESE_TEXT.search(text.en):
            yield _at(corpus, entry, f"{field}.en", "Chinese in the English text", "translate it")
        if set(PLACEHOLDER.findall(text.zh)) != set(PLACEHOLDER.findall(text.en)):
            yield _at(corpus, entry, field, "the languages name different tariff figures", "name the same in both")
    for language, most in SHORT_CHARS_MAX.items():
        if len(PLACEHOLDER.sub("00000", getattr(entry.short, language))) > most:
            yield _at(corpus, entry, f"short.{language}", f"longer than {most} characters", "the ear wants it shorter")


def _numbers(corpus: Corpus, entry: Entry) -> Iterator[Problem]:
    allowed = HOTLINES.union(entry.numbers, *(source.numbers for source in entry.sources))
    for field, text in texts(entry):
        for locale in LOCALES:
            for number in _NUMBER.findall(PLACEHOLDER.sub("", text.of(locale))):
                if number.replace(",", "") not in allowed:
                    yield _at(
                        corpus,
                        entry,
                        f"{field}.{'zh' if locale == 'zh-CN' else 'en'}",
                        f"{number} has no source",
                        "take it from the tariff, or list it under the numbers of the source that says so",
                    )


def _dates(corpus: Corpus, entry: Entry, on: date) -> Iterator[Problem]:
    if entry.state == "approved" and entry.effective.until is not None and entry.effective.until < on:
        yield _at(
            corpus, entry, "effective.until", f"ran out on {entry.effective.until}", "set state: expired or renew it"
        )
    for source in entry.sources:
        since = corpus.documents[source.document].holds_from
        if since is not None and since > entry.effective.since:
            yield _at(
                corpus, entry, "effective.from", f"{source.document} holds from {since} only", "start the entry then"
            )


def _articles(corpus: Corpus, laws: Path) -> Iterator[Problem]:
    """Sources marked as checked must name an article that exists in the text at hand."""
    read: dict[str, dict[int, str]] = {}
    for entry in corpus.entries:
        for source in entry.sources:
            file = corpus.documents[source.document].file
            if not source.checked:
                continue
            if file is None:
                yield _at(corpus, entry, "sources", f"{source.document} cannot have been checked", "set checked: false")
                continue
            path = laws / f"{file}.md"
            if not path.exists():
                yield _at(corpus, entry, "sources", f"{path.name} is not in {laws.name}", "point --laws to the texts")
                continue
            known = read.setdefault(file, articles(path))
            if source.article not in known:
                yield _at(
                    corpus,
                    entry,
                    "sources",
                    f"{source.document} has no article {source.article}",
                    "correct the article",
                )
