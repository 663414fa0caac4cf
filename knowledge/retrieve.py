"""From a question to a ranking of entries, and to whether any of them answers it at all.

A question is compared with every row by several views (embeddings A and B, n-grams); the fused similarity is a kernel,
and a regression over all rows (:mod:`knowledge.ridge`) says how much the question belongs to each entry. Beside the
entries stand topics that the bank's knowledge does not answer (``outside.yaml``): where one of these is nearer, or
nothing is near, the answer is "I don't know". Weights and thresholds come from :mod:`knowledge.calibrate` and hold for
the embeddings with which they were learned: ``ranking.json`` for the embedded pair, others beside their vectors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.arrays import digest
from knowledge.embeddings import Embedder
from knowledge.index import Index
from knowledge.port import CannotServe, Locale
from knowledge.questions import core, leans
from knowledge.ridge import Floats, kernel

RANKING_FILE = Path(__file__).with_name("ranking.json")
QUERY_CHARS_MAX = 300
SERVICE_BONUS, SERVICE_BONUS_LEANING = 0.03, 0.2  # for entries of the service in progress; a sure entry scores about 1
TALK_BONUS = 0.1  # for entries near what was talked about, when a question leans on it
HANDOFF = "human.handoff"
_ELLIPTIC_ZH = re.compile(r"^(那|这|还有|另外|如果|要是|万一)|呢[?？]?$|^.{1,7}[?？]?$")
_ELLIPTIC_EN = re.compile(r"^(and|what about|how about|then|so|what if)\b|^(\S+\s*){1,4}$|\bnext\b", re.IGNORECASE)


@dataclass(frozen=True)
class Calibration:
    """How scores become a probability that the first entry answers, and below which it does not."""

    weights: npt.NDArray[np.float64]
    bias: float
    thresholds: Mapping[Locale, float]


@dataclass(frozen=True)
class About:
    """What an entry is about: its services, and its family (the first word of its id)."""

    services: frozenset[str]
    family: str


@dataclass(frozen=True)
class Talk:
    """The question before, with the services and the family of the entry that answered it."""

    question: str
    services: Sequence[str]
    family: str


@dataclass(frozen=True)
class Hit:
    """``entry`` is a position in the list that was indexed; ``score`` is about 1 for a sure one, 0 for none."""

    entry: int
    score: float


@dataclass(frozen=True)
class Found:
    """The ranking and the probability that its first entry answers the question."""

    hits: Sequence[Hit]
    confidence: float


class NotCalibrated(CannotServe):
    """What a score is worth was not learned for these embeddings; says what to run."""


def ranking_file(embedders: Sequence[Embedder], folder: Path | None) -> Path:
    """Where the calibration for these embeddings lies: what ships is for the embedded pair, others are in ``folder``."""
    names = [one.name for one in embedders]
    if folder is None or json.loads(RANKING_FILE.read_text(encoding="utf-8"))["embeddings"] == names:
        return RANKING_FILE
    return folder / f"ranking-{digest(*(name.encode() for name in names))[:12]}.json"


def load_calibration(path: Path, embedders: Sequence[Embedder]) -> Calibration:
    """The numbers that :mod:`knowledge.calibrate` learned.

    Raises:
        NotCalibrated: not for these embeddings.
    """
    names = [one.name for one in embedders]
    raw = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if raw.get("embeddings") != names:
        raise NotCalibrated(
            f"the ranking is not calibrated for {', '.join(names)}: run `python -m knowledge.calibrate` "
            "with the same SKYTELLER_EMBEDDINGS settings, once"
        )
    return Calibration(np.array(raw["weights"]), float(raw["bias"]), raw["thresholds"])


def elliptical(query: str, locale: Locale) -> bool:
    """Whether the question leans on what was said before ("那手续费呢？")."""
    return bool((_ELLIPTIC_ZH if locale == "zh-CN" else _ELLIPTIC_EN).search(query.strip()))


def answer_features(inside: Floats, outside: Floats, nearest: float, nearest_outside: float) -> npt.NDArray[np.float64]:
    """What tells an answerable question: first score, its lead, the outside's scores, best and all, the nearest rows."""
    ordered = np.sort(inside)[::-1]
    second = ordered[1] if len(ordered) > 1 else 0.0
    away = float(outside.max(initial=0.0))
    all_away = float(np.maximum(outside, 0.0).sum())
    return np.array([ordered[0], ordered[0] - second, ordered[0] - away, nearest, nearest - nearest_outside, all_away])


