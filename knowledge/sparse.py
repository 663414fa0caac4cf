"""Character n-grams: what embeddings miss (names, slips, rare words) is still the same letters or the same sounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
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

    syllables = lazy_pinyin(text.replace(" ", ""))
    return syllables + [f"{one} {two}" for one, two in zip(syllables, syllables[1:], strict=False)]


class SparseIndex:
    """TF-IDF over characters 1-3 and sounds (Chinese), or words 1-2 and characters 3-5 (English)."""

    def __init__(self, texts: Sequence[str], *, chinese: bool) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        if chinese:
            self._views: list[tuple[Any, float]] = [
                (TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, preprocessor=normalise), 0.75),
                (TfidfVectorizer(analyzer=sounds_of, sublinear_tf=True), 0.25),
            ]
        else:
            words = TfidfVectorizer(
                analyzer="word", ngram_range=(1, 2), sublinear_tf=True, preprocessor=normalise, token_pattern=r"\w+"
            )
            letters = TfidfVectorizer(
                analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, preprocessor=normalise
            )
            self._views = [(words, 0.5), (letters, 0.5)]
        self._matrices = [view.fit_transform(texts) for view, _ in self._views]

    def similarities(self, query: str) -> npt.NDArray[np.float32]:
        """Weighted cosine of each text with ``query``, shape (texts,)."""
        total: npt.NDArray[np.float32] | None = None
        for (view, weight), matrix in zip(self._views, self._matrices, strict=True):
            part = np.asarray((matrix @ view.transform([query]).T).todense(), dtype=np.float32)[:, 0] * weight
            total = part if total is None else total + part
        assert total is not None  # noqa: S101 - there is at least one view
        return total


def sounds_of(text: str) -> list[str]:
    """:func:`sounds` of the normalised text."""
    return sounds(normalise(text))
