"""The core bank on SQL: one object for one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.bank.core_accounts import AccountsCore
from tools.bank.core_care import CareCore
from tools.bank.find import account_row, customer_row, payee_row, transfer_row
from tools.bank.idempotency import once
from tools.bank.ids import Ids, random_ids
from tools.bank.ledger import Ledger
from tools.bank.notices import of_settled
from tools.bank.port import (
    Customer,
    Movement,
    Payee,
    Request,
    RequestStatus,
    Transfer,
)  # fmt: skip
from tools.bank.tables import (
    PayeeRow,
    RequestRow,
    TransferRow,
)  # fmt: skip
from tools.bank.transfers import Transfers
from tools.clock import Clock
from tools.errors import must
from tools.money import money_text, yuan
from tools.rendering import render
from tools.tariff import Tariff

MOVEMENTS_MAX = 200
OWN_WILL = frozenset({"transfer_out", "rent", "purchase", "cash", "atm", "utilities"})
"""What statements name what a customer paid by deciding to; a fee, an instalment or an auto-debit is none of it."""


class SqlCoreBank(AccountsCore, CareCore):
    """Implements :class:`tools.bank.port.CoreBank`; contracts and errors stand there."""

    def __init__(self, session: Session, clock: Clock, tariff: Tariff, ids: Ids = random_ids) -> None:
        self._session, self._clock, self._tariff, self._ids = session, clock, tariff, ids
        self._ledger = Ledger(session, ids)

    # --- reading ------------------------------------------------------------------------------------------------------

    def customer(self, customer: str) -> Customer:
        row = customer_row(self._session, customer)
        return Customer(
            id=row.id, name=row.name, gender=cast("Any", row.gender), born=row.born, phone=row.phone,
            locale=cast("Any", row.locale), mode=cast("Any", row.mode), document=cast("Any", row.document),
            document_number=row.document_number,
        )  # fmt: skip

    def payees(self, customer: str) -> Sequence[Payee]:
        customer_row(self._session, customer)
        rows = self._session.scalars(select(PayeeRow).where(PayeeRow.customer == customer).order_by(PayeeRow.name))
        return [_payee(row) for row in rows]

    def payee(self, customer: str, name: str) -> Payee:
        return _payee(payee_row(self._session, customer, name))

    def transfers(self, customer: str) -> Sequence[Transfer]:
        customer_row(self._session, customer)
        rows = self._session.scalars(
            select(TransferRow)
            .where(TransferRow.customer == customer, TransferRow.archived.is_(None))
            .order_by(TransferRow.created.desc(), TransferRow.id)
        )
        return [self._transfers().view(row) for row in rows]

    def transfer(self, customer: str, transfer: str) -> Transfer:
        return self._transfers().view(transfer_row(self._session, customer, transfer))

    def requests(self, customer: str) -> Sequence[Request]:
        customer_row(self._session, customer)
        rows = self._session.scalars(
            select(RequestRow)
            .where(RequestRow.customer == customer, RequestRow.archived.is_(None))
            .order_by(RequestRow.at.desc(), RequestRow.id)
        )
        return [Request(row.service, row.params, cast("Any", row.status), row.at) for row in rows]

    def movements(self, customer: str, tail: str, most: int) -> Sequence[Movement]:
        account = account_row(self._session, customer, tail)
        return [
            Movement(
                at=at,
                amount=row.amount,
                about=row.about,
                counterparty=row.counterparty,
                balance_after=row.balance_after,
            )
            for row, at in self._ledger.statement(account.id, min(most, MOVEMENTS_MAX))
        ]

    def largest_payment(self, customer: str, since: datetime, until: datetime) -> Decimal:
        customer_row(self._session, customer)
        return self._ledger.largest_out(customer, OWN_WILL, since, until)

    # --- changing -----------------------------------------------------------------------------------------------------

    def create_transfer(
        self, customer: str, source: str, payee: str, amount: Decimal, *, arrives: datetime | None, key: str
    ) -> Transfer:
        def do() -> Transfer:
            transfers = self._transfers()
            return transfers.view(transfers.create(customer, source, payee, amount, arrives))

        when = None if arrives is None else arrives.isoformat()
        content = (customer, source, payee, money_text(yuan(amount)), when)
        return once(self._session, self._now(), key, "create_transfer", content, Transfer, do)

    def cancel_transfer(self, customer: str, transfer: str, *, key: str) -> Transfer:
        def do() -> Transfer:
            transfers = self._transfers()
            return transfers.view(transfers.cancel(customer, transfer))

        return once(self._session, self._now(), key, "cancel_transfer", (customer, transfer), Transfer, do)

    def record_request(
        self, customer: str, action: str, service: str, params: Mapping[str, str], status: RequestStatus,
        transfer: str | None = None,
    ) -> str:  # fmt: skip
        before = self._session.scalar(select(RequestRow).where(RequestRow.action == action))
        if before is not None:
            must(before.customer == customer, "an action belongs to one customer")
            return before.id
        customer_row(self._session, customer)
        row = RequestRow(
            id=self._ids("req"), customer=customer, action=action, service=service, params=dict(params), status=status,
            transfer=transfer, at=self._now(), archived=None,
        )  # fmt: skip
        self._session.add(row)
        self._session.flush()
        self._link(customer, transfer, row)
        return row.id

    def update_request(
        self, customer: str, action: str, status: RequestStatus, params: Mapping[str, str] | None = None,
        transfer: str | None = None,
    ) -> None:  # fmt: skip
        row = self._session.scalar(
            select(RequestRow).where(RequestRow.action == action, RequestRow.customer == customer)
        )
        must(row is not None and row.status == "in_review", "only what is in review is decided")
        assert row is not None  # noqa: S101 - for the type checker
        row.status, row.transfer = status, transfer or row.transfer
        if params is not None:
            row.params = dict(params)
        self._session.flush()
        self._link(customer, transfer, row)

    def settle_due(self) -> Sequence[Transfer]:
        transfers = self._transfers()
        settled = [(row.customer, transfers.view(row)) for row in transfers.settle_due()]
        for customer, transfer in settled:
            locale = self.customer(customer).locale
            self.send_message(customer, "notice", render(of_settled(transfer), locale).text)
        return [transfer for _, transfer in settled]

    # --- inside -------------------------------------------------------------------------------------------------------

    def _link(self, customer: str, transfer: str | None, row: RequestRow) -> None:
        if transfer is None:
            return
        made = transfer_row(self._session, customer, transfer)
        if not made.story and made.request is None:  # the first row about a transfer is the one that made it
            made.request = row.id
            self._session.flush()

    def _now(self) -> datetime:
        return self._clock.now()

    def _transfers(self) -> Transfers:
        return Transfers(self._session, self._now(), self._tariff, self._ids)


def _payee(row: PayeeRow) -> Payee:
    return Payee(
        name=row.name, bank=cast("Any", row.bank), tail=row.tail, known=row.paid_before and not row.flagged,
        flagged=row.flagged,
    )  # fmt: skip
