"""Ranking of passages: the same views as the ranking of entries (two embeddings, n-grams), made for many passages.

A passage is found by its rows: itself and its paragraphs, each with the title and chapter that it stands under.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from knowledge.embeddings import Embedder
from knowledge.index import Index
from knowledge.passages import Passage

Floats = npt.NDArray[np.float32]
QUERY_CHARS_MAX = 300
ROW_CHARS_MAX = 240  # of a piece; an embedding of much more says little about each part of it
WEIGHTS = np.array([1.0, 1.0, 1.0], dtype=np.float32)  # of the views: A, B, n-grams


def rows_of(title: str, passage: Passage) -> list[str]:
    """The texts under which a passage is found."""
    under = " ".join(one for one in (title, passage.chapter, passage.section) if one)
    lines = passage.text.split("\n")
    pieces: list[str] = []
    for line in lines:
        if pieces and len(pieces[-1]) + len(line) <= ROW_CHARS_MAX:
            pieces[-1] += line
        else:
            pieces.append(line)
    texts = [passage.text.replace("\n", "")] if len(pieces) == 1 else [passage.text.replace("\n", ""), *pieces]
    return [f"{under} {text}" for text in texts]


class PassageIndex:
    """Rows, and which passage and document each belongs to."""

    def __init__(self, index: Index, document_of: npt.NDArray[np.int64], embedders: Sequence[Embedder]) -> None:
        """``index``: its groups are the passages; ``document_of`` says the document of each."""
        self._index, self._document_of, self._embedders = index, document_of, embedders

    def views(self, query: str) -> Floats:
        """How near each passage's nearest row is in each view (A, B, n-grams), shape (3, passages)."""
        text = query[:QUERY_CHARS_MAX]
        rows = [self._index.similarities(one.name, one.embed_queries([text])) for one in self._embedders]
        rows.append(self._index.sparse.similarities(text))
        out = np.full((len(rows), len(self._document_of)), -1.0, dtype=np.float32)
        for view, row in zip(out, rows, strict=True):
            np.maximum.at(view, self._index.group_of, row)
        return out

    def find(self, query: str, allowed: npt.NDArray[np.bool_], most: int) -> list[tuple[int, float]]:
        """(passage, score), best first; ``allowed`` says it for each document."""
        scores = WEIGHTS @ self.views(query)
        scores = np.where(allowed[self._document_of], scores, -np.inf)
        order = np.argsort(scores)[::-1][:most]
        return [(int(at), float(scores[at])) for at in order if np.isfinite(scores[at])]
