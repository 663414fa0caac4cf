"""The core bank as the tools see it: a port that a bank puts its own core behind.

Every method names the customer first; a card, account, payee or transfer is looked up among that customer's own and
nowhere else, so another customer's gets the same answer as one that does not exist (:class:`NotFound`).
A ``CoreBank`` is bound to one transaction: what it changes is committed or rolled back with it.
Methods that change something take an idempotency ``key``; the same key with the same content returns the first
result, with other content it raises :class:`tools.errors.KeyConflict`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from tools.errors import BankError

AccountClass = Literal["I", "II", "III"]
AccountStatus = Literal["active", "dormant", "restricted", "closed"]
Rating = Literal["A", "B", "C"]
CardStatus = Literal["active", "locked", "lost", "closed"]
CardCondition = Literal["ok", "damaged", "expired"]
TransferStatus = Literal["done", "pending", "cancelled"]
RequestStatus = Literal["done", "delayed", "in_review", "blocked", "cancelled", "failed"]


class NotFound(BankError):
    """This customer has no such card, account, payee or transfer."""


class NotAllowed(BankError):
    """The core refuses: ``code`` is one of insufficient_funds, daily_limit, yearly_limit, wrong_state, already_settled."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Customer:
    """A person; ``born`` drives age rules, ``flags`` are story facts (``elder`` …)."""

    id: str
    name: str
    gender: Literal["m", "f"]
    born: datetime
    phone: str
    locale: Literal["zh-CN", "en"]
    mode: Literal["standard", "elder"]
    document: Literal["id_card", "passport"]
    document_number: str = ""  # as registered; empty where the bank holds none


@dataclass(frozen=True)
class Limits:
    """Transfer limits of one account and what is used of them (Asia/Shanghai day and year)."""

    per_day: Decimal
    per_year: Decimal | None
    used_today: Decimal
    used_this_year: Decimal
    ceiling: Decimal  # the highest per_day that the customer may set without a branch


@dataclass(frozen=True)
class Account:
    """``balance`` is what the ledger says; ``available`` is balance less active holds."""

    tail: str
    cls: AccountClass
    status: AccountStatus
    balance: Decimal
    available: Decimal
    limits: Limits
    note: str = ""  # why dormant or restricted, a stable code such as "dormant_14_months"
    bound_to: str | None = None  # tail of the Ⅰ account here that a Ⅱ or Ⅲ one belongs to


@dataclass(frozen=True)
class Contract:
    """A term deposit or a loan; ``amount`` is what it stands at, positive for both."""

    id: str
    kind: Literal["term_deposit", "loan"]
    label: str
    amount: Decimal
    due: datetime | None


@dataclass(frozen=True)
class Obstacle:
    """What forbids closing an account; ``subject`` is its tail or id: of the account itself (restricted), its card
    (lost_card), another account, an auto-debit, a transfer or a contract."""

    kind: Literal["restricted", "lost_card", "bound_account", "auto_debit", "pending_transfer", "term_deposit", "loan"]
    subject: str


@dataclass(frozen=True)
class Appointment:
    """A time at a branch; ``purpose`` is the service it is about."""

    id: str
    purpose: str
    at: datetime


@dataclass(frozen=True)
class Card:
    """A debit card; its tail is its account's tail."""

    tail: str
    status: CardStatus
    condition: CardCondition


@dataclass(frozen=True)
class Payee:
    """``known``: paid before and not flagged. ``flagged``: reported as used by fraudsters."""

    name: str
    bank: Literal["own", "other"]
    tail: str
    known: bool
    flagged: bool


@dataclass(frozen=True)
class Transfer:
    id: str
    source: str  # account tail
    payee: str
    amount: Decimal
    status: TransferStatus
    created: datetime
    arrives: datetime
    flagged: bool


@dataclass(frozen=True)
class Movement:
    """One line of an account's statement; ``amount`` is signed."""

    at: datetime
    amount: Decimal
    about: str  # "transfer_out", "salary", "atm", "fee", "interest" … plus counterparty
    counterparty: str
    balance_after: Decimal


