"""The chart: the bank's own accounts that stand on the other side of customers' money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from tools.bank.tables import AccountRow

CASH = "bank_cash"
CLEARING = "bank_clearing"  # to and from other banks
INCOME = "bank_income"  # fees and interest, both ways
OPENING = "bank_opening"  # where balances brought forward come from
OWN_ACCOUNTS: Mapping[str, str] = {
    CASH: "Cash", CLEARING: "Interbank clearing", INCOME: "Fees and interest", OPENING: "Opening balances",
}  # fmt: skip


def ensure_chart(session: Session, now: datetime) -> None:
    """Open the bank's own accounts where they are missing."""
    for account, name in OWN_ACCOUNTS.items():
        if session.get(AccountRow, account) is None:
            session.add(
                AccountRow(
                    id=account,
                    kind="bank",
                    customer=None,
                    holder=name,
                    tail=None,
                    cls=None,
                    status="active",
                    note="",
                    per_day=None,
                    per_year=None,
                    opened=now,
                    due=None,
                    bound_to=None,
                    archived=None,
                )
            )
    session.flush()
