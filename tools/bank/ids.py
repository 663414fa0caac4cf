"""Opaque ids: a short kind, then what nobody can guess. Stories have stable ones made from their names."""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Callable

Ids = Callable[[str], str]
"""Kind ("t", "req") → a new id."""


def random_ids(kind: str) -> str:
    """Unguessable; for every running bank."""
    return f"{kind}_{secrets.token_hex(10)}"


def seeded_ids(seed: int) -> Ids:
    """A repeatable sequence; for tests and evaluations."""
    source = random.Random(seed)  # noqa: S311 - repeatable on purpose, never for a running bank
    return lambda kind: f"{kind}_{source.getrandbits(80):020x}"


def story_id(kind: str, *names: str) -> str:
    """The same id for the same part of a story, in every database."""
    return f"{kind}_{hashlib.sha256('/'.join((kind, *names)).encode()).hexdigest()[:20]}"
