"""What the classifier sees of a text: a sentence embedding, weighted n-grams of letters, words and sounds, and marks of form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from agent.understand.contrast import contrast
from agent.understand.marks import marks
from agent.understand.text import is_chinese, sound, typed_sound
from knowledge.embeddings import Embedder

Floats = npt.NDArray[np.float32]
BLOCKS = ("c", "w", "p", "m", "n")
DF_MIN = 2
WEIGHT = {"m": 0.5, "n": 0.7}  # of a block beside the others, which have one; found on authors left out
GRAMS_MAX = 60_000  # bounds memory and time of a training: 0.5 GB at 66 labels


def _grams(units: Sequence[str], longest: int, prefix: str) -> Iterable[str]:
    for n in range(1, longest + 1):
        for i in range(len(units) - n + 1):
            yield prefix + "\x1f".join(units[i : i + n])


def tokens(text: str) -> Counter[str]:
    """N-grams, each with the letter of its block: c characters (1-3; 3-4 in English words), w words, p syllables, m marks,
    n all of these where they are denied: in "不是销户，是换卡" what is denied speaks against itself.

    Digits are all one digit: which card or how much does not say what is wanted.
    """
    plain = re.sub(r"\d", "0", text.lower())
    plain = re.sub(r"0{5,}", "00000", plain)
    pair = contrast(plain)
    if pair is None:
        found = _ngrams(plain)
    else:
        denied, meant = pair
        rest = plain.replace(denied, " ", 1)
        found = _ngrams(rest)
        found.update(_ngrams(meant))
        found.update("n" + gram for gram in _ngrams(denied))
    found.update("m" + mark for mark in marks(plain))
    return found


def _ngrams(plain: str) -> Counter[str]:
    found: Counter[str] = Counter()
    words = re.findall(r"[a-z0']+", plain)
    found.update(_grams(["^", *words, "$"] if words else [], 3, "w"))
    for word in words:
        padded = f"<{word}>"
        found.update("c" + padded[i : i + n] for n in (3, 4) for i in range(len(padded) - n + 1))
    if is_chinese(plain):
        letters = [c for c in plain if not c.isspace() and c not in ",.;:!。，、；：！~～…"]
        found.update(_grams(["^", *letters, "$"], 3, "c"))
        found.update(_grams(list(sound("".join(letters))), 3, "p"))
    else:
        found.update(_grams(list(typed_sound(plain)), 3, "p"))
        if "?" in plain:
            found["w?"] += 1
    return found


@dataclass(frozen=True)
class Vocabulary:
    """Known n-grams in order and how telling each one is (inverse document frequency)."""

    grams: tuple[str, ...]
    idf: Floats

    @classmethod
    def learn(cls, bags: Sequence[Counter[str]]) -> Vocabulary:
        """N-grams that stand in at least ``DF_MIN`` texts, the ``GRAMS_MAX`` commonest of them."""
        seen: Counter[str] = Counter()
        for bag in bags:
            seen.update(bag.keys())
        common = sorted((g for g, n in seen.items() if n >= DF_MIN), key=lambda g: (-seen[g], g))
        grams = tuple(sorted(common[:GRAMS_MAX]))
        counts = np.array([seen[g] for g in grams], dtype=np.float64)
        return cls(grams, (np.log((1 + len(bags)) / (1 + counts)) + 1).astype(np.float32))

    def index(self) -> dict[str, int]:
        """Column of each n-gram."""
        return {gram: i for i, gram in enumerate(self.grams)}


def sparse_rows(bags: Sequence[Counter[str]], index: dict[str, int], idf: Floats) -> csr_matrix:
    """(n, grams): sublinear term frequency times idf, each block of a row scaled to length one."""
    starts: list[int] = [0]
    columns: list[int] = []
    values: list[float] = []
    for bag in bags:
        rows: dict[str, list[tuple[int, float]]] = {b: [] for b in BLOCKS}
        for gram, count in bag.items():
            column = index.get(gram)
            if column is not None:
                rows[gram[0]].append((column, (1 + np.log(count)) * float(idf[column])))
        for letter, block in rows.items():
            length = sum(v * v for _, v in block) ** 0.5
            weight = WEIGHT.get(letter, 1.0)
            columns.extend(c for c, _ in block)
            values.extend(v * weight / length for _, v in block)
        starts.append(len(columns))
    shape = (len(bags), len(idf))
    return csr_matrix(
        (np.array(values, np.float32), np.array(columns, np.int32), np.array(starts, np.int32)), shape=shape
    )


@dataclass(frozen=True)
class Whitening:
    """Makes the directions of an embedding more alike in weight: half of full whitening, then length one.

    Sentence embeddings crowd around one direction and a regularised model hears little beside it; on authors left out this
    is worth one point of accuracy, full whitening nothing.
    """

    mean: Floats
    projection: Floats

    @classmethod
    def learn(cls, rows: Floats) -> Whitening:
        """From rows (n, dim)."""
        mean = rows.mean(axis=0)
        _, scale, axes = np.linalg.svd(rows - mean, full_matrices=False)
        scale = scale / np.sqrt(len(rows)) + 1e-3
        return cls(mean.astype(np.float32), (axes.T / np.sqrt(scale)).astype(np.float32))

    def apply(self, rows: Floats) -> Floats:
        """(n, dim) → (n, directions), each row of length one."""
        turned = (rows - self.mean) @ self.projection
        return np.asarray(turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def dense_rows(texts: Sequence[str], embedders: Sequence[Embedder], whitenings: Sequence[Whitening]) -> Floats:
    """(n, sum of directions): the embeddings, whitened, side by side."""
    parts = [w.apply(e.embed_queries(texts)) for e, w in zip(embedders, whitenings, strict=True)]
    return np.ascontiguousarray(np.hstack(parts), dtype=np.float32)
