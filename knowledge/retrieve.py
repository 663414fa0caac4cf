"""From a question to a ranking of entries, and to whether any of them answers it at all.

Three views of a question (embeddings A and B, character n-grams) are compared with every row; each entry gets its best
row and the mean of its three best of each view; learned weights make one score of them. Beside the entries stand
questions that the bank's knowledge does not answer (``outside.yaml``): where these are nearer, the answer is "I don't
know". Weights and threshold come from :mod:`knowledge.calibrate` and lie in ``ranking.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.embeddings import Embedder
from knowledge.index import Index
from knowledge.port import Locale

Floats = npt.NDArray[np.float64]
RANKING_FILE = Path(__file__).with_name("ranking.json")
VIEWS = 3  # a, b, sparse
BEST_ROWS = 3
QUERY_CHARS_MAX = 300
SERVICE_BONUS = 0.35  # of one standard deviation of the leading scores, for entries of the service in progress
_ELLIPTIC_ZH = re.compile(r"^(那|这|还有|另外|如果|要是|万一)|呢[?？]?$|^.{1,7}[?？]?$")
_ELLIPTIC_EN = re.compile(r"^(and|what about|how about|then|so|what if)\b|^(\S+\s*){1,4}$", re.IGNORECASE)


@dataclass(frozen=True)
class Weights:
    """One language's numbers: ``entry`` for 2 x VIEWS features, ``answer`` with ``bias`` and ``threshold``."""

    entry: Floats
    answer: Floats
    bias: float
    threshold: float


@dataclass(frozen=True)
class Hit:
    """``entry`` is a position in the list that was indexed; ``score`` orders, it has no unit."""

    entry: int
    score: float


@dataclass(frozen=True)
class Found:
    """The ranking and the probability that its first entry answers the question."""

    hits: Sequence[Hit]
    confidence: float


def load_weights(path: Path = RANKING_FILE) -> dict[Locale, Weights]:
    """Weights by language."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {
        locale: Weights(np.array(one["entry"]), np.array(one["answer"]), float(one["bias"]), float(one["threshold"]))
        for locale, one in raw.items()
    }


def elliptical(query: str, locale: Locale) -> bool:
    """Whether the question leans on what was said before ("那手续费呢？")."""
    return bool((_ELLIPTIC_ZH if locale == "zh-CN" else _ELLIPTIC_EN).search(query.strip()))


def views(index: Index, embedders: Sequence[Embedder], query: str) -> Floats:
    """Similarity of ``query`` with each row in each view, shape (VIEWS, rows)."""
    text = query[:QUERY_CHARS_MAX]
    dense = [index.similarities(one.name, one.embed_queries([text])) for one in embedders]
    return np.stack([*dense, index.sparse.similarities(text)]).astype(np.float64)


def features(similar: Floats, entry_of: npt.NDArray[np.int64], entries: int) -> Floats:
    """Best row and mean of the three best rows of each entry in each view, shape (entries, 2 x VIEWS).

    Rows are grouped by entry (``entry_of`` ascends).
    """
    starts = np.searchsorted(entry_of, np.arange(entries))
    ends = np.append(starts[1:], len(entry_of))
    widest = int((ends - starts).max(initial=1))
    padded = np.full((entries, widest, len(similar)), -1.0)
    padded[entry_of, np.arange(len(entry_of)) - starts[entry_of]] = similar.T
    best = np.sort(padded, axis=1)[:, ::-1]
    return np.concatenate([best[:, 0], best[:, :BEST_ROWS].mean(axis=1)], axis=1)


def answer_features(of_entries: Floats, of_outside: Floats, scores: Floats, outside: float) -> Floats:
    """What tells an answerable question: how near the first entry is, how far ahead, and how near the outside."""
    order = np.argsort(scores)[::-1]
    first = of_entries[order[0]]
    second = scores[order[1]] if len(order) > 1 else scores[order[0]]
    return np.array([*first[:VIEWS], scores[order[0]] - second, scores[order[0]] - outside, *of_outside[:VIEWS]])


class Retriever:
    """One language's index with its weights. ``outside`` is the position of the outside group (the last one)."""

    def __init__(
        self, index: Index, embedders: Sequence[Embedder], weights: Weights, locale: Locale,
        services: Mapping[int, Sequence[str]], context: Mapping[str, str],
    ) -> None:
        self._index, self._embedders, self._weights, self._locale = index, embedders, weights, locale
        self._services, self._context = services, context

    def find(self, query: str, allowed: npt.NDArray[np.bool_], *, service: str | None = None, most: int = 5) -> Found:
        """The best ``most`` entries among ``allowed`` (shape (entries,), without the outside group)."""
        if not allowed.any() or not query.strip():
            return Found([], 0.0)
        leaning = service in self._context and elliptical(query, self._locale)
        asked = f"{self._context[service]} {query}" if leaning and service is not None else query
        found = self.similarities(asked)
        inside, outside = found[:-1], found[-1]
        scores = inside @ self._weights.entry
        where = np.flatnonzero(allowed)
        if service is not None:
            spread = float(scores.std()) or 1.0
            bonus = SERVICE_BONUS * spread * (2.0 if leaning else 0.5)
            scores = scores + bonus * np.array([service in self._services[at] for at in range(len(scores))])
        x = answer_features(inside[where], outside, scores[where], float(outside @ self._weights.entry))
        order = where[np.argsort(scores[where])[::-1][:most]]
        confidence = 1.0 / (1.0 + float(np.exp(-(x @ self._weights.answer + self._weights.bias))))
        return Found([Hit(int(at), float(scores[at])) for at in order], confidence)

    def similarities(self, query: str) -> Floats:
        """Features of every entry and, in the last row, of the outside group."""
        return features(views(self._index, self._embedders, query), self._index.entry_of, self._index.entries)

    @property
    def threshold(self) -> float:
        """Below this confidence nothing fits."""
        return self._weights.threshold
