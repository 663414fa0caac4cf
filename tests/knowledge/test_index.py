"""The store of vectors: what is embedded anew, and what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.embeddings import Vectors
from knowledge.index import VectorStore


class Counting:
    """An embedder that remembers what it was asked to embed."""

    name, dim = "counting", 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError("rows are questions")


def test_that_only_what_is_new_is_embedded(tmp_path: Path) -> None:
    embedder = Counting()
    VectorStore(embedder, tmp_path).vectors(["a", "bb"])
    again = VectorStore(embedder, tmp_path).vectors(["bb", "ccc"])
    assert embedder.asked == ["a", "bb", "ccc"]
    assert again.tolist() == [[2, 1], [3, 1]]


def test_that_two_checkouts_share_a_folder(tmp_path: Path) -> None:
    embedder = Counting()
    for texts in (["a", "bb", "ccc"], ["a", "bb", "dddd"], ["a", "bb", "ccc"], ["a", "bb", "dddd"]):
        VectorStore(embedder, tmp_path).vectors(texts)
    assert embedder.asked == ["a", "bb", "ccc", "dddd"]


def test_that_what_nobody_needs_is_dropped(tmp_path: Path) -> None:
    embedder = Counting()
    VectorStore(embedder, tmp_path).vectors(["a", "bb", "ccc"])
    VectorStore(embedder, tmp_path).vectors(["a"])
    VectorStore(embedder, tmp_path).vectors(["bb"])
    assert embedder.asked == ["a", "bb", "ccc", "bb"]
