"""Ranking of passages: two embeddings of their pieces and BM25 over their words, put together.

BM25 is asked twice: for the words of the question, and for what statutes call the same (:mod:`knowledge.bridge`).

Entries are found by the ways of asking that stand beside them (:mod:`knowledge.retrieve`); so are the articles of the laws
that :mod:`knowledge.law_asks` knows. Another document has only its own words. So a question is centred on what questions share and a passage on what passages share, or every question would be
nearest to whatever sounds like one; and BM25 weighs long passages down, which the entries' n-grams need not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import bm25s
import faiss
import numpy as np
import numpy.typing as npt

from knowledge.bridge import bridged, shipped
from knowledge.embeddings import Embedder, Vectors, unit
from knowledge.index import Index
from knowledge.passages import Passage
from knowledge.ridge import kernel
from knowledge.sparse import normalise

Floats = npt.NDArray[np.float32]
QUERY_CHARS_MAX = 300
PIECE_CHARS = 100  # an embedding of much more says little about each part of it
WHOLE_CHARS_MAX = 500
WEIGHTS = np.array([1.0, 0.5, 0.5], dtype=np.float32)  # of A, B and words; chosen by knowledge/laws_dev.zh.yaml
BRIDGE_WEIGHT = 0.4  # of the statutes' own words for what is asked; chosen by the same questions
ASKED_WEIGHT = (
    20.0  # of how much a question is one that is asked for an article, about 1 for a sure one; chosen likewise
)
WEIGHTS_OF_ONE = np.array([1.5, 0.5], dtype=np.float32)  # one model in the place of both
NEAREST_ROWS = 1024  # by each embedding; among many rows the others are as far as the last of these
SAMPLE_PASSAGES = 2000  # from which the spread of a view is told where there are many
SAMPLE_SEED = 7
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_TOKEN = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Indexed:
    """A passage with the document that it belongs to; ``title`` is the document's."""

    document: int
    title: str
    passage: Passage


def pieces_of(passage: Passage) -> list[str]:
    """The texts that are embedded for a passage: itself, and its sentences where it is long."""
    text = passage.text
    if passage.kind == "article":
        text = text.removeprefix(passage.label).strip() or text
    pieces: list[str] = []
    for sentence in _SENTENCE.findall(text):
        if pieces and len(pieces[-1]) + len(sentence) <= PIECE_CHARS:
            pieces[-1] += sentence
        else:
            pieces.append(sentence)
    whole = text.replace("\n", "")
    return [whole] if len(pieces) < 2 else [whole[:WHOLE_CHARS_MAX], *pieces]


def tokens(text: str) -> list[str]:
    """Chinese characters singly and in pairs; words and numbers of other writing."""
    return list(_tokens(normalise(text)))


def _tokens(flat: str) -> Iterator[str]:
    for run in _TOKEN.findall(flat):
        if _CHINESE.match(run):
            yield from run
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        else:
            yield run


def chinese(text: str) -> bool:
    """Whether a question is asked in Chinese."""
    return _CHINESE.search(text) is not None


class _Dense:
    """Exact search by one embedding. FAISS with one thread: a matrix product waits for its slowest thread, and on a busy
    machine that is what a question would take."""

    def __init__(self, vectors: Vectors, passage_of: npt.NDArray[np.int64], passages: int) -> None:
        self._passage_of, self._passages = passage_of, passages
        faiss.omp_set_num_threads(1)
        self._rows = faiss.IndexFlatIP(vectors.shape[1])
        self._rows.add(vectors)
        chosen = np.random.default_rng(SAMPLE_SEED).permutation(passages)[:SAMPLE_PASSAGES]
        taken = np.flatnonzero(np.isin(passage_of, chosen))
        self._sample = faiss.IndexFlatIP(vectors.shape[1])
        self._sample.add(vectors[taken])
        self._sample_of = np.unique(passage_of[taken], return_inverse=True)[1]

    def scaled(self, wanted: Vectors) -> Floats:
        """Each passage's nearest row, by how it spreads over the passages; shape (passages,)."""
        scores, rows = self._sample.search(wanted, self._sample.ntotal)
        seen = np.full(self._sample_of.max() + 1, -1.0, dtype=np.float32)
        np.maximum.at(seen, self._sample_of[rows[0]], scores[0])
        most = self._rows.ntotal if self._passages <= SAMPLE_PASSAGES else min(NEAREST_ROWS, self._rows.ntotal)
        scores, rows = self._rows.search(wanted, most)
        out = np.full(self._passages, scores[0].min(), dtype=np.float32)
        np.maximum.at(out, self._passage_of[rows[0]], scores[0])
        return np.asarray((out - seen.mean()) / (seen.std() or 1), dtype=np.float32)


