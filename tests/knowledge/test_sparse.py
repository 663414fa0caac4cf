"""N-grams: the same numbers as scikit-learn's, computed once and read again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge import sparse
from knowledge.sparse import SparseIndex, normalise, sounds, words

TEXTS = [
    "换卡多少钱",
    "请问换卡要多少钱？",
    "How much is a new card",
    "how MUCH does a card cost",
    "销户 card 怎么办",
    "啊",
]
ASKED = ["换咔多少钱", "what does a new card cost", "", "🙂", "啊", "卡卡卡"]


def test_that_it_is_tf_idf_of_three_views() -> None:
    index = SparseIndex(TEXTS)
    shared = {"sublinear_tf": True, "dtype": np.float32}
    views = [
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), preprocessor=normalise, **shared),
        TfidfVectorizer(analyzer=sounds, **shared),
        TfidfVectorizer(analyzer=words, **shared),
    ]
    fitted = [view.fit_transform(TEXTS) for view in views]
    for asked in ASKED:
        expected = sum(
            (rows @ view.transform([asked]).T).toarray()[:, 0] for view, rows in zip(views, fitted, strict=True)
        )
        assert np.allclose(index.similarities(asked), expected / 3, atol=1e-6)
    among = sum((rows[1:4] @ rows.T).toarray() for rows in fitted) / 3
    assert np.allclose(index.among(slice(1, 4)), among, atol=1e-6)


def test_that_a_second_start_computes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = SparseIndex(TEXTS, tmp_path)

    def never(*_: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(SparseIndex, "_computed", never)
    again = SparseIndex(TEXTS, tmp_path)
    for asked in ASKED:
        assert np.array_equal(first.similarities(asked), again.similarities(asked))
    with pytest.raises(AssertionError, match="computed again"):
        SparseIndex([*TEXTS, "另一句"], tmp_path)
    monkeypatch.setattr(sparse, "_RECIPE", "another")
    with pytest.raises(AssertionError, match="computed again"):
        SparseIndex(TEXTS, tmp_path)


def test_that_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    first = SparseIndex(TEXTS, tmp_path)
    (file,) = tmp_path.glob("sparse-*.npz")
    file.write_bytes(file.read_bytes()[:-100])
    assert np.array_equal(SparseIndex(TEXTS, tmp_path).similarities("换卡"), first.similarities("换卡"))


def test_that_nothing_is_an_index_too() -> None:
    assert SparseIndex([]).similarities("换卡").shape == (0,)
