"""What the people who run it want to count. No words and no ids: only how many and how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

Outcome = Literal["words", "repaired", "nothing"]
Sounded = Literal["turn", "interruption", "backchannel", "nothing", "unclear"]


class Figures(Protocol):
    """Thread-safe; must answer at once."""

    def voices(self, talking: int, waiting: int) -> None:
        """Customers who are heard and spoken to, and customers in line, from now on."""
        ...

    def recognition(self, outcome: Outcome, seconds: float) -> None:
        """A sound that was listened to."""
        ...

    def sounded(self, what: Sounded) -> None:
        """What a sound of the customer's was taken for."""
        ...

    def spoken(self, stages_ms: Mapping[str, int]) -> None:
        """A spoken turn whose answer has begun: milliseconds since the end of speech by stage, as in ``said``."""
        ...


class NoFigures:
    """Nobody counts."""

    def voices(self, talking: int, waiting: int) -> None:
        """See the protocol."""

    def recognition(self, outcome: Outcome, seconds: float) -> None:
        """See the protocol."""

    def sounded(self, what: Sounded) -> None:
        """See the protocol."""

    def spoken(self, stages_ms: Mapping[str, int]) -> None:
        """See the protocol."""


def outcome(text: str, repairs: object) -> Outcome:
    """What came of a recognition."""
    if not text:
        return "nothing"
    return "repaired" if repairs else "words"
