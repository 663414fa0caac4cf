"""Look-ups among a customer's own things; anything else is NotFound, whoever it belongs to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.bank.port import NotFound
from tools.bank.tables import AccountRow, CardRow, CustomerRow, PayeeRow, TransferRow


def customer_row(session: Session, customer: str) -> CustomerRow:
    """Raises NotFound."""
    row = session.get(CustomerRow, customer)
    if row is None:
        raise NotFound("customer")
    return row


def account_row(session: Session, customer: str, tail: str) -> AccountRow:
    """A deposit account. Raises NotFound."""
    row = session.scalar(
        select(AccountRow).where(
            AccountRow.customer == customer,
            AccountRow.kind == "deposit",
            AccountRow.tail == tail,
            AccountRow.archived.is_(None),
        )
    )
    if row is None:
        raise NotFound("account")
    return row


def card_row(session: Session, customer: str, tail: str) -> CardRow:
    """Raises NotFound."""
    row = session.scalar(
        select(CardRow)
        .join(AccountRow, AccountRow.id == CardRow.account)
        .where(CardRow.customer == customer, CardRow.tail == tail, AccountRow.archived.is_(None))
    )
    if row is None:
        raise NotFound("card")
    return row


def payee_row(session: Session, customer: str, name: str) -> PayeeRow:
    """Raises NotFound."""
    row = session.scalar(select(PayeeRow).where(PayeeRow.customer == customer, PayeeRow.name == name))
    if row is None:
        raise NotFound("payee")
    return row


def transfer_row(session: Session, customer: str, transfer: str) -> TransferRow:
    """Raises NotFound."""
    row = session.get(TransferRow, transfer)
    if row is None or row.customer != customer or row.archived is not None:
        raise NotFound("transfer")
    return row
