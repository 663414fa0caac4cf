"""Embeddings and reranking by models of ``sentence-transformers`` on this machine: the ``[hf]`` extra."""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from knowledge.arrays import digest
from knowledge.embeddings import CannotEmbed, Vectors, clean, unit
from knowledge.rerank import CannotRank

BATCH = 32
MISSING = "sentence-transformers is not installed: it is the extra [hf] of pyproject.toml, pip install sentence-transformers torch"


def _load(kind: str, model: str, hub: bool) -> Any:
    """A ``SentenceTransformer`` or ``CrossEncoder``; takes from the hub only where that is allowed.

    Raises:
        LookupError: the extra is missing, or the model is not on this machine.
    """
    try:
        package = importlib.import_module(
            "sentence_transformers"
        )  # half a minute and a gigabyte: only when it is wanted
    except ImportError as error:
        raise LookupError(MISSING) from error
    try:
        return getattr(package, kind)(model, local_files_only=not hub)
    except (OSError, ValueError) as error:
        raise LookupError(
            f"{model} cannot be loaded ({type(error).__name__}): name a folder with its files, or set SKYTELLER_HUB=true"
        ) from error


def _name(model: str) -> str:
    slug = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(model).name).strip("-")
    return f"hf-{slug}-{digest(model.encode())[:8]}"


class _OnThisMachine:
    """A model that is loaded at the first call; ``kind`` is its class in ``sentence_transformers``, ``refusal`` what is
    raised where it cannot be."""

    kind: ClassVar[str]
    refusal: ClassVar[type[Exception]]

    def __init__(self, model: str, *, hub: bool = False) -> None:
        self._path, self._hub = model, hub
        self._lock = threading.Lock()
        self.name = _name(model)

    @cached_property
    def _model(self) -> Any:
        try:
            return _load(self.kind, self._path, self._hub)
        except LookupError as error:
            raise self.refusal(str(error)) from error


class HfEmbedder(_OnThisMachine):
    """A bi-encoder such as bge-m3; questions and passages are embedded alike."""

    kind, refusal = "SentenceTransformer", CannotEmbed

    @cached_property
    def dim(self) -> int:
        """Raises CannotEmbed."""
        return int(self.embed_queries(["."]).shape[1])  # the method that tells it changes its name between versions

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Raises CannotEmbed."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._lock:
            found = self._model.encode(
                [clean(text) for text in texts], batch_size=BATCH, convert_to_numpy=True, show_progress_bar=False
            )
        return unit(np.asarray(found, dtype=np.float32))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Raises CannotEmbed."""
        return self.embed_queries(texts)


class HfReranker(_OnThisMachine):
    """A cross-encoder such as bge-reranker-v2-m3."""

    kind, refusal = "CrossEncoder", CannotRank

    def scores(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """See :class:`knowledge.rerank.Reranker`."""
        with self._lock:
            found = self._model.predict([(clean(query), clean(text)) for text in texts], show_progress_bar=False)
        return np.asarray(found, dtype=np.float32).reshape(len(texts))
