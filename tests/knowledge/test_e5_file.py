"""The engine's model file, read and written."""

from __future__ import annotations

import numpy as np
import pytest

from agent.understand.tuned import base_file
from knowledge.e5_file import BLOCK_BYTES, BadModelFile, decode, encode, read


@pytest.fixture(scope="module")
def base() -> bytes:
    return base_file()


def test_that_decoded_weights_are_encoded_as_they_were(base: bytes) -> None:
    file = read(base)
    start, size = file.tensors["l11.q.w"]
    stored = base[start : start + size]
    assert np.array_equal(decode(encode(decode(stored))), decode(stored))
    assert file.matrix("l11.q.w", file.shape.hidden).shape == (384, 384)


def test_that_rounding_new_weights_costs_less_than_a_tenth() -> None:
    weights = np.random.default_rng(5).normal(0, 0.05, (64, 384)).astype(np.float32)
    raw = encode(weights)
    lost = decode(raw).reshape(weights.shape) - weights
    assert len(raw) == weights.size // 32 * BLOCK_BYTES
    assert np.sqrt((lost**2).mean()) < 0.1 * weights.std()


def test_that_nothing_but_noughts_stays_nothing() -> None:
    assert not decode(encode(np.zeros((2, 32), dtype=np.float32))).any()


@pytest.mark.parametrize("cut", [0, 3, 40, 5000, 59_000_000])
def test_that_a_cut_file_is_refused(base: bytes, cut: int) -> None:
    with pytest.raises(BadModelFile):
        read(base[:cut])
