"""The turn as the voice sees it. ``app.py`` wires this port to the same turn core that text goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from voice.hearing.port import Hints

OnSpeech = Callable[[int, str, str], None]  # number, text for the eyes, speech for the ears


class TurnPort(Protocol):
    """One customer's open session. Methods block and are called in worker threads, one at a time."""

    def hints(self) -> Hints:
        """What may be said now: where the dialogue stands, this customer's payees and cards, the choices on offer."""
        ...

    def openings(self) -> Sequence[str]:
        """What the next reply may begin with, as it is spoken, likeliest first; ``{places}`` in it are not known yet."""
        ...

    def take(
        self,
        request: Mapping[str, Any],
        *,
        heard_out: bool,
        confidence: float | None = None,
        on_speech: OnSpeech | None = None,
        key: str | None = None,
    ) -> Mapping[str, Any]:
        """One turn; ``request`` and the result are the HTTP contract's bodies.

        Args:
            heard_out: False where the reply before was interrupted: a yes to a read-back or a warning that was not heard
                to its end does not count, and it is said again.
            confidence: of the recognition, 0 to 1; None where nothing was recognised (a tap).
            key: makes the turn repeatable, as Idempotency-Key does.
            on_speech: called with each sentence as soon as it is known.
        """
        ...


class Recorder(Protocol):
    """Keeps what one session's customer says, if they agree. Methods block and are called in worker threads."""

    @property
    def days(self) -> int:
        """How long a recording is kept."""
        ...

    def consent(self, *, agreed: bool) -> None:
        """The customer's answer; a refusal deletes what was kept of the session."""
        ...

    def keep(self, content: bytes) -> None:
        """One utterance as a sound file; only called after consent."""
        ...
