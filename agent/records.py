"""The agent's tables: turns as they were said, people who are waited for, ratings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.db import Base, UtcDateTime


class TurnRow(Base):
    """One turn; ``key`` and ``body_digest`` make it repeatable."""

    __tablename__ = "turns"

    session: Mapped[str] = mapped_column(String(40), primary_key=True)
    turn_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    key: Mapped[str | None] = mapped_column(String(200))
    body_digest: Mapped[str | None] = mapped_column(String(64))
    turn: Mapped[dict[str, object]] = mapped_column(JSON)

    __table_args__ = (UniqueConstraint("session", "key", name="uq_turns_session_key"),)


class HandoffRow(Base):
    """A customer who waits for a person, with the summary that spares telling it again.

    ``status`` waiting · taken (by ``staff``) · done · callback (at that time) · left · reset; ``number`` is the order of
    coming, ``seen`` the last sign of the colleague's browser, ``video`` whether a call with pictures has connected."""

    __tablename__ = "handoffs"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    session: Mapped[str] = mapped_column(String(40), index=True)
    customer: Mapped[str | None] = mapped_column(String(40))
    summary: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20), index=True)
    number: Mapped[int] = mapped_column(Integer, default=0)
    urgent: Mapped[bool] = mapped_column(default=False)
    video: Mapped[bool] = mapped_column(default=False)
    staff: Mapped[str | None] = mapped_column(String(40))
    taken: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)
    callback: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))


class RatingRow(Base):
    """1 to 5 after a service."""

    __tablename__ = "ratings"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    session: Mapped[str] = mapped_column(String(40), index=True)
    service: Mapped[str | None] = mapped_column(String(60))
    stars: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class UsedTokenRow(Base):
    """A host app's token that was used; it is good for one session only."""

    __tablename__ = "used_tokens"

    jti: Mapped[str] = mapped_column(String(200), primary_key=True)
    exp: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