@dataclass(frozen=True)
class Asked:
    """How people ask for some passages: the index of these questions, the regression over them (:mod:`knowledge.ridge`),
    and the passage of each group of them."""

    index: Index
    coefficients: Floats
    passage_of: npt.NDArray[np.int64]


class PassageIndex:
    """All passages in service.

    Args:
        passage_of: of each piece, the passage that it belongs to.
        vectors: of the pieces, by embedder.
        centres: what questions share, by embedder and by whether they are Chinese; shape (1, dim).
        asked: how people ask for some of the passages, where that is known.
    """

    def __init__(
        self,
        passages: Sequence[Indexed],
        passage_of: npt.NDArray[np.int64],
        vectors: Mapping[str, Vectors],
        centres: Mapping[tuple[str, bool], Vectors],
        embedders: Sequence[Embedder],
        asked: Asked | None = None,
    ) -> None:
        self._embedders, self._centres, self._asked = embedders, centres, asked
        self._weights = WEIGHTS if len(embedders) > 1 else WEIGHTS_OF_ONE
        self._document_of = np.array([one.document for one in passages])
        self._dense = {
            name: _Dense(unit(matrix - matrix.mean(axis=0, keepdims=True)), passage_of, len(passages))
            for name, matrix in vectors.items()
        }
        self._words = bm25s.BM25()
        self._words.index(
            [
                tokens(" ".join([one.title, one.passage.chapter, one.passage.section, one.passage.text]))
                for one in passages
            ],
            show_progress=False,
        )

    def views(self, query: str) -> Floats:
        """How near each passage is in each view (embeddings, words), in standard deviations; shape (views, passages)."""
        text = query[:QUERY_CHARS_MAX]
        return self._views(text, self._vectors(text))

    def _vectors(self, text: str) -> dict[str, Vectors]:
        """The question's vector by embedder."""
        return {one.name: one.embed_queries([text]) for one in self._embedders}

    def _views(self, text: str, vectors: Mapping[str, Vectors]) -> Floats:
        asked_in = chinese(text)
        out = np.zeros((len(self._embedders) + 1, len(self._document_of)), dtype=np.float32)
        for view, one in zip(out, self._embedders, strict=False):
            wanted = unit(vectors[one.name] - self._centres[one.name, asked_in])
            view[:] = self._dense[one.name].scaled(wanted)
        out[-1] = self._by_words(tokens(text))
        return out

    def _by_words(self, wanted: Iterable[str]) -> Floats:
        """BM25, in standard deviations; shape (passages,)."""
        known = [token for token in wanted if token in self._words.vocab_dict]
        if not known:
            return np.zeros(len(self._document_of), dtype=np.float32)
        words = self._words.get_scores(known)
        return np.asarray((words - words.mean()) / (words.std() or 1), dtype=np.float32)

    def scores(self, query: str) -> Floats:
        """One number for each passage."""
        text = query[:QUERY_CHARS_MAX]
        vectors = self._vectors(text)
        law = dict.fromkeys(token for word in bridged(query, shipped()) for token in tokens(word) if len(token) > 1)
        own = self._weights @ self._views(text, vectors) + BRIDGE_WEIGHT * self._by_words(law)
        if self._asked is not None:
            index = self._asked.index
            near = [*(index.similarities(name, vectors[name]) for name in index.names), index.sparse.similarities(text)]
            own[self._asked.passage_of] += ASKED_WEIGHT * (kernel(np.stack(near)) @ self._asked.coefficients)
        return np.asarray(own, dtype=np.float32)

    def find(self, query: str, allowed: npt.NDArray[np.bool_], most: int) -> list[tuple[int, float]]:
        """(passage, score), best first; ``allowed`` says it for each document."""
        scores = np.where(allowed[self._document_of], self.scores(query), -np.inf)
        near = np.argpartition(scores, -most)[-most:] if most < len(scores) else np.arange(len(scores))
        order = near[np.argsort(-scores[near], kind="stable")]
        return [(int(at), float(scores[at])) for at in order if np.isfinite(scores[at])]
