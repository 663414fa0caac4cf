"""The engine's model file: a head, a tokenizer, a directory of tensors, then the tensors; and its 4-bit numbers.

A matrix is stored by rows in blocks of ``BLOCK`` weights: a float16 scale, then 16 bytes, the weight j in the low and the
weight j + 16 in the high half of byte j, as (n - 8) times the scale. Vectors are float32. Little-endian throughout.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

MAGIC = b"E5S1"
HEAD_BYTES = 44
BLOCK = 32
BLOCK_BYTES = 18
Floats = npt.NDArray[np.float32]


class BadModelFile(ValueError):
    """Not a model file of this engine, or cut short."""


@dataclass(frozen=True)
class Shape:
    """What the head says: width of a hidden state, layers, heads, width of the inner layer, tokens known, longest input."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Pieces:
    """The tokenizer: pieces with their scores (by id), the ids of special ones, and what characters are replaced by."""

    pieces: tuple[bytes, ...]
    scores: Floats
    begin: int
    end: int
    unknown: int
    replaced: dict[int, str]


@dataclass(frozen=True)
class ModelFile:
    """Where everything stands in ``raw``; ``tensors`` gives (offset, bytes) by name."""

    raw: bytes
    shape: Shape
    tensors: dict[str, tuple[int, int]]

    def vector(self, name: str) -> Floats:
        """A tensor of float32 numbers, flat."""
        start, size = self.tensors[name]
        return np.frombuffer(self.raw, dtype="<f4", count=size // 4, offset=start).copy()

    def matrix(self, name: str, width: int) -> Floats:
        """A 4-bit tensor, decoded, as rows of ``width`` weights."""
        start, size = self.tensors[name]
        return decode(self.raw[start : start + size]).reshape(-1, width)

    def pieces(self) -> Pieces:
        """The tokenizer (a fifth of a second: a quarter of a million pieces)."""
        count, begin, end, _, unknown, length = struct.unpack_from("<5iQ", self.raw, HEAD_BYTES)
        at = HEAD_BYTES + 28
        offsets = np.frombuffer(self.raw, dtype="<u4", count=count + 1, offset=at).tolist()
        scores = np.frombuffer(self.raw, dtype="<f4", count=count, offset=at + 4 * (count + 1)).copy()
        at += 8 * count + 4
        pieces = tuple(self.raw[at + a : at + b] for a, b in pairwise(offsets))
        return Pieces(pieces, scores, begin, end, unknown, _replacements(self.raw, at + length))


def decode(raw: bytes) -> Floats:
    """Weights of 4-bit blocks, flat."""
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = np.hstack([blocks[:, 2:] & 15, blocks[:, 2:] >> 4])
    return np.asarray((halves.astype(np.float32) - 8) * scale, dtype=np.float32).ravel()


def encode(weights: Floats) -> bytes:
    """4-bit blocks of ``weights`` (a multiple of ``BLOCK`` of them), by the scale that loses least."""
    rows = weights.reshape(-1, BLOCK).astype(np.float32)
    extreme = rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)]
    best = np.zeros(len(rows), dtype=np.float32)
    least = np.full(len(rows), np.inf)
    for top in (-8.0, -7.5, -7.0, -6.5, -6.0, 6.0, 6.5, 7.0, 7.5):
        scale = (extreme / np.float32(top)).astype(np.float16).astype(np.float32)
        for _ in range(2):  # the scale that suits the rounded numbers, then the numbers that suit the scale
            steps = _rounded(rows, scale)
            loss = ((steps * scale[:, None] - rows) ** 2).sum(axis=1)
            better = loss < least
            best[better], least[better] = scale[better], loss[better]
            weight = (steps**2).sum(axis=1)
            scale = ((steps * rows).sum(axis=1) / np.maximum(weight, 1e-9)).astype(np.float16).astype(np.float32)
    halves = (_rounded(rows, best) + 8).astype(np.uint8)
    packed = halves[:, :16] | (halves[:, 16:] << 4)
    return np.hstack([best.astype("<f2").view(np.uint8).reshape(-1, 2), packed]).tobytes()


def _rounded(rows: Floats, scale: Floats) -> Floats:
    safe = np.where(scale == 0, np.float32(1), scale)
    return np.asarray(np.clip(np.rint(rows / safe[:, None]), -8, 7), dtype=np.float32)


def read(raw: bytes) -> ModelFile:
    """The parts of a model file.

    Raises:
        BadModelFile: it is not one.
    """
    if raw[:4] != MAGIC:
        raise BadModelFile("does not begin as a model file of this engine")
    try:
        return _parse(raw)
    except (struct.error, ValueError, IndexError) as error:
        raise BadModelFile(f"cut short or damaged: {error}") from error


def _parse(raw: bytes) -> ModelFile:
    hidden, layers, heads, inner, vocabulary, positions, _, epsilon, block = struct.unpack_from("<7ifi", raw, 8)
    if block != BLOCK:
        raise BadModelFile(f"blocks of {block} weights, not {BLOCK}")
    count, *_, length = struct.unpack_from("<5iQ", raw, HEAD_BYTES)
    at = HEAD_BYTES + 28 + 8 * count + 4 + length
    (size,) = struct.unpack_from("<4xI", raw, at)
    at += 8 + size
    (entries,) = struct.unpack_from("<i", raw, at)
    at += 4
    tensors: dict[str, tuple[int, int]] = {}
    for _ in range(entries):
        (size,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + size].decode("ascii")
        offset, stored = struct.unpack_from("<QQ", raw, at + 2 + size + 5)
        if offset + stored > len(raw):
            raise BadModelFile(f"{name} lies beyond the end")
        tensors[name] = (offset, stored)
        at += 2 + size + 21
    return ModelFile(raw, Shape(hidden, layers, heads, inner, vocabulary, positions, epsilon), tensors)


def _replacements(raw: bytes, at: int) -> dict[int, str]:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 8
    replaced: dict[int, str] = {}
    for _ in range(count):
        code, many = struct.unpack_from("<IB", raw, at)
        replaced[code] = "".join(map(chr, struct.unpack_from(f"<{many}I", raw, at + 5)))
        at += 5 + 4 * many
    return replaced
