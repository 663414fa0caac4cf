"""Train the examples stage: ``python -m agent.understand.train --out DIR``. Seeded; the same data give the same weights."""

from __future__ import annotations

import argparse
import ast
import hashlib
import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from agent.understand.calibrate import Judged, calibrate
from agent.understand.classifier import BadArtefact, Calibration, Classifier, Weights, load
from agent.understand.examples import DATA, Example, digest, read
from agent.understand.features import Floats, Vocabulary, Whitening, sparse_rows, tokens
from agent.understand.labels import labels
from agent.understand.noise import noisy
from agent.understand.vectors import VectorStore
from knowledge.embeddings import Embedder, embedded

log = logging.getLogger(__name__)
SEED = 20240607
VERSION = "1"
C = 20.0
ROUNDS_MAX = 60
NOISE_SHARE = 0.3
FOLDS_MAX = 4
Progress = Callable[[str], None]


def key() -> str:
    """Names an artefact: changes with the examples and with what is computed from them, not with how it is laid out."""
    names = ("features.py", "train.py", "noise.py", "calibrate.py", "text.py")
    code = "".join(ast.dump(ast.parse(Path(__file__).with_name(name).read_text(encoding="utf-8"))) for name in names)
    return hashlib.sha256(f"{VERSION}:{digest([DATA / 'train'])}:{code}".encode()).hexdigest()


def augment(examples: Sequence[Example]) -> list[Example]:
    """The examples and, for a share of them, a copy with a slip."""
    rng = random.Random(SEED)  # noqa: S311 - reproducible noise, nothing secret
    copies = [
        Example(e.label, noisy(e.text, rng, rng.choice((1, 1, 2))), e.author, e.lang)
        for e in examples
        if rng.random() < NOISE_SHARE
    ]
    return [*examples, *copies]


def fit(
    dense: Floats, bags: Sequence[Counter[str]], target: npt.NDArray[np.int64], count: int, c: float = C
) -> tuple[Vocabulary, Weights]:
    """Multinomial logistic regression (L2, strength ``c`` as in scikit-learn) by L-BFGS.

    Written out here because the two halves of the features want different products: a dense one that BLAS does fast and
    a sparse one; as one sparse matrix the same fit takes twenty times as long.
    """
    vocabulary = Vocabulary.learn(bags)
    sparse = sparse_rows(bags, vocabulary.index(), vocabulary.idf)
    sparse_t = sparse.T.tocsr()
    n, d, g = len(target), dense.shape[1], len(vocabulary.grams)
    truth = np.zeros((n, count), dtype=np.float32)
    truth[np.arange(n), target] = 1

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.astype(np.float32).reshape(d + g + 1, count)
        logits = dense @ weights[:d] + sparse @ weights[d : d + g] + weights[-1]
        logits -= logits.max(axis=1, keepdims=True)
        exped = np.exp(logits)
        total = exped.sum(axis=1, keepdims=True)
        nll = float((np.log(total[:, 0]) - logits[np.arange(n), target]).sum())
        error = exped / total - truth
        gradient = np.vstack([dense.T @ error, sparse_t @ error, error.sum(axis=0, keepdims=True)])
        penalised = weights.copy()
        penalised[-1] = 0
        value = nll + float((penalised.astype(np.float64) ** 2).sum()) / (2 * c)
        return value, (gradient + penalised / c).astype(np.float64).ravel()

    start = np.zeros((d + g + 1) * count)
    found: Any = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS_MAX, "maxcor": 7, "ftol": 1e-6}
    )
    weights = found.x.astype(np.float32).reshape(d + g + 1, count)
    return vocabulary, Weights(weights[:d], weights[d : d + g], weights[-1])


def folds(examples: Sequence[Example]) -> list[list[str]]:
    """Authors to leave out together, so that probabilities are judged on people whom the model has not heard."""
    authors = sorted({e.author for e in examples})
    return [authors[i::FOLDS_MAX] for i in range(min(FOLDS_MAX, len(authors)))] if len(authors) > 1 else []


def train(
    examples: Sequence[Example], embedders: Sequence[Embedder], store: VectorStore, progress: Progress = log.info
) -> Classifier:
    """Fit on everything, with thresholds from fits that leave authors out."""
    names = labels()
    number = {label: i for i, label in enumerate(names)}
    everything = augment(examples)
    progress(f"understanding: {len(examples)} examples, {len(everything)} with slips")
    texts = [e.text for e in everything]
    vectors = [store.rows(embedder, texts, progress) for embedder in embedders]
    whitenings = [Whitening.learn(rows[: len(examples)]) for rows in vectors]  # needs no labels, so one for all folds
    dense = np.hstack([w.apply(rows) for w, rows in zip(whitenings, vectors, strict=True)])
    bags = [tokens(text) for text in texts]
    target = np.array([number[e.label] for e in everything], dtype=np.int64)
    original = np.arange(len(everything)) < len(examples)
    judged: list[Judged] = []
    for left_out in folds(examples):
        out = np.array([e.author in left_out for e in everything])
        inside = np.flatnonzero(~out & original)
        vocabulary, weights = fit(dense[inside], [bags[i] for i in inside], target[inside], len(names))
        test = np.flatnonzero(out & original)
        sparse = sparse_rows([bags[i] for i in test], vocabulary.index(), vocabulary.idf)
        logits = dense[test] @ weights.dense + sparse @ weights.sparse + weights.bias
        judged.append(Judged(np.asarray(logits, dtype=np.float32), target[test]))
        right = float((logits.argmax(axis=1) == target[test]).mean())
        progress(f"understanding: {right:.1%} right on authors left out ({', '.join(left_out)})")
    calibration = calibrate(judged, names) if judged else Calibration()
    vocabulary, weights = fit(dense, bags, target, len(names))
    progress(f"understanding: {len(vocabulary.grams)} n-grams, {calibration}")
    return Classifier(names, vocabulary, weights, calibration, embedders, whitenings)


def load_or_train(
    folder: Path, embedders: Sequence[Embedder] | None = None, progress: Progress = log.info
) -> Classifier:
    """The classifier of the present examples: from ``folder`` where it is whole, else trained (some minutes) and kept."""
    embedders = embedders if embedders is not None else embedded()
    name = key()
    try:
        return load(folder, name, embedders)
    except BadArtefact as error:
        progress(f"understanding: training anew ({error})")
    classifier = train(read(DATA / "train"), embedders, VectorStore(folder), progress)
    classifier.save(folder, name)
    return classifier


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="cache folder for the artefact")
    load_or_train(parser.parse_args().out, progress=print)


if __name__ == "__main__":
    main()
