"""Embeddings of training texts, kept between trainings: most of the time of a training is spent on them."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from agent.understand.features import Floats
from knowledge.embeddings import Embedder

BATCH = 64


class VectorStore:
    """One file an embedder in ``folder``; a file that cannot be read is made anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def rows(self, embedder: Embedder, texts: Sequence[str], progress: Callable[[str], None]) -> Floats:
        """(n, dim) for ``texts``; computes what is not kept yet."""
        known = self._read(embedder)
        missing = [t for t in dict.fromkeys(texts) if _name(t) not in known]
        for start in range(0, len(missing), BATCH):
            batch = sorted(missing, key=len)[start : start + BATCH]
            for text, row in zip(batch, embedder.embed_queries(batch), strict=True):
                known[_name(text)] = row.astype(np.float16)
            if start // BATCH % 40 == 39:
                progress(f"understanding: {embedder.name} {start + BATCH} of {len(missing)} texts")
        if missing:
            self._write(embedder, known)
        return np.stack([known[_name(t)] for t in texts]).astype(np.float32)

    def _path(self, embedder: Embedder) -> Path:
        return self._folder / f"vectors-{embedder.name}.npz"

    def _read(self, embedder: Embedder) -> dict[bytes, Floats]:
        try:
            with self._path(embedder).open("rb") as raw, np.load(raw, allow_pickle=False) as stored:
                names, rows = stored["names"], stored["rows"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}
        if rows.ndim != 2 or rows.shape != (len(names), embedder.dim):
            return {}
        return {bytes(name): row for name, row in zip(names, rows, strict=True)}

    def _write(self, embedder: Embedder, known: dict[bytes, Floats]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        names = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(len(known), -1)
        with os.fdopen(handle, "wb") as out:
            np.savez(out, names=names, rows=np.stack(list(known.values())))
        Path(name).replace(self._path(embedder))


def _name(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:12]
