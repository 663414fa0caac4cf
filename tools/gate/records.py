"""The gate's tables: sessions, actions, codes, locks and the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.db import Base, UtcDateTime

OUTCOME_CHARS_MAX = 200


class SessionRow(Base):
    """Who is signed in, and how surely: ``level`` counts until ``level_until`` and is ``base_level`` after."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    customer: Mapped[str | None] = mapped_column(String(40), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    locale: Mapped[str] = mapped_column(String(10))
    mode: Mapped[str] = mapped_column(String(10))
    device: Mapped[str] = mapped_column(String(10))
    base_level: Mapped[int] = mapped_column(Integer)
    level: Mapped[int] = mapped_column(Integer)
    level_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened: Mapped[datetime] = mapped_column(UtcDateTime)
    last_turn: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ActionRow(Base):
    """One run of one service through the gate; ``state`` is :class:`tools.gate.state.ActionState` as JSON."""

    __tablename__ = "actions"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    session: Mapped[str] = mapped_column(String(40), index=True)
    customer: Mapped[str] = mapped_column(String(40))
    service: Mapped[str] = mapped_column(String(60))
    state: Mapped[dict[str, object]] = mapped_column(JSON)
    open: Mapped[bool]
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    updated: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_actions_customer_open", "customer", "open"),)


class OtpRow(Base):
    """A one-time code: hashed, bound to one action (and, for transfers and limits, to its parameters)."""

    __tablename__ = "otp_challenges"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    customer: Mapped[str] = mapped_column(String(40), index=True)
    bound_to: Mapped[str | None] = mapped_column(String(64))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent: Mapped[datetime] = mapped_column(UtcDateTime)
    expires: Mapped[datetime] = mapped_column(UtcDateTime)
    used: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdentityTryRow(Base):
    """Failed tries of one identity step; kept per customer so that a new session does not start afresh."""

    __tablename__ = "identity_tries"

    customer: Mapped[str] = mapped_column(String(40), primary_key=True)
    step: Mapped[str] = mapped_column(String(20), primary_key=True)
    failed: Mapped[int] = mapped_column(Integer)
    last: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ForgetRow(Base):
    """A customer of whose face and documents nothing may be kept any more; gone once the verifier has deleted it."""

    __tablename__ = "forgettings"

    customer: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditRow(Base):
    """One event; the table refuses UPDATE and DELETE, and each row carries the hash of the one before."""

    __tablename__ = "audit_events"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    session_id: Mapped[str] = mapped_column(String(40), index=True)
    action_id: Mapped[str | None] = mapped_column(String(40), index=True)
    service: Mapped[str | None] = mapped_column(String(60))
    step: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(OUTCOME_CHARS_MAX))
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
