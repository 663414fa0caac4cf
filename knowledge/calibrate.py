"""Learns where "I don't know" begins: ``python -m knowledge.calibrate``.

Each way of asking is left out in turn and must find its entry through the others; each outside question is left out
with its whole topic and must find nothing. Ridge regression gives both in closed form. Nothing of ``heldout/`` is read.

The embeddings are those of the settings; each set of them has a calibration of its own, without which it is not served.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.embeddings import CannotEmbed, Embedder
from knowledge.index import Index, VectorStore
from knowledge.library import ENTRIES, all_rows
from knowledge.loader import load
from knowledge.port import Locale
from knowledge.retrieve import answer_features, ranking_file
from knowledge.ridge import Floats, blocks, left_out
from knowledge.schema import LOCALES
from knowledge.select import embedders_of
from knowledge.settings import BadKnowledgeSettings, configured
from knowledge.tariff import PLACEHOLDER, Tariff, texts

ANSWERABLE_DECLINED_MAX = 0.025  # of left-out questions whose entry is first: to decline a wrong answer is no loss
FOLDS = 5


def neutral_tariff(folder: Path = ENTRIES) -> Tariff:
    """Every figure as a plain word: for learning, the amounts do not matter."""
    keys = {
        key
        for entry in load(folder).entries
        for _, text in texts(entry)
        for key in PLACEHOLDER.findall(text.zh + text.en)
    }
    return {key: {"zh-CN": "若干", "en": "some"} for key in keys}


def trials(index: Index, scores: Floats, entries: int) -> npt.NDArray[np.float64]:
    """Features of every row as a question that the index has not seen, shape (rows, features)."""
    group_of = index.group_of
    outside = group_of >= entries
    out = []
    for some, among in blocks(index):
        for at, near in zip(range(some.start, some.stop), among, strict=True):
            near[group_of == group_of[at] if outside[at] else at] = 0.0  # hidden, as it is from the scores
            first = int(scores[at, :entries].argmax())
            out.append(
                answer_features(
                    scores[at, :entries],
                    scores[at, entries:],
                    float(near[group_of == first].max()),
                    float(near[outside].max()),
                )
            )
    return np.array(out)


def learn(embedders: Sequence[Embedder], cache: Path | None) -> dict[str, object]:
    """The calibration and what it reaches on questions left out."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    entries = [entry for entry in load(ENTRIES).entries if entry.state == "approved"]
    rows, asked_in = all_rows(entries, neutral_tariff())
    vectors = {one.name: VectorStore(one, cache).vectors([row.text for row in rows]) for one in embedders}
    index = Index(rows, vectors)
    scores = left_out(index, len(entries))
    x = trials(index, scores, len(entries))
    use = np.array([language is not None for language in asked_in])
    inside = index.group_of < len(entries)
    y = inside.astype(int)
    model = LogisticRegression(C=10.0, max_iter=2000, class_weight="balanced")
    probability = np.zeros(len(rows))
    probability[use] = cross_val_predict(model, x[use], y[use], cv=FOLDS, method="predict_proba")[:, 1]
    model.fit(x[use], y[use])
    thresholds: dict[Locale, float] = {}
    reached: dict[str, dict[str, float]] = {}
    for locale in LOCALES:
        here = use & np.array([language == locale for language in asked_in])
        own = here & inside
        right = scores[own, index.group_of[own]]
        rank = (scores[own, : len(entries)] > right[:, None]).sum(axis=1)
        thresholds[locale] = round(float(np.quantile(probability[own][rank < 1], ANSWERABLE_DECLINED_MAX)), 4)
        reached[locale] = {
            "questions": int(own.sum()),
            "outside": int((here & ~inside).sum()),
            "hit_1": round(float((rank < 1).mean()), 3),
            "hit_3": round(float((rank < 3).mean()), 3),
            "declined": round(float((probability[here & ~inside] < thresholds[locale]).mean()), 3),
            "answerable_declined": round(float((probability[own] < thresholds[locale]).mean()), 3),
        }
    return {
        "embeddings": [one.name for one in embedders],
        "weights": [round(float(value), 4) for value in model.coef_[0]],
        "bias": round(float(model.intercept_[0]), 4),
        "thresholds": thresholds,
        "learned_on": reached,
    }


def main(arguments: list[str] | None = None) -> int:
    """Returns 0, or 2 where the embeddings of the settings cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of the vector store (default: as the running counter)")
    parser.add_argument("--out", type=Path, help="default: where the counter looks for it")
    options = parser.parse_args(arguments)
    try:
        settings = configured()
        cache = options.cache or settings.models / "knowledge"
        embedders = embedders_of(settings)
        result = json.dumps(learn(embedders, cache), indent=1)
    except (BadKnowledgeSettings, CannotEmbed) as error:
        print(error, file=sys.stderr)
        return 2
    out = options.out or ranking_file(embedders, cache)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(result + "\n", encoding="utf-8")
    print(f"{result}\n{out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
