"""Probabilities that mean something, and the thresholds that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agent.understand.classifier import Calibration
from agent.understand.features import Floats
from agent.understand.labels import actions
from agent.understand.trust import evidence, learn, softmax, trust

WRONG_ACTIONS_MAX = 0.004
TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(3.0), 60))
ACT_MIN, ACT_MAX = 0.35, 0.8  # above that a question back costs more than it saves: every action is confirmed anyway


@dataclass(frozen=True)
class Judged:
    """Logits (n, labels) for texts of authors whom the model did not see, by each half of the features, and the right
    labels (n,)."""

    by_dense: Floats
    by_sparse: Floats
    target: npt.NDArray[np.int64]

    @property
    def logits(self) -> Floats:
        """Of both halves together."""
        return self.by_dense + self.by_sparse


def temperature(judged: Sequence[Judged]) -> float:
    """The one that makes the right labels likeliest."""

    def cost(t: float) -> float:
        losses = [-np.log(softmax(j.logits / np.float32(t))[np.arange(len(j.target)), j.target] + 1e-9) for j in judged]
        return float(np.concatenate(losses).mean())

    return float(min(TEMPERATURES, key=cost))


def calibrate(judged: Sequence[Judged], labels: Sequence[str]) -> Calibration:
    """The temperature, the weights of trust, and the lowest trust for actions that keeps wrong ones under
    ``WRONG_ACTIONS_MAX`` of all."""
    t = temperature(judged)
    is_action = np.array([label in actions() for label in labels])
    by_dense, by_sparse = np.vstack([j.by_dense for j in judged]), np.vstack([j.by_sparse for j in judged])
    target = np.concatenate([j.target for j in judged])
    best = (by_dense + by_sparse).argmax(axis=1)
    found = evidence(by_dense, by_sparse, t, is_action)
    weights = learn(found[is_action[best]], (best == target)[is_action[best]])
    wrong = np.sort(trust(found, weights)[is_action[best] & (best != target)])[::-1]
    allowed = int(WRONG_ACTIONS_MAX * len(best))
    act = float(wrong[allowed]) + 1e-3 if allowed < len(wrong) else ACT_MIN
    return Calibration(temperature=t, act=min(max(act, ACT_MIN), ACT_MAX), trust=weights)
