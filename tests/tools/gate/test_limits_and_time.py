"""Limits and time at the gate: midnight and year ends in Shanghai, a leap day, a customer of 17, ratings, the same request from
two sessions, a service that was left for a day."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.tools.gate.bench import Counter, Visit
from tools.bank.stories import load_stories
from tools.errors import Busy
from tools.gate import events
from tools.gate.views import CollectView, ConfirmView, EndedView, GateView, OtpView
from tools.rendering import render
from tools.wording import Line

LAST = datetime(2027, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
LEAP = datetime(2028, 2, 28, 15, 59, tzinfo=UTC)


def pay(visit: Visit, amount: str, payee: str = "王芳", **slots: str) -> GateView:
    visit.open("transfer.create", payee=payee, amount=amount, **slots)
    while not isinstance(visit.view, ConfirmView | EndedView | CollectView):
        visit.step()
    return visit.view


def paid(visit: Visit, amount: str, **slots: str) -> None:
    assert isinstance(pay(visit, amount, **slots), ConfirmView)
    assert visit.confirm().status == "done"


def said(line: Line | None) -> str:
    assert line is not None
    both = [render(line, "zh-CN").text, render(line, "en").text]
    assert "{" not in "".join(both)
    return " ".join(both)


# --- midnight, year ends, a leap day ----------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", [LAST, LEAP, datetime(2028, 2, 29, 15, 59, tzinfo=UTC)], ids=str)
def test_that_a_new_day_begins_at_midnight_in_shanghai(counter: Counter, moment: datetime) -> None:
    counter.clock.moment = moment
    visit = counter.sign_in()
    paid(visit, "30000")
    view = pay(visit, "20000.01")
    assert isinstance(view, CollectView)
    assert "20,000.00" in said(view.problem)
    counter.clock.advance(minutes=1)
    assert isinstance(visit.fill(amount="20000.01"), OtpView | ConfirmView), "it is the next day by now"
    assert visit.confirm().status == "done"


def test_that_a_yes_after_midnight_counts_for_the_new_day(counter: Counter) -> None:
    counter.clock.moment = LAST
    visit = counter.sign_in()
    paid(visit, "1000")
    pay(visit, "40000")
    shown = visit.prepare()
    counter.clock.advance(minutes=1)
    ended = visit.act(events.Confirm(shown.id))
    assert isinstance(ended, EndedView)
    assert ended.status == "done"
    [account, _] = visit.state()["accounts"]
    assert Decimal(account["balance"]) == Decimal("52340.18") - 41000
    view = pay(visit, "10000.01")
    assert isinstance(view, CollectView)
    assert "10,000.00" in said(view.problem), "40,000 of it are today's"


def test_that_a_new_year_begins_with_the_first_of_january_in_shanghai(counter: Counter) -> None:
    """A Ⅱ account: 200,000 a year, of which all but 500 is used."""
    counter.clock.moment = LAST
    visit = counter.sign_in()
    paid(visit, "1000", from_="3021")
    counter.sql("UPDATE transfers SET amount = 19950000, created = '2027-01-31 16:00:00'")
    view = pay(visit, "500.01", from_="3021")
    assert isinstance(view, CollectView)
    assert "500.00" in said(view.problem)
    assert "今年" in said(view.problem)
    counter.clock.advance(minutes=1)
    visit.fill(amount="500.01")
    assert visit.confirm().status == "done"


def test_that_the_last_day_of_a_year_is_of_that_year_in_shanghai_though_not_in_utc(counter: Counter) -> None:
    counter.clock.moment = datetime(2027, 12, 31, 16, 0, tzinfo=UTC)  # already 2028 there
    visit = counter.sign_in()
    paid(visit, "1000", from_="3021")
    counter.sql("UPDATE transfers SET amount = 20000000, created = '2027-12-31 15:59:59'")
    paid(visit, "7000", from_="3021")


def test_that_what_waits_24_hours_over_a_leap_day_arrives_on_it(counter: Counter) -> None:
    counter.clock.moment = datetime(2028, 2, 28, 4, 0, tzinfo=UTC)
    visit = counter.sign_in()
    pay(visit, "100", "张伟", purpose="family")
    assert visit.confirm().status == "delayed"
    assert visit.state()["transfers"][0]["arrives"].startswith("2028-02-29")
    counter.clock.advance(hours=23, minutes=59)
    counter.settle()
    assert visit.requests() == [("transfer.create", "delayed")]
    counter.clock.advance(minutes=1)
    counter.settle()
    assert visit.requests() == [("transfer.create", "done")]


# --- a customer of 17 -------------------------------------------------------------------------------------------------


def of_17(counter: Counter, customer: str = "C1001") -> Visit:
    counter.sql("UPDATE customers SET born = '2008-03-10 16:00:00' WHERE id = :id", id=customer)  # 18 at midnight
    return counter.sign_in(customer)


def test_that_a_customer_of_17_pays_small_sums_alone_and_large_ones_with_a_guardian(counter: Counter) -> None:
    visit = of_17(counter)
    paid(visit, "4999.99")
    view = pay(visit, "5000")
    assert isinstance(view, EndedView)
    assert (view.status, view.handoff, view.reasons[0]) == ("in_review", True, "minor_large")
    assert "监护人" in said(view.said[0])
    counter.clock.advance(hours=14)
    paid(counter.sign_in(), "5000")


def test_that_a_customer_of_17_raises_no_limit_alone(counter: Counter) -> None:
    visit = of_17(counter)
    view = visit.open("limit.raise", account="6688", per_day="60000")
    assert isinstance(view, EndedView)
    assert (view.status, tuple(view.reasons), view.recorded) == ("failed", ("minor",), False)
    assert "监护人" in said(view.said[0])
    counter.clock.advance(hours=14)
    visit = counter.sign_in()
    visit.open("limit.raise", account="6688", per_day="60000")
    assert visit.confirm().status == "done", "of age since midnight"


def test_that_a_customer_of_17_opens_no_account_alone_but_reports_a_loss(counter: Counter) -> None:
    visit = of_17(counter)
    opened = visit.open("account.open", class_="II")
    assert isinstance(opened, EndedView)
    assert opened.status == "failed"
    visit.open("card.report_loss", card="6688")
    assert visit.confirm().status == "done"


# --- limits by rating -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rating", "key"), [("A", "limits.raise.self_service_max"), ("B", "limits.raise.rating_B_max")]
)
def test_that_the_rating_says_how_far_a_limit_can_be_raised(counter: Counter, rating: str, key: str) -> None:
    counter.sql("UPDATE customers SET rating = :rating WHERE id = 'C1001'", rating=rating)
    most = counter.tariff[key]
    visit = counter.sign_in()
    view = visit.open("limit.raise", account="6688")
    assert isinstance(view, CollectView)
    assert f"{most:,.2f}" in said(view.question)
    view = visit.fill(per_day=f"{most + 1}")
    assert isinstance(view, CollectView)
    assert "网点" in said(view.problem)
    visit.fill(per_day=f"{most}")
    assert visit.confirm().status == "done"
    assert visit.state()["accounts"][0]["limits"]["per_day"] == f"{most:.2f}"
    again = visit.open("limit.raise", account="6688")
    assert isinstance(again, EndedView)
    assert again.reasons[0] == "at_ceiling"


@pytest.mark.parametrize(("account", "code"), [("6688", "at_ceiling"), ("3021", "class_max")])
def test_that_rating_c_and_lesser_classes_stay_at_the_usual(counter: Counter, account: str, code: str) -> None:
    counter.sql("UPDATE customers SET rating = 'C' WHERE id = 'C1001'")
    view = counter.sign_in().open("limit.raise", account=account, per_day="60000")
    assert isinstance(view, EndedView)
    assert (view.status, view.reasons[0]) == ("failed", code)


def test_that_nobody_raises_a_limit_right_after_a_changed_number(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("profile.change_phone", phone="13900001234")
    visit.confirm()
    visit.open("limit.raise", account="6688", per_day="100000")
    while not isinstance(visit.view, EndedView):
        visit.step()
    assert (visit.view.status, visit.view.reasons[0]) == ("in_review", "limit_after_number")
    assert visit.state()["accounts"][0]["limits"]["per_day"] == "50000.00"
    counter.clock.advance(days=3)
    visit = counter.sign_in()
    visit.open("limit.raise", account="6688", per_day="100000")
    assert visit.confirm().status == "done"


# --- a controlled account ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["transfer.create", "limit.raise"])
def test_that_a_controlled_account_gets_its_reason_its_rights_and_its_appeal(counter: Counter, service: str) -> None:
    counter.sql("UPDATE accounts SET status = 'closed' WHERE tail = '2256'")
    view = counter.sign_in("C1005").open(service, payee="高翔", amount="5", account="1180", per_day="60000")
    assert isinstance(view, EndedView)
    assert view.status == "failed"
    told = said(view.said[0])
    for words in ("进出的笔数很多", "我行的账户安全规定", "有权知道原因", "申请解除", "a right to know why", "appeal"):
        assert words in told
    for words in ("上报", "可疑", "洗钱", "suspicious", "report", "law"):
        assert words not in told
    assert [(one.service, dict(one.slots)) for one in view.settle] == [("account.unfreeze_appeal", {"account": "1180"})]


def test_that_who_names_the_controlled_account_learns_why_and_may_use_another(counter: Counter) -> None:
    visit = counter.sign_in("C1005")
    view = visit.open("transfer.create", payee="高翔", amount="5", from_="1180")
    assert isinstance(view, CollectView)
    assert view.param == "from"
    assert "有权知道原因" in said(view.problem)
    assert "申请解除管控" in said(view.problem)
    visit.fill(from_="2256")
    assert visit.confirm().status == "done"


def test_that_a_control_elsewhere_brings_a_colleague_to_a_first_payment(counter: Counter) -> None:
    counter.sql("UPDATE payees SET paid_before = 0 WHERE name = '高翔'")
    visit = counter.sign_in("C1005")
    view = pay(visit, "5", "高翔", from_="2256", purpose="family")
    assert isinstance(view, EndedView)
    assert (view.status, view.reasons[0]) == ("in_review", "controlled_stranger")
    assert "有权知道" in said(view.said[0])


# --- twice at once, and after a day -----------------------------------------------------------------------------------


def twice_at_once(counter: Counter, service: str, **slots: str) -> tuple[Visit, list[Any]]:
    """The same request read back in two sessions, and both say yes in the same moment."""
    visits = [counter.sign_in(), counter.sign_in()]
    shown = []
    for visit in visits:
        visit.open(service, **slots)
        shown.append(visit.prepare())
    answers: list[Any] = []

    def yes(visit: Visit, view: ConfirmView) -> None:
        for _ in range(5):
            try:
                answers.append(visit.act(events.Confirm(view.id), view.action))
                return
            except Busy:  # another writer: the same call may be made again
                continue

    threads = [threading.Thread(target=yes, args=pair) for pair in zip(visits, shown, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return visits[0], answers


@pytest.mark.parametrize(
    ("service", "slots", "asked"),
    [
        ("transfer.create", {"payee": "王芳", "amount": "500"}, "同样的金额"),
        ("card.replace", {"card": "6688"}, "刚办过换卡"),
    ],
)
def test_that_the_same_from_two_sessions_is_done_once_and_asked_about_again(
    counter: Counter, service: str, slots: dict[str, str], asked: str
) -> None:
    visit, answers = twice_at_once(counter, service, **slots)
    assert visit.requests() == [(service, "done")]
    [done] = [answer for answer in answers if isinstance(answer, EndedView)]
    [again] = [answer for answer in answers if isinstance(answer, ConfirmView)]
    assert done.status == "done"
    assert any(asked in said(line) for line in again.lines)


@pytest.mark.parametrize(
    ("service", "slots"),
    [("card.report_loss", {"card": "6688"}), ("limit.raise", {"account": "6688", "per_day": "60000"})],
)
def test_that_what_can_be_so_only_once_is_done_once(counter: Counter, service: str, slots: dict[str, str]) -> None:
    visit, answers = twice_at_once(counter, service, **slots)
    assert visit.requests().count((service, "done")) == 1
    assert sorted(answer.status for answer in answers if isinstance(answer, EndedView)) == ["done", "failed"]


def test_that_who_means_it_may_send_the_same_again(counter: Counter) -> None:
    visit = counter.sign_in()
    paid(visit, "500")
    view = pay(visit, "500")
    assert isinstance(view, ConfirmView)
    assert any("同样的金额" in said(line) for line in view.lines)
    assert visit.confirm().status == "done"
    counter.clock.advance(minutes=10)
    view = pay(visit, "500")
    assert isinstance(view, ConfirmView)
    assert not any("同样的金额" in said(line) for line in view.lines)


def test_that_a_service_left_for_a_day_asks_again_for_everything_that_has_run_out(counter: Counter) -> None:
    visit = counter.sign_in()
    pay(visit, "100", "张伟", purpose="family")
    shown = visit.prepare()
    codes = visit.codes()
    counter.clock.advance(days=1)
    view = visit.act(events.Confirm(shown.id))
    assert isinstance(view, OtpView), "the level has run out, and the yes with it"
    assert visit.requests() == []
    visit.act(events.Otp(codes[0]))
    assert visit.requests() == []
    visit.give_code()
    ended = visit.confirm()
    assert ended.status == "delayed"
    arrives = datetime.fromisoformat(visit.state()["transfers"][0]["arrives"])
    assert (arrives - counter.clock.now()).total_seconds() == 86400, "24 hours from the yes, not from the wish"


def test_that_what_became_impossible_in_the_meantime_is_told(counter: Counter) -> None:
    visit = counter.sign_in()
    pay(visit, "500")
    shown = visit.prepare()
    counter.clock.advance(days=1)
    counter.sql("UPDATE accounts SET status = 'restricted', note = 'other' WHERE tail = '6688'")
    view = visit.act(events.Confirm(shown.id))
    assert isinstance(view, EndedView)
    assert (view.status, view.reasons[0]) == ("failed", "wrong_state")
    assert "有权知道原因" in said(view.said[0])


# --- another's card ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "slot", "anothers"),
    [
        ("card.report_loss", "card", "5512"),
        ("card.lock", "card", "7013"),
        ("card.replace", "card", "5512"),
        ("limit.raise", "account", "5512"),
        ("limit.lower", "account", "1180"),
        ("account.close", "account", "4417"),
        ("account.activate_dormant", "account", "7790"),
        ("account.unfreeze_appeal", "account", "1180"),
        ("transfer.create", "from", "1180"),
        ("transfer.create", "payee", "孙小雨"),
    ],
)
def test_that_anothers_is_answered_like_what_does_not_exist(
    counter: Counter, service: str, slot: str, anothers: str
) -> None:
    nobodys = "9999" if anothers.isdecimal() else "孙大雨"
    owners = {account.tail for story in load_stories().customers for account in story.accounts}
    assert not anothers.isdecimal() or (anothers in owners and nobodys not in owners)
    answers = []
    for value in (anothers, nobodys):
        visit = counter.sign_in()
        view = visit.open(service, **{"payee": "王芳", "amount": "5", slot: value})
        told = [said(line) for line in view.said] if isinstance(view, EndedView) else [said(view.problem)]
        answers.append((type(view), [words.replace(value, "*") for words in told], visit.log()))
    assert answers[0] == answers[1]