def _talked(before: Talk | None) -> list[str]:
    """The services of what was talked about; a person, whom many entries name as the next step, is no topic."""
    return [] if before is None else [service for service in before.services if service != HANDOFF]


class Retriever:
    """The index in service. Groups below ``entries`` are entries, the others outside topics."""

    def __init__(
        self,
        index: Index,
        coefficients: Floats,
        embedders: Sequence[Embedder],
        calibration: Calibration,
        about: Sequence[About],
        context: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._index, self._coefficients, self._embedders = index, coefficients, embedders
        self._calibration, self._about, self._context = calibration, about, context
        self._entries = len(about)
        self._outside_row = index.group_of >= self._entries

    def views(self, query: str) -> Floats:
        """Similarity with each row in each view (embeddings, n-grams), shape (views, rows)."""
        text = query[:QUERY_CHARS_MAX]
        dense = [self._index.similarities(one.name, one.embed_queries([text])) for one in self._embedders]
        return np.stack([*dense, self._index.sparse.similarities(text)])

    def nearest(self, query: str) -> Floats:
        """How near each entry's nearest row is in each view, shape (views, entries)."""
        views = self.views(query)
        out = np.full((len(views), int(self._index.group_of.max()) + 1), -1.0, dtype=np.float32)
        for view, row in zip(out, views, strict=True):
            np.maximum.at(view, self._index.group_of, row)
        return out[:, : self._entries]

    def find(
        self,
        query: str,
        locale: Locale,
        allowed: npt.NDArray[np.bool_],
        *,
        service: str | None = None,
        before: Talk | None = None,
        most: int = 5,
    ) -> Found:
        """The best ``most`` entries among ``allowed`` (shape (entries,)).

        A question that leans on what was said is also read together with it, and the reading that fits best counts.
        """
        where = np.flatnonzero(allowed)
        if not len(where) or not query.strip():
            return Found([], 0.0)
        leaning = elliptical(query, locale) or leans(query, locale)
        readings = self._readings(query, locale, service, before) if leaning else [query]
        bonus = self._bonus(service, before, leaning)
        best: tuple[Floats, Floats, Floats] | None = None
        for reading in readings:
            near = kernel(self.views(reading))
            scores = near @ self._coefficients
            inside = scores[: self._entries] + bonus
            if best is None or inside[where].max() > best[0][where].max():
                best = inside, scores[self._entries :], near
        assert best is not None  # noqa: S101 - there is at least one reading
        inside, outside, near = best
        order = where[np.argsort(inside[where])[::-1]]
        nearest = float(near[self._index.group_of == order[0]].max())
        x = answer_features(inside[where], outside, nearest, float(near[self._outside_row].max(initial=0.0)))
        logit = float(x @ self._calibration.weights + self._calibration.bias)
        return Found([Hit(int(at), float(inside[at])) for at in order[:most]], float(1.0 / (1.0 + np.exp(-logit))))

    def _readings(self, query: str, locale: Locale, service: str | None, before: Talk | None) -> list[str]:
        """The question alone, unless it says itself that it goes on; with its topic; and with the question before."""
        language = "zh" if locale == "zh-CN" else "en"
        bare = core(query, locale)
        talked = _talked(before)
        topics = [one for one in (service, *talked[:1], before and before.family) if one]
        named = dict.fromkeys(self._context[topic][language] for topic in topics if topic in self._context)
        found = [f"{name} {bare}" for name in named]
        if before is not None:
            found.append(f"{before.question} {bare}")
        return found if found and leans(query, locale) else [query, *found]

    def _bonus(self, service: str | None, before: Talk | None, leaning: bool) -> Floats:
        """For entries of the service in progress, and for a follow-up those of what was talked about."""
        own = SERVICE_BONUS_LEANING if leaning else SERVICE_BONUS
        bonus = np.array([own if service in one.services else 0.0 for one in self._about], dtype=np.float32)
        if before is not None and leaning:
            talked = frozenset(_talked(before))
            same = [bool(talked & one.services) or one.family == before.family for one in self._about]
            bonus = np.maximum(bonus, TALK_BONUS * np.array(same, dtype=np.float32))
        return bonus

    def threshold(self, locale: Locale) -> float:
        """Below this confidence nothing fits."""
        return self._calibration.thresholds[locale]
