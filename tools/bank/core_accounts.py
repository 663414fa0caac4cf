"""The part of the core that keeps accounts and cards: looked at, opened, limited, closed; appointments about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.bank.accounts import Accounts
from tools.bank.find import account_row, card_row, customer_row
from tools.bank.idempotency import once
from tools.bank.ids import Ids
from tools.bank.ledger import Ledger
from tools.bank.limits import limits_of
from tools.bank.port import Account, Appointment, Card, CardStatus, Contract, NotAllowed, Obstacle
from tools.bank.tables import AccountRow, AppointmentRow, CardOrderRow, CardRow
from tools.clock import Clock
from tools.money import ZERO, money_text
from tools.tariff import Tariff


class AccountsCore:
    """A share of :class:`tools.bank.core.SqlCoreBank`; contracts and errors stand in :mod:`tools.bank.port`."""

    _session: Session
    _clock: Clock
    _tariff: Tariff
    _ids: Ids
    _ledger: Ledger

    # --- reading ------------------------------------------------------------------------------------------------------

    def accounts(self, customer: str) -> Sequence[Account]:
        customer_row(self._session, customer)
        rows = self._session.scalars(
            select(AccountRow)
            .where(AccountRow.customer == customer, AccountRow.kind == "deposit", AccountRow.archived.is_(None))
            .order_by(AccountRow.opened, AccountRow.id)
        )
        return [self._account(row) for row in rows]

    def account(self, customer: str, tail: str) -> Account:
        return self._account(account_row(self._session, customer, tail))

    def is_controlled(self, customer: str) -> bool:
        query = select(AccountRow.id).where(
            AccountRow.customer == customer, AccountRow.status == "restricted", AccountRow.archived.is_(None)
        )
        return self._session.scalar(query.limit(1)) is not None

    def cards(self, customer: str) -> Sequence[Card]:
        customer_row(self._session, customer)
        rows = self._session.scalars(
            select(CardRow)
            .join(AccountRow, CardRow.account == AccountRow.id)
            .where(CardRow.customer == customer, AccountRow.archived.is_(None))
            .order_by(AccountRow.opened, AccountRow.id)
        )
        return [_card(row) for row in rows]

    def card(self, customer: str, tail: str) -> Card:
        return _card(card_row(self._session, customer, tail))

    def contracts(self, customer: str) -> Sequence[Contract]:
        customer_row(self._session, customer)
        rows = self._session.scalars(
            select(AccountRow)
            .where(AccountRow.customer == customer, AccountRow.kind.in_(("term", "loan")))
            .order_by(AccountRow.opened, AccountRow.id)
        )
        found = [(row, self._ledger.balance(row.id)) for row in rows]
        return [
            Contract(
                id=row.id, kind="loan" if row.kind == "loan" else "term_deposit", label=row.note, amount=abs(balance),
                due=row.due,
            )
            for row, balance in found if balance != ZERO
        ]  # fmt: skip

    def appointments(self, customer: str) -> Sequence[Appointment]:
        customer_row(self._session, customer)
        rows = self._session.scalars(
            select(AppointmentRow)
            .where(
                AppointmentRow.customer == customer,
                AppointmentRow.archived.is_(None),
                AppointmentRow.at > self._clock.now(),
            )
            .order_by(AppointmentRow.at, AppointmentRow.id)
        )
        return [Appointment(id=row.id, purpose=row.purpose, at=row.at) for row in rows]

    def obstacles(self, customer: str, tail: str) -> Sequence[Obstacle]:
        return list(self._book().obstacles(customer, tail))

    # --- accounts -----------------------------------------------------------------------------------------------------

    def activate_account(self, customer: str, tail: str, *, key: str) -> Account:
        def do() -> Account:
            row = account_row(self._session, customer, tail)
            if row.status != "dormant":
                raise NotAllowed("wrong_state")
            row.status, row.note = "active", ""
            return self._account(row)

        return once(self._session, self._clock.now(), key, "activate_account", (customer, tail), Account, do)

    def open_account(self, customer: str, cls: Literal["II", "III"], *, bound_to: str, key: str) -> Account:
        def do() -> Account:
            return self._account(self._book().open(customer, cls, bound_to))

        return once(self._session, self._clock.now(), key, "open_account", (customer, cls, bound_to), Account, do)

    def close_account(self, customer: str, tail: str, *, to: str | None, key: str) -> Account:
        def do() -> Account:
            return self._account(self._book().close(customer, tail, to))

        return once(self._session, self._clock.now(), key, "close_account", (customer, tail, to), Account, do)

    def set_daily_limit(self, customer: str, tail: str, per_day: Decimal, *, key: str) -> Account:
        def do() -> Account:
            return self._account(self._book().set_per_day(customer, tail, per_day))

        content = (customer, tail, money_text(per_day))
        return once(self._session, self._clock.now(), key, "set_daily_limit", content, Account, do)

    def book_appointment(self, customer: str, purpose: str, at: datetime, *, key: str) -> Appointment:
        def do() -> Appointment:
            customer_row(self._session, customer)
            made = Appointment(id=self._ids("ap"), purpose=purpose, at=at)
            self._session.add(AppointmentRow(customer=customer, archived=None, **vars(made)))
            return made

        content = (customer, purpose, at.isoformat())
        return once(self._session, self._clock.now(), key, "book_appointment", content, Appointment, do)

    # --- cards --------------------------------------------------------------------------------------------------------

    def order_card(self, customer: str, tail: str, *, key: str) -> str:
        def do() -> str:
            card = card_row(self._session, customer, tail)
            if card.status == "closed":
                raise NotAllowed("wrong_state")
            row = CardOrderRow(
                id=self._ids("co"), customer=customer, account=card.account, at=self._clock.now(), archived=None
            )
            self._session.add(row)
            return row.id

        return once(self._session, self._clock.now(), key, "order_card", (customer, tail), str, do)

    def set_card_status(self, customer: str, tail: str, status: CardStatus, *, key: str) -> Card:
        def do() -> Card:
            row = card_row(self._session, customer, tail)
            if row.status == "closed" and status != "closed":
                raise NotAllowed("wrong_state")
            row.status = status
            return _card(row)

        return once(self._session, self._clock.now(), key, "set_card_status", (customer, tail, status), Card, do)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _book(self) -> Accounts:
        return Accounts(self._session, self._clock.now(), self._tariff, self._ids)

    def _account(self, row: AccountRow) -> Account:
        main = None if row.bound_to is None else self._session.get_one(AccountRow, row.bound_to)
        return Account(
            tail=row.tail or "", cls=cast("Any", row.cls), status=cast("Any", row.status),
            balance=self._ledger.balance(row.id), available=self._ledger.available(row.id),
            limits=limits_of(self._session, self._tariff, row, self._clock.now()), note=row.note,
            bound_to=None if main is None else main.tail,
        )  # fmt: skip


def _card(row: CardRow) -> Card:
    return Card(tail=row.tail, status=cast("Any", row.status), condition=cast("Any", row.condition))
