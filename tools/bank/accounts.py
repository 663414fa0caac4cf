"""Accounts: opened, bound, limited and closed, within one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tools.bank.find import account_row, customer_row
from tools.bank.ids import Ids
from tools.bank.ledger import Ledger, Side
from tools.bank.limits import ceiling_of, limits_of
from tools.bank.port import AccountClass, NotAllowed, Obstacle
from tools.bank.tables import AccountRow, AutoDebitRow, CardRow, CustomerRow, PayeeRow, TransferRow
from tools.errors import must
from tools.money import ZERO, yuan
from tools.tariff import Tariff

TAILS = [f"{n}" for n in range(1000, 10000) if not 1900 <= n < 2100]
"""Tails of new accounts: none that sounds like a year or begins with a nought."""
WITH_CARD: frozenset[AccountClass] = frozenset({"I", "II"})
"""A Ⅲ account is for small payments by phone only and has no card."""


class Accounts:
    """A customer's deposit accounts within one transaction at one moment."""

    def __init__(self, session: Session, now: datetime, tariff: Tariff, ids: Ids) -> None:
        self._session, self._now, self._tariff, self._ids = session, now, tariff, ids
        self._ledger = Ledger(session, ids)

    def open(self, customer: str, cls: AccountClass, bound_to: str) -> AccountRow:
        """A new Ⅱ or Ⅲ account with its card, if its class has one.

        Raises:
            NotFound: the Ⅰ account it is to be bound to is not this customer's.
            NotAllowed: wrong_state when that one is no active Ⅰ account, or there are as many of the class as may be.
        """
        must(cls != "I", "a Class I account is opened at a branch")
        person = customer_row(self._session, customer)
        main = account_row(self._session, customer, bound_to)
        full = self._count(customer, cls) >= self._tariff[f"limits.accounts.class_{cls}_max"]
        if main.cls != "I" or main.status != "active" or full:
            raise NotAllowed("wrong_state")
        row_id = self._ids("acc")
        row = AccountRow(
            id=row_id, kind="deposit", customer=customer, holder=person.name, tail=self._free_tail(row_id), cls=cls,
            status="active", note="", per_day=None, per_year=None, opened=self._now, due=None, bound_to=main.id,
            archived=None,
        )  # fmt: skip
        self._session.add(row)
        self._session.flush()
        if cls in WITH_CARD:
            self._session.add(
                CardRow(account=row.id, customer=customer, tail=row.tail, status="active", condition="ok")
            )
            self._session.flush()
        return row

    def obstacles(self, customer: str, tail: str) -> Iterator[Obstacle]:
        """What forbids closing an account, in the order in which it is best settled. Money on it does not: it is paid
        out as the account is closed."""
        row = account_row(self._session, customer, tail)
        if row.status == "restricted":
            yield Obstacle("restricted", tail)
        card = self._session.get(CardRow, row.id)
        if card is not None and card.status == "lost":
            yield Obstacle("lost_card", tail)
        for bound in self._bound(row):
            yield Obstacle("bound_account", bound)
        debits = select(AutoDebitRow.id).where(AutoDebitRow.account == row.id, AutoDebitRow.status == "active")
        for debit in self._session.scalars(debits.order_by(AutoDebitRow.merchant)):
            yield Obstacle("auto_debit", debit)
        pending = select(TransferRow.id).where(
            TransferRow.source == row.id, TransferRow.status == "pending", TransferRow.archived.is_(None)
        )
        for transfer in self._session.scalars(pending.order_by(TransferRow.created, TransferRow.id)):
            yield Obstacle("pending_transfer", transfer)
        if row.cls == "I" and self._count(customer, "I") == 1:
            contracts = select(AccountRow).where(
                AccountRow.customer == customer, AccountRow.kind.in_(("term", "loan")), AccountRow.status != "closed"
            )
            for contract in self._session.scalars(contracts.order_by(AccountRow.kind, AccountRow.id)):
                if self._ledger.balance(contract.id) != ZERO:
                    yield Obstacle("loan" if contract.kind == "loan" else "term_deposit", contract.id)

    def close(self, customer: str, tail: str, to: str | None) -> AccountRow:
        """Close for good; what is on it goes to another own account by the same entry.

        Raises:
            NotFound: either account is not this customer's.
            NotAllowed: wrong_state when it is closed, when something forbids it (:meth:`obstacles`), when there is money
                and nowhere to pay it (or the other way round), or when ``to`` may not hold as much.
        """
        row = account_row(self._session, customer, tail)
        if row.status == "closed" or any(True for _ in self.obstacles(customer, tail)):
            raise NotAllowed("wrong_state")
        balance = self._ledger.balance(row.id)
        must(self._ledger.held(row.id) == ZERO, "an account without pending transfers has no holds")
        if (to is None) != (balance == ZERO):
            raise NotAllowed("wrong_state")
        if to is not None:
            other = account_row(self._session, customer, to)
            if other.id == row.id or other.status != "active" or not self.may_hold(other, balance):
                raise NotAllowed("wrong_state")
            sides = [Side(row.id, -balance, "closing", row.holder), Side(other.id, balance, "closing", row.holder)]
            self._ledger.post("closing", self._now, sides)
        row.status = "closed"
        card = self._session.get(CardRow, row.id)
        if card is not None:
            card.status = "closed"
        self._session.flush()
        return row

    def may_hold(self, row: AccountRow, more: Decimal) -> bool:
        """Whether the account may hold ``more`` beside what is on it: a Ⅲ account has a highest balance."""
        most = self._tariff.get(f"limits.class_{row.cls}.balance")
        return most is None or self._ledger.balance(row.id) + more <= most

    def set_per_day(self, customer: str, tail: str, per_day: Decimal) -> AccountRow:
        """Set the daily limit; it counts from now on, for today too.

        Raises:
            NotFound, BadAmount
            NotAllowed: wrong_state when the account is closed, nothing would change, or it would be raised on an
                account that is not active or above what may be set without a branch.
        """
        exact = yuan(per_day)
        must(exact > ZERO, "a limit is positive")
        row = account_row(self._session, customer, tail)
        person = self._session.get_one(CustomerRow, customer)
        now = limits_of(self._session, self._tariff, row, self._now).per_day
        raised = exact > now
        if row.status == "closed" or exact == now or (raised and row.status != "active"):
            raise NotAllowed("wrong_state")
        if raised and exact > ceiling_of(self._tariff, row, person):
            raise NotAllowed("wrong_state")
        row.per_day = exact
        self._session.flush()
        return row

    def _bound(self, row: AccountRow) -> list[str]:
        """Tails of the open accounts that belong to this one."""
        bound = select(AccountRow.tail).where(AccountRow.bound_to == row.id, AccountRow.status != "closed")
        return [tail or "" for tail in self._session.scalars(bound.order_by(AccountRow.opened, AccountRow.id))]

    def _count(self, customer: str, cls: AccountClass) -> int:
        """How many accounts of a class are open."""
        query = select(func.count()).where(
            AccountRow.customer == customer,
            AccountRow.kind == "deposit",
            AccountRow.cls == cls,
            AccountRow.status != "closed",
        )
        return self._session.scalar(query) or 0

    def _free_tail(self, account: str) -> str:
        """Four digits that nobody has, from the account's id, so that seeded ids give the same ones again."""
        taken = set(self._session.scalars(select(AccountRow.tail).where(AccountRow.tail.is_not(None))))
        taken |= set(self._session.scalars(select(PayeeRow.tail)))
        start = int.from_bytes(hashlib.sha256(account.encode()).digest()[:8]) % len(TAILS)
        for tail in TAILS[start:] + TAILS[:start]:
            if tail not in taken:
                return tail
        raise NotAllowed("wrong_state")
