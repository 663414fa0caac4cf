"""Character n-grams: what embeddings miss (names, slips, rare words) is still the same letters or the same sounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

_FILLERS_ZH = re.compile(r"请问一下|请问|麻烦问下|我想问一下|我想问|问一下|你好|您好|那个|嗯+|啊|呀|呢|吧|哦|喔|哎|唉")
_NOT_WORDS = re.compile(r"[^\w]+")


def normalise(text: str) -> str:
    """Half-width, lower case, no punctuation, no words that only fill ("请问", "嗯")."""
    flat = unicodedata.normalize("NFKC", text).lower()
    flat = _FILLERS_ZH.sub("", flat) or flat
    return _NOT_WORDS.sub(" ", flat).strip()


def sounds(text: str) -> list[str]:
    """Syllables of a Chinese text without tones, singly and in pairs: homophones are the same."""
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(normalise(text).replace(" ", ""))
    return syllables + [f"{one} {two}" for one, two in pairwise(syllables)]


def words(text: str) -> list[str]:
    """Words between spaces, singly and in pairs."""
    found = normalise(text).split()
    return found + [f"{one} {two}" for one, two in pairwise(found)]


class SparseIndex:
    """TF-IDF over characters 1-3, over sounds and over words 1-2, averaged; both languages lie in one index.

    A question has some hundred terms: their postings are added up, and the rest of the index is not touched.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer

        shared: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float32}
        self._views = [
            TfidfVectorizer(analyzer="char", ngram_range=(1, 3), preprocessor=normalise, **shared),
            TfidfVectorizer(analyzer=sounds, **shared),
            TfidfVectorizer(analyzer=words, **shared),
        ]
        self._rows = len(texts)
        self._texts = hstack([view.fit_transform(texts) for view in self._views], format="csr")
        self._postings = self._texts.T.tocsr()

    def similarities(self, query: str) -> npt.NDArray[np.float32]:
        """Mean cosine of each text with ``query``, shape (texts,)."""
        total = np.zeros(self._rows, dtype=np.float32)
        starts, rows, values = self._postings.indptr, self._postings.indices, self._postings.data
        offset = 0
        for view in self._views:
            asked = view.transform([query])
            for term, weight in zip(asked.indices + offset, asked.data, strict=True):
                held = slice(starts[term], starts[term + 1])
                total[rows[held]] += weight * values[held]
            offset += asked.shape[1]
        return total / np.float32(len(self._views))

    def among(self, some: slice) -> npt.NDArray[np.float32]:
        """The same of ``some`` texts with all, shape (some, texts)."""
        return np.asarray((self._texts[some] @ self._postings).toarray() / len(self._views), dtype=np.float32)
