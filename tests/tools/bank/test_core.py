from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.tools.bank.bench import START, Bench
from tools.bank.port import CoreBank, NotAllowed, NotFound
from tools.bank.sandbox import phone
from tools.bank.seed import account_id
from tools.bank.tables import AccountRow
from tools.errors import KeyConflict
from tools.money import BadAmount

D = Decimal


def test_that_it_is_a_core_bank(bench: Bench) -> None:
    with bench.core() as core:
        port: CoreBank = core
        assert port.customer("C1002").mode == "elder"
        assert port.customer("C1007").document == "passport"


def test_that_a_payment_within_the_bank_moves_at_once(bench: Bench) -> None:
    with bench.core() as core:
        made = core.create_transfer("C1001", "6688", "王芳", D("500.00"), arrives=None, key="k1")
        assert (made.status, made.arrives) == ("done", START)
        assert core.account("C1001", "6688").balance == D("51840.18")
        assert core.account("C1001", "6688").limits.used_today == D("500.00")
        last = core.movements("C1001", "6688", 1)[0]
        assert (last.amount, last.about, last.counterparty, last.balance_after) == (
            D("-500.00"), "transfer_out", "王芳", D("51840.18"),
        )  # fmt: skip
    assert bench.live()[account_id("2468")] == D("37320.50")
    bench.check_sound()


def test_that_a_delayed_payment_is_held_until_it_arrives(bench: Bench) -> None:
    with bench.core() as core:
        made = core.create_transfer("C1001", "6688", "张伟", D("30000"), arrives=START + timedelta(hours=24), key="k1")
        request = core.record_request("C1001", "a1", "transfer.create", {"amount": "30000.00"}, "delayed", made.id)
        assert core.record_request("C1001", "a1", "transfer.create", {}, "failed") == request
        account = core.account("C1001", "6688")
        assert (account.balance, account.available) == (D("52340.18"), D("22340.18"))
        assert core.payee("C1001", "张伟").known is False
    bench.clock.advance(hours=23)
    assert bench.settle() == 2  # those of the stories are older
    bench.clock.advance(hours=1)
    assert bench.settle() == 1
    assert bench.settle() == 0
    with bench.core() as core:
        assert core.transfer("C1001", made.id).status == "done"
        assert core.account("C1001", "6688").balance == D("22340.18")
        assert core.payee("C1001", "张伟").known is True
        with pytest.raises(NotAllowed, match="already_settled"):
            core.cancel_transfer("C1001", made.id, key="k2")
    assert [row["status"] for row in bench.state("C1001")["requests"]] == ["done"]
    bench.check_sound()


def test_that_cancelling_releases_the_hold_marks_the_request_and_gives_the_limit_back(bench: Bench) -> None:
    with bench.core() as core:
        made = core.create_transfer("C1001", "6688", "张伟", D("30000"), arrives=START + timedelta(hours=24), key="k1")
        core.record_request("C1001", "a1", "transfer.create", {}, "delayed", made.id)
        assert core.cancel_transfer("C1001", made.id, key="k2").status == "cancelled"
        core.record_request("C1001", "a2", "transfer.cancel", {"transfer": made.id}, "done", made.id)
        assert core.account("C1001", "6688").available == D("52340.18")
        assert core.account("C1001", "6688").limits.used_today == D("0.00")
        with pytest.raises(NotAllowed, match="already_settled"):
            core.cancel_transfer("C1001", made.id, key="k3")
    assert [row["status"] for row in bench.state("C1001")["requests"]] == ["cancelled", "done"]


def test_that_a_transfer_whose_time_has_come_cannot_be_cancelled_before_the_job_ran(bench: Bench) -> None:
    bench.clock.advance(hours=22)
    with bench.core() as core:
        pending = core.transfers("C1006")[0]
        with pytest.raises(NotAllowed, match="already_settled"):
            core.cancel_transfer("C1006", pending.id, key="k")


def test_that_a_row_about_a_story_transfer_does_not_become_its_maker(bench: Bench) -> None:
    with bench.core() as core:
        pending = core.transfers("C1006")[0]
        core.record_request("C1006", "a1", "fraud.report", {"transfer": pending.id}, "in_review", pending.id)
    bench.clock.advance(hours=22)
    bench.settle()
    assert bench.state("C1006")["requests"][0]["status"] == "in_review"


@pytest.mark.parametrize("bad", [D("0"), D("-5"), D("0.001"), D("1e30"), D("NaN")])
def test_that_no_other_amount_is_paid(bench: Bench, bad: Decimal) -> None:
    with pytest.raises(BadAmount), bench.core() as core:
        core.create_transfer("C1001", "6688", "王芳", bad, arrives=None, key="k")


@pytest.mark.parametrize(
    ("customer", "source", "payee", "amount", "code"),
    [
        ("C1001", "6688", "王芳", "52340.19", "insufficient_funds"),
        ("C1001", "6688", "王芳", "50000.01", "daily_limit"),
        ("C1006", "7013", "孙小雨", "34500.01", "insufficient_funds"),
        ("C1006", "7013", "孙小雨", "20000.01", "daily_limit"),  # 30,000 of today's limit are pending
        ("C1003", "7790", "陈建军", "1.00", "wrong_state"),
        ("C1005", "1180", "高翔", "1.00", "wrong_state"),
    ],
)
def test_that_the_core_refuses(bench: Bench, customer: str, source: str, payee: str, amount: str, code: str) -> None:
    with pytest.raises(NotAllowed, match=code), bench.core() as core:
        core.create_transfer(customer, source, payee, D(amount), arrives=None, key="k")


