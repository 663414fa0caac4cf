"""Transfers: created at once or held, cancelled while held, settled when due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.bank.chart import CLEARING
from tools.bank.find import account_row, payee_row, transfer_row
from tools.bank.ids import Ids
from tools.bank.ledger import Ledger, Side
from tools.bank.limits import check_limits, limits_of
from tools.bank.port import NotAllowed, Transfer
from tools.bank.tables import AccountRow, PayeeRow, RequestRow, TransferRow
from tools.errors import must
from tools.money import ZERO, BadAmount, yuan
from tools.tariff import Tariff


class Transfers:
    """Transfers within one transaction at one moment."""

    def __init__(self, session: Session, now: datetime, tariff: Tariff, ids: Ids) -> None:
        self._session, self._now, self._tariff, self._ids = session, now, tariff, ids
        self._ledger = Ledger(session, ids)

    def create(
        self, customer: str, source: str, payee: str, amount: Decimal, arrives: datetime | None, *, story: str | None = None,
        created: datetime | None = None,
    ) -> TransferRow:  # fmt: skip
        """Post now, or hold until ``arrives`` when that lies ahead. A story's id and age are given by it.

        Raises:
            NotFound, BadAmount
            NotAllowed: wrong_state, insufficient_funds, daily_limit, yearly_limit; looked at in this order.
        """
        exact = yuan(amount)
        if exact <= ZERO:
            raise BadAmount("a transfer is positive")
        account = account_row(self._session, customer, source)
        to = payee_row(self._session, customer, payee)
        self._may_send(account, to, exact)
        at = created or self._now
        waits = arrives is not None and arrives > self._now
        row = TransferRow(
            id=story or self._ids("t"), customer=customer, source=account.id, payee=to.id, amount=exact,
            status="pending" if waits else "done", created=at, arrives=arrives if waits and arrives else at,
            hold=self._ledger.hold(account.id, exact, at) if waits else None, entry=None, request=None,
            story=story is not None, archived=None,
        )  # fmt: skip
        if not waits:
            row.entry = self._post(row, account, to)
        self._session.add(row)
        self._session.flush()
        return row

    def cancel(self, customer: str, transfer: str) -> TransferRow:
        """Release the hold and mark the request that made it.

        Raises:
            NotFound
            NotAllowed: already_settled when it is not pending any more.
        """
        row = transfer_row(self._session, customer, transfer)
        if row.status != "pending" or row.arrives <= self._now:
            raise NotAllowed("already_settled")
        self._give_back(row)
        return row

    def settle_due(self) -> Sequence[TransferRow]:
        """Everything pending whose time has come, oldest first."""
        due = self._session.scalars(
            select(TransferRow)
            .where(TransferRow.status == "pending", TransferRow.arrives <= self._now, TransferRow.archived.is_(None))
            .order_by(TransferRow.arrives, TransferRow.id)
        ).all()
        for row in due:
            self._settle(row)
        return due

    def view(self, row: TransferRow) -> Transfer:
        """A row as the port shows it."""
        to = self._session.get_one(PayeeRow, row.payee)
        source = self._session.get_one(AccountRow, row.source)
        must(source.tail is not None, "a transfer leaves a deposit account")
        return Transfer(
            id=row.id, source=source.tail or "", payee=to.name, amount=row.amount, status=row.status,  # type: ignore[arg-type]
            created=row.created, arrives=row.arrives, flagged=to.flagged,
        )  # fmt: skip

    def _may_send(self, account: AccountRow, to: PayeeRow, amount: Decimal) -> None:
        receiver = self._receiver(to)
        if account.status != "active" or (receiver is not None and receiver.status == "closed"):
            raise NotAllowed("wrong_state")
        if receiver is not None and receiver.id == account.id:
            raise NotAllowed("wrong_state")
        if self._ledger.available(account.id) < amount:
            raise NotAllowed("insufficient_funds")
        check_limits(limits_of(self._session, self._tariff, account, self._now), amount)

    def _receiver(self, to: PayeeRow) -> AccountRow | None:
        """The payee's account when it is ours."""
        if to.bank != "own":
            return None
        row = self._session.scalar(select(AccountRow).where(AccountRow.kind == "deposit", AccountRow.tail == to.tail))
        if row is None:
            raise NotAllowed("wrong_state")
        return row

    def _post(self, row: TransferRow, account: AccountRow, to: PayeeRow) -> str:
        receiver = self._receiver(to)
        if not to.flagged:
            to.paid_before = True
        sides = [
            Side(account.id, -row.amount, "transfer_out", to.name),
            Side(CLEARING if receiver is None else receiver.id, row.amount, "transfer_in", account.holder),
        ]
        return self._ledger.post("transfer", self._now, sides)

    def _settle(self, row: TransferRow) -> None:
        account = self._session.get_one(AccountRow, row.source)
        to = self._session.get_one(PayeeRow, row.payee)
        receiver = self._receiver(to)
        if receiver is not None and receiver.status == "closed":  # nobody to pay any more: the money goes back
            self._give_back(row)
            return
        must(row.hold is not None, "a pending transfer has a hold")
        self._ledger.consume(row.hold or "", self._now)
        row.entry, row.status = self._post(row, account, to), "done"
        self._mark_request(row, "done")

    def _give_back(self, row: TransferRow) -> None:
        must(row.hold is not None, "a pending transfer has a hold")
        self._ledger.release(row.hold or "", self._now)
        row.status = "cancelled"
        self._mark_request(row, "cancelled")

    def _mark_request(self, row: TransferRow, status: str) -> None:
        if row.request is not None:
            self._session.get_one(RequestRow, row.request).status = status
        self._session.flush()
