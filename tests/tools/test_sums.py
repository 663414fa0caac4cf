"""Sums from the tariff: exact, rounded once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import sums
from tools.tariff import load_tariff

TARIFF = load_tariff()


@pytest.mark.parametrize(
    ("amount", "term", "earned"),
    [("100000", "y1", "950.00"), ("50000", "y3", "1875.00"), ("10000", "m3", "16.25"), ("52340.18", "demand", "26.17")],
)
def test_interest(amount: str, term: sums.Term, earned: str) -> None:
    assert sums.interest(TARIFF, Decimal(amount), term).interest == Decimal(earned)


@given(st.lists(st.decimals("0.00", "9999999.99", places=2), min_size=1, max_size=6))
def test_that_what_is_insured_and_what_is_not_add_up(deposits: list[Decimal]) -> None:
    found = sums.insured(TARIFF, deposits)
    assert found.covered + found.above == found.total == sum(deposits)
    assert found.covered <= found.cap


def test_fees() -> None:
    assert sums.transfer_fees(TARIFF, Decimal(30000)).other_bank == 0
    assert sums.cash_fees(TARIFF, 5).total == Decimal("6.00")
    assert sums.cash_fees(TARIFF, 2).total == 0
    assert sums.early_repayment(TARIFF, Decimal(100000)).first_year == Decimal("1000.00")
