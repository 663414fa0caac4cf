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
    """TF-IDF over characters 1-3, over sounds and over words 1-2, averaged; both languages lie in one index."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        shared: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float32}
        self._views = [
            TfidfVectorizer(analyzer="char", ngram_range=(1, 3), preprocessor=normalise, **shared),
            TfidfVectorizer(analyzer=sounds, **shared),
            TfidfVectorizer(analyzer=words, **shared),
        ]
        self._matrices = [view.fit_transform(texts) for view in self._views]

    def similarities(self, query: str) -> npt.NDArray[np.float32]:
        """Mean cosine of each text with ``query``, shape (texts,)."""
        total = sum(
            (matrix @ view.transform([query]).T).toarray()[:, 0]
            for view, matrix in zip(self._views, self._matrices, strict=True)
        )
        return np.asarray(total / len(self._views), dtype=np.float32)

    def among(self) -> npt.NDArray[np.float32]:
        """The same between all texts, shape (texts, texts)."""
        total = sum((matrix @ matrix.T).toarray() for matrix in self._matrices)
        return np.asarray(total / len(self._views), dtype=np.float32)
