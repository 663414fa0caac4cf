"""Sums that a customer asks for, from the tariff alone: fees, interest, insured amounts. Exact, rounded once, half up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from tools.money import FEN, ZERO, yuan
from tools.tariff import Tariff

Term = Literal["demand", "m3", "m6", "y1", "y2", "y3"]
YEARS: dict[Term, Decimal] = {
    "demand": Decimal(1),
    "m3": Decimal("0.25"),
    "m6": Decimal("0.5"),
    "y1": Decimal(1),
    "y2": Decimal(2),
    "y3": Decimal(3),
}


@dataclass(frozen=True)
class Interest:
    """``amount`` × ``rate`` % a year × ``years`` = ``interest``; demand deposits are reckoned for one year."""

    amount: Decimal
    term: Term
    rate: Decimal
    years: Decimal
    interest: Decimal


def interest(tariff: Tariff, amount: Decimal, term: Term) -> Interest:
    """Simple interest of a deposit kept for its whole term, in CNY."""
    rate = tariff["rate.demand" if term == "demand" else f"rate.term.{term}"]
    earned = (amount * rate / 100 * YEARS[term]).quantize(FEN, ROUND_HALF_UP)
    return Interest(amount, term, rate, YEARS[term], earned)


@dataclass(frozen=True)
class Insured:
    """``total`` of all deposits at the bank, of which ``covered`` is insured and ``above`` is not, with the ``cap``."""

    parts: tuple[Decimal, ...]
    total: Decimal
    cap: Decimal
    covered: Decimal
    above: Decimal


def insured(tariff: Tariff, deposits: Sequence[Decimal]) -> Insured:
    """What deposit insurance pays of one person's deposits at this bank."""
    total, cap = sum(deposits, ZERO), yuan(tariff["deposit_insurance.cap"])
    return Insured(tuple(deposits), total, cap, min(total, cap), max(total - cap, ZERO))


@dataclass(frozen=True)
class TransferFees:
    """What sending ``amount`` costs here, to our own bank and to another, and at the counter between the two bounds."""

    amount: Decimal
    own_bank: Decimal
    other_bank: Decimal
    counter_min: Decimal
    counter_max: Decimal


def transfer_fees(tariff: Tariff, amount: Decimal) -> TransferFees:
    """Online transfers cost the same whatever the amount."""
    return TransferFees(
        amount,
        yuan(tariff["fee.transfer.own_bank"]),
        yuan(tariff["fee.transfer.other_bank.mobile"]),
        yuan(tariff["fee.transfer.other_bank.counter_min"]),
        yuan(tariff["fee.transfer.other_bank.counter_max"]),
    )


@dataclass(frozen=True)
class CashFees:
    """(``times`` - ``free``, not below nought) × ``each`` = ``total`` for withdrawals at other banks' machines in a month."""

    times: int
    free: int
    each: Decimal
    total: Decimal


def cash_fees(tariff: Tariff, times: int) -> CashFees:
    """Withdrawals at other banks' machines within one month."""
    free, each = int(tariff["fee.cash.atm_other_bank_free"]), yuan(tariff["fee.cash.atm_other_bank"])
    return CashFees(times, free, each, each * max(times - free, 0))


@dataclass(frozen=True)
class EarlyRepayment:
    """``amount`` × ``percent`` % = ``first_year`` within the first year; ``later`` afterwards."""

    amount: Decimal
    percent: Decimal
    first_year: Decimal
    later: Decimal


def early_repayment(tariff: Tariff, amount: Decimal) -> EarlyRepayment:
    """The charge for repaying part of a mortgage early."""
    percent = tariff["fee.loan.repay_early_first_year"]
    charge = (amount * percent / 100).quantize(FEN, ROUND_HALF_UP)
    return EarlyRepayment(amount, percent, charge, yuan(tariff["fee.loan.repay_early"]))
