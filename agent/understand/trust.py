"""How far a first place can be trusted: what each part of the classifier says of it, and what stands next to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
EDGE = 1e-4
RIDGE = 1.0


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Rows of probabilities."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def together(parts: Sequence[Floats]) -> Floats:
    """The sum of the parts' logits."""
    return np.asarray(np.sum(parts, axis=0), dtype=np.float32)


def _odds(p: Floats) -> Floats:
    kept = np.clip(p, EDGE, 1 - EDGE)
    return np.asarray(np.log(kept / (1 - kept)), dtype=np.float32)


def evidence(parts: Sequence[Floats], temperature: float, is_action: npt.NDArray[np.bool_]) -> Floats:
    """(n, 5 + 2 * parts) for logits (n, labels) of each part: chances of the first and second, their ratio, whether each part
    alone puts the same one first and how strongly, the chance of all that changes nothing, and a constant."""
    chance = softmax(together(parts) / np.float32(temperature))
    rows = np.arange(len(chance))
    order = np.argsort(-chance, axis=1)
    first, second = order[:, 0], order[:, 1]
    alone = [softmax(part * np.float32(len(parts) / temperature)) for part in parts]
    columns = [
        _odds(chance[rows, first]),
        _odds(chance[rows, second]),
        np.log(chance[rows, first] / np.maximum(chance[rows, second], 1e-9)),
        *(one.argmax(axis=1) == first for one in alone),
        *(_odds(one[rows, first]) for one in alone),
        _odds(chance[:, ~is_action].sum(axis=1)),
        np.ones(len(chance)),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def learn(found: Floats, right: npt.NDArray[np.bool_]) -> tuple[float, ...]:
    """Weights of the evidence by logistic regression."""
    from scipy.optimize import minimize  # takes half a second to load, and only learning needs it

    sign = np.where(right, 1.0, -1.0)

    def cost(w: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = sign * (found @ w)
        pull = -sign / (1 + np.exp(np.clip(margin, -60, 60)))
        return float(np.logaddexp(0, -margin).sum() + RIDGE * (w @ w) / 2), found.T @ pull + RIDGE * w

    best: Any = minimize(cost, np.zeros(found.shape[1]), jac=True, method="L-BFGS-B")
    return tuple(float(x) for x in best.x)


def trust(found: Floats, weights: tuple[float, ...]) -> Floats:
    """(n,) between 0 and 1."""
    return np.asarray(1 / (1 + np.exp(-(found @ np.array(weights, np.float32)))), dtype=np.float32)
