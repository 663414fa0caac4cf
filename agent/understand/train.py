"""Train the examples stage: ``python -m agent.understand.train --out DIR``. Seeded; the same data give the same weights."""

from __future__ import annotations

import argparse
import ast
import hashlib
import logging
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

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
ROUNDS_MAX = 40
WARM_ROUNDS_MAX = 20
NOISE_SHARE = 0.6
FOLDS_MAX = 3
JUDGED_MAX = 2  # of the folds: the other authors are trained on in each, and a fit takes its time
GRAMS_KEPT = 36_000
Progress = Callable[[str], None]


def key() -> str:
    """Names an artefact: changes with the examples and with what is computed from them, not with how it is laid out."""
    names = ("features.py", "marks.py", "contrast.py", "trust.py", "train.py", "noise.py", "calibrate.py", "text.py")
    code = "".join(ast.dump(ast.parse(Path(__file__).with_name(name).read_text(encoding="utf-8"))) for name in names)
    return hashlib.sha256(f"{VERSION}:{digest([DATA / 'train'])}:{code}".encode()).hexdigest()


def augment(examples: Sequence[Example]) -> list[Example]:
    """The examples and, for a share of them, a copy with a slip; the same example slips the same way whatever is beside it."""
    copies = []
    for example in examples:
        rng = random.Random(f"{SEED}:{example.text}")  # noqa: S311 - reproducible noise, nothing secret
        if rng.random() < NOISE_SHARE:
            slipped = noisy(example.text, rng, rng.choice((1, 1, 2)))
            copies.append(Example(example.label, slipped, example.author, example.lang))
    return [*examples, *copies]


def fit(
    dense: Floats,
    sparse: csr_matrix,
    target: npt.NDArray[np.int64],
    count: int,
    *,
    start: Weights | None = None,
    rounds: int = ROUNDS_MAX,
) -> Weights:
    """Multinomial logistic regression (L2, strength ``C`` as in scikit-learn) by L-BFGS from ``start`` or zero.

    Written out here because the two halves of the features want different products: a dense one that BLAS does fast and
    a sparse one; as one sparse matrix the same fit takes twenty times as long.
    """
    sparse_t = sparse.T.tocsr()
    n, d, g = len(target), dense.shape[1], sparse.shape[1]
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
        value = nll + float((penalised.astype(np.float64) ** 2).sum()) / (2 * C)
        return value, (gradient + penalised / C).astype(np.float64).ravel()

    first = np.zeros((d + g + 1, count)) if start is None else np.vstack([start.dense, start.sparse, start.bias])
    found: Any = minimize(
        loss,
        first.astype(np.float64).ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": rounds, "maxcor": 7, "ftol": 1e-6},
    )
    weights = found.x.astype(np.float32).reshape(d + g + 1, count)
    return Weights(weights[:d], weights[d : d + g], weights[-1])


def mean(fits: Sequence[Weights]) -> Weights:
    """Where the fit on everything starts from: near its end, so that it needs fewer rounds."""
    return Weights(
        np.mean([f.dense for f in fits], axis=0),
        np.mean([f.sparse for f in fits], axis=0),
        np.mean([f.bias for f in fits], axis=0),
    )


def prune(vocabulary: Vocabulary, weights: Weights) -> tuple[Vocabulary, Weights]:
    """Without the n-grams that say least: the artefact is committed, and half of them carry a twentieth of the weight."""
    telling = np.linalg.norm(weights.sparse, axis=1) * vocabulary.idf
    kept = np.sort(np.argsort(-telling)[:GRAMS_KEPT])
    grams = tuple(vocabulary.grams[i] for i in kept)
    return Vocabulary(grams, vocabulary.idf[kept]), Weights(weights.dense, weights.sparse[kept], weights.bias)


def folds(examples: Sequence[Example]) -> list[list[str]]:
    """Authors to leave out together, so that probabilities are judged on people whom the model has not heard."""
    authors = sorted({e.author for e in examples})
    groups = [authors[i::FOLDS_MAX] for i in range(min(FOLDS_MAX, len(authors)))] if len(authors) > 1 else []
    return groups[:JUDGED_MAX]


def train(
    examples: Sequence[Example], embedders: Sequence[Embedder], store: VectorStore, progress: Progress = log.info
) -> Classifier:
    """Fit on everything, with thresholds from fits that leave authors out."""
    names = labels()
    number = {label: i for i, label in enumerate(names)}
    everything = augment(examples)
    progress(f"understanding: {len(examples)} examples, {len(everything)} with slips")
    vectors = [store.rows(embedder, [e.text for e in everything], progress) for embedder in embedders]
    whitenings = [Whitening.learn(rows) for rows in vectors]  # needs no labels, so one for all folds
    dense = np.hstack([w.apply(rows) for w, rows in zip(whitenings, vectors, strict=True)])
    bags = [tokens(e.text) for e in everything]
    target = np.array([number[e.label] for e in everything], dtype=np.int64)
    original = np.arange(len(everything)) < len(examples)
    vocabulary = Vocabulary.learn(bags)
    sparse = sparse_rows(bags, vocabulary.index(), vocabulary.idf)
    judged: list[Judged] = []
    fits: list[Weights] = []
    for left_out in folds(examples):
        out = np.array([e.author in left_out for e in everything])
        inside, test = np.flatnonzero(~out), np.flatnonzero(out & original)
        fits.append(fit(dense[inside], sparse[inside], target[inside], len(names)))
        by_dense, by_sparse = dense[test] @ fits[-1].dense + fits[-1].bias, sparse[test] @ fits[-1].sparse
        judged.append(Judged(np.asarray(by_dense, np.float32), np.asarray(by_sparse, np.float32), target[test]))
        right = float((judged[-1].logits.argmax(axis=1) == target[test]).mean())
        progress(f"understanding: {right:.1%} right on authors left out ({', '.join(left_out)})")
    calibration = calibrate(judged, names) if judged else Calibration()
    weights = (
        fit(dense, sparse, target, len(names), start=mean(fits), rounds=WARM_ROUNDS_MAX)
        if fits
        else fit(dense, sparse, target, len(names))
    )
    vocabulary, weights = prune(vocabulary, weights)
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
