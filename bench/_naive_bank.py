"""The bank's services as tools without a gate: whatever a model calls is done, at once, on whichever account it names.

That is how agents' tools are mostly written: whom a call is about stands in its arguments, and the prompt says what not to do.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from langchain_core.tools import BaseTool, tool
from sqlalchemy import select

from tools.bank.core import SqlCoreBank
from tools.bank.port import CoreBank, NotAllowed, NotFound
from tools.bank.seed import seed
from tools.bank.stories import load_stories
from tools.bank.tables import AccountRow, CustomerRow, PayeeRow
from tools.clock import Clock, SystemClock
from tools.db import Database
from tools.tariff import Tariff, load_tariff

Done = tuple[str, dict[str, str]]
_KEYS = itertools.count()


class NaiveBank:
    """The core behind the tools; ``done`` is what was done through it (service, parameters)."""

    def __init__(self, db: Database, clock: Clock, tariff: Tariff) -> None:
        self.db, self._clock, self._tariff = db, clock, tariff
        self.done: list[Done] = []

    @classmethod
    def in_folder(cls, folder: Path) -> NaiveBank:
        """A bank of its own, at the beginning of the story."""
        clock, db = SystemClock(), Database(f"sqlite:///{folder / 'naive.db'}")
        db.migrate()
        with db.transaction() as session:
            seed(session, clock, load_stories())
        return cls(db, clock, load_tariff())

    def read(self, ask: Callable[[CoreBank], Any]) -> Any:
        """An answer of the bank."""
        with self.db.reading() as session:
            return ask(SqlCoreBank(session, self._clock, self._tariff))

    def owner(self, tail: str) -> str:
        """Whose account it is.

        Raises:
            NotFound
        """
        with self.db.reading() as session:
            found = session.scalar(
                select(AccountRow.customer).where(AccountRow.tail == tail, AccountRow.kind == "deposit")
            )
        if found is None:
            raise NotFound("account")
        return str(found)

    def named(self, name: str) -> str:
        """The customer of that name or number.

        Raises:
            NotFound
        """
        with self.db.reading() as session:
            found = session.scalar(select(CustomerRow.id).where((CustomerRow.name == name) | (CustomerRow.id == name)))
        if found is None:
            raise NotFound("customer")
        return str(found)

    def know_payee(self, customer: str, name: str) -> None:
        """A payee that the customer has not is made on the way, as payments to any number are."""
        with self.db.transaction() as session:
            known = select(PayeeRow.id).where(PayeeRow.customer == customer, PayeeRow.name == name)
            if session.scalar(known) is None:
                session.add(PayeeRow(
                    id=f"p_naive_{next(_KEYS)}_{customer}", customer=customer, name=name[:100], bank="other", tail=name[-4:],
                    paid_before=False, flagged=False,
                ))  # fmt: skip

    def act(
        self, service: str, who: Callable[[], str], params: dict[str, str], do: Callable[[CoreBank, str, str], Any]
    ) -> str:
        """Do it, now, and leave the row that the service leaves; the answer is for the model."""
        key = f"naive-{id(self)}-{next(_KEYS)}"
        try:
            customer = who()
            if "payee" in params and service == "transfer.create":
                self.know_payee(customer, params["payee"])
            with self.db.transaction() as session:
                bank = SqlCoreBank(session, self._clock, self._tariff)
                made = do(bank, customer, key)
                transfer = getattr(made, "id", None) if service.startswith("transfer.") else None
                bank.record_request(customer, key[:40], service, params, "done", transfer=transfer)
        except (NotFound, NotAllowed) as error:
            return f"not possible: {error}"
        except (InvalidOperation, ValueError):
            return "not possible: the amount is not a number"
        self.done.append((service, params))
        return "done"

    def close(self) -> None:
        """Give the database back."""
        self.db.close()


def yuan(amount: str) -> str:
    """As rows have it: "500.00".

    Raises:
        InvalidOperation: it is no number.
    """
    return f"{Decimal(amount.replace(',', '')):.2f}"


def bank_tools(bank: NaiveBank, customer: str | None) -> list[BaseTool]:
    """The counter's services as tools that act; ``customer`` is who talks, for what names no account."""
    return [*_reading(bank), *_paying(bank), *_cards(bank), *_others(bank, customer)]


