"""The core's tables. Journal rows are immutable; what the sandbox resets is archived, never deleted.

Story rows are those that the sandbox was seeded with; ``archived`` is when a reset put a row out of sight.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.db import Base, Fen, UtcDateTime

ID = String(40)
CODE = String(40)
TEXT = String(2000)


class CustomerRow(Base):
    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    gender: Mapped[str] = mapped_column(String(1))
    born: Mapped[datetime] = mapped_column(UtcDateTime)
    phone: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(10))
    mode: Mapped[str] = mapped_column(String(10))
    document: Mapped[str] = mapped_column(String(10))
    document_number: Mapped[str] = mapped_column(String(20), default="")
    assessed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # wealth risk assessment
    rating: Mapped[str] = mapped_column(String(1))  # A, B or C: how far limits may be raised without a branch


class AccountRow(Base):
    """A line of the chart: ``kind`` deposit, term and loan belong to a customer, the others to the bank.

    Signs are the customer's view: what the bank owes a customer is positive, what a customer owes is negative, and the
    bank's own accounts carry the other side. ``per_day`` and ``per_year`` are own settings; NULL means the tariff's.
    ``bound_to`` is the customer's Ⅰ account here that a Ⅱ or Ⅲ one belongs to; NULL when it is bound to another bank's.
    An archived account was opened since the story: it is out of sight and its tail is free again.
    """

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(CODE)
    customer: Mapped[str | None] = mapped_column(ForeignKey("customers.id"), index=True)
    holder: Mapped[str] = mapped_column(String(100))
    tail: Mapped[str | None] = mapped_column(String(4))
    cls: Mapped[str | None] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(CODE)
    note: Mapped[str] = mapped_column(String(60))
    per_day: Mapped[Decimal | None] = mapped_column(Fen)
    per_year: Mapped[Decimal | None] = mapped_column(Fen)
    opened: Mapped[datetime] = mapped_column(UtcDateTime)
    due: Mapped[datetime | None] = mapped_column(UtcDateTime)  # term deposits
    bound_to: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    archived: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("kind", "tail", name="uq_accounts_kind_tail"),)


class EntryRow(Base):
    """A journal entry; its postings sum to zero. ``reverses`` points to the entry that it undoes."""

    __tablename__ = "entries"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(CODE)
    story: Mapped[bool]
    reverses: Mapped[str | None] = mapped_column(ForeignKey("entries.id"), unique=True)


class PostingRow(Base):
    """One side of an entry. ``seq`` counts per account, so that two writers can never both build on one balance."""

    __tablename__ = "postings"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    entry: Mapped[str] = mapped_column(ForeignKey("entries.id"), index=True)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    seq: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Decimal] = mapped_column(Fen)
    balance_after: Mapped[Decimal] = mapped_column(Fen)
    about: Mapped[str] = mapped_column(CODE)
    counterparty: Mapped[str] = mapped_column(String(100))

    __table_args__ = (UniqueConstraint("account", "seq", name="uq_postings_account_seq"),)


class HoldRow(Base):
    """Money reserved on an account: ``active``, then ``released`` or ``consumed``, for good."""

    __tablename__ = "holds"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    amount: Mapped[Decimal] = mapped_column(Fen)
    status: Mapped[str] = mapped_column(CODE)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_holds_account_status", "account", "status"),)


class CardRow(Base):
    __tablename__ = "cards"

    account: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    tail: Mapped[str] = mapped_column(String(4))
    status: Mapped[str] = mapped_column(CODE)
    condition: Mapped[str] = mapped_column(CODE)


class CardOrderRow(Base):
    __tablename__ = "card_orders"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PayeeRow(Base):
    __tablename__ = "payees"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    name: Mapped[str] = mapped_column(String(100))
    bank: Mapped[str] = mapped_column(String(10))
    tail: Mapped[str] = mapped_column(String(4))
    paid_before: Mapped[bool]
    flagged: Mapped[bool]

    __table_args__ = (UniqueConstraint("customer", "name", name="uq_payees_customer_name"),)


class TransferRow(Base):
    """``hold`` while pending, ``entry`` once posted; ``request`` is the row in requests that made it."""

    __tablename__ = "transfers"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    source: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    payee: Mapped[str] = mapped_column(ForeignKey("payees.id"))
    amount: Mapped[Decimal] = mapped_column(Fen)
    status: Mapped[str] = mapped_column(CODE)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    arrives: Mapped[datetime] = mapped_column(UtcDateTime)
    hold: Mapped[str | None] = mapped_column(ForeignKey("holds.id"))
    entry: Mapped[str | None] = mapped_column(ForeignKey("entries.id"))
    request: Mapped[str | None] = mapped_column(ForeignKey("requests.id"))
    story: Mapped[bool]
    archived: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_transfers_status_arrives", "status", "arrives"),
        Index("ix_transfers_source_created", "source", "created"),
    )


class RequestRow(Base):
    """The one row that a service leaves behind; ``action`` makes it one."""

    __tablename__ = "requests"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    action: Mapped[str] = mapped_column(ID, unique=True)
    service: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, str]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(CODE)
    transfer: Mapped[str | None] = mapped_column(ID, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AutoDebitRow(Base):
    """``status`` active or cancelled; only active ones are shown."""

    __tablename__ = "auto_debits"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    merchant: Mapped[str] = mapped_column(String(100))
    about: Mapped[str] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(CODE)


class AppointmentRow(Base):
    """A time at a branch; ``purpose`` is the service it is about."""

    __tablename__ = "appointments"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ConsentRow(Base):
    """``text`` is what was asked, word for word. A refusal is a row with ``given`` false; so is a withdrawal, and what it
    ends says since when in ``withdrawn``."""

    __tablename__ = "consents"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str] = mapped_column(CODE)
    version: Mapped[str] = mapped_column(CODE)
    given: Mapped[bool]
    text: Mapped[str] = mapped_column(TEXT, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime)
    archived: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CaseRow(Base):
    """``subject`` is what it is about where it can be named: a service, a session, the tail of a controlled account."""

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str] = mapped_column(CODE)
    subject: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(TEXT)
    status: Mapped[str] = mapped_column(CODE)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ComplaintRow(Base):
    """``reply_by`` is the promised date of the answer."""

    __tablename__ = "complaints"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    about: Mapped[str] = mapped_column(TEXT)
    status: Mapped[str] = mapped_column(CODE)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reply_by: Mapped[datetime] = mapped_column(UtcDateTime)
    archived: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MessageRow(Base):
    """What was sent, and to which ``number``; ``code`` only for one-time codes."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(CODE)
    text: Mapped[str] = mapped_column(TEXT)
    code: Mapped[str | None] = mapped_column(String(10))
    number: Mapped[str | None] = mapped_column(String(20))
    archived: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PhoneChangeRow(Base):
    """Every change of the phone number on file: a new number is watched for a while."""

    __tablename__ = "phone_changes"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    old: Mapped[str] = mapped_column(String(20))
    new: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdempotencyRow(Base):
    """The first result of each change, by the caller's key and the operation; ``digest`` is of its content."""

    __tablename__ = "idempotency"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    operation: Mapped[str] = mapped_column(CODE, primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    result: Mapped[str] = mapped_column(String)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ClockRow(Base):
    """The sandbox clock's one row: how far it is ahead of the real one, and the latest moment known to it."""

    __tablename__ = "sandbox_clock"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    ahead_us: Mapped[int] = mapped_column(BigInteger)
    latest: Mapped[datetime] = mapped_column(UtcDateTime)


class SeedRow(Base):
    """Which stories were told to this database, and when they start."""

    __tablename__ = "seeds"

    name: Mapped[str] = mapped_column(CODE, primary_key=True)
    starts: Mapped[datetime] = mapped_column(UtcDateTime)
