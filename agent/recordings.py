"""What a customer said, kept as sound: only after a consent of its own, encrypted, for so many days, and gone when it is withdrawn."""

from __future__ import annotations

import hashlib

from tools.clock import Clock
from tools.db import Database
from tools.gate import audit
from tools.identity.evidence import EvidenceStore

KIND = "sound"


class Recordings:
    """Kept among the evidence, whose due job deletes what has run out.

    Args:
        secret: what it is encrypted with is derived from it.
        days: that a recording is kept; more than none.
    """

    def __init__(self, db: Database, clock: Clock, secret: bytes, days: int) -> None:
        self._db, self._clock, self.days = db, clock, days
        self._store = EvidenceStore(secret, days)

    def consent(self, session_id: str, *, agreed: bool) -> None:
        """The customer's answer, audited; without consent nothing of the session stays."""
        with self._db.transaction() as db:
            audit.append(db, self._clock.now(), session_id, "consent", f"sound:{'given' if agreed else 'refused'}")
            if not agreed:
                self._store.forget_action(db, _named(session_id), KIND)

    def keep(self, session_id: str, customer: str | None, content: bytes) -> None:
        """One utterance as a sound file, of a customer who agreed."""
        with self._db.transaction() as db:
            self._store.keep(db, self._clock.now(), customer or "nobody", _named(session_id), {KIND: content})

    def kept(self, session_id: str) -> int:
        """How many utterances of a session are kept."""
        with self._db.reading() as db:
            return self._store.count(db, _named(session_id), KIND)


def _named(session_id: str) -> str:
    """As evidence names what it belongs to; the session's own id is not written beside the sound."""
    return f"snd_{hashlib.sha256(session_id.encode()).hexdigest()[:32]}"
