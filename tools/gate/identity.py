"""Identity: one-time codes, locks, and the port behind which documents and faces are checked."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.bank.port import Customer
from tools.gate.records import IdentityTryRow, OtpRow
from tools.wording import Line, Text

OTP_LASTS = timedelta(minutes=5)
OTP_RESEND_AFTER = timedelta(minutes=1)
CODE_DIGITS = 6
TRIES_MAX = 3
TRIES_HEARD_MIN = 2  # tries that must be left for a spoken code to be one
LOCK_LASTS = timedelta(minutes=30)
IdentityStep = Literal["otp", "document", "face", "video"]


@dataclass(frozen=True)
class Subject:
    """Who is checked, in which action, at what moment, and in which session."""

    customer: Customer
    action: str
    now: datetime
    session: str = ""


@dataclass(frozen=True)
class Challenge:
    """What a live face was asked for: an unguessable id, good for one try, and since when."""

    id: str
    since: datetime


@dataclass(frozen=True)
class Verdict:
    """``problem`` is the kind and useful word for the customer when it was not accepted. A try that was not the
    customer's fault does not count; ``document_again`` when what the document proved is no longer there."""

    passed: bool
    problem: Line | None = None
    counts: bool = True
    document_again: bool = False


class Verifier(Protocol):
    """Checks ID documents and live faces; a bank's own verifier stands behind it. Called outside of transactions, since
    it may take seconds; it raises nothing."""

    def steps(self, challenge: str) -> Sequence[Text]:
        """What the face of this challenge is asked to do, in order."""

    def document(self, subject: Subject, payload: object) -> Verdict: ...
    def face(self, subject: Subject, challenge: Challenge, payload: object) -> Verdict: ...

    def forget(self, customer: str) -> bool:
        """Delete what was kept of a customer's face and document; whether it is gone, or to be asked for once more."""


class OtpBook:
    """Codes within one transaction. A code is kept only as a keyed hash; the message carries it to the phone."""

    def __init__(self, db: Session, secret: bytes) -> None:
        self._db, self._secret = db, secret

    def send(self, now: datetime, action: str, customer: str, bound_to: str | None) -> str:
        """A new code for an action; the ones before no longer count. Returns the six digits, to be sent."""
        for old in self._db.scalars(select(OtpRow).where(OtpRow.action == action, OtpRow.used.is_(None))):
            old.used = now
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        row = OtpRow(
            id=f"otp_{secrets.token_urlsafe(12)}",
            action=action,
            customer=customer,
            bound_to=bound_to,
            code_hash=b"",
            sent=now,
            expires=now + OTP_LASTS,
            used=None,
        )
        row.code_hash = self._hash(row.id, code)
        self._db.add(row)
        self._db.flush()
        return code

    def current(self, action: str, bound_to: str | None) -> OtpRow | None:
        """The unused code of an action for these parameters, expired or not."""
        query = select(OtpRow).where(OtpRow.action == action, OtpRow.used.is_(None)).order_by(OtpRow.sent.desc())
        row = self._db.scalars(query.limit(1)).first()
        return row if row is not None and row.bound_to == bound_to else None

    def accept(self, now: datetime, row: OtpRow, code: str) -> bool:
        """Whether the code is right and still lasts; a right one is used up."""
        if now >= row.expires or not hmac.compare_digest(row.code_hash, self._hash(row.id, code)):
            return False
        row.used = now
        return True

    def mark(self, row: OtpRow, code: str) -> str:
        """By which a code is known again that must not be kept itself, being nearly the right one."""
        return self._hash(row.id, code).hex()

    def _hash(self, challenge: str, code: str) -> bytes:
        return hmac.new(self._secret, f"{challenge}:{code}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


class Locks:
    """Failed tries per customer and step, within one transaction: three lock the step for 30 minutes."""

    def __init__(self, db: Session) -> None:
        self._db = db

    def locked_until(self, now: datetime, customer: str, step: IdentityStep) -> datetime | None:
        row = self._db.get(IdentityTryRow, (customer, step))
        return row.locked_until if row is not None and row.locked_until is not None and now < row.locked_until else None

    def left(self, now: datetime, customer: str, step: IdentityStep) -> int:
        """Tries before the step is locked."""
        row = self._db.get(IdentityTryRow, (customer, step))
        return TRIES_MAX if row is None or _is_over(row, now) else max(0, TRIES_MAX - row.failed)

    def fail(self, now: datetime, customer: str, step: IdentityStep) -> int:
        """Count a failed try; returns how many are left before the step is locked."""
        row = self._db.get(IdentityTryRow, (customer, step))
        if row is None:
            row = IdentityTryRow(customer=customer, step=step, failed=0, last=now, locked_until=None)
            self._db.add(row)
        if _is_over(row, now):
            row.failed, row.locked_until = 0, None
        row.failed, row.last = row.failed + 1, now
        if row.failed >= TRIES_MAX:
            row.locked_until = now + LOCK_LASTS
        self._db.flush()
        return max(0, TRIES_MAX - row.failed)

    def clear(self, customer: str, step: IdentityStep) -> None:
        """The step was passed."""
        row = self._db.get(IdentityTryRow, (customer, step))
        if row is not None:
            self._db.delete(row)


def _is_over(row: IdentityTryRow, now: datetime) -> bool:
    """Whether failed tries are old enough not to count any more."""
    return now - row.last > LOCK_LASTS or (row.locked_until is not None and now >= row.locked_until)
