"""Sessions: who the customer is, and how surely the bank knows it. Levels last 15 minutes; so does silence."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.gate.records import SessionRow
from tools.wording import Locale

LEVEL_LASTS = timedelta(minutes=15)
SILENCE_MAX = timedelta(minutes=15)
Device = Literal["known", "new"]
Mode = Literal["standard", "elder"]


@dataclass(frozen=True)
class SessionInfo:
    """A session as the rest sees it; ``level`` is the assurance that counts now."""

    id: str
    customer: str | None
    channel: str
    locale: Locale
    mode: Mode
    device: Device
    level: int
    ended: bool


class NoSession(Exception):
    """Unknown session, or a token that is not this session's."""


def open_session(
    db: Session, now: datetime, customer: str | None, channel: str, locale: Locale, mode: Mode, device: Device
) -> tuple[SessionInfo, str]:
    """A new session and its bearer token (shown once; only its hash is kept)."""
    token = secrets.token_urlsafe(32)
    level = 0 if customer is None else 1
    row = SessionRow(
        id=f"ses_{secrets.token_urlsafe(12)}",
        token_hash=_hash(token),
        customer=customer,
        channel=channel,
        locale=locale,
        mode=mode,
        device=device,
        base_level=level,
        level=level,
        level_until=None,
        opened=now,
        last_turn=now,
        ended=None,
    )
    db.add(row)
    db.flush()
    return _info(row, now), token


def authenticate(db: Session, now: datetime, session_id: str, token: str) -> SessionInfo:
    """The session that this token belongs to; ended ones are returned as such.

    Raises:
        NoSession
    """
    row = db.get(SessionRow, session_id)
    if row is None or not hmac.compare_digest(row.token_hash, _hash(token)):
        raise NoSession
    return _info(row, now)


def info(db: Session, now: datetime, session_id: str) -> SessionInfo:
    """A session by id, for callers that have authenticated it already.

    Raises:
        NoSession
    """
    row = db.get(SessionRow, session_id)
    if row is None:
        raise NoSession
    return _info(row, now)


def touch(db: Session, now: datetime, session_id: str) -> None:
    """A turn happened."""
    row = db.get_one(SessionRow, session_id)
    row.last_turn = now


def raise_level(db: Session, now: datetime, session_id: str, level: int) -> None:
    """Identity was proven to ``level``; a higher level that still lasts is kept."""
    row = db.get_one(SessionRow, session_id)
    if _level(row, now) <= level:
        row.level, row.level_until = level, now + LEVEL_LASTS


def end_sessions(db: Session, now: datetime, customer: str | None) -> None:
    """End all sessions of one customer, or of everybody."""
    query = select(SessionRow).where(SessionRow.ended.is_(None))
    if customer is not None:
        query = query.where(SessionRow.customer == customer)
    for row in db.scalars(query):
        row.ended = now


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _level(row: SessionRow, now: datetime) -> int:
    return row.level if row.level_until is not None and now < row.level_until else row.base_level


def _info(row: SessionRow, now: datetime) -> SessionInfo:
    return SessionInfo(
        id=row.id,
        customer=row.customer,
        channel=row.channel,
        locale="en" if row.locale == "en" else "zh-CN",
        mode="elder" if row.mode == "elder" else "standard",
        device="new" if row.device == "new" else "known",
        level=_level(row, now),
        ended=row.ended is not None or now - row.last_turn > SILENCE_MAX,
    )
