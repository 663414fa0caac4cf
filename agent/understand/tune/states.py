"""Hidden states below the tuned layers, computed once: two thirds of the time of an epoch would go into them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from agent.understand.examples import Example
from agent.understand.noise import noisy
from agent.understand.tune.layers import Encoder, padded
from agent.understand.tune.tokenizer import Tokenizer

TOKENS_MAX = 64  # the longest example has 60; what is longer at run time is read whole
BATCH_TOKENS = 4096
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class States:
    """``rows`` (tokens of all texts, hidden), float16, on disk; text i has rows ``offsets[i]`` to ``offsets[i + 1]``."""

    rows: npt.NDArray[np.float16]
    offsets: Ints

    @property
    def lengths(self) -> Ints:
        return np.diff(self.offsets)

    def batch(self, texts: Ints) -> tuple[Tensor, Tensor]:
        """(texts, tokens, hidden) and the mask (texts, tokens)."""
        lengths = self.lengths[texts]
        steps = np.arange(lengths.max())[None]
        places = self.offsets[texts][:, None] + np.minimum(steps, lengths[:, None] - 1)
        taken = np.asarray(self.rows[places.ravel()]).reshape(*places.shape, -1)
        return torch.from_numpy(taken).float(), torch.from_numpy(steps < lengths[:, None])

    def batches(self, texts: Ints, size: int, rng: random.Random) -> Iterator[Ints]:
        """``texts`` in batches of nearly one length, in random order."""
        jitter = np.array([rng.random() * 2 for _ in texts])
        ordered = texts[np.argsort(self.lengths[texts] + jitter, kind="stable")]
        starts = list(range(0, len(ordered), size))
        rng.shuffle(starts)
        for start in starts:
            yield ordered[start : start + size]


def slipped(examples: Sequence[Example], seed: str) -> list[str]:
    """One copy of each text with a slip or two; the same text slips the same way."""
    copies = []
    for example in examples:
        rng = random.Random(f"{seed}:{example.text}")  # noqa: S311 - reproducible noise, nothing secret
        copies.append(noisy(example.text, rng, rng.choice((1, 1, 2))))
    return copies


def states(
    folder: Path,
    encoder: Encoder,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    below: int,
    progress: Callable[[str], None],
) -> States:
    """Hidden states of ``texts`` after ``below`` layers: from ``folder``, else computed (minutes) and kept there."""
    name = hashlib.sha256("\0".join([str(below), *texts]).encode()).hexdigest()[:16]
    ids = [tokenizer.ids(text, TOKENS_MAX) for text in texts]
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in ids])]).astype(np.int64)
    path = folder / f"states-{name}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _compute(path, encoder, ids, offsets, below, progress)
    return States(np.load(path, mmap_mode="r"), offsets)


@torch.no_grad()
def _compute(
    path: Path, encoder: Encoder, ids: list[list[int]], offsets: Ints, below: int, progress: Callable[[str], None]
) -> None:
    part = path.with_suffix(".part")
    hidden = encoder.words.shape[1]
    rows = np.lib.format.open_memmap(part, "w+", np.float16, (int(offsets[-1]), hidden))
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    at = told = 0
    while at < len(order):
        many = max(1, BATCH_TOKENS // len(ids[order[at]]))
        batch = order[at : at + many]
        at += many
        tokens, mask = padded([ids[i] for i in batch], 1)
        with torch.autocast("cpu", torch.bfloat16):
            found = encoder.run(encoder.embed(tokens), mask, range(below)).to(torch.float16).numpy()
        for place, i in enumerate(batch):
            rows[offsets[i] : offsets[i + 1]] = found[place, : len(ids[i])]
        if at - told > 20_000:
            told = at
            progress(f"tune: hidden states of {at} of {len(order)} texts")
    rows.flush()
    part.replace(path)
