"""Kernel ridge regression over all rows: how much a question belongs to each entry or outside topic.

Everything is exact and in closed form, in one symmetric matrix of float32 that is made block by block and factorised
where it stands: for n rows that is 4 n² bytes, and the blocks beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, lapack

from knowledge.arrays import digest, keep, recall
from knowledge.index import Index

Floats = npt.NDArray[np.float32]
Groups = npt.NDArray[np.int64]
DENSE_WEIGHT, SPARSE_WEIGHT = 2.0, 0.5  # all embeddings in equal parts, n-grams; chosen by leaving one out
RIDGE = 0.09
BLOCK = 512  # rows of the kernel made at a time


def view_weights(embeddings: int) -> Floats:
    """The weight of each view: the embeddings, then the n-grams."""
    return np.array([*[DENSE_WEIGHT / embeddings] * embeddings, SPARSE_WEIGHT], dtype=np.float32)


def kernel(views: Floats) -> Floats:
    """Fused similarity from views of shape (embeddings + 1, …): near 1 for the same question, about 0.1 for unrelated ones."""
    weights = view_weights(len(views) - 1)
    return np.asarray(np.exp(np.tensordot(weights, views, axes=1) - weights.sum()), dtype=np.float32)


def blocks(index: Index) -> Iterator[tuple[slice, Floats]]:
    """The kernel between all rows, some rows at a time: which, and their kernel with all, shape (some, rows)."""
    for start in range(0, len(index.rows), BLOCK):
        some = slice(start, min(start + BLOCK, len(index.rows)))
        yield some, kernel(np.stack([*(index.among(name, some) for name in index.names), index.sparse.among(some)]))


def targets(group_of: Groups) -> Floats:
    """1 where a row belongs to a group, shape (rows, groups)."""
    out = np.zeros((len(group_of), int(group_of.max()) + 1), dtype=np.float32)
    out[np.arange(len(group_of)), group_of] = 1.0
    return out


def _factor(index: Index) -> Floats:
    """The Cholesky factor of the kernel with its ridge, in the lower triangle of a matrix in Fortran's order."""
    size = len(index.rows)
    matrix = np.empty((size, size), dtype=np.float32)
    for some, near in blocks(index):
        matrix[some] = near
    matrix[np.diag_indices(size)] += np.float32(RIDGE)
    factor, _ = cho_factor(matrix.T, lower=True, overwrite_a=True, check_finite=False)
    return np.asarray(factor, dtype=np.float32)


def fit(index: Index, cache: Path | None) -> Floats:
    """Coefficients of shape (rows, groups); kept in ``cache`` by the content of the index."""
    recipe = f"{index.names} {view_weights(len(index.names)).tolist()} {RIDGE}".encode()
    key = digest(recipe, *(f"{row.group} {row.text}".encode() for row in index.rows))
    stored = recall(cache, "ridge", key, ["coefficients"])
    if stored is not None:
        return np.asarray(stored["coefficients"], dtype=np.float32)
    solved = cho_solve((_factor(index), True), targets(index.group_of), check_finite=False)
    coefficients = np.ascontiguousarray(solved, dtype=np.float32)
    keep(cache, "ridge", key, {"coefficients": coefficients})
    return coefficients


def left_out(index: Index, entries: int) -> Floats:
    """Scores of each row by a regression that has not seen it (rows of groups from ``entries`` on: not their group).

    Shape (rows, groups).
    """
    wanted = targets(index.group_of)
    factor = _factor(index)
    coefficients = cho_solve((factor, True), wanted, check_finite=False)
    inverse, failed = lapack.spotri(factor, lower=True, overwrite_c=True)  # its lower triangle
    if failed:
        raise ArithmeticError(f"the kernel has no inverse ({failed})")
    scores = wanted - coefficients / np.diag(inverse)[:, None]
    for topic in range(entries, wanted.shape[1]):
        block = np.flatnonzero(index.group_of == topic)
        among = np.tril(inverse[np.ix_(block, block)])
        among += np.tril(among, -1).T
        scores[block] = wanted[block] - np.linalg.solve(among, coefficients[block])
    return np.asarray(scores, dtype=np.float32)