def test_that_daily_and_yearly_limits_count_in_shanghai(bench: Bench) -> None:
    bench.clock.moment = datetime(2026, 12, 30, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    bench.settle()
    with bench.core() as core:
        core._session.get_one(AccountRow, account_id("6688")).per_year = D("60000.00")
        core.create_transfer("C1001", "6688", "王芳", D("30000"), arrives=None, key="k1")
        with pytest.raises(NotAllowed, match="daily_limit"):
            core.create_transfer("C1001", "6688", "王芳", D("20000.01"), arrives=None, key="k2")
        core._session.get_one(AccountRow, account_id("6688")).per_year = D("40000.00")
        bench.clock.advance(minutes=1)  # the 31st: a new day, the same year
        with pytest.raises(NotAllowed, match="yearly_limit"):
            core.create_transfer("C1001", "6688", "王芳", D("10000.01"), arrives=None, key="k3")
        bench.clock.advance(days=1)
        core.create_transfer("C1001", "6688", "王芳", D("20000"), arrives=None, key="k4")
        assert core.account("C1001", "6688").limits.used_this_year == D("20000.00")


def test_that_a_key_gives_the_first_result_and_binds_the_content(bench: Bench) -> None:
    with bench.core() as core:
        first = core.create_transfer("C1001", "6688", "王芳", D("500"), arrives=None, key="k1")
    bench.clock.advance(minutes=5)
    with bench.core() as core:
        assert core.create_transfer("C1001", "6688", "王芳", D("500.00"), arrives=None, key="k1") == first
        assert core.account("C1001", "6688").balance == D("51840.18")
        with pytest.raises(KeyConflict):
            core.create_transfer("C1001", "6688", "王芳", D("501"), arrives=None, key="k1")
        with pytest.raises(KeyConflict):
            core.create_transfer("C1006", "7013", "孙小雨", D("500"), arrives=None, key="k1")
        # one service may use its key for several operations
        assert core.set_card_status("C1001", "6688", "lost", key="k1").status == "lost"
        order = core.order_card("C1001", "6688", key="k1")
        assert core.order_card("C1001", "6688", key="k1") == order
        case = core.open_case("C1001", "fraud", "…", key="k1")
        assert core.open_case("C1001", "fraud", "…", key="k1") == case


def test_that_a_failed_change_leaves_nothing(bench: Bench) -> None:
    before = bench.state("C1001")

    def half() -> None:
        with bench.core() as core:
            core.send_message("C1001", "notice", "…")
            core.create_transfer("C1001", "6688", "王芳", D("1.00"), arrives=None, key="k1")
            core.create_transfer("C1001", "6688", "王芳", D("99999999.00"), arrives=None, key="k2")

    with pytest.raises(NotAllowed):
        half()
    assert bench.state("C1001") == before
    with bench.db.reading() as session:
        assert phone(session, "C1001") == []


def test_that_others_things_are_as_unknown_as_none(bench: Bench) -> None:
    with bench.core() as core:
        pending = core.transfers("C1006")[0].id
        for call in (
            lambda: core.account("C1001", "7013"), lambda: core.account("C1001", "0000"),
            lambda: core.account("C1001", "2468"), lambda: core.card("C1001", "7013"),
            lambda: core.payee("C1001", "孙小雨"), lambda: core.transfer("C1001", pending),
            lambda: core.cancel_transfer("C1001", pending, key="k"), lambda: core.accounts("C9999"),
            lambda: core.customer("C9999"), lambda: core.payees("x"), lambda: core.transfers("x"),
            lambda: core.auto_debits("x"), lambda: core.cards("x"), lambda: core.open_case("x", "a", "b", key="k"),
            lambda: core.send_message("x", "notice", "…"), lambda: core.record_consent("x", "face", "1", True),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                call()


def test_that_a_dormant_account_wakes_once_and_cards_follow_their_states(bench: Bench) -> None:
    with bench.core() as core:
        assert core.activate_account("C1003", "7790", key="k1").status == "active"
        with pytest.raises(NotAllowed, match="wrong_state"):
            core.activate_account("C1003", "7790", key="k2")
        with pytest.raises(NotAllowed, match="wrong_state"):
            core.activate_account("C1005", "1180", key="k3")
        core.set_card_status("C1003", "8846", "closed", key="k4")
        with pytest.raises(NotAllowed, match="wrong_state"):
            core.order_card("C1003", "8846", key="k5")
        with pytest.raises(NotAllowed, match="wrong_state"):
            core.set_card_status("C1003", "8846", "active", key="k6")
        core.set_card_status("C1001", "6688", "lost", key="k7")  # a lost card does not stop the account's transfers
        assert core.create_transfer("C1001", "6688", "王芳", D("1"), arrives=None, key="k8").status == "done"


def test_that_money_for_a_closed_account_goes_back(bench: Bench) -> None:
    with bench.core() as core:
        made = core.create_transfer("C1001", "6688", "王芳", D("10"), arrives=START + timedelta(hours=1), key="k1")
        core._session.get_one(AccountRow, account_id("2468")).status = "closed"
        bench.clock.advance(hours=1)
        core.settle_due()
        assert core.transfer("C1001", made.id).status == "cancelled"
        assert core.account("C1001", "6688").available == D("52340.18")


def test_that_payments_made_at_once_share_one_limit_and_one_balance(bench: Bench) -> None:
    def pay(nr: int) -> str:
        try:
            with bench.core() as core:
                return core.create_transfer("C1001", "6688", "王芳", D("10000"), arrives=None, key=f"k{nr % 7}").status
        except NotAllowed as refused:
            return refused.code

    with ThreadPoolExecutor(8) as threads:
        ended = list(threads.map(pay, range(14)))  # each key twice
    assert ended.count("done") == 10
    assert ended.count("insufficient_funds") == 4
    assert bench.state("C1001")["accounts"][0]["balance"] == "2340.18"
    bench.check_sound()
