from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.tools.bank.bench import START, Bench
from tools.bank.chart import CASH, CLEARING
from tools.bank.ledger import Side
from tools.bank.port import NotAllowed
from tools.bank.seed import account_id
from tools.money import BadAmount

A = account_id("6688")


def test_that_an_entry_moves_both_sides_and_its_reversal_moves_them_back(bench: Bench) -> None:
    with bench.ledger() as (_, ledger):
        before = ledger.balance(A), ledger.balance(CASH)
        entry = ledger.post("cash", START, [Side(A, Decimal("10.01"), "cash"), Side(CASH, Decimal("-10.01"), "cash")])
        assert ledger.balance(A) == before[0] + Decimal("10.01")
        ledger.reverse(entry, START)
        assert (ledger.balance(A), ledger.balance(CASH)) == before
        with pytest.raises(NotAllowed, match="wrong_state"):
            ledger.reverse(entry, START)
        assert ledger.total() == 0


@pytest.mark.parametrize(
    "sides",
    [
        [Side(A, Decimal("1.00"), "x")],
        [Side(A, Decimal("1.00"), "x"), Side(CASH, Decimal("-0.99"), "x")],
        [Side(A, Decimal("0.00"), "x"), Side(CASH, Decimal("0.00"), "x")],
        [Side(A, Decimal("-99999999.00"), "x"), Side(CASH, Decimal("99999999.00"), "x")],
    ],
)
def test_that_an_unsound_entry_is_never_written(bench: Bench, sides: list[Side]) -> None:
    before = bench.replayed()
    with pytest.raises(AssertionError), bench.ledger() as (_, ledger):
        ledger.post("x", START, sides)
    assert bench.replayed() == before


@pytest.mark.parametrize("amount", [1.0, Decimal("0.001"), Decimal("NaN"), True])
def test_that_inexact_money_does_not_enter(bench: Bench, amount: Decimal) -> None:
    with pytest.raises(BadAmount), bench.ledger() as (_, ledger):
        ledger.post("x", START, [Side(A, amount, "x"), Side(CASH, Decimal("-1.00"), "x")])


@pytest.mark.parametrize("table", ["entries", "postings"])
@pytest.mark.parametrize("sql", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_that_the_journal_cannot_be_changed(bench: Bench, table: str, sql: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), bench.db.transaction() as session:
        session.execute(text(sql.format(table)))


def test_that_a_hold_reserves_and_ends_once(bench: Bench) -> None:
    with bench.ledger() as (_, ledger):
        balance = ledger.balance(A)
        hold = ledger.hold(A, Decimal("100.00"), START)
        assert (ledger.balance(A), ledger.available(A)) == (balance, balance - 100)
        with pytest.raises(NotAllowed, match="insufficient_funds"):
            ledger.hold(A, balance, START)
        ledger.release(hold, START)
        assert ledger.available(A) == balance
        with pytest.raises(NotAllowed, match="already_settled"):
            ledger.consume(hold, START)


def test_that_two_writers_cannot_build_on_one_balance(bench: Bench) -> None:
    with pytest.raises(IntegrityError), bench.db.transaction() as session:
        session.execute(
            text(
                "INSERT INTO postings SELECT NULL, entry, account, seq, amount, balance_after, about, counterparty FROM postings LIMIT 1"
            )
        )
    assert CLEARING in bench.live()
