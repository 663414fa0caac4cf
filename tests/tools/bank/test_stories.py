from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.tools.bank.bench import START, Bench, ManualClock
from tools.bank.seed import seed
from tools.bank.stories import STORIES_FILE, BadStories, load_stories
from tools.money import money_text

TOLD = {  # customer: tail, class, status, balance, available
    "C1001": [("6688", "I", "active", "52340.18", "52340.18"), ("3021", "II", "active", "8200.00", "8200.00")],
    "C1002": [("5512", "I", "active", "186000.00", "186000.00")],
    "C1003": [("7790", "I", "dormant", "3.27", "3.27"), ("8846", "II", "active", "1250.00", "1250.00")],
    "C1004": [("4417", "II", "active", "0.00", "0.00"), ("9923", "I", "active", "23000.00", "21800.00")],
    "C1005": [("1180", "I", "restricted", "640.00", "640.00"), ("2256", "II", "active", "90.00", "90.00")],
    "C1006": [("7013", "I", "active", "64500.00", "34500.00")],
    "C1007": [("6003", "I", "active", "12000.00", "12000.00")],
    "C1008": [("3358", "I", "active", "410200.55", "410200.55")],
}


def test_that_everybody_has_what_the_story_says(bench: Bench) -> None:
    with bench.core() as core:
        for customer, accounts in TOLD.items():
            assert [
                (a.tail, a.cls, a.status, money_text(a.balance), money_text(a.available))
                for a in core.accounts(customer)
            ] == accounts
            assert [card.tail for card in core.cards(customer)] == [account[0] for account in accounts]
            assert core.customer(customer).phone == f"1000000{customer[1:]}"
    bench.check_sound()


def test_that_every_active_account_has_a_past_that_adds_up(bench: Bench) -> None:
    with bench.core() as core:
        for customer, accounts in TOLD.items():
            for tail, _, status, balance, _ in accounts:
                lines = core.movements(customer, tail, 200)
                assert len(lines) >= (10 if status == "active" else 3)
                assert sum(line.amount for line in lines) == Decimal(balance)
                assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
                assert all(line.at < START and line.balance_after >= 0 for line in lines)
                after = [line.balance_after for line in reversed(lines)]
                assert all(
                    b - a == line.amount
                    for a, b, line in zip(after, after[1:], list(reversed(lines))[1:], strict=False)
                )


def test_that_the_particulars_are_there(bench: Bench) -> None:
    with bench.core() as core:
        assert core.card("C1001", "6688").condition == "damaged"
        assert core.payee("C1001", "王芳").known
        assert not core.payee("C1001", "张伟").known
        assert not any(payee.known for payee in core.payees("C1002"))
        assert {debit.account for debit in core.auto_debits("C1004")} == {"9923"}
        assert len(core.auto_debits("C1004")) == 2
        assert [(t.source, t.status) for t in core.transfers("C1004")] == [("9923", "pending")]
        (scam,) = core.transfers("C1006")
        assert (scam.amount, scam.flagged, scam.status) == (Decimal("30000.00"), True, "pending")
        assert (START - scam.created).total_seconds() == 2 * 3600
        assert (scam.arrives - scam.created).total_seconds() == 24 * 3600
        fast = [m for m in core.movements("C1005", "1180", 200) if m.about.startswith("transfer_")]
        assert len(fast) == 47
        assert (fast[0].at - fast[-1].at).total_seconds() <= 2 * 86400
        assert core.account("C1005", "1180").note == "rapid_in_out"
        past = [m for m in core.movements("C1001", "6688", 200) if m.counterparty == "王芳"]
        assert len(past) == 3


def test_that_telling_twice_changes_nothing(bench: Bench) -> None:
    before = bench.replayed()
    with bench.db.transaction() as session:
        assert seed(session, ManualClock(), load_stories()) is False
    assert bench.replayed() == before


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('balance = "8200.00"', 'balance = "8200.001"', "two places"),
        ("140 12:00 +1000.00", "140 12:00 +10000.00", "4417 would have been"),
        ("96 09:05 +12600.00", "soon 12600", "a line is"),
        ('class = "I"', 'class = "IV"', "class"),
        ('name = "hailan-1"', "", "name"),
        ("[[customers]]", "[[customers", "cannot be read"),
    ],
)
def test_that_a_wrong_story_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    wrong = tmp_path / "stories.toml"
    wrong.write_text(STORIES_FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadStories, match=named):
        load_stories(wrong)
