"""The examples stage: softmax regression over the features, beside the opinion of the tuned encoder, with calibrated
probabilities. Needs numpy and scipy only."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from agent.understand.features import Floats, Vocabulary, Whitening, dense_rows, sparse_rows, tokens
from agent.understand.labels import actions
from agent.understand.trust import evidence, softmax, together, trust
from knowledge.embeddings import Embedder

FORMAT = 4
PREDICT_TEXTS_MAX = 32


class BadArtefact(Exception):
    """The stored classifier is truncated, of another format or for other embeddings: it must be trained anew."""


@dataclass(frozen=True)
class Calibration:
    """``temperature`` divides the logits; an action needs a trust of ``act``, a read a probability of ``read``, anything else ``other``;
    below that, ``doubt`` and more leads to a question with options. ``vote`` weighs the language model's opinion, ``tuned`` the
    tuned encoder's, ``trust`` the evidence for a first place (none: its probability is its trust)."""

    temperature: float = 1.0
    act: float = 0.6
    read: float = 0.4
    other: float = 0.3
    doubt: float = 0.12
    vote: float = 0.7
    tuned: float = 1.0
    trust: tuple[float, ...] = ()


@dataclass(frozen=True)
class Scored:
    """Labels with probabilities, best first; ``trust`` is how likely the first is right, where more than its probability
    tells it."""

    ranked: tuple[tuple[str, float], ...]
    trust: float | None = None

    @property
    def label(self) -> str:
        return self.ranked[0][0]

    @property
    def probability(self) -> float:
        return self.ranked[0][1]

    @property
    def trusted(self) -> float:
        """``trust``, or the probability where there is none."""
        return self.probability if self.trust is None else self.trust

    def of(self, label: str) -> float:
        """The probability of ``label``."""
        return dict(self.ranked).get(label, 0.0)


@dataclass(frozen=True)
class Weights:
    """``dense`` (embedding dims, labels), ``sparse`` (n-grams, labels), ``bias`` (labels,)."""

    dense: Floats
    sparse: Floats
    bias: Floats


class Opinion(Protocol):
    """An encoder that was tuned on the labels; ``name`` changes whenever what it says would."""

    @property
    def name(self) -> str: ...
    def opinions(self, texts: Sequence[str]) -> Floats:
        """(n, labels), in the order of :func:`agent.understand.labels.labels`."""
        ...


class Classifier:
    """Immutable after construction; safe for any number of threads."""

    def __init__(
        self,
        labels: Sequence[str],
        vocabulary: Vocabulary,
        weights: Weights,
        calibration: Calibration,
        embedders: Sequence[Embedder],
        whitenings: Sequence[Whitening],
        tuned: Opinion | None = None,
    ) -> None:
        self.labels, self.calibration = tuple(labels), calibration
        self._vocabulary, self._weights, self._embedders = vocabulary, weights, tuple(embedders)
        self._whitenings, self._tuned = tuple(whitenings), tuned

    @cached_property
    def _index(self) -> dict[str, int]:
        return self._vocabulary.index()

    def parts(self, texts: Sequence[str]) -> list[Floats]:
        """(n, labels) from the embeddings, from the n-grams and, where there is one, from the tuned encoder; their sum, divided
        by the temperature, are the logits."""
        sparse = sparse_rows([tokens(t) for t in texts], self._index, self._vocabulary.idf)
        dense = dense_rows(texts, self._embedders, self._whitenings)
        found = [dense @ self._weights.dense + self._weights.bias, np.asarray(sparse @ self._weights.sparse)]
        if self._tuned is not None:
            found.append(self._tuned.opinions(texts) * self.calibration.tuned)
        return [part.astype(np.float32) for part in found]

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """Calibrated probabilities for each text."""
        parts = self.parts(texts[:PREDICT_TEXTS_MAX])
        limits = self.calibration
        probabilities = softmax(together(parts) / np.float32(limits.temperature))
        trusts: list[float | None] = [None] * len(probabilities)
        if limits.trust:
            found = evidence(parts, limits.temperature, np.isin(self.labels, list(actions())))
            trusts = [float(t) for t in trust(found, limits.trust)]
        order = np.argsort(-probabilities, axis=1)
        return [
            Scored(tuple((self.labels[j], float(row[j])) for j in ranks), trust=t)
            for row, ranks, t in zip(probabilities, order, trusts, strict=True)
        ]

    def save(self, folder: Path, key: str) -> None:
        """Write the artefact so that a reader finds all of it or nothing."""
        folder.mkdir(parents=True, exist_ok=True)
        head = {
            "format": FORMAT,
            "key": key,
            "labels": self.labels,
            "grams": self._vocabulary.grams,
            "embedders": _names(self._embedders, self._tuned),
            "calibration": asdict(self.calibration),
        }
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                np.savez(
                    out,
                    head=np.frombuffer(json.dumps(head).encode(), dtype=np.uint8),
                    idf=self._vocabulary.idf,
                    dense=self._weights.dense.astype(np.float16),
                    sparse=self._weights.sparse.astype(np.float16),
                    bias=self._weights.bias,
                    **{f"mean{i}": w.mean for i, w in enumerate(self._whitenings)},  # type: ignore[arg-type]
                    **{f"projection{i}": w.projection for i, w in enumerate(self._whitenings)},  # type: ignore[arg-type]
                )
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(artefact(folder, key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def artefact(folder: Path, key: str) -> Path:
    """Where the classifier trained under ``key`` is kept."""
    return folder / f"understanding-{key[:16]}.npz"


def _names(embedders: Sequence[Embedder], tuned: Opinion | None) -> list[str]:
    return [*(e.name for e in embedders), *([tuned.name] if tuned is not None else [])]


def load(folder: Path, key: str, embedders: Sequence[Embedder], tuned: Opinion | None = None) -> Classifier:
    """The classifier trained under ``key``.

    Raises:
        BadArtefact: there is none, or it cannot be used.
    """
    try:
        with artefact(folder, key).open("rb") as raw, np.load(raw, allow_pickle=False) as stored:
            head = json.loads(stored["head"].tobytes())
            if head["format"] != FORMAT or head["key"] != key or head["embedders"] != _names(embedders, tuned):
                raise BadArtefact("made for other data or embeddings")
            weights = Weights(
                stored["dense"].astype(np.float32),
                stored["sparse"].astype(np.float32),
                stored["bias"].astype(np.float32),
            )
            whitenings = [Whitening(stored[f"mean{i}"], stored[f"projection{i}"]) for i in range(len(embedders))]
            vocabulary = Vocabulary(tuple(head["grams"]), stored["idf"].astype(np.float32))
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise BadArtefact(str(error)) from error
    except Exception as error:
        if type(error).__module__ not in ("zipfile", "zlib"):
            raise
        raise BadArtefact(str(error)) from error
    return Classifier(
        head["labels"],
        vocabulary,
        weights,
        Calibration(**head["calibration"] | {"trust": tuple(head["calibration"]["trust"])}),
        embedders,
        whitenings,
        tuned,
    )
