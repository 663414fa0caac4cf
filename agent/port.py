"""The teller as its callers (HTTP, voice, page) see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agent.turn import Sentence, SessionOpened, SessionRequest, Transcript, Turn, TurnRequest

OnSentence = Callable[[Sentence], None]


class SessionUnknown(Exception):
    """No such session, or the token is not this session's (callers cannot tell which: 401)."""


class SessionEnded(Exception):
    """The session timed out after 15 minutes without a turn, was reset, or was closed (410)."""


class BadInput(Exception):
    """The request cannot be a turn; ``code`` is stable, ``detail`` says what to do (422)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


class IdempotencyConflict(Exception):
    """The Idempotency-Key was used in this session with another body (409)."""


class Teller(Protocol):
    """All methods are synchronous and thread-safe; turns of one session queue behind each other inside."""

    def open(self, request: SessionRequest) -> SessionOpened:
        """``request.customer`` is already authenticated by the caller (sandbox picker or host token)."""
        ...

    def turn(
        self,
        session_id: str,
        token: str,
        request: TurnRequest,
        *,
        key: str | None = None,
        on_sentence: OnSentence | None = None,
    ) -> Turn:
        """One turn. ``key`` makes it repeatable.

        Raises:
            SessionUnknown, SessionEnded, BadInput, IdempotencyConflict, tools.errors.Busy
        """
        ...

    def transcript(self, session_id: str, token: str) -> Transcript: ...
