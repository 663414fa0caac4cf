"""Trust in a first place."""

from __future__ import annotations

import numpy as np

from agent.understand.trust import evidence, learn, trust

IS_ACTION = np.array([True, True, False])


def test_that_trust_follows_whether_the_parts_agree() -> None:
    rng = np.random.default_rng(3)
    dense = rng.normal(size=(4000, 3)).astype(np.float32) * 2
    sparse = rng.normal(size=(4000, 3)).astype(np.float32) * 2
    target = (dense + sparse + rng.normal(size=(4000, 3))).argmax(axis=1)
    right = (dense + sparse).argmax(axis=1) == target
    found = evidence([dense, sparse], 1.0, IS_ACTION)
    judged = trust(found, learn(found, right))
    assert judged[right].mean() > judged[~right].mean() + 0.1
    assert abs(float(judged.mean()) - float(right.mean())) < 0.02


def test_that_a_clear_first_place_is_trusted_more() -> None:
    weights = (0.5, -0.2, 0.5, 0.3, 0.3, 0.1, 0.1, -0.2, 0.0)
    clear = evidence([np.float32([[6, 0, 0]]), np.float32([[6, 0, 0]])], 1.0, IS_ACTION)
    close = evidence([np.float32([[1, 0, 0]]), np.float32([[0, 0.8, 0]])], 1.0, IS_ACTION)
    assert trust(clear, weights)[0] > trust(close, weights)[0]