@dataclass(frozen=True)
class AutoDebit:
    id: str
    account: str
    merchant: str
    about: str


@dataclass(frozen=True)
class Case:
    """``subject`` names what it is about, where it can: a service, a session, the tail of a controlled account."""

    id: str
    kind: str
    about: str
    status: str
    at: datetime
    subject: str = ""


@dataclass(frozen=True)
class Request:
    """The row that an ended action of a service left behind."""

    service: str
    params: Mapping[str, str]
    status: RequestStatus
    at: datetime


@dataclass(frozen=True)
class Complaint:
    """``reply_by`` is when the customer has the answer at the latest."""

    id: str
    about: str
    status: str  # open, answered
    at: datetime
    reply_by: datetime


@dataclass(frozen=True)
class Consent:
    """A consent in force: ``kind`` (such as ``facial_recognition``), the version of the words, when it was given."""

    kind: str
    version: str
    at: datetime


class CoreBank(Protocol):
    """The core within one transaction; ``now`` comes from the injected clock."""

    def customer(self, customer: str) -> Customer: ...
    def accounts(self, customer: str) -> Sequence[Account]: ...
    def account(self, customer: str, tail: str) -> Account: ...
    def cards(self, customer: str) -> Sequence[Card]: ...
    def card(self, customer: str, tail: str) -> Card: ...
    def payees(self, customer: str) -> Sequence[Payee]: ...
    def payee(self, customer: str, name: str) -> Payee: ...
    def transfers(self, customer: str) -> Sequence[Transfer]:
        """Newest first."""
        ...

    def transfer(self, customer: str, transfer: str) -> Transfer: ...
    def requests(self, customer: str) -> Sequence[Request]:
        """Newest first."""
        ...

    def movements(self, customer: str, tail: str, most: int) -> Sequence[Movement]:
        """The newest ``most`` lines of an account's statement, newest first."""
        ...

    def largest_payment(self, customer: str, since: datetime, until: datetime) -> Decimal:
        """The largest sum that the customer paid of their own will from any account, from ``since`` on and before
        ``until``; nought where there was none."""
        ...

    def is_controlled(self, customer: str) -> bool:
        """Whether one of the customer's accounts is under a control."""
        ...

    def auto_debits(self, customer: str) -> Sequence[AutoDebit]:
        """Those in force, by merchant."""
        ...

    def auto_debit(self, customer: str, auto_debit: str) -> AutoDebit:
        """One by its id, in force or cancelled. Raises NotFound."""
        ...

    def cases(self, customer: str) -> Sequence[Case]:
        """Newest first."""
        ...

    def complaints(self, customer: str) -> Sequence[Complaint]:
        """Newest first."""
        ...

    def phone_changed_at(self, customer: str) -> datetime | None:
        """When the phone number on file was last changed; None when it never was."""
        ...

    def contracts(self, customer: str) -> Sequence[Contract]:
        """Term deposits and loans that are not at nought."""
        ...

    def appointments(self, customer: str) -> Sequence[Appointment]:
        """Those still to come, the next one first."""
        ...

    def obstacles(self, customer: str, tail: str) -> Sequence[Obstacle]:
        """What forbids closing an account, in the order in which it is best settled; money on it does not."""
        ...

    def create_transfer(
        self, customer: str, source: str, payee: str, amount: Decimal, *, arrives: datetime | None, key: str
    ) -> Transfer:
        """Pay a payee: posted at once, or held and pending until ``arrives``.

        Raises:
            NotFound: unknown account or payee.
            NotAllowed: insufficient_funds, daily_limit, yearly_limit, wrong_state.
        """
        ...

    def cancel_transfer(self, customer: str, transfer: str, *, key: str) -> Transfer:
        """Release the hold of a pending transfer; also marks the request that made it as cancelled.

        Raises:
            NotAllowed: already_settled when it has arrived or was cancelled before.
        """
        ...

    def order_card(self, customer: str, tail: str, *, key: str) -> str:
        """Order a replacement with the same number; returns the order's number. The old card works until then."""
        ...

    def open_account(self, customer: str, cls: Literal["II", "III"], *, bound_to: str, key: str) -> Account:
        """A new Ⅱ or Ⅲ account bound to an own Ⅰ one; a Ⅱ one comes with a card.

        Raises:
            NotFound: no such Ⅰ account. NotAllowed: wrong_state when it is not active, or the class is full.
        """
        ...

    def close_account(self, customer: str, tail: str, *, to: str | None, key: str) -> Account:
        """Close an account and its card for good. What is on it goes to the own account ``to`` by the same entry;
        ``to`` is None exactly when nothing is.

        Raises:
            NotFound
            NotAllowed: wrong_state when it is closed, something forbids it, or ``to`` cannot take the money.
        """
        ...

    def set_daily_limit(self, customer: str, tail: str, per_day: Decimal, *, key: str) -> Account:
        """The daily transfer limit from now on, for today too.

        Raises:
            NotFound
            NotAllowed: wrong_state when nothing would change, or it may not be raised as far (``Limits.ceiling``).
        """
        ...

    def book_appointment(self, customer: str, purpose: str, at: datetime, *, key: str) -> Appointment: ...

    def set_card_status(self, customer: str, tail: str, status: CardStatus, *, key: str) -> Card: ...
    def activate_account(self, customer: str, tail: str, *, key: str) -> Account:
        """Dormant → active. Raises NotAllowed wrong_state otherwise."""
        ...

    def open_case(self, customer: str, kind: str, about: str, *, key: str, subject: str = "") -> Case: ...
    def file_complaint(self, customer: str, about: str, *, key: str) -> Complaint:
        """On record from now on, to be answered within the tariff's ``complaint.reply_days``."""
        ...

    def change_phone(self, customer: str, phone: str, *, key: str) -> str:
        """Codes and notices go to ``phone`` from now on; returns the number before.

        Raises:
            NotAllowed: wrong_state when it is the number on file already.
        """
        ...

    def cancel_auto_debit(self, customer: str, auto_debit: str, *, key: str) -> AutoDebit:
        """The merchant can take nothing any more; what is owed is not touched.

        Raises:
            NotFound: not this customer's. NotAllowed: wrong_state when it is cancelled already.
        """
        ...

    def record_consent(self, customer: str, kind: str, version: str, given: bool, text: str = "") -> str:
        """Returns the consent's id."""
        ...

    def consents(self, customer: str) -> Sequence[Consent]:
        """Those in force, the newest of each kind, newest first."""
        ...

    def withdraw_consent(self, customer: str, kind: str, text: str, *, key: str) -> str:
        """End every consent of a kind; ``text`` are the words of the withdrawal. Returns the withdrawal's id.

        Raises:
            NotFound: none of this kind is in force.
        """
        ...

    def record_request(
        self,
        customer: str,
        action: str,
        service: str,
        params: Mapping[str, str],
        status: RequestStatus,
        transfer: str | None = None,
    ) -> str:
        """The one row that a service leaves behind; a second call for the same action returns the first row's id."""
        ...

    def update_request(
        self,
        customer: str,
        action: str,
        status: RequestStatus,
        params: Mapping[str, str] | None = None,
        transfer: str | None = None,
    ) -> None:
        """What became of a request that is ``in_review``, in the row that it has; it is the only one that changes."""
        ...

    def settle_due(self) -> Sequence[Transfer]:
        """Let every pending transfer whose time has come arrive; its request becomes done. Idempotent."""
        ...

    def send_message(
        self,
        customer: str,
        kind: Literal["otp", "notice"],
        text: str,
        code: str | None = None,
        *,
        to: str | None = None,
    ) -> None:
        """To the number on file, or to another of the customer's; kept in the transaction, so that a notice is sent if
        and only if the change happened."""
        ...
