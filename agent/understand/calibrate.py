"""Probabilities that mean something, and the thresholds that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agent.understand.classifier import Calibration
from agent.understand.features import Floats
from agent.understand.labels import actions
from agent.understand.trust import evidence, learn, softmax, together, trust

WRONG_ACTIONS_MAX = 0.004
TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(6.0), 40))
TUNED_WEIGHTS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
PARTS_WITHOUT_TUNED = 2
ACT_MIN, ACT_MAX = 0.35, 0.9  # above that a question back costs more than it saves: every action is confirmed anyway


@dataclass(frozen=True)
class Judged:
    """Logits (n, labels) by each part of the classifier for texts of authors whom no part has seen, and the right labels
    (n,); the tuned encoder's part, if there is one, is the last, and not weighed yet."""

    parts: tuple[Floats, ...]
    target: npt.NDArray[np.int64]

    def cost(self, tuned: float, t: float) -> float:
        """Mean surprise at the right labels."""
        chance = softmax(together(self.weighed(tuned)) / np.float32(t))
        return float(-np.log(chance[np.arange(len(self.target)), self.target] + 1e-9).mean())

    def weighed(self, tuned: float) -> list[Floats]:
        """The parts, the tuned encoder's times ``tuned``."""
        if len(self.parts) == PARTS_WITHOUT_TUNED:
            return list(self.parts)
        return [*self.parts[:-1], np.asarray(self.parts[-1] * np.float32(tuned), dtype=np.float32)]


def calibrate(judged: Judged, labels: Sequence[str]) -> Calibration:
    """The temperature and the weight of the tuned encoder that make the right labels likeliest, the weights of trust, and the
    lowest trust for actions that keeps wrong ones under ``WRONG_ACTIONS_MAX`` of all."""
    shares = TUNED_WEIGHTS if len(judged.parts) > PARTS_WITHOUT_TUNED else (1.0,)
    tuned, t = min(((w, float(t)) for w in shares for t in TEMPERATURES), key=lambda pair: judged.cost(*pair))
    parts = judged.weighed(tuned)
    is_action = np.array([label in actions() for label in labels])
    best = together(parts).argmax(axis=1)
    found = evidence(parts, t, is_action)
    weights = learn(found[is_action[best]], (best == judged.target)[is_action[best]])
    wrong = np.sort(trust(found, weights)[is_action[best] & (best != judged.target)])[::-1]
    allowed = int(WRONG_ACTIONS_MAX * len(best))
    act = float(wrong[allowed]) + 1e-3 if allowed < len(wrong) else ACT_MIN
    return Calibration(temperature=t, act=min(max(act, ACT_MIN), ACT_MAX), tuned=tuned, trust=weights)
