"""The part of the core that looks after customers: contact, auto-debits, complaints, cases, messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.bank.find import customer_row
from tools.bank.idempotency import once
from tools.bank.ids import Ids
from tools.bank.port import AutoDebit, Case, Complaint, Consent, NotAllowed, NotFound
from tools.bank.tables import AccountRow, AutoDebitRow, CaseRow, ComplaintRow, ConsentRow, MessageRow, PhoneChangeRow
from tools.clock import Clock
from tools.tariff import Tariff

ABOUT_CHARS_MAX = 2000
"""What the tables keep of a customer's words."""


class CareCore:
    """A share of :class:`tools.bank.core.SqlCoreBank`; contracts and errors stand in :mod:`tools.bank.port`."""

    _session: Session
    _clock: Clock
    _tariff: Tariff
    _ids: Ids

    # --- phone ---------------------------------------------------------------------------------------------------------

    def change_phone(self, customer: str, phone: str, *, key: str) -> str:
        def do() -> str:
            row = customer_row(self._session, customer)
            if row.phone == phone:
                raise NotAllowed("wrong_state")
            old, row.phone = row.phone, phone
            self._session.add(
                PhoneChangeRow(
                    id=self._ids("pc"), customer=customer, old=old, new=phone, at=self._clock.now(), archived=None
                )
            )
            return old

        return once(self._session, self._clock.now(), key, "change_phone", (customer, phone), str, do)

    def phone_changed_at(self, customer: str) -> datetime | None:
        customer_row(self._session, customer)
        query = select(PhoneChangeRow.at).where(PhoneChangeRow.customer == customer, PhoneChangeRow.archived.is_(None))
        return self._session.scalar(query.order_by(PhoneChangeRow.at.desc()).limit(1))

    def send_message(
        self, customer: str, kind: Literal["otp", "notice"], text: str, code: str | None = None, *, to: str | None = None
    ) -> None:  # fmt: skip
        number = to or customer_row(self._session, customer).phone
        self._session.add(
            MessageRow(
                customer=customer, at=self._clock.now(), kind=kind, text=text, code=code, number=number, archived=None
            )
        )
        self._session.flush()

    # --- auto-debits ---------------------------------------------------------------------------------------------------

    def auto_debits(self, customer: str) -> Sequence[AutoDebit]:
        customer_row(self._session, customer)
        rows = self._session.execute(
            select(AutoDebitRow, AccountRow.tail)
            .join(AccountRow, AutoDebitRow.account == AccountRow.id)
            .where(AutoDebitRow.customer == customer, AutoDebitRow.status == "active")
            .order_by(AutoDebitRow.merchant)
        )
        return [_auto_debit(row, tail) for row, tail in rows]

    def auto_debit(self, customer: str, auto_debit: str) -> AutoDebit:
        row = self._auto_debit_row(customer, auto_debit)
        return _auto_debit(row, self._session.get_one(AccountRow, row.account).tail)

    def cancel_auto_debit(self, customer: str, auto_debit: str, *, key: str) -> AutoDebit:
        def do() -> AutoDebit:
            row = self._auto_debit_row(customer, auto_debit)
            if row.status != "active":
                raise NotAllowed("wrong_state")
            row.status = "cancelled"
            return _auto_debit(row, self._session.get_one(AccountRow, row.account).tail)

        content = (customer, auto_debit)
        return once(self._session, self._clock.now(), key, "cancel_auto_debit", content, AutoDebit, do)

    # --- complaints and cases --------------------------------------------------------------------------------------------

    def file_complaint(self, customer: str, about: str, *, key: str) -> Complaint:
        def do() -> Complaint:
            customer_row(self._session, customer)
            now = self._clock.now()
            row = ComplaintRow(
                id=self._ids("cmp"), customer=customer, about=about[:ABOUT_CHARS_MAX], status="open", at=now,
                reply_by=now + timedelta(days=int(self._tariff["complaint.reply_days"])), archived=None,
            )  # fmt: skip
            self._session.add(row)
            return _complaint(row)

        return once(self._session, self._clock.now(), key, "file_complaint", (customer, about), Complaint, do)

    def complaints(self, customer: str) -> Sequence[Complaint]:
        customer_row(self._session, customer)
        rows = self._session.scalars(
            select(ComplaintRow)
            .where(ComplaintRow.customer == customer, ComplaintRow.archived.is_(None))
            .order_by(ComplaintRow.at.desc(), ComplaintRow.id)
        )
        return [_complaint(row) for row in rows]

    def record_consent(self, customer: str, kind: str, version: str, given: bool, text: str = "") -> str:
        customer_row(self._session, customer)
        row = ConsentRow(
            id=self._ids("con"), customer=customer, kind=kind, version=version, given=given, text=text,
            at=self._clock.now(), withdrawn=None, archived=None,
        )  # fmt: skip
        self._session.add(row)
        self._session.flush()
        return row.id

    def consents(self, customer: str) -> Sequence[Consent]:
        newest: dict[str, Consent] = {}
        for row in self._in_force(customer):
            newest.setdefault(row.kind, Consent(row.kind, row.version, row.at))
        return list(newest.values())

    def withdraw_consent(self, customer: str, kind: str, text: str, *, key: str) -> str:
        def do() -> str:
            ended = [row for row in self._in_force(customer) if row.kind == kind]
            if not ended:
                raise NotFound(kind)
            for row in ended:
                row.withdrawn = self._clock.now()
            return self.record_consent(customer, kind, ended[0].version, given=False, text=text)

        return once(self._session, self._clock.now(), key, "withdraw_consent", (customer, kind), str, do)

    def _in_force(self, customer: str) -> Sequence[ConsentRow]:
        customer_row(self._session, customer)
        query = select(ConsentRow).where(
            ConsentRow.customer == customer, ConsentRow.given, ConsentRow.withdrawn.is_(None),
            ConsentRow.archived.is_(None),
        )  # fmt: skip
        return self._session.scalars(query.order_by(ConsentRow.at.desc(), ConsentRow.id)).all()

    def cases(self, customer: str) -> Sequence[Case]:
        customer_row(self._session, customer)
        rows = self._session.scalars(
            select(CaseRow)
            .where(CaseRow.customer == customer, CaseRow.archived.is_(None))
            .order_by(CaseRow.at.desc(), CaseRow.id)
        )
        return [_case(row) for row in rows]

    def open_case(self, customer: str, kind: str, about: str, *, key: str, subject: str = "") -> Case:
        def do() -> Case:
            customer_row(self._session, customer)
            row = CaseRow(
                id=self._ids("case"), customer=customer, kind=kind, about=about[:ABOUT_CHARS_MAX], subject=subject,
                status="open", at=self._clock.now(), archived=None,
            )  # fmt: skip
            self._session.add(row)
            return _case(row)

        return once(self._session, self._clock.now(), key, "open_case", (customer, kind, about), Case, do)

    # --- inside ----------------------------------------------------------------------------------------------------------

    def _auto_debit_row(self, customer: str, auto_debit: str) -> AutoDebitRow:
        row = self._session.get(AutoDebitRow, auto_debit)
        if row is None or row.customer != customer:
            raise NotFound("auto_debit")
        return row


def _auto_debit(row: AutoDebitRow, tail: str | None) -> AutoDebit:
    return AutoDebit(id=row.id, account=tail or "", merchant=row.merchant, about=row.about)


def _complaint(row: ComplaintRow) -> Complaint:
    return Complaint(id=row.id, about=row.about, status=row.status, at=row.at, reply_by=row.reply_by)


def _case(row: CaseRow) -> Case:
    return Case(id=row.id, kind=row.kind, about=row.about, status=row.status, at=row.at, subject=row.subject)
