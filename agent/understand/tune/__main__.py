"""Tune the upper layers of embeddings A on our examples: ``make tune``, or ``python -m agent.understand.tune --cache DIR``.

Each epoch ends with a checkpoint in the cache; the same command goes on from there, and with ``--stop-after N`` it stops after
N more. After the last the patch is written that :mod:`agent.understand.tuned` reads; then ``make train``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from agent.understand.examples import DATA, Example, read
from agent.understand.labels import labels
from agent.understand.tune.layers import Encoder, pooled
from agent.understand.tune.states import Ints, States, slipped, states
from agent.understand.tune.tokenizer import Tokenizer
from agent.understand.tuned import PATCH, Patch, base_file, load_patch, patch_of
from knowledge import e5_file

SEED = 20261127
LAYERS = 4  # of twelve, from the top
EPOCHS = 2
ROUNDED_FROM = 1  # epochs from this one on feel the rounding to 4 bits
ROUNDED_EVERY = 40  # steps
BATCH = 96  # a step has costs of its own, whatever its size
SLIPS = ("tune-1", "tune-2")  # copies of every example with slips; an epoch sees some of them
SLIPPED_SHARE = 0.4
RATE, HEAD_RATE = 3e-4, 3e-3
WARM_SHARE = 0.06
RATE_MIN = 0.02
SMOOTHING = 0.1
DROPOUT = 0.2
SPREAD = 10.0  # unit vectors are scaled by that before the head
DEV = ("haiyan", "qingshan")
Progress = Callable[[str], None]


class Tuning:
    """The encoder's upper layers with a head over the labels, and what an interrupted run needs to go on."""

    def __init__(self, file: e5_file.ModelFile, names: Sequence[str]) -> None:
        torch.manual_seed(SEED)
        self.encoder, self.names = Encoder(file), tuple(names)
        self.below = file.shape.layers - LAYERS
        self.upper = range(self.below, file.shape.layers)
        self.head = nn.Linear(file.shape.hidden, len(self.names))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self.encoder.requires_grad_(False)
        self.tuned = [p for i in self.upper for p in self.encoder.layers[i].parameters()]
        for parameter in self.tuned:
            parameter.requires_grad_(True)
        self.optimizer = torch.optim.AdamW(
            [
                {"params": self.tuned, "lr": RATE, "highest": RATE},
                {"params": self.head.parameters(), "lr": HEAD_RATE, "highest": HEAD_RATE},
            ],
            betas=(0.9, 0.98),
            weight_decay=0.01,
            fused=True,
        )
        self.done = 0

    def logits(self, batch: tuple[Tensor, Tensor], dropout: float = 0.0) -> Tensor:
        """(texts, labels)."""
        x, mask = batch
        with torch.autocast("cpu", torch.bfloat16):
            x = self.encoder.run(x, mask, self.upper)
        vectors = pooled(x.float(), mask) * SPREAD
        return self.head(functional.dropout(vectors, dropout, training=dropout > 0))

    def epoch(self, known: States, target: Ints, originals: int, progress: Progress) -> None:
        """One pass over the ``originals`` and a share of the copies behind them."""
        rng = random.Random(f"{SEED}:{self.done}")  # noqa: S311 - reproducible order, nothing secret
        torch.manual_seed(SEED + self.done)
        copies = rng.sample(range(originals, len(target)), int(originals * SLIPPED_SHARE))
        order = list(known.batches(np.array([*range(originals), *copies]), BATCH, rng))
        began, losses = time.monotonic(), 0.0
        for step, texts in enumerate(order):
            if self.done >= ROUNDED_FROM and step % ROUNDED_EVERY == 0:
                for i in self.upper:
                    self.encoder.layers[i].feel_rounding()
            self._pace((self.done + step / len(order)) / EPOCHS)
            logits = self.logits(known.batch(texts), DROPOUT)
            loss = functional.cross_entropy(logits, torch.from_numpy(target[texts]), label_smoothing=SMOOTHING)
            self.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.tuned, 1.0)
            self.optimizer.step()
            losses += loss.item()
            if step % 100 == 99:
                passed = time.monotonic() - began
                progress(
                    f"tune: epoch {self.done}, {step + 1} of {len(order)}, loss {losses / (step + 1):.3f}, {passed:.0f} s"
                )
        self.done += 1

    def _pace(self, share: float) -> None:
        factor = min(1.0, share / WARM_SHARE) * max(RATE_MIN, 1 - share)
        for group in self.optimizer.param_groups:
            group["lr"] = group["highest"] * factor

    @torch.no_grad()
    def right(self, known: States, wanted: Sequence[str]) -> float:
        """Share of texts whose first place is right."""
        hits = 0
        order = np.argsort(known.lengths, kind="stable")
        for start in range(0, len(order), 256):
            texts = order[start : start + 256]
            best = self.logits(known.batch(texts)).argmax(dim=1).tolist()
            hits += sum(self.names[b] in wanted[i].split("|") for b, i in zip(best, texts, strict=True))
        return hits / len(wanted)

    def patch(self, base: bytes) -> Patch:
        """What was tuned, in the engine's format."""
        tensors: dict[str, bytes] = {}
        for i in self.upper:
            tensors |= self.encoder.layers[i].tensors()
        weight, bias = self.head.weight.detach().numpy(), self.head.bias.detach().numpy()
        return patch_of(base, tensors, self.names, np.vstack([weight.T * SPREAD, bias[None]]).astype(np.float32))

    def save(self, path: Path) -> None:
        """A checkpoint."""
        part = path.with_suffix(".part")
        upper = {i: self.encoder.layers[i].state_dict() for i in self.upper}
        kept = {
            "done": self.done,
            "upper": upper,
            "head": self.head.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save(kept, part)
        part.replace(path)

    def begin(self, earlier: Patch) -> None:
        """Start from an earlier tuning: only the last epoch is left to do."""
        for i in self.upper:
            self.encoder.layers[i].take(earlier.tensors)
        rows = [earlier.labels.index(name) for name in self.names]
        head = torch.from_numpy(np.ascontiguousarray(earlier.head[:, rows].T))
        self.head.load_state_dict({"weight": head[:, :-1] / SPREAD, "bias": head[:, -1]})
        self.done = EPOCHS - 1

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint, where there is one."""
        if not path.exists():
            return
        kept: dict[str, Any] = torch.load(path)
        self.done = kept["done"]
        for i, state in kept["upper"].items():
            self.encoder.layers[i].load_state_dict(state)
        self.head.load_state_dict(kept["head"])
        self.optimizer.load_state_dict(kept["optimizer"])


def tune(cache: Path, out: Path, stop_after: int, progress: Progress, earlier: Patch | None = None) -> bool:
    """From the package's weights, or from an ``earlier`` tuning, train up to ``stop_after`` epochs; writes the patch and returns True when the last one is done."""
    base = base_file()
    file = e5_file.read(base)
    names = labels()
    number = {label: i for i, label in enumerate(names)}
    examples, judges = read(DATA / "train"), [e for e in read(DATA / "heldout") if e.author in DEV]
    texts = [e.text for e in examples]
    copies = [text for seed in SLIPS for text in slipped(examples, seed)]
    tuning, tokenizer = Tuning(file, names), Tokenizer(file.pieces())
    known = states(cache, tuning.encoder, tokenizer, [*texts, *copies], tuning.below, progress)
    apart = {
        lang: (states(cache, tuning.encoder, tokenizer, [e.text for e in told], tuning.below, progress), told)
        for lang in ("zh", "en")
        if (told := [e for e in judges if e.lang == lang])
    }
    target = np.array([number[e.label] for e in examples] * (1 + len(SLIPS)), dtype=np.int64)
    if earlier is not None:
        tuning.begin(earlier)
    checkpoint = cache / f"checkpoint-{_of(examples, earlier)}.pt"
    tuning.resume(checkpoint)
    for _ in range(min(stop_after, EPOCHS - tuning.done)):
        tuning.epoch(known, target, len(examples), progress)
        tuning.save(checkpoint)
        shares = [f"{lang} {tuning.right(rows, [e.label for e in told]):.1%}" for lang, (rows, told) in apart.items()]
        progress(f"tune: {tuning.done} of {EPOCHS} epochs; right on {', '.join(DEV)}: {', '.join(shares)}")
    if tuning.done < EPOCHS:
        return False
    tuning.patch(base).save(out)
    progress(f"tune: {out}, {out.stat().st_size / 1e6:.1f} MB")
    return True


def _of(examples: Sequence[Example], earlier: Patch | None) -> str:
    began = earlier.digest if earlier else ""
    about = [began, SEED, LAYERS, EPOCHS, ROUNDED_FROM, SLIPS, RATE, HEAD_RATE, [(e.label, e.text) for e in examples]]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder for hidden states (3 GB) and checkpoints")
    parser.add_argument("--out", type=Path, default=PATCH, help="where the patch is written")
    parser.add_argument("--stop-after", type=int, default=EPOCHS, help="so many epochs now; the next call goes on")
    parser.add_argument(
        "--go-on-from", type=Path, help="an earlier patch, after examples were added: only the last epoch"
    )
    args = parser.parse_args()
    tune(args.cache, args.out, args.stop_after, print, load_patch(args.go_on_from) if args.go_on_from else None)


if __name__ == "__main__":
    main()
