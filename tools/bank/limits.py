"""Cumulative transfer limits of an account, per day and year of Asia/Shanghai."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tools.bank.port import Limits, NotAllowed
from tools.bank.tables import AccountRow, CustomerRow, TransferRow
from tools.clock import SHANGHAI
from tools.money import ZERO, yuan
from tools.tariff import Tariff


def limits_of(session: Session, tariff: Tariff, account: AccountRow, now: datetime) -> Limits:
    """The account's own setting or its class's, and what is used: all transfers created, but for cancelled ones."""
    local = now.astimezone(SHANGHAI)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    new_year = midnight.replace(month=1, day=1)
    return Limits(
        per_day=account.per_day if account.per_day is not None else yuan(tariff[f"limits.class_{account.cls}.per_day"]),
        per_year=account.per_year if account.per_year is not None else _per_year(tariff, account),
        used_today=_used(session, account.id, midnight),
        used_this_year=_used(session, account.id, new_year),
        ceiling=ceiling_of(tariff, account, session.get_one(CustomerRow, account.customer)),
    )


def ceiling_of(tariff: Tariff, account: AccountRow, customer: CustomerRow) -> Decimal:
    """The highest daily limit that can be set without a branch: by the customer's rating for a Ⅰ account; a Ⅱ or Ⅲ one
    never has more than its class (银发〔2016〕302号)."""
    usual = yuan(tariff[f"limits.class_{account.cls}.per_day"])
    if account.cls != "I" or customer.rating == "C":
        return usual
    return yuan(tariff["limits.raise.self_service_max" if customer.rating == "A" else "limits.raise.rating_B_max"])


def check_limits(limits: Limits, amount: Decimal) -> None:
    """Whether ``amount`` more still fits. Raises NotAllowed daily_limit or yearly_limit."""
    if limits.used_today + amount > limits.per_day:
        raise NotAllowed("daily_limit")
    if limits.per_year is not None and limits.used_this_year + amount > limits.per_year:
        raise NotAllowed("yearly_limit")


def _per_year(tariff: Tariff, account: AccountRow) -> Decimal | None:
    usual = tariff.get(f"limits.class_{account.cls}.per_year")
    return None if usual is None else yuan(usual)


def _used(session: Session, account: str, since: datetime) -> Decimal:
    total = session.scalar(
        select(func.sum(TransferRow.amount)).where(
            TransferRow.source == account,
            TransferRow.created >= since,
            TransferRow.status != "cancelled",
            TransferRow.archived.is_(None),
        )
    )
    return ZERO if total is None else total
