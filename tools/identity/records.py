"""What identity keeps for a while: encrypted pictures, templates and the marks of frames."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.db import Base, UtcDateTime


class EvidenceRow(Base):
    """``content`` is encrypted; ``kind`` is front, back, frame, template, marks or sound; gone after ``delete_after``."""

    __tablename__ = "evidence"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    delete_after: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_evidence_customer_kind", "customer", "kind"),)
