"""Evidence of checks: encrypted at rest, deleted when its days are over or consent is withdrawn, and audited when
anybody looks at it. Templates and marks are for the checks alone: nothing shows them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tools.gate import audit
from tools.identity.records import EvidenceRow

KEEP_DAYS = 30
TEMPLATE_LASTS = timedelta(minutes=15)  # as long as a level: then the document is shown anew
SHOWN = ("front", "back", "frame")
OF_IDENTITY = (*SHOWN, "template", "marks")
_NONCE = 12


@dataclass(frozen=True)
class Piece:
    """A piece of evidence as a list of them names it."""

    id: str
    kind: str
    at: datetime


class EvidenceStore:
    """Keeps evidence in the database, under a key derived from the settings' secret."""

    def __init__(self, secret: bytes, keep_days: int = KEEP_DAYS) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"skyteller evidence 1").derive(secret)
        self._cipher, self._keep = AESGCM(key), timedelta(days=keep_days)

    def keep(self, db: Session, now: datetime, customer: str, action: str, pieces: Mapping[str, bytes]) -> None:
        """Keep pieces by their kind (a kind may be numbered: ``frame1``)."""
        for name, content in pieces.items():
            kind = name.rstrip("0123456789")
            lasts = TEMPLATE_LASTS if kind == "template" else self._keep
            row = EvidenceRow(
                id=f"evd_{secrets.token_urlsafe(12)}", customer=customer, action=action, kind=kind, at=now,
                delete_after=now + lasts, content=b"",
            )  # fmt: skip
            nonce = secrets.token_bytes(_NONCE)
            row.content = nonce + self._cipher.encrypt(nonce, content, _bound_to(row))
            db.add(row)

    def latest(self, db: Session, now: datetime, action: str, kind: str) -> bytes | None:
        """The newest piece of a kind that belongs to an action and has not run out."""
        query = select(EvidenceRow).where(
            EvidenceRow.action == action, EvidenceRow.kind == kind, EvidenceRow.delete_after > now
        )
        row = db.scalars(query.order_by(EvidenceRow.at.desc()).limit(1)).first()
        return None if row is None else self._open(row)

    def all_of(self, db: Session, customer: str, kind: str) -> Sequence[bytes]:
        """Every piece of a kind of one customer."""
        query = select(EvidenceRow).where(EvidenceRow.customer == customer, EvidenceRow.kind == kind)
        opened = (self._open(row) for row in db.scalars(query))
        return [content for content in opened if content is not None]

    def of_action(self, db: Session, action: str) -> Sequence[Piece]:
        """What may be shown of one action."""
        query = select(EvidenceRow).where(EvidenceRow.action == action, EvidenceRow.kind.in_(SHOWN))
        return [Piece(row.id, row.kind, row.at) for row in db.scalars(query.order_by(EvidenceRow.at))]

    def show(self, db: Session, now: datetime, session: str, piece: str, staff: str) -> bytes | None:
        """A picture for a member of staff; that they looked is in the audit log before they see it."""
        row = db.get(EvidenceRow, piece)
        if row is None or row.kind not in SHOWN:
            return None
        audit.append(db, now, session, "evidence", f"shown:{row.kind}:{staff}", action_id=row.action)
        return self._open(row)

    def due(self, db: Session, now: datetime) -> bool:
        """Whether anything has run out."""
        return db.scalar(select(EvidenceRow.id).where(EvidenceRow.delete_after <= now).limit(1)) is not None

    def purge(self, db: Session, now: datetime) -> int:
        """Delete what has run out; returns how many pieces."""
        gone = db.execute(delete(EvidenceRow).where(EvidenceRow.delete_after <= now))
        return int(getattr(gone, "rowcount", 0))

    def forget(self, db: Session, customer: str) -> None:
        """Delete everything of a customer's face and documents: consent was withdrawn. Sound has a consent of its own."""
        db.execute(delete(EvidenceRow).where(EvidenceRow.customer == customer, EvidenceRow.kind.in_(OF_IDENTITY)))

    def forget_action(self, db: Session, action: str, kind: str) -> None:
        """Delete what is kept of one kind under one action."""
        db.execute(delete(EvidenceRow).where(EvidenceRow.action == action, EvidenceRow.kind == kind))

    def count(self, db: Session, action: str, kind: str) -> int:
        """How many pieces of a kind are kept under one action."""
        query = (
            select(func.count()).select_from(EvidenceRow).where(EvidenceRow.action == action, EvidenceRow.kind == kind)
        )
        return db.scalar(query) or 0

    def _open(self, row: EvidenceRow) -> bytes | None:
        """None where the secret has changed since."""
        try:
            return self._cipher.decrypt(row.content[:_NONCE], row.content[_NONCE:], _bound_to(row))
        except InvalidTag:
            return None


def _bound_to(row: EvidenceRow) -> bytes:
    return f"{row.id}:{row.customer}:{row.action}:{row.kind}".encode()
