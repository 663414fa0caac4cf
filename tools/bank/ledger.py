"""The double-entry ledger: entries whose postings sum to zero, never changed, only reversed; and holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tools.bank.ids import Ids
from tools.bank.port import NotAllowed
from tools.bank.tables import AccountRow, EntryRow, HoldRow, PostingRow
from tools.errors import must
from tools.money import ZERO, yuan

RESET = "reset"
"""Kind of the entries with which the sandbox goes back to its story; statements leave them and what they undo out."""


@dataclass(frozen=True)
class Side:
    """One side of an entry; ``amount`` is signed, in the customer's view (positive: the account has more)."""

    account: str
    amount: Decimal
    about: str
    counterparty: str = ""


class Ledger:
    """The journal within one transaction. The only code that writes entries, postings and holds."""

    def __init__(self, session: Session, ids: Ids) -> None:
        self._session, self._ids = session, ids

    def post(
        self, kind: str, at: datetime, sides: Sequence[Side], *, story: bool = False, reverses: str | None = None
    ) -> str:
        """A new entry; returns its id.

        Raises:
            BadAmount: a float or a third place.
            AssertionError: it does not sum to zero, has fewer than two sides or an empty one, or would overdraw a
                deposit account (only a reversal may, as it undoes what is already so).
        """
        amounts = [yuan(side.amount) for side in sides]
        must(len(sides) >= 2, "an entry has two sides or more")
        must(all(amounts), "no side is zero")
        must(sum(amounts, ZERO) == ZERO, "an entry sums to zero")
        entry = EntryRow(id=self._ids("e"), at=at, kind=kind, story=story, reverses=reverses)
        self._session.add(entry)
        self._session.flush()
        for side, amount in zip(sides, amounts, strict=True):
            account = self._session.get_one(AccountRow, side.account)
            seq, balance = self._last(side.account)
            after = balance + amount
            if account.kind == "deposit" and amount < 0 and reverses is None:
                must(after >= ZERO, "a deposit account is never overdrawn")
            self._session.add(
                PostingRow(
                    entry=entry.id,
                    account=side.account,
                    seq=seq + 1,
                    amount=amount,
                    balance_after=after,
                    about=side.about,
                    counterparty=side.counterparty,
                )
            )
            self._session.flush()
        return entry.id

    def reverse(self, entry: str, at: datetime, kind: str = "reversal") -> str:
        """A new entry that undoes another, once.

        Raises:
            NotAllowed: wrong_state when it was reversed before.
        """
        if self._session.scalar(select(EntryRow.id).where(EntryRow.reverses == entry)) is not None:
            raise NotAllowed("wrong_state")
        postings = self._session.scalars(select(PostingRow).where(PostingRow.entry == entry).order_by(PostingRow.id))
        sides = [Side(row.account, -row.amount, "reversal", row.counterparty) for row in postings]
        return self.post(kind, at, sides, reverses=entry)

    def balance(self, account: str) -> Decimal:
        """The sum of the account's postings (each posting carries it, so no summing up is needed)."""
        return self._last(account)[1]

    def held(self, account: str) -> Decimal:
        """The sum of the active holds."""
        total = self._session.scalar(
            select(func.sum(HoldRow.amount)).where(HoldRow.account == account, HoldRow.status == "active")
        )
        return ZERO if total is None else total

    def available(self, account: str) -> Decimal:
        """What can be spent: balance less active holds."""
        return self.balance(account) - self.held(account)

    def hold(self, account: str, amount: Decimal, at: datetime) -> str:
        """Reserve money; returns the hold's id.

        Raises:
            NotAllowed: insufficient_funds.
        """
        exact = yuan(amount)
        must(exact > ZERO, "a hold is positive")
        if self.available(account) < exact:
            raise NotAllowed("insufficient_funds")
        row = HoldRow(id=self._ids("h"), account=account, amount=exact, status="active", created=at, ended=None)
        self._session.add(row)
        self._session.flush()
        return row.id

    def release(self, hold: str, at: datetime) -> None:
        """Give the reserved money back. Raises NotAllowed already_settled when the hold has ended."""
        self._end(hold, "released", at)

    def consume(self, hold: str, at: datetime) -> None:
        """End a hold because its money is posted now. Raises NotAllowed already_settled when it has ended."""
        self._end(hold, "consumed", at)

    def statement(self, account: str, most: int) -> Sequence[tuple[PostingRow, datetime]]:
        """The newest lines with their times, newest first; what the sandbox has undone is left out."""
        undo = aliased(EntryRow)
        query = (
            select(PostingRow, EntryRow.at)
            .join(EntryRow, PostingRow.entry == EntryRow.id)
            .outerjoin(undo, (undo.reverses == EntryRow.id) & (undo.kind == RESET))
            .where(PostingRow.account == account, EntryRow.kind != RESET, undo.id.is_(None))
            .order_by(PostingRow.seq.desc())
            .limit(most)
        )
        return [(posting, at) for posting, at in self._session.execute(query)]

    def largest_out(self, customer: str, about: Collection[str], since: datetime, until: datetime) -> Decimal:
        """The largest single sum that left a customer's deposit accounts for one of some purposes, from ``since`` on and
        before ``until``; nought where none did."""
        undo = aliased(EntryRow)
        least = self._session.scalar(
            select(func.min(PostingRow.amount))
            .join(EntryRow, PostingRow.entry == EntryRow.id)
            .join(AccountRow, PostingRow.account == AccountRow.id)
            .outerjoin(undo, (undo.reverses == EntryRow.id) & (undo.kind == RESET))
            .where(
                AccountRow.customer == customer, AccountRow.kind == "deposit", PostingRow.about.in_(about),
                EntryRow.at >= since, EntryRow.at < until, EntryRow.kind != RESET, undo.id.is_(None),
            )
        )  # fmt: skip
        return max(ZERO, -(ZERO if least is None else least))

    def total(self) -> Decimal:
        """The sum of all postings; anything but zero is a bug."""
        total = self._session.scalar(select(func.sum(PostingRow.amount)))
        return ZERO if total is None else total

    def _last(self, account: str) -> tuple[int, Decimal]:
        row = self._session.execute(
            select(PostingRow.seq, PostingRow.balance_after)
            .where(PostingRow.account == account)
            .order_by(PostingRow.seq.desc())
            .limit(1)
        ).first()
        return (0, ZERO) if row is None else (row.seq, row.balance_after)

    def _end(self, hold: str, status: str, at: datetime) -> None:
        row = self._session.get_one(HoldRow, hold)
        if row.status != "active":
            raise NotAllowed("already_settled")
        row.status, row.ended = status, at
        self._session.flush()
