from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.tools.bank.bench import START, Bench
from tools.bank.port import NotFound
from tools.bank.sandbox import phone
from tools.bank.seed import account_id
from tools.bank.tables import AccountRow, CustomerRow, MessageRow

D = Decimal
EVERYBODY = [f"C100{i}" for i in range(1, 9)]


def test_that_the_state_has_the_contracts_shape(bench: Bench) -> None:
    with bench.core() as core:
        made = core.create_transfer("C1001", "6688", "王芳", D("500"), arrives=None, key="k")
        row = core.record_request("C1001", "a1", "card.replace", {"card": "6688"}, "done")
    assert bench.state("C1001") == {
        "id": "C1001", "name": "李婉清", "phone": "10000001001", "locale": "zh-CN", "mode": "standard",
        "accounts": [
            {"tail": "6688", "class": "I", "status": "active", "balance": "51840.18",
             "limits": {"per_day": "50000.00", "per_year": None}},
            {"tail": "3021", "class": "II", "status": "active", "balance": "8200.00",
             "limits": {"per_day": "10000.00", "per_year": "200000.00"}},
        ],
        "cards": [
            {"tail": "6688", "status": "active", "condition": "damaged"},
            {"tail": "3021", "status": "active", "condition": "ok"},
        ],
        "payees": [
            {"name": "张伟", "bank": "other", "tail": "8035", "known": False},
            {"name": "王芳", "bank": "own", "tail": "2468", "known": True},
        ],
        "transfers": [
            {"id": made.id, "from": "6688", "payee": "王芳", "amount": "500.00", "status": "done",
             "created": "2026-03-10T10:00:00+08:00", "arrives": "2026-03-10T10:00:00+08:00"},
        ],
        "requests": [
            {"id": row, "service": "card.replace", "params": {"card": "6688"}, "status": "done",
             "at": "2026-03-10T10:00:00+08:00"},
        ],
        "auto_debits": [], "complaints": [], "cases": [], "consents": [], "appointments": [], "term_deposits": [],
        "loans": [],
    }  # fmt: skip


def test_that_savings_and_loans_are_told(bench: Bench) -> None:
    (term,) = bench.state("C1002")["term_deposits"]
    assert (term["balance"], term["due"]) == ("100000.00", "2026-05-09T08:00:00+08:00")
    (loan,) = bench.state("C1008")["loans"]
    assert loan["outstanding"] == "860000.00"


def test_that_nobody_else_has_a_state_a_phone_or_a_reset(bench: Bench) -> None:
    with pytest.raises(NotFound):
        bench.state("C9999")
    with pytest.raises(NotFound), bench.db.reading() as session:
        phone(session, "C9999")
    with pytest.raises(NotFound):
        bench.reset("C9999")


def test_that_the_phone_shows_the_newest_first(bench: Bench) -> None:
    with bench.core() as core:
        core.send_message("C1001", "otp", "验证码 123456", "123456")
        core.send_message("C1001", "notice", "卡已挂失")
    with bench.db.reading() as session:
        assert [(m["kind"], m["code"]) for m in phone(session, "C1001")] == [("notice", None), ("otp", "123456")]


def _live_a_little(bench: Bench) -> None:
    with bench.core() as core:
        core.create_transfer("C1001", "6688", "王芳", D("500"), arrives=None, key="k1")
        core.create_transfer("C1001", "3021", "张伟", D("300"), arrives=None, key="k2")
        late = core.create_transfer("C1001", "6688", "张伟", D("9000"), arrives=START + timedelta(days=9), key="k3")
        core.record_request("C1001", "a1", "transfer.create", {}, "delayed", late.id)
        core.set_card_status("C1001", "6688", "lost", key="k4")
        core.order_card("C1001", "3021", key="k5")
        core.open_case("C1006", "fraud", "…", key="k6")
        core.record_consent("C1003", "face", "1", True)
        core.activate_account("C1003", "7790", key="k7")
        core.send_message("C1001", "otp", "…", "123456")
        core.cancel_transfer("C1006", core.transfers("C1006")[0].id, key="k8")
        core._session.get_one(AccountRow, account_id("6688")).per_day = D("100.00")
        core._session.get_one(CustomerRow, "C1001").phone = "10000009999"
    bench.clock.advance(days=2)
    bench.settle()  # C1004's pending transfer arrives


def test_that_a_reset_brings_the_story_back_and_a_second_changes_nothing(bench: Bench) -> None:
    told = {customer: bench.state(customer) for customer in EVERYBODY}
    balances, lines = bench.live(), _statements(bench)
    _live_a_little(bench)
    bench.reset()
    again = {customer: bench.state(customer) for customer in EVERYBODY}
    for customer in EVERYBODY:
        assert _timeless(again[customer]) == _timeless(told[customer])
    assert bench.live() == balances
    assert _statements(bench) == lines
    (scam,) = again["C1006"]["transfers"]
    assert (scam["created"], scam["arrives"]) == ("2026-03-12T08:00:00+08:00", "2026-03-13T08:00:00+08:00")
    with bench.core() as core:
        assert core.account("C1006", "7013").available == D("34500.00")
        assert core.account("C1001", "6688").available == D("52340.18")
        assert core.account("C1001", "6688").limits.used_today == 0
    with bench.db.reading() as session:
        assert phone(session, "C1001") == []
        assert session.query(MessageRow).filter(MessageRow.code.is_not(None)).count() == 0
        assert session.query(MessageRow).count() == 2  # the code and the arrival's notice: archived, not deleted
    bench.clock.advance(seconds=3)
    bench.reset()
    assert {customer: bench.state(customer) for customer in EVERYBODY} == again
    assert bench.live() == balances
    bench.check_sound()


def test_that_one_customers_reset_leaves_the_others(bench: Bench) -> None:
    _live_a_little(bench)
    others = {customer: bench.state(customer) for customer in EVERYBODY if customer != "C1001"}
    bench.reset("C1001")
    assert {customer: bench.state(customer) for customer in others} == others
    assert bench.state("C1001")["requests"] == []
    bench.check_sound()


def test_that_life_goes_on_after_a_reset(bench: Bench) -> None:
    _live_a_little(bench)
    bench.reset()
    with bench.core() as core:
        core.create_transfer("C1001", "6688", "王芳", D("1"), arrives=None, key="n1")
        newest, before = core.movements("C1001", "6688", 2)
        assert (newest.balance_after, before.balance_after) == (D("52339.18"), D("52340.18"))
        assert core.cancel_transfer("C1006", core.transfers("C1006")[0].id, key="n2").status == "cancelled"
    bench.reset()
    assert bench.state("C1006")["transfers"][0]["status"] == "pending"
    bench.check_sound()


def _statements(bench: Bench) -> list[object]:
    with bench.core() as core:
        return [
            core.movements(customer, account.tail, 200) for customer in EVERYBODY for account in core.accounts(customer)
        ]


def _timeless(state: dict[str, object]) -> dict[str, object]:
    """Without the times that a reset moves along with the clock."""
    kept = dict(state)
    kept["transfers"] = [{k: v for k, v in t.items() if k not in ("created", "arrives")} for t in state["transfers"]]  # type: ignore[attr-defined]
    kept["term_deposits"] = [{k: v for k, v in t.items() if k != "due"} for t in state["term_deposits"]]  # type: ignore[attr-defined]
    return kept
