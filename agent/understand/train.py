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
from scipy.sparse import csr_matrix

from agent.understand.calibrate import Judged, calibrate
from agent.understand.classifier import BadArtefact, Calibration, Classifier, Opinion, Weights, load
from agent.understand.examples import DATA, Example, digest, read
from agent.understand.features import Floats, Vocabulary, Whitening, sparse_rows, tokens
from agent.understand.labels import labels
from agent.understand.noise import noisy
from agent.understand.tuned import beside, shipped_opinion
from agent.understand.vectors import VectorStore
from knowledge.embeddings import Embedder, embedded

log = logging.getLogger(__name__)
SEED = 20240607
VERSION = "2"
JUDGES = (
    "haiyan",
    "qingshan",
)  # the development authors: no part of the classifier, nor the tuned encoder, has seen a line of theirs
C = 20.0
ROUNDS_MAX = 60
NOISE_SHARE = 0.6
GRAMS_KEPT = 36_000
JUDGED_AT_ONCE = 64
Progress = Callable[[str], None]


def key() -> str:
    """Names an artefact: changes with the examples and with what is computed from them, not with how it is laid out."""
    names = ("features.py", "marks.py", "contrast.py", "trust.py", "train.py", "noise.py", "calibrate.py", "text.py")
    code = "".join(ast.dump(ast.parse(Path(__file__).with_name(name).read_text(encoding="utf-8"))) for name in names)
    return hashlib.sha256(f"{VERSION}:{digest([DATA / 'train'])}:{_judges_digest()}:{code}".encode()).hexdigest()


def judges() -> list[Example]:
    """What probabilities are judged by: lines of authors whom nothing has seen, each also with a slip or two."""
    said = [e for e in read(DATA / "heldout") if e.author in JUDGES]
    rng = random.Random(SEED)  # noqa: S311 - reproducible noise, nothing secret
    return [*said, *(Example(e.label, noisy(e.text, rng, rng.choice((1, 2))), e.author, e.lang) for e in said)]


def _judges_digest() -> str:
    whole = hashlib.sha256()
    for path in sorted(DATA.glob("heldout/*.tsv")):
        if path.name.partition(".")[0] in JUDGES:
            whole.update(path.read_bytes())
    return whole.hexdigest()


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
) -> Weights:
    """Multinomial logistic regression (L2, strength ``C`` as in scikit-learn) by L-BFGS from zero.

    Written out here because the two halves of the features want different products: a dense one that BLAS does fast and
    a sparse one; as one sparse matrix the same fit takes twenty times as long.
    """
    from scipy.optimize import minimize  # takes half a second to load, and only learning needs it

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

    found: Any = minimize(
        loss,
        np.zeros((d + g + 1) * count),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": ROUNDS_MAX, "maxcor": 7, "ftol": 1e-6},
    )
    weights = found.x.astype(np.float32).reshape(d + g + 1, count)
    return Weights(weights[:d], weights[d : d + g], weights[-1])


def prune(vocabulary: Vocabulary, weights: Weights) -> tuple[Vocabulary, Weights]:
    """Without the n-grams that say least: the artefact is committed, and half of them carry a twentieth of the weight."""
    telling = np.linalg.norm(weights.sparse, axis=1) * vocabulary.idf
    kept = np.sort(np.argsort(-telling)[:GRAMS_KEPT])
    grams = tuple(vocabulary.grams[i] for i in kept)
    return Vocabulary(grams, vocabulary.idf[kept]), Weights(weights.dense, weights.sparse[kept], weights.bias)


def train(
    examples: Sequence[Example],
    judged_by: Sequence[Example],
    embedders: Sequence[Embedder],
    store: VectorStore,
    progress: Progress = log.info,
    tuned: Opinion | None = None,
) -> Classifier:
    """Fit on ``examples``, with probabilities and thresholds by ``judged_by``, whose authors nothing has seen."""
    names = labels()
    number = {label: i for i, label in enumerate(names)}
    everything = augment(examples)
    progress(f"understanding: {len(examples)} examples, {len(everything)} with slips")
    vectors = [store.rows(embedder, [e.text for e in everything], progress) for embedder in embedders]
    whitenings = [Whitening.learn(rows) for rows in vectors]
    dense = np.hstack([w.apply(rows) for w, rows in zip(whitenings, vectors, strict=True)])
    bags = [tokens(e.text) for e in everything]
    vocabulary = Vocabulary.learn(bags)
    sparse = sparse_rows(bags, vocabulary.index(), vocabulary.idf)
    target = np.array([number[e.label] for e in everything], dtype=np.int64)
    vocabulary, weights = prune(vocabulary, fit(dense, sparse, target, len(names)))
    raw = Classifier(names, vocabulary, weights, Calibration(), embedders, whitenings, tuned)
    judged = judge(raw, judged_by)
    calibration = calibrate(judged, names) if len(judged.target) else Calibration()
    progress(f"understanding: {len(vocabulary.grams)} n-grams, {calibration}")
    return Classifier(names, vocabulary, weights, calibration, embedders, whitenings, tuned)


def judge(classifier: Classifier, judged_by: Sequence[Example]) -> Judged:
    """What each part of ``classifier`` says of the texts of ``judged_by``, in a fixed order.

    Of an example with alternatives ("cancel|deny") the likelier one counts as the right one.
    """
    number = {label: i for i, label in enumerate(classifier.labels)}
    ordered = sorted(judged_by, key=lambda e: len(e.text))
    batches = [ordered[i : i + JUDGED_AT_ONCE] for i in range(0, len(ordered), JUDGED_AT_ONCE)]
    said = [classifier.parts([e.text for e in batch]) for batch in batches]
    parts = tuple(np.vstack(part) for part in zip(*said, strict=True))
    whole = np.sum(parts, axis=0) if parts else np.zeros((0, len(number)))
    target = [
        max((number[a] for a in e.label.split("|")), key=row.__getitem__) for e, row in zip(ordered, whole, strict=True)
    ]
    return Judged(parts, np.array(target, dtype=np.int64))


def load_or_train(
    folder: Path, embedders: Sequence[Embedder] | None = None, progress: Progress = log.info
) -> Classifier:
    """The classifier of the present examples: from ``folder`` where it is whole, else trained (some minutes) and kept."""
    embedders = beside(embedders if embedders is not None else embedded())
    name, tuned = key(), shipped_opinion()
    try:
        return load(folder, name, embedders, tuned)
    except BadArtefact as error:
        progress(f"understanding: training anew ({error})")
    classifier = train(read(DATA / "train"), judges(), embedders, VectorStore(folder), progress, tuned)
    classifier.save(folder, name)
    return classifier


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="cache folder for the artefact")
    load_or_train(parser.parse_args().out, progress=print)


if __name__ == "__main__":
    main()
