"""The bell: tells open pages that something changed. What must last is in the database; a ring that nobody hears is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

To = Literal["customer", "staff", "both"]


@dataclass(frozen=True)
class Ring:
    """``kind`` "changed" says: look again. Others (``signal``, ``draft``, ``point``) carry what they tell in ``data``;
    ``staff`` is the colleague who holds the case."""

    session: str
    case: str
    to: To
    kind: str = "changed"
    data: Mapping[str, Any] = field(default_factory=dict)
    staff: str | None = None


Hear = Callable[[Ring], None]


class Bell:
    """Thread-safe; ``hear`` is called in the thread that rings and must return at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[int, Hear] = {}
        self._next = 0

    def listen(self, hear: Hear) -> Callable[[], None]:
        """Be told of every ring; the result ends it."""
        with self._lock:
            self._next += 1
            number = self._next
            self._listeners[number] = hear

        def end() -> None:
            with self._lock:
                self._listeners.pop(number, None)

        return end

    def ring(self, ring: Ring) -> None:
        """Tell all who listen."""
        with self._lock:
            listeners = list(self._listeners.values())
        for hear in listeners:
            hear(ring)
