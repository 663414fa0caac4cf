"""Probabilities that mean something, and the thresholds that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agent.understand.classifier import Calibration, softmax
from agent.understand.features import Floats
from agent.understand.labels import actions

WRONG_ACTIONS_MAX = 0.004
TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(3.0), 60))
ACT_MIN, ACT_MAX = 0.35, 0.75  # above that a question back costs more than it saves: every action is confirmed anyway


@dataclass(frozen=True)
class Judged:
    """Logits (n, labels) for texts of authors whom the model did not see, and the right labels (n,)."""

    logits: Floats
    target: npt.NDArray[np.int64]


def temperature(judged: Sequence[Judged]) -> float:
    """The one that makes the right labels likeliest."""

    def cost(t: float) -> float:
        losses = [-np.log(softmax(j.logits / np.float32(t))[np.arange(len(j.target)), j.target] + 1e-9) for j in judged]
        return float(np.concatenate(losses).mean())

    return float(min(TEMPERATURES, key=cost))


def calibrate(judged: Sequence[Judged], labels: Sequence[str]) -> Calibration:
    """The temperature, and the lowest threshold for actions that keeps wrong ones under ``WRONG_ACTIONS_MAX`` of all."""
    t = temperature(judged)
    probabilities = np.vstack([softmax(j.logits / np.float32(t)) for j in judged])
    target = np.concatenate([j.target for j in judged])
    best = probabilities.argmax(axis=1)
    is_action = np.array([label in actions() for label in labels])
    wrong = np.sort(probabilities[np.arange(len(best)), best][is_action[best] & (best != target)])[::-1]
    allowed = int(WRONG_ACTIONS_MAX * len(best))
    act = float(wrong[allowed]) + 1e-3 if allowed < len(wrong) else ACT_MIN
    return Calibration(temperature=t, act=min(max(act, ACT_MIN), ACT_MAX))
