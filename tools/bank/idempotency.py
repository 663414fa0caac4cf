"""Idempotency: a key and an operation are bound to their content and to the first result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from tools.bank.tables import IdempotencyRow
from tools.errors import KeyConflict

T = TypeVar("T")
KEY_CHARS_MAX = 200


def once(
    session: Session, now: datetime, key: str, operation: str, content: tuple[str | None, ...], of: type[T],
    do: Callable[[], T],
) -> T:  # fmt: skip
    """``do()``, or its first result when this key was seen with this operation before.

    One service may use its key for several operations, each once. ``content`` is everything the result depends on;
    ``of`` is the result's type (a frozen dataclass or str).

    Raises:
        KeyConflict: the key was used for the same operation with other content.
        ValueError: the key is empty or longer than 200 characters.
    """
    if not 0 < len(key) <= KEY_CHARS_MAX:
        raise ValueError("an idempotency key has 1 to 200 characters")
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).digest()
    seen = session.get(IdempotencyRow, (key, operation))
    adapter = TypeAdapter(of)
    if seen is not None:
        if seen.digest != digest:
            raise KeyConflict(operation)
        return adapter.validate_json(seen.result)
    result = do()
    stored = adapter.dump_json(result).decode()
    session.add(IdempotencyRow(key=key, operation=operation, digest=digest, result=stored, at=now))
    session.flush()
    return result
