"""The vectors behind retrieval: every way of asking, title and short answer of an entry is a row, in both languages.

Vectors are kept by the hash of their text, so that a change of one entry embeds only its own texts. A store is written
beside its name and moved over it: it is whole or it is not there. One that cannot be read is made anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from tqdm import tqdm

from knowledge.arrays import digest, read_arrays, write_arrays
from knowledge.embeddings import Embedder, Vectors, unit
from knowledge.sparse import SparseIndex

BATCH = 256  # texts embedded between two savings


@dataclass(frozen=True)
class Row:
    """One text that stands for ``group``: an entry's position in the caller's list, or an outside topic after these."""

    text: str
    group: int


class VectorStore:
    """Vectors of one embedder, cached in ``folder`` (None: not kept). Rows are questions and embedded as such."""

    def __init__(self, embedder: Embedder, folder: Path | None) -> None:
        self._embedder = embedder
        self._path = None if folder is None else folder / f"vectors-{embedder.name}.npz"
        stored = None if self._path is None else read_arrays(self._path, ["keys", "matrix"])
        fits = stored is not None and stored["matrix"].shape == (len(stored["keys"]), embedder.dim)
        self._known: dict[str, Vectors] = (
            dict(zip(stored["keys"].tolist(), stored["matrix"], strict=True)) if stored is not None and fits else {}
        )

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of ``texts``, shape (n, dim); new ones are embedded.

        Others are kept for other checkouts that share the folder, until they are more than ``texts``.
        """
        keys = [digest(text.encode()) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        self._learn(new)
        matrix = np.stack([self._known[key] for key in keys]) if keys else np.zeros((0, self._embedder.dim), np.float32)
        if len(self._known) > 2 * len(set(keys)):
            self._keep(keys, matrix)
        elif new:
            self._keep(list(self._known), np.stack(list(self._known.values())))
        return matrix

    def _learn(self, new: Mapping[str, str]) -> None:
        """Embed what is new, some at a time; what a killed process had done is kept for the next."""
        left = list(new)
        bar = tqdm(total=len(left), desc=f"Embedding ({self._embedder.name})", unit="text", disable=len(left) <= BATCH)
        with bar:
            for start in range(0, len(left), BATCH):
                keys = left[start : start + BATCH]
                found = self._embedder.embed_queries([new[key] for key in keys])
                self._known.update(zip(keys, found, strict=True))
                bar.update(len(keys))
                if start + BATCH < len(left):
                    self._keep(list(self._known), np.stack(list(self._known.values())))

    def _keep(self, keys: Sequence[str], matrix: Vectors) -> None:
        if self._path is not None:
            write_arrays(self._path, {"keys": np.array(keys), "matrix": matrix})


class Index:
    """All rows: one FAISS index for each embedder, n-grams beside them.

    Every row counts for the ranking, so a question is multiplied with all vectors where FAISS keeps them; its search
    would sort them first, which takes most of the time. Vectors are centred on the rows' mean before they are compared:
    what all bank questions share says nothing. What is computed of n-grams is kept in ``cache``.
    """

    def __init__(self, rows: Sequence[Row], vectors: Mapping[str, Vectors], cache: Path | None = None) -> None:
        self.rows = list(rows)
        self.group_of = np.array([row.group for row in rows], dtype=np.int64)
        self._means: dict[str, Vectors] = {}
        self._dense: dict[str, faiss.IndexFlatIP] = {}
        for name, matrix in vectors.items():
            self._means[name] = matrix.mean(axis=0, keepdims=True)
            self._dense[name] = faiss.IndexFlatIP(matrix.shape[1])
            self._dense[name].add(unit(matrix - self._means[name]))
        self.sparse = SparseIndex([row.text for row in rows], cache)

    @property
    def names(self) -> list[str]:
        """The embedders' names, in order."""
        return list(self._dense)

    def _kept(self, name: str) -> Vectors:
        """The vectors inside the FAISS index, not copied; shape (rows, dim)."""
        index = self._dense[name]
        kept: Vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)
        return kept

    def similarities(self, name: str, query: Vectors) -> Vectors:
        """Cosine of each row with one query vector of shape (1, dim); shape (rows,)."""
        return np.asarray(self._kept(name) @ unit(query - self._means[name])[0], dtype=np.float32)

    def among(self, name: str, some: slice) -> Vectors:
        """Cosine of ``some`` rows with all, shape (some, rows)."""
        matrix = self._kept(name)
        return np.asarray(matrix[some] @ matrix.T, dtype=np.float32)
