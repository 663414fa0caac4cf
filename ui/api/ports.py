"""What the HTTP contract needs from the rest of the product; the composition root implements it.

All methods are synchronous and may block: they are called in worker threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

from voice.speaking.port import Synthesizer

Json = Mapping[str, Any]
ModelState = Literal["ready", "loading", "missing", "off"]


class SandboxBank(Protocol):
    """The fictional bank from outside: its state, its phone and its clock."""

    def customer_exists(self, customer: str) -> bool: ...

    def customer_state(self, customer: str) -> Json | None:
        """Accounts, cards, payees, transfers, requests … of a customer; None when there is no such customer."""
        ...

    def phone(self, customer: str) -> Sequence[Json] | None:
        """Messages, newest first: ``at``, ``kind`` (otp or notice), ``text``, ``code``; None as above."""
        ...

    def session_state(self, session_id: str) -> Json | None:
        """``level`` and ``quiz_answer``; None when there is no such session."""
        ...

    def enrol_face(self, session_id: str, token: str, picture: str) -> bytes | None:
        """The specimen document (JPEG) with the face in ``picture`` (base64), for this session; None when there is no such
        session for the token, or nothing to draw with.

        Raises:
            tools.errors.Refused: the picture cannot be used; with the word for the visitor.
        """
        ...

    def forget_face(self, session_id: str, token: str) -> bool:
        """Forget it at once; False when there is no such session for the token."""
        ...

    def reset(self, customer: str | None) -> None:
        """Back to the story, for one customer or (None) for all."""
        ...

    def advance_clock(self, seconds: int) -> datetime:
        """Move the clock and run what falls due; returns the new present (aware)."""
        ...


class AuditReader(Protocol):
    def events(self, session_id: str) -> Sequence[Json]:
        """Events in order: seq, at, session_id, action_id, service, step, outcome, prev, hash; empty when unknown."""
        ...


class StaffDesk(Protocol):
    def token(self, staff: str) -> str | None:
        """A token for a member of staff (sandbox only); None when there is none of that id."""
        ...

    def verify(self, token: str) -> str | None:
        """The member of staff whom the token names, or None when it is not valid."""
        ...


class Health(Protocol):
    @property
    def version(self) -> str: ...

    def models(self) -> Mapping[str, ModelState]:
        """State of each model by role; must answer at once."""
        ...


class Catalogue(Protocol):
    def services(self) -> Sequence[Json]:
        """One entry a service: ``id``, titles, assurance, class, and ``params`` as JSON Schema."""
        ...


class SpeakingVoice(Synthesizer, Protocol):
    """The synthesizer, and who counts what it does."""

    def listen(self, on_clause: Callable[[str, float, float], object]) -> None:
        """From now on tell of each clause: engine, seconds it took, seconds of sound."""
        ...


class UsedTokens(Protocol):
    """Remembers which of the host app's tokens were used; kept in the database, so that a restart forgets none."""

    def claim(self, jti: str, exp: datetime) -> bool:
        """True the first time a ``jti`` comes, False ever after; may be forgotten one minute after ``exp``."""
        ...
