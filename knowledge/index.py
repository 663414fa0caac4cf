"""The vectors behind retrieval: every way of asking, title and short answer of an entry is one row per language.

Vectors are kept by the hash of their text, so that a change of one entry embeds only its own texts. The store is
written beside its name and moved over it: it is whole or it is not there. One that cannot be read is made anew.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.embeddings import Embedder, Vectors
from knowledge.sparse import SparseIndex

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Row:
    """One text that stands for ``entry`` (position in the caller's list of entries)."""

    text: str
    entry: int


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class VectorStore:
    """Passage vectors of one embedder, cached in ``folder`` (None: not kept)."""

    def __init__(self, embedder: Embedder, folder: Path | None) -> None:
        self._embedder = embedder
        self._path = None if folder is None else folder / f"vectors-{embedder.name}.npz"
        self._known = self._read()

    def _read(self) -> dict[str, Vectors]:
        if self._path is None or not self._path.exists():
            return {}
        try:
            with np.load(self._path, allow_pickle=False) as stored:
                keys, matrix = stored["keys"], stored["matrix"]
                if matrix.shape != (len(keys), self._embedder.dim) or _checksum(matrix) != str(stored["checksum"]):
                    raise ValueError("contents do not fit")
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            log.warning("vector store is unusable and made anew", extra={"file": self._path.name, "reason": str(error)})
            return {}
        return dict(zip(keys.tolist(), matrix, strict=True))

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of ``texts``, shape (n, dim); what is new is embedded and the store brought up to date."""
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            found = self._embedder.embed_passages(list(new.values()))
            self._known.update(zip(new, found, strict=True))
        if not keys:
            return np.zeros((0, self._embedder.dim), dtype=np.float32)
        return np.stack([self._known[key] for key in keys])

    def save(self, texts: Sequence[str]) -> None:
        """Keep exactly the vectors of ``texts``."""
        if self._path is None:
            return
        keys = sorted({_key(text) for text in texts})
        if self._path.exists() and set(keys) == self._stored_keys():
            return
        matrix = np.stack([self._known[key] for key in keys])
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, suffix=".npz")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, keys=np.array(keys), matrix=matrix, checksum=np.array(_checksum(matrix)))
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _stored_keys(self) -> set[str]:
        return set(VectorStore(self._embedder, self._path.parent)._known) if self._path is not None else set()


def _checksum(matrix: npt.NDArray[np.float32]) -> str:
    return hashlib.sha256(np.ascontiguousarray(matrix).tobytes()).hexdigest()


class Index:
    """Rows of one language: FAISS for each embedder and character n-grams beside them."""

    def __init__(self, rows: Sequence[Row], vectors: Mapping[str, Vectors], *, chinese: bool) -> None:
        self.rows = list(rows)
        self.entry_of = np.array([row.entry for row in rows], dtype=np.int64)
        self.entries = int(self.entry_of.max()) + 1 if rows else 0
        self.dense: dict[str, faiss.IndexFlatIP] = {}
        faiss.omp_set_num_threads(1)  # its threads spin while they wait; one query at a time needs no more
        for name, matrix in vectors.items():
            self.dense[name] = faiss.IndexFlatIP(matrix.shape[1])
            self.dense[name].add(np.ascontiguousarray(matrix))
        self.sparse = SparseIndex([row.text for row in rows], chinese=chinese)

    def similarities(self, name: str, query: Vectors) -> Vectors:
        """Cosine of each row with one query vector (shape (1, dim) or (dim,)); shape (rows,).

        Beyond ``FULL_ROWS_MAX`` rows only the nearest are exact; the rest get the last of these.
        """
        index = self.dense[name]
        most = index.ntotal if index.ntotal <= FULL_ROWS_MAX else NEAREST
        scores, ids = index.search(query.reshape(1, -1), most)
        out = np.full(index.ntotal, scores[0, -1], dtype=np.float32)
        out[ids[0]] = scores[0]
        return out


FULL_ROWS_MAX = 8192
NEAREST = 512
