"""Labelled examples: tab-separated files, one author and language each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.understand.labels import labels
from agent.understand.text import clean

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Example:
    """``author`` is who wrote it: probabilities are calibrated on authors that a model has not seen.

    ``label`` may name alternatives ("cancel|deny") in examples to judge by: some words mean either.
    """

    label: str
    text: str
    author: str
    lang: str


class BadExamples(ValueError):
    """A line that is no example; says file, line and what is wrong."""


def read(folder: Path) -> list[Example]:
    """All examples below ``folder`` (``<author>.<zh|en>.tsv``), in a fixed order.

    Raises:
        BadExamples: an unknown label, or a line without a tab.
    """
    found: list[Example] = []
    known = set(labels())
    for path in sorted(folder.glob("*.tsv")):
        author, _, lang = path.stem.rpartition(".")
        for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not row.strip() or row.startswith("#"):
                continue
            label, tab, text = row.partition("\t")
            if not tab or not known.issuperset(label.split("|")):
                raise BadExamples(f"{path.name}:{number}: no such label: {label!r}")
            if text := clean(text):
                found.append(Example(label, text, author, lang))
    return found


def digest(folders: Sequence[Path]) -> str:
    """Changes whenever any example changes."""
    whole = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.glob("*.tsv")):
            whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()
