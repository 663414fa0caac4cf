"""Character n-grams: what embeddings miss (names, slips, rare words) is still the same letters or the same sounds."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack

from knowledge.arrays import digest, keep, recall

Floats = npt.NDArray[np.float32]

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


def letters(text: str) -> list[str]:
    """Runs of one to three characters, spaces among them."""
    flat = normalise(text)
    return [flat[at : at + size] for size in (1, 2, 3) for at in range(len(flat) - size + 1)]


_VIEWS: tuple[Callable[[str], list[str]], ...] = (letters, sounds, words)
_RECIPE = "1 letters sounds words, sublinear"  # changes whenever the same texts would give other numbers


class SparseIndex:
    """TF-IDF over characters 1-3, over sounds and over words 1-2, averaged; both languages lie in one index.

    A question has some hundred terms: their postings are added up, and the rest of the index is not touched. Terms and
    weights of the texts are kept in ``cache`` (None: not kept): to find them takes most of a server's start.
    """

    def __init__(self, texts: Sequence[str], cache: Path | None = None) -> None:
        self._rows = len(texts)
        key = digest(_RECIPE.encode(), *(text.encode() for text in texts))
        names = [f"{part}{view}" for view in range(len(_VIEWS)) for part in ("terms", "idf")]
        kept = recall(cache, "sparse", key, [*names, "values", "rows", "starts"])
        if kept is None:
            kept = self._computed(texts)
            keep(cache, "sparse", key, kept)
        self._columns: list[dict[str, int]] = []
        self._idf: list[Floats] = []
        for view in range(len(_VIEWS)):
            terms = kept[f"terms{view}"].tobytes().decode().split("\0")
            self._columns.append({term: at for at, term in enumerate(terms)})
            self._idf.append(kept[f"idf{view}"])
        self._postings = csr_matrix(
            (kept["values"], kept["rows"], kept["starts"]), shape=(len(kept["starts"]) - 1, self._rows)
        )

    def _computed(self, texts: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        """The arrays that are kept: terms, their idf, and for each term the texts that have it with their weights."""
        kept: dict[str, npt.NDArray[Any]] = {}
        parts: list[csr_matrix] = []
        for view, analyse in enumerate(_VIEWS):
            bags = [Counter(analyse(text)) for text in texts]
            seen = Counter(term for bag in bags for term in bag)
            terms = sorted(seen) or [""]
            counts = np.array([seen[term] for term in terms], dtype=np.float32)
            idf = np.log((1 + len(texts)) / (1 + counts)) + np.float32(1)  # smooth, as if one more text had every term
            columns = {term: at for at, term in enumerate(terms)}
            weighed = [_weigh(bag, columns, idf) for bag in bags]
            starts = np.cumsum([0, *(len(found) for found, _ in weighed)])
            found = np.concatenate([columns for columns, _ in weighed]) if weighed else np.zeros(0, np.int32)
            values = np.concatenate([values for _, values in weighed]) if weighed else np.zeros(0, np.float32)
            parts.append(csr_matrix((values, found, starts), shape=(len(texts), len(terms))))
            kept |= {f"terms{view}": np.frombuffer("\0".join(terms).encode(), dtype=np.uint8), f"idf{view}": idf}
        postings = hstack(parts, format="csr").T.tocsr()
        return kept | {"values": postings.data, "rows": postings.indices, "starts": postings.indptr}

    @cached_property
    def _by_text(self) -> csr_matrix:
        """The postings text by text; only the regression over all texts needs them."""
        return self._postings.T.tocsr()

    def similarities(self, query: str) -> Floats:
        """Mean cosine of each text with ``query``, shape (texts,)."""
        total = np.zeros(self._rows, dtype=np.float32)
        starts, rows, values = self._postings.indptr, self._postings.indices, self._postings.data
        offset = 0
        for analyse, columns, idf in zip(_VIEWS, self._columns, self._idf, strict=True):
            found, weights = _weigh(Counter(analyse(query)), columns, idf)
            for term, weight in zip(found + offset, weights, strict=True):
                held = slice(starts[term], starts[term + 1])
                total[rows[held]] += weight * values[held]
            offset += len(columns)
        return total / np.float32(len(_VIEWS))

    def among(self, some: slice) -> Floats:
        """The same of ``some`` texts with all, shape (some, texts)."""
        return np.asarray((self._by_text[some] @ self._postings).toarray() / len(_VIEWS), dtype=np.float32)


def _weigh(bag: Counter[str], columns: Mapping[str, int], idf: Floats) -> tuple[npt.NDArray[np.int32], Floats]:
    """Columns of the known terms of a text, in order, and their weights: sublinear term frequency times idf, of length one."""
    counts = sorted((columns[term], count) for term, count in bag.items() if term in columns)
    found = np.array([at for at, _ in counts], dtype=np.int32)
    weights = (1 + np.log(np.array([count for _, count in counts], dtype=np.float32))) * idf[found]
    length = np.sqrt(np.sum(weights * weights))
    return found, (weights / max(length, np.float32(1e-12))).astype(np.float32)
