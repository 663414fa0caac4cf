"""Search over a bank's own documents, whatever is in service at the moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge.arrays import digest
from knowledge.documents import DocumentStore, StoredDocument
from knowledge.embeddings import Embedder, Vectors
from knowledge.index import Index, Row
from knowledge.law_asks import Asks, asks_for, shipped
from knowledge.library import outside_questions
from knowledge.passage_index import Asked, Indexed, PassageIndex, pieces_of
from knowledge.passages import Passage, PassageHit
from knowledge.rerank import LOOKED_AT, Reranker, reranked
from knowledge.ridge import fit

EMBEDDED_AT_ONCE = 32  # rows; what is embedded is kept, so that a run that is killed goes on where it stood

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _InService:
    """One generation: what it holds and its index."""

    generation: int
    documents: Sequence[StoredDocument]
    passages: Sequence[Indexed]  # their ``document`` is a position in documents
    index: PassageIndex | None


class DocumentSearch:
    """Implements :class:`knowledge.passages.PassageSearch`; safe for any number of threads.

    An index is built beside the one that answers and then takes its place.
    """

    def __init__(self, store: DocumentStore, embedders: Sequence[Embedder], reranker: Reranker | None = None) -> None:
        self._store, self._embedders, self._reranker = store, embedders, reranker
        self._building = threading.Lock()
        self._now: _InService | None = None
        topics = outside_questions().values()
        # what questions have in common, whatever they ask; none of these is about a document
        self._questions = {
            True: [one for topic in topics for one in topic["zh-CN"][:1]],
            False: [one for topic in topics for one in topic["en"][:1]],
        }

    def prepare(self, documents: Sequence[int], progress: Progress | None = None) -> None:
        """Embed what is new in these documents, and keep it."""
        self._vectors([*self._pieces(documents), *self._questions[True], *self._questions[False]], progress)
        self._vectors(self._asks(documents).texts, progress, asked=True)

    def tidy_up(self) -> None:
        """Forget the vectors of what is no longer in service."""
        pieces = self._pieces([one.id for one in self._store.documents()])
        kept = [*pieces, *self._questions[True], *self._questions[False]]
        asks = self._asks([one.id for one in self._store.documents()]).texts
        self._store.keep_vectors([*(_key(text) for text in kept), *(_key(text, asked=True) for text in asks)])

    def _pieces(self, documents: Sequence[int]) -> list[str]:
        return [piece for _, passage in self._store.passages(documents) for piece in pieces_of(passage)]

    def _asks(self, documents: Sequence[int]) -> Asks:
        headings = self._store.headings(documents)
        places = [(*headings[id_], passage.article) for id_, passage in self._store.passages(documents)]
        return asks_for(places, shipped())

    def find(self, query: str, *, on: date | None = None, most: int = 5) -> list[PassageHit]:
        """See :class:`knowledge.passages.PassageSearch`. Raises CannotEmbed."""
        now = self._current()
        if now.index is None or not query.strip() or most < 1:
            return []
        allowed = np.array([on is None or one.holds_from is None or one.holds_from <= on for one in now.documents])
        out = []
        looked_at = most if self._reranker is None else max(most, LOOKED_AT)
        found = now.index.find(query, allowed, looked_at)
        for at, score in reranked(self._reranker, query, found, lambda hit: now.passages[hit[0]].passage.text)[:most]:
            one = now.passages[at]
            document = now.documents[one.document]
            out.append(PassageHit(document.path, document.title, document.holds_from, one.passage, score))
        return out

    def indexed(self) -> tuple[Sequence[Indexed], PassageIndex]:
        """What is in service and its index, for measurements.

        Raises:
            LookupError: nothing is in service.
        """
        now = self._current()
        if now.index is None:
            raise LookupError("no documents are in service")
        return now.passages, now.index

    def _current(self) -> _InService:
        generation = self._store.generation()
        now = self._now
        if now is not None and now.generation == generation:
            return now
        with self._building:
            if self._now is None or self._now.generation != generation:
                self._now = self._build(generation)
            return self._now

    def _build(self, generation: int) -> _InService:
        documents = self._store.documents()
        position = {one.id: at for at, one in enumerate(documents)}
        passages = [
            Indexed(position[id_], documents[position[id_]].title, passage)
            for id_, passage in self._store.passages(list(position))
        ]
        if not passages:
            return _InService(generation, documents, passages, None)
        pieces = [pieces_of(one.passage) for one in passages]
        rows = np.repeat(np.arange(len(passages)), [len(some) for some in pieces])
        vectors = self._vectors([piece for some in pieces for piece in some], None)
        centres = {
            (name, in_chinese): matrix.mean(axis=0, keepdims=True)
            for in_chinese in (True, False)
            for name, matrix in self._vectors(self._questions[in_chinese], None).items()
        }
        asked = self._asked([(documents[one.document], one.passage) for one in passages])
        index = PassageIndex(passages, rows, vectors, centres, self._embedders, asked)
        return _InService(generation, documents, passages, index)

    def _asked(self, passages: Sequence[tuple[StoredDocument, Passage]]) -> Asked | None:
        """How people ask for those of the passages that are articles of known laws."""
        asks = asks_for([(one.title, one.holds_from, passage.article) for one, passage in passages], shipped())
        if not asks.texts:
            return None
        passage_of, groups = np.unique(np.array(asks.passage_of, dtype=np.int64), return_inverse=True)
        rows = [Row(text, int(group)) for text, group in zip(asks.texts, groups, strict=True)]
        folder = self._store.path.parent
        index = Index(rows, self._vectors(asks.texts, None, asked=True), folder)
        return Asked(index, fit(index, folder), passage_of)

    def _vectors(self, texts: Sequence[str], progress: Progress | None, *, asked: bool = False) -> dict[str, Vectors]:
        """Vectors of ``texts`` by embedder, which are questions if ``asked``; new ones are embedded and kept, some at a time."""
        keys = [_key(text, asked=asked) for text in texts]
        text_of = dict(zip(keys, texts, strict=True))
        out = {}
        known = {one.name: self._store.vectors(one.name, list(text_of)) for one in self._embedders}
        missing = {one.name: [key for key in text_of if key not in known[one.name]] for one in self._embedders}
        todo = sum(map(len, missing.values()))
        done = 0
        for one in self._embedders:
            for some in _batches(missing[one.name]):
                embed = one.embed_queries if asked else one.embed_passages
                found = dict(zip(some, embed([text_of[key] for key in some]), strict=True))
                self._store.put_vectors(one.name, found)
                known[one.name].update(found)
                done += len(some)
                if progress is not None:
                    progress(one.name, done, todo)
            rows = [known[one.name][key] for key in keys]
            out[one.name] = np.stack(rows) if rows else np.zeros((0, one.dim), dtype=np.float32)
        return out


def _key(text: str, *, asked: bool = False) -> str:
    """Under which a vector is kept: that of a question differs from that of the same words in a document."""
    return digest(text.encode(), b"asked") if asked else digest(text.encode())


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), EMBEDDED_AT_ONCE):
        yield keys[start : start + EMBEDDED_AT_ONCE]
