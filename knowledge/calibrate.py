"""Learns the ranking's weights and the point where "I don't know" begins: ``python -m knowledge.calibrate``.

Each way of asking is held out in turn and must find its entry through the others; each outside question is held out
with its whole topic and must find nothing. Nothing of ``heldout/`` is read here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.embeddings import Embedder, embedded
from knowledge.index import Index, Row, VectorStore
from knowledge.library import ENTRIES, outside_questions, rows_of
from knowledge.loader import load
from knowledge.port import Locale
from knowledge.retrieve import RANKING_FILE, VIEWS, Floats, answer_features, features
from knowledge.schema import LOCALES
from knowledge.tariff import PLACEHOLDER, Tariff, texts

ANSWERABLE_DECLINED_MAX = 0.02
HARD_NEGATIVES = 10
FOLDS = 5


@dataclass(frozen=True)
class Trial:
    """One held-out question: features of all entries and of the outside group; ``right`` is None for outside ones."""

    inside: Floats
    outside: Floats
    right: int | None


def neutral_tariff(folder: Path = ENTRIES) -> Tariff:
    """Every figure as a plain sign: for learning, the amounts do not matter."""
    keys = {
        key for entry in load(folder).entries for _, text in texts(entry) for key in PLACEHOLDER.findall(text.zh + text.en)
    }
    return {key: {"zh-CN": "若干", "en": "some"} for key in keys}


def trials(locale: Locale, embedders: Sequence[Embedder], cache: Path | None) -> list[Trial]:
    """All held-out questions of one language with their features."""
    entries = [entry for entry in load(ENTRIES).entries if entry.state == "approved"]
    outside = outside_questions()
    rows = rows_of(entries, locale, neutral_tariff())
    topics = [-1] * len(rows)
    for number, topic in enumerate(outside.values()):
        rows += [Row(text, len(entries)) for text in topic[locale]]
        topics += [number] * len(topic[locale])
    texts_ = [row.text for row in rows]
    vectors = {one.name: VectorStore(one, cache).vectors(texts_) for one in embedders}
    index = Index(rows, vectors, chinese=locale == "zh-CN")
    asks = {text for entry in entries for text in entry.asks.of(locale)}
    queries = {one.name: one.embed_queries(texts_) for one in embedders}
    topic_of = np.array(topics)
    found: list[Trial] = []
    for at, row in enumerate(rows):
        if topics[at] < 0 and row.text not in asks:
            continue
        dense = [index.similarities(one.name, queries[one.name][at]) for one in embedders]
        similar = np.stack([*dense, index.sparse.similarities(row.text)]).astype(np.float64)
        hidden = np.arange(len(rows)) == at if topics[at] < 0 else topic_of == topics[at]
        similar[:, hidden] = -1.0
        both = features(similar, index.entry_of, index.entries)
        found.append(Trial(both[:-1], both[-1], row.entry if topics[at] < 0 else None))
    return found


def learn_entry(found: Sequence[Trial]) -> Floats:
    """Weights under which the right entry comes before its nearest rivals (pairs, logistic loss)."""
    from sklearn.linear_model import LogisticRegression

    pairs: list[Floats] = []
    for trial in found:
        if trial.right is None:
            continue
        rough = trial.inside[:, :VIEWS].sum(axis=1)
        rivals = [at for at in np.argsort(rough)[::-1][: HARD_NEGATIVES + 1] if at != trial.right]
        pairs += [trial.inside[trial.right] - trial.inside[at] for at in rivals]
    x = np.array(pairs)
    both = np.concatenate([x, -x])
    labels = np.concatenate([np.ones(len(x)), np.zeros(len(x))])
    model = LogisticRegression(fit_intercept=False, C=10.0, max_iter=1000).fit(both, labels)
    return np.asarray(model.coef_[0], dtype=np.float64)


def _answers(found: Sequence[Trial], weights: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    x = [
        answer_features(trial.inside, trial.outside, trial.inside @ weights, float(trial.outside @ weights))
        for trial in found
    ]
    return np.array(x), np.array([int(trial.right is not None) for trial in found])


def learn(found: Sequence[Trial]) -> dict[str, object]:
    """One language's weights and threshold, with what they reach on the held-out questions."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    weights = learn_entry(found)
    x, y = _answers(found, weights)
    model = LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced")
    probability = cross_val_predict(model, x, y, cv=FOLDS, method="predict_proba")[:, 1]
    threshold = float(np.quantile(probability[y == 1], ANSWERABLE_DECLINED_MAX))
    model.fit(x, y)
    inside = [trial for trial in found if trial.right is not None]
    ranks = [int((trial.inside @ weights > (trial.inside @ weights)[trial.right]).sum()) for trial in inside]
    return {
        "entry": [round(float(value), 4) for value in weights],
        "answer": [round(float(value), 4) for value in model.coef_[0]],
        "bias": round(float(model.intercept_[0]), 4),
        "threshold": round(threshold, 4),
        "learned_on": {
            "questions": len(inside), "outside": int((y == 0).sum()),
            "hit_1": round(float(np.mean([rank < 1 for rank in ranks])), 3),
            "hit_3": round(float(np.mean([rank < 3 for rank in ranks])), 3),
            "declined": round(float(np.mean(probability[y == 0] < threshold)), 3),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of the vector store")
    parser.add_argument("--out", type=Path, default=RANKING_FILE)
    options = parser.parse_args()
    embedders = embedded()
    result = {locale: learn(trials(locale, embedders, options.cache)) for locale in LOCALES}
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
