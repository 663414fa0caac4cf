"""What is kept as the customer told it: a complaint, an explanation, what somebody said to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from agent.commands import Command, Correct, SetSlots, StartService
from agent.understand.text import CHARS_MAX


def in_own_words(commands: Sequence[Command], understood: str, said: str) -> list[Command]:
    """A value that is the whole utterance is kept as it was told, not as it was evened out to be understood."""
    told = as_said(said)
    return [
        item.model_copy(update={"slots": {k: told if v == understood else v for k, v in item.slots.items()}})
        if isinstance(item, StartService | SetSlots | Correct)
        else item
        for item in commands
    ]


def as_said(said: str) -> str:
    """The words with their own punctuation; without control, zero-width and private characters, runs of space closed."""
    whole = unicodedata.normalize("NFC", said[:CHARS_MAX])
    kept = "".join(c for c in re.sub(r"\s+", " ", whole) if unicodedata.category(c)[0] != "C")
    return kept.strip()[:CHARS_MAX]
