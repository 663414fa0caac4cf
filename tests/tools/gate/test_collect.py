"""Collect: one question at a time, only values that can be used, and nobody else's accounts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.tools.gate.bench import Counter
from tools.gate.views import CollectView, ConfirmView, EndedView, OtpView
from tools.rendering import render


def said(view: object) -> str:
    problem = getattr(view, "problem", None)
    return "" if problem is None else render(problem, "zh-CN").text


def test_that_the_missing_are_asked_for_one_at_a_time(counter: Counter) -> None:
    visit = counter.sign_in()
    view = visit.open("transfer.create")
    assert isinstance(view, CollectView)
    assert view.param == "payee"
    assert {option.value for option in view.options or ()} >= {"王芳", "张伟"}
    view = visit.fill(payee="王芳")
    assert isinstance(view, CollectView)
    assert view.param == "amount"
    assert view.options is None
    view = visit.fill(amount="500")
    assert isinstance(view, OtpView), "the Ⅰ account pays unless another is named"


def test_that_a_single_option_is_taken_without_asking(counter: Counter) -> None:
    view = counter.sign_in("C1007").open("card.report_loss")
    assert isinstance(view, ConfirmView)
    assert view.rows[0].value.digits == "6003"


@pytest.mark.parametrize(
    "amount",
    [
        "0",
        "-5",
        "0.001",
        "1e-400",
        "1e9999999",
        "all",
        "",
        "abc",
        "NaN",
        "Infinity",
        "-0",
        "1.005",
        "9" * 40,
        "5" * 5000,
    ],
)
def test_that_an_amount_that_is_none_is_asked_for_again(counter: Counter, amount: str) -> None:
    visit = counter.sign_in()
    view = visit.open("transfer.create", payee="王芳", amount=amount)
    assert isinstance(view, CollectView)
    assert view.param == "amount"
    assert said(view)
    assert visit.requests() == []
    assert visit.codes() == []


@pytest.mark.parametrize(
    ("amount", "exact"), [("1e9", None), ("52340.18", "52340.18"), ("５００", "500.00"), ("1E2", "100.00")]
)
def test_that_an_amount_is_exact_and_within_what_is_there(counter: Counter, amount: str, exact: str | None) -> None:
    visit = counter.sign_in()
    view = visit.open("transfer.create", payee="王芳", amount=amount)
    if exact == "52340.18":  # all there is, but over the day's limit
        assert isinstance(view, CollectView)
        assert "50,000.00" in said(view)
    elif exact is None:
        assert isinstance(view, CollectView)
        assert "52,340.18" in said(view)
    else:
        assert visit.prepare().rows[1].value.amount == Decimal(exact)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "value", ["5512", "9999", "", "abcd", "66881", "６６８８", "6688\n", "'; DROP TABLE accounts; --", "C1002"]
)
@pytest.mark.parametrize(
    ("service", "slot"), [("card.replace", "card"), ("account.transactions", "account"), ("transfer.create", "from")]
)
def test_that_only_own_cards_and_accounts_can_be_named(counter: Counter, service: str, slot: str, value: str) -> None:
    visit = counter.sign_in()
    view = visit.open(service, payee="王芳", amount="5", **{slot: value})
    assert isinstance(view, CollectView)
    assert view.param == slot
    assert view.problem is not None


def test_that_a_payee_that_is_not_on_file_or_oneself_is_asked_for_again(counter: Counter) -> None:
    visit = counter.sign_in()
    view = visit.open("transfer.create", payee="孙丽", amount="5")
    assert isinstance(view, CollectView)
    assert view.param == "payee"
    assert "孙丽" in said(view)
    view = visit.fill(payee="李婉清")
    assert isinstance(view, CollectView)
    assert view.param == "payee"
    assert "自己" in said(view)


def test_that_a_wrong_correction_takes_the_old_value_out(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("transfer.create", payee="王芳", amount="5")
    view = visit.fill(amount="-1")
    assert isinstance(view, CollectView)
    assert view.param == "amount"


def test_that_a_correction_brings_a_new_read_back(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("card.replace", card="6688")
    first = visit.prepare()
    second = visit.fill(card="3021")
    assert isinstance(second, ConfirmView)
    assert second.id != first.id
    assert second.fresh
    assert visit.fill(card="3021").id == second.id, "the same value again changes nothing"  # type: ignore[union-attr]


def test_that_unknown_slots_are_not_taken(counter: Counter) -> None:
    visit = counter.sign_in()
    view = visit.open("card.replace", card="6688", customer="C1002", level="4", confirmed="yes")
    assert isinstance(view, OtpView)
    visit.prepare()
    visit.confirm()
    assert visit.state()["requests"][0]["params"] == {"card": "6688"}


@pytest.mark.parametrize(
    ("service", "slots", "code"),
    [
        ("account.activate_dormant", {}, "not_dormant"),
        ("account.activate_dormant", {"account": "6688"}, "not_dormant"),
        ("transfer.cancel", {}, "nothing_pending"),
        ("transfer.cancel", {"transfer": "王芳"}, "nothing_pending"),
    ],
)
def test_that_what_cannot_be_done_ends_with_its_reason(
    counter: Counter, service: str, slots: dict[str, str], code: str
) -> None:
    visit = counter.sign_in()
    view = visit.open(service, **slots)
    assert isinstance(view, EndedView)
    assert (view.status, tuple(view.reasons)) == ("failed", (code,))
    again = visit.look()
    assert isinstance(again, EndedView)
    told, retold = ([render(one, "en") for one in view.said] for view in (view, again))
    assert told == retold, "its end is told again in the same words"
    assert visit.requests() == []


def test_that_nobody_signed_in_starts_nothing(counter: Counter) -> None:
    with pytest.raises(AssertionError, match="signed-in"):
        counter.sign_in(None).open("account.balance")


def test_that_an_action_belongs_to_its_session(counter: Counter) -> None:
    mine, other = counter.sign_in(), counter.sign_in()
    view = mine.open("transfer.create", payee="王芳", amount="5")
    other.view = view
    with pytest.raises(AssertionError, match="belongs"):
        other.look()


@pytest.mark.parametrize("service", ["transfer.cancel", "fraud.report"])
def test_that_another_customers_transfer_cannot_be_stopped(counter: Counter, service: str) -> None:
    theirs = counter.state("C1006")["transfers"][0]["id"]
    visit = counter.sign_in("C1004")
    view = visit.open(service, said="有骗子", transfer=theirs)
    if service == "fraud.report" or isinstance(view, OtpView):
        visit.confirm()
    assert counter.state("C1006")["transfers"][0]["status"] == "pending"
