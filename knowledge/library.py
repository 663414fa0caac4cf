"""The knowledge base in service: approved entries in force, answers and lessons with citations."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.embeddings import CannotEmbed, Embedder
from knowledge.index import Index, Row, VectorStore
from knowledge.lint import HOTLINES
from knowledge.loader import load, parse
from knowledge.passages import ArticleTexts
from knowledge.port import Answer, Before, Citation, Lesson, Locale, QuizOption, QuizQuestion
from knowledge.rerank import LOOKED_AT, Reranker, reranked
from knowledge.retrieve import About, Found, Retriever, Talk, load_calibration, ranking_file
from knowledge.ridge import fit
from knowledge.schema import LOCALES, Document, Education, Entry, Source
from knowledge.sources import cite, holds_from
from knowledge.tariff import Tariff, check, fill

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
ENTRIES = HERE / "entries"
CUSTOMERS = frozenset({"all", "elder", "foreign", "student"})
QUOTE_CHARS_MAX = 1500
VERBATIM_FAMILIES = frozenset({"scam", "fraud", "safety", "otp", "phone", "password", "aml", "control", "teller"})
RERANK_LEAD = 0.3  # of a score that is about 1 for a sure entry: what is further behind the first is not read again
_ORDER = {"quiz": 0, "acknowledge": 1, "inform": 2}


def outside_questions(path: Path = HERE / "outside.yaml") -> dict[str, dict[Locale, list[str]]]:
    """Topic → language → questions that the entries do not answer."""
    raw = parse(path)
    return {topic: {"zh-CN": both["zh"], "en": both["en"]} for topic, both in raw.items()}


def all_rows(entries: Sequence[Entry], tariff: Tariff) -> tuple[list[Row], list[Locale | None]]:
    """Every text under which an entry or an outside topic is found, group by group.

    Versions of one entry are one group, that of the first. Beside each row stands the language in which it is asked;
    None for titles and answers, which nobody asks.
    """
    rows: list[Row] = []
    asked_in: list[Locale | None] = []
    first = _first_of(entries)
    for version, entry in enumerate(entries):
        at = first[version]
        for locale in LOCALES:
            asks = entry.asks.of(locale)
            rows += [Row(text, at) for text in asks]
            rows += [Row(entry.title.of(locale), at), Row(fill(entry.short.of(locale), tariff, locale), at)]
            asked_in += [*[locale] * len(asks), None, None]
    for number, topic in enumerate(outside_questions().values()):
        for locale in LOCALES:
            rows += [Row(text, len(entries) + number) for text in topic[locale]]
            asked_in += [locale] * len(topic[locale])
    return rows, asked_in


def _first_of(entries: Sequence[Entry]) -> list[int]:
    """For each position that of the first version of the same entry."""
    known: dict[str, int] = {}
    return [known.setdefault(entry.id, at) for at, entry in enumerate(entries)]


class Library:
    """Implements :class:`knowledge.port.Knowledge`; safe for any number of threads.

    Args:
        entries: folder of YAML files; ``sources.yaml`` lies beside it.
        tariff: key → language → figure with unit, for the placeholders of approved texts.
        cache: folder of the vector store; None keeps nothing.
        embedders: in the order in which the ranking was calibrated.
        reranker: reads the first few entries again with the question; whether any answers is decided without it.
        require_signed: serve only versions that a named approver of the bank has signed (production).
        texts: the words of what entries cite, where they are at hand: a Chinese citation quotes the article itself.

    Raises:
        BadKnowledge: entries, sources or tariff do not fit; every problem is named.
        NotCalibrated: the ranking was learned with other embeddings.
        CannotEmbed: a model outside of this process does not answer.
    """

    def __init__(
        self,
        entries: Path,
        tariff: Tariff,
        cache: Path | None,
        embedders: Sequence[Embedder],
        *,
        require_signed: bool = False,
        ranking: Path | None = None,
        texts: ArticleTexts | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        corpus = load(entries)
        check(corpus, tariff)
        self._documents: Mapping[str, Document] = corpus.documents
        self._tariff, self._texts, self._reranker = tariff, texts, reranker
        self._entries = [
            entry for entry in corpus.entries if entry.state == "approved" and (entry.signed or not require_signed)
        ]
        self._first = _first_of(self._entries)
        self._in_force = lru_cache(maxsize=64)(self._force)
        self._views = len(embedders) + 1
        self._retriever = self._build(cache, embedders, ranking)
        self.version = hashlib.sha256(
            "".join(entry.model_dump_json() for entry in corpus.entries).encode()
        ).hexdigest()[:16]

    def _build(self, cache: Path | None, embedders: Sequence[Embedder], ranking: Path | None) -> Retriever | None:
        if not self._entries:
            return None
        calibration = load_calibration(ranking or ranking_file(embedders, cache), embedders)
        rows, _ = all_rows(self._entries, self._tariff)
        texts = [row.text for row in rows]
        index = Index(rows, {one.name: VectorStore(one, cache).vectors(texts) for one in embedders}, cache)
        context = parse(HERE / "context.yaml")
        about = [About(frozenset(entry.services), entry.id.split(".")[0]) for entry in self._entries]
        return Retriever(index, fit(index, cache), embedders, calibration, about, context)

    def _force(self, on: date, audience: frozenset[str]) -> npt.NDArray[np.bool_]:
        """Which entries may be served on a day to an audience; of several versions the newest in force."""
        newest: dict[str, int] = {}
        for at, entry in enumerate(self._entries):
            if entry.effective.on(on) and audience.intersection(entry.audience):
                held = newest.get(entry.id)
                if held is None or self._entries[held].version < entry.version:
                    newest[entry.id] = at
        allowed = np.zeros(len(self._entries), dtype=np.bool_)
        allowed[list(newest.values())] = True
        return allowed

    @property
    def entries(self) -> Sequence[Entry]:
        """Everything that may be served on some day, in the order of their positions."""
        return tuple(self._entries)

    def nearest(self, query: str) -> npt.NDArray[np.float32]:
        """How near each entry's nearest row is in each view, for measurements; shape (embeddings + 1, entries)."""
        if self._retriever is None:
            return np.zeros((self._views, 0), dtype=np.float32)
        return self._retriever.nearest(query)

    def search(
        self,
        query: str,
        locale: Locale,
        on: date,
        *,
        service: str | None = None,
        before: Before | None = None,
        audience: frozenset[str] = CUSTOMERS,
        most: int = 5,
    ) -> tuple[list[Entry], Found]:
        """The ranking behind :meth:`ask`, best first, whether or not it fits well enough.

        Nothing fits where embeddings outside of this process do not answer: without them nothing is sure.
        """
        if self._retriever is None:
            return [], Found([], 0.0)
        allowed = self._in_force(on, audience)
        groups = np.zeros_like(allowed)
        groups[[self._first[at] for at in np.flatnonzero(allowed)]] = True
        looked_at = most if self._reranker is None else max(most, LOOKED_AT)
        try:
            found = self._retriever.find(
                query, locale, groups, service=service, before=self._behind(before), most=looked_at
            )
        except CannotEmbed as error:
            log.warning("nothing can be found: %s", error)
            return [], Found([], 0.0)
        in_force = {self._first[at]: at for at in np.flatnonzero(allowed)}
        near = [hit for hit in found.hits if hit.score >= found.hits[0].score - RERANK_LEAD]
        hits = [
            *reranked(self._reranker, query, near, lambda hit: self._read(self._entries[in_force[hit.entry]], locale)),
            *found.hits[len(near) :],
        ][:most]
        return [self._entries[in_force[hit.entry]] for hit in hits], Found(hits, found.confidence)

    def _read(self, entry: Entry, locale: Locale) -> str:
        """What a reranker reads of an entry."""
        return f"{entry.title.of(locale)}\n{self._fill(entry.short.of(locale), locale)}"

    def _behind(self, before: Before | None) -> Talk | None:
        """The last question with the services and the family of the entry that answered it."""
        if before is None:
            return None
        services = next((entry.services for entry in self._entries if entry.id == before.entry), [])
        return Talk(before.question, services, before.entry.split(".")[0])

    def ask(
        self, query: str, locale: Locale, on: date, *, service: str | None = None, before: Before | None = None
    ) -> Answer | None:
        """The best answer in force on ``on``, or None where nothing fits well enough."""
        entries, found = self.search(query, locale, on, service=service, before=before, most=1)
        if self._retriever is None or not entries or found.confidence < self._retriever.threshold(locale):
            return None
        return self._answer(entries[0], locale, found.confidence)

    def entry(self, entry: str, locale: Locale, on: date) -> Answer | None:
        """One entry by its id, as it holds on ``on``."""
        for at in np.flatnonzero(self._in_force(on, CUSTOMERS)):
            if self._entries[at].id == entry:
                return self._answer(self._entries[at], locale, 1.0)
        return None

    def shorts(self, on: date) -> Sequence[tuple[str, Locale]]:
        """What is in force on ``on`` as it is said, entry by entry in both languages."""
        held = [self._entries[at] for at in np.flatnonzero(self._in_force(on, CUSTOMERS))]
        return [(self._fill(entry.short.of(locale), locale), locale) for entry in held for locale in LOCALES]

    def lessons(self, service: str, facts: frozenset[str], locale: Locale, on: date) -> Sequence[Lesson]:
        """What applies before ``service`` given ``facts``, quizzes first, then warnings, then information.

        With the fact ``urgent`` only what may be shown in a hurry is left.
        """
        found: list[tuple[int, int, Lesson]] = []
        for at in np.flatnonzero(self._in_force(on, CUSTOMERS)):
            entry = self._entries[at]
            for number, education in enumerate(entry.education):
                if _applies(education, service, facts):
                    id_ = entry.id if number == 0 else f"{entry.id}.{number + 1}"
                    found.append(
                        (_ORDER[education.mode], -len(education.when), self._lesson(id_, entry, education, locale))
                    )
        return [lesson for _, _, lesson in sorted(found, key=lambda item: item[:2])]

    def _fill(self, text: str, locale: Locale) -> str:
        return fill(text, self._tariff, locale)

    def _answer(self, entry: Entry, locale: Locale, score: float) -> Answer:
        short, long = self._fill(entry.short.of(locale), locale), self._fill(entry.long.of(locale), locale)
        return Answer(
            entry=entry.id,
            title=entry.title.of(locale),
            short=short,
            long=long,
            citations=[
                self._citation(entry, source, self._words(source, short, locale), locale) for source in entry.sources
            ],
            services=tuple(entry.services),
            score=score,
            verbatim=_word_for_word(entry, f"{short} {long}"),
        )

    def _words(self, source: Source, approved: str, locale: Locale) -> str:
        """What the source itself says, where its text is at hand and in the asked language; else the approved words."""
        file = self._documents[source.document].file
        if self._texts is None or file is None or source.article is None or locale != "zh-CN":
            return approved
        words = self._texts.article(file, str(source.article))
        if words is None:
            return approved
        return words if len(words) <= QUOTE_CHARS_MAX else f"{words[:QUOTE_CHARS_MAX]}……"

    def _citation(self, entry: Entry, source: Source, quote: str, locale: Locale) -> Citation:
        where = cite(
            self._documents[source.document], source, locale, holds_from(entry, self._documents[source.document])
        )
        return Citation(id=f"{entry.id}@{entry.version}", title=entry.title.of(locale), quote=quote, source=where)

    def _lesson(self, id_: str, entry: Entry, education: Education, locale: Locale) -> Lesson:
        text = self._fill((education.text or entry.short).of(locale), locale)
        return Lesson(
            id=id_,
            title=entry.title.of(locale),
            text=text,
            mode=education.mode,
            questions=[
                QuizQuestion(
                    id=f"{entry.id}.{question.id}",
                    question=self._fill(question.question.of(locale), locale),
                    options=[
                        QuizOption(self._fill(one.text.of(locale), locale), one.right) for one in question.options
                    ],
                    why=self._fill(question.why.of(locale), locale),
                )
                for question in education.questions
            ],
            citation=self._citation(entry, entry.sources[0], self._words(entry.sources[0], text, locale), locale),
        )


def _word_for_word(entry: Entry, text: str) -> bool:
    """Warnings, lessons and whatever names a number to call are said as approved, never reworded."""
    calls = any(re.search(rf"(?<!\d){line}(?!\d)", text) for line in HOTLINES)
    return bool(entry.education) or calls or entry.id.split(".")[0] in VERBATIM_FAMILIES


def _applies(education: Education, service: str, facts: frozenset[str]) -> bool:
    return (
        service in education.services
        and facts.issuperset(education.when)
        and facts.isdisjoint(education.unless)
        and (education.urgent_ok or "urgent" not in facts)
    )
