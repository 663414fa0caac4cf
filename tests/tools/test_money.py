from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.money import BadAmount, from_fen, money_text, to_fen, yuan


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_that_fen_and_yuan_are_the_same_money(fen: int) -> None:
    assert to_fen(from_fen(fen)) == fen
    assert yuan(money_text(from_fen(fen))) == from_fen(fen)


@pytest.mark.parametrize("bad", [1.0, 0.1, True, None, "", "abc", "0.001", "NaN", "Infinity", "1e30", Decimal("0.005")])
def test_that_nothing_inexact_is_money(bad: object) -> None:
    with pytest.raises(BadAmount):
        yuan(bad)  # type: ignore[arg-type]


def test_that_only_decimals_are_stored() -> None:
    with pytest.raises(BadAmount):
        to_fen(5)  # type: ignore[arg-type]


def test_that_amounts_have_two_places() -> None:
    assert money_text(yuan("500")) == "500.00"
    assert money_text(yuan("-0.00")) == "0.00"
    assert str(yuan(3)) == "3.00"