def _told(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except NotFound as error:
        return f"there is no such {error}"


def _reading(bank: NaiveBank) -> list[BaseTool]:
    @tool
    def account_balance(account: str) -> str:
        """The balance of an account, by its last four digits."""
        return _told(lambda: str(bank.read(lambda b: b.account(bank.owner(account), account).balance)))

    @tool
    def account_transactions(account: str) -> str:
        """The latest transactions of an account, by its last four digits."""

        def ask() -> str:
            lines = bank.read(lambda b: b.movements(bank.owner(account), account, 5))
            return "; ".join(
                f"{line.at:%m-%d} {line.about} {line.counterparty} {line.amount} (balance {line.balance_after})"
                for line in lines
            )

        return _told(ask)

    @tool
    def customer_look_up(name: str) -> str:
        """A customer of the bank by name: number, phone, accounts with balances, payees."""

        def ask() -> str:
            found = bank.named(name)

            def all_of(b: CoreBank) -> str:
                accounts = ", ".join(f"{a.tail} {a.status} {a.balance}" for a in b.accounts(found))
                payees = ", ".join(p.name for p in b.payees(found))
                return (
                    f"{found} {b.customer(found).name}, phone {b.customer(found).phone}; {accounts}; payees: {payees}"
                )

            return str(bank.read(all_of))

        return _told(ask)

    @tool
    def human_handoff() -> str:
        """Hand the customer over to a person."""
        bank.done.append(("human.handoff", {}))
        return "a colleague takes over"

    return [account_balance, account_transactions, customer_look_up, human_handoff]


def _paying(bank: NaiveBank) -> list[BaseTool]:
    @tool
    def transfer_create(payee: str, amount: str, from_: str) -> str:
        """Send money. payee: a name; amount in CNY such as "500.00"; from_: the account's last four digits."""
        try:
            params = {"from": from_, "payee": payee, "amount": yuan(amount)}
        except InvalidOperation:
            return "not possible: the amount is not a number"
        return bank.act("transfer.create", lambda: bank.owner(from_), params, lambda b, who, key: b.create_transfer(
            who, from_, payee, Decimal(params["amount"]), arrives=None, key=key))  # fmt: skip

    @tool
    def transfer_cancel(payee: str) -> str:
        """Cancel the pending transfer to a payee."""

        def pending(b: CoreBank) -> list[tuple[str, str]]:
            with bank.db.reading() as session:
                everybody = session.scalars(select(CustomerRow.id)).all()
            return [(c, t.id) for c in everybody for t in b.transfers(c) if t.payee == payee and t.status == "pending"]

        found = bank.read(pending)
        if not found:
            return "there is no such transfer"
        who, transfer = found[0]
        return bank.act(
            "transfer.cancel",
            lambda: who,
            {"transfer": transfer},
            lambda b, c, key: b.cancel_transfer(c, transfer, key=key),
        )

    @tool
    def limit_raise(account: str, per_day: str) -> str:
        """Raise an account's daily transfer limit. per_day in CNY."""
        return _limit(bank, "limit.raise", account, per_day)

    @tool
    def limit_lower(account: str, per_day: str) -> str:
        """Lower an account's daily transfer limit. per_day in CNY."""
        return _limit(bank, "limit.lower", account, per_day)

    return [transfer_create, transfer_cancel, limit_raise, limit_lower]


def _limit(bank: NaiveBank, service: str, account: str, per_day: str) -> str:
    try:
        params = {"account": account, "per_day": yuan(per_day)}
    except InvalidOperation:
        return "not possible: the limit is not a number"
    return bank.act(service, lambda: bank.owner(account), params, lambda b, who, key: b.set_daily_limit(
        who, account, Decimal(params["per_day"]), key=key))  # fmt: skip


def _account(bank: NaiveBank, service: str, account: str, do: Callable[[CoreBank, str, str], Any]) -> str:
    return bank.act(service, lambda: bank.owner(account), {"account": account}, do)


def _cards(bank: NaiveBank) -> list[BaseTool]:
    def set_status(service: str, card: str, status: Any) -> str:
        return bank.act(
            service,
            lambda: bank.owner(card),
            {"card": card},
            lambda b, who, key: b.set_card_status(who, card, status, key=key),
        )

    @tool
    def card_replace(card: str) -> str:
        """Order a new card for a damaged one, by its last four digits."""
        return bank.act(
            "card.replace",
            lambda: bank.owner(card),
            {"card": card},
            lambda b, who, key: b.order_card(who, card, key=key),
        )

    @tool
    def card_report_loss(card: str) -> str:
        """Stop a lost or stolen card, by its last four digits."""
        return set_status("card.report_loss", card, "lost")

    @tool
    def card_lock(card: str) -> str:
        """Lock a card for a while, by its last four digits."""
        return set_status("card.lock", card, "locked")

    @tool
    def card_unlock(card: str) -> str:
        """Unlock a card, by its last four digits."""
        return set_status("card.unlock", card, "active")

    return [card_replace, card_report_loss, card_lock, card_unlock]


def _others(bank: NaiveBank, customer: str | None) -> list[BaseTool]:
    def talks() -> str:
        if customer is None:
            raise NotFound("customer")
        return customer

    def own(service: str, params: dict[str, str], do: Callable[[CoreBank, str, str], Any]) -> str:
        return bank.act(service, talks, params, do)

    @tool
    def account_activate_dormant(account: str) -> str:
        """Reactivate a dormant account, by its last four digits."""
        return _account(bank, "account.activate_dormant", account, lambda b, who, key: b.activate_account(
            who, account, key=key))  # fmt: skip

    @tool
    def account_close(account: str) -> str:
        """Close an account for good, by its last four digits."""
        return _account(bank, "account.close", account, lambda b, who, key: b.close_account(
            who, account, to=None, key=key))  # fmt: skip

    @tool
    def profile_change_phone(phone: str) -> str:
        """Change the phone number on file."""
        return own("profile.change_phone", {"phone": phone}, lambda b, who, key: b.change_phone(who, phone, key=key))

    @tool
    def autodebit_cancel(merchant: str) -> str:
        """Cancel the auto-debit of a merchant."""

        def do(b: CoreBank, who: str, key: str) -> Any:
            found = [one for one in b.auto_debits(who) if one.merchant == merchant]
            if not found:
                raise NotFound("auto-debit")
            return b.cancel_auto_debit(who, found[0].id, key=key)

        return own("autodebit.cancel", {}, do)

    @tool
    def complaint_create(about: str) -> str:
        """File a complaint in the customer's words."""
        return own("complaint.create", {"about": about}, lambda b, who, key: b.file_complaint(who, about, key=key))

    @tool
    def fraud_report(about: str) -> str:
        """Open a fraud case and stop the customer's pending transfers."""

        def do(b: CoreBank, who: str, key: str) -> Any:
            for i, transfer in enumerate(t for t in b.transfers(who) if t.status == "pending"):
                b.cancel_transfer(who, transfer.id, key=f"{key}-{i}")
            return b.open_case(who, "fraud", about, key=key)

        return own("fraud.report", {"about": about}, do)

    made: Sequence[BaseTool] = (
        account_activate_dormant,
        account_close,
        profile_change_phone,
        autodebit_cancel,
        complaint_create,
        fraud_report,
    )
    return list(made)
