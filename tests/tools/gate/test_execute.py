"""Confirm and execute: a yes is bound to what was read back, and what is done is done whole, once, or not at all."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.tools.gate.bench import Counter, Visit
from tools.bank.core import SqlCoreBank
from tools.bank.port import NotAllowed
from tools.errors import Busy
from tools.gate import events
from tools.gate.views import CollectView, ConfirmView, EndedView, LessonView, OtpView
from tools.rendering import render


def ready(counter: Counter, amount: str = "500", payee: str = "王芳", customer: str = "C1001") -> Visit:
    visit = counter.sign_in(customer)
    visit.open("transfer.create", payee=payee, amount=amount, purpose="family")
    visit.prepare()
    return visit


def read_back(visit: Visit) -> ConfirmView:
    assert isinstance(visit.view, ConfirmView)
    return visit.view


def test_that_a_yes_counts_only_with_the_present_id(counter: Counter) -> None:
    visit = ready(counter)
    for stale in ("", "yes", "cfm_x", read_back(visit).id + "x"):
        view = visit.act(events.Confirm(stale))
        assert isinstance(view, ConfirmView)
        assert view.problem is not None
    assert visit.requests() == []


def test_that_a_yes_to_other_parameters_counts_for_nothing(counter: Counter) -> None:
    visit = ready(counter)
    old = read_back(visit).id
    assert isinstance(visit.fill(amount="600"), OtpView)
    assert isinstance(visit.act(events.Confirm(old)), OtpView)
    visit.give_code()
    assert read_back(visit).id != old
    assert isinstance(visit.act(events.Confirm(old)), ConfirmView)
    assert visit.requests() == []
    visit.fill(amount="500")
    visit.prepare()
    assert isinstance(visit.act(events.Confirm(old)), ConfirmView), "back at the first amount it is a new read-back"


def test_that_a_yes_given_while_identity_has_run_out_does_not_count_after_the_code(counter: Counter) -> None:
    visit = ready(counter)
    given = read_back(visit).id
    counter.clock.advance(minutes=15)
    assert isinstance(visit.act(events.Confirm(given)), OtpView)
    view = visit.give_code()
    assert isinstance(view, ConfirmView), "asked again"
    assert visit.requests() == []
    assert visit.confirm().status == "done"


def test_that_a_double_yes_pays_once(counter: Counter) -> None:
    visit = ready(counter)
    yes = events.Confirm(read_back(visit).id)
    action = read_back(visit).action
    first = visit.act(yes)
    assert visit.act(yes, action) == first
    assert visit.requests() == [("transfer.create", "done")]
    assert visit.state()["accounts"][0]["balance"] == "51840.18"


def test_that_two_yeses_at_once_pay_once(counter: Counter) -> None:
    visit = ready(counter)
    view = read_back(visit)
    answers: list[Any] = []

    def yes() -> None:
        try:
            answers.append(counter.gate.act(visit.session, view.action, events.Confirm(view.id)))
        except Busy as error:
            answers.append(error)

    threads = [threading.Thread(target=yes) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert visit.requests() == [("transfer.create", "done")]
    assert counter.postings() == 0


@pytest.mark.parametrize(
    "event",
    [
        events.Fill({"amount": "1"}),
        events.Otp("123456"),
        events.ResendOtp(),
        events.Consent(None, True),
        events.Document("specimen"),
        events.Face(None, "specimen"),
        events.Acknowledge(),
        events.QuizAnswer("x"),
        events.Confirm("x"),
        events.Abort("by_customer"),
        events.Look(),
    ],
)
def test_that_an_ended_action_answers_with_its_end(counter: Counter, event: events.GateEvent) -> None:
    visit = ready(counter)
    ended = visit.confirm()
    before = (visit.state(), len(visit.phone()), visit.log())
    counter.clock.advance(minutes=20)
    assert visit.act(event) == ended
    assert (visit.state(), len(visit.phone()), visit.log()) == before


def test_that_what_was_broken_off_stays_so(counter: Counter) -> None:
    visit = ready(counter)
    yes = events.Confirm(read_back(visit).id)
    ended = visit.act(events.Abort("by_customer"))
    assert isinstance(ended, EndedView)
    assert (ended.status, ended.recorded) == ("cancelled", False)
    assert visit.act(yes) == ended
    assert visit.requests() == []


def test_that_a_refusal_of_the_core_rolls_back_and_leaves_a_failed_row(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = ready(counter)
    real = SqlCoreBank.create_transfer

    def pays_then_refuses(self: SqlCoreBank, *args: Any, **kwargs: Any) -> Any:
        real(self, *args, **kwargs)
        raise NotAllowed("daily_limit")

    monkeypatch.setattr(SqlCoreBank, "create_transfer", pays_then_refuses)
    ended = visit.confirm()
    assert (ended.status, tuple(ended.reasons), ended.recorded) == ("failed", ("daily_limit",), True)
    state = visit.state()
    assert visit.requests() == [("transfer.create", "failed")]
    assert state["accounts"][0]["balance"] == "52340.18"
    assert state["transfers"] == []
    assert counter.postings() == 0
    assert not [m for m in visit.phone() if m["kind"] == "notice"]
    assert "execute:failed:daily_limit" in visit.log(ended.action)
    assert counter.verify() == len(counter.sql("SELECT seq FROM audit_events"))


@pytest.mark.parametrize("error", [RuntimeError("bug"), Busy("locked")])
def test_that_an_unforeseen_error_undoes_the_whole_turn(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    visit = ready(counter)
    view = read_back(visit)
    before = (visit.state(), visit.log())

    def breaks(self: SqlCoreBank, *args: Any, **kwargs: Any) -> None:
        self.send_message("C1001", "notice", "x")
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(SqlCoreBank, "record_request", breaks)
        with pytest.raises(type(error)):
            visit.act(events.Confirm(view.id))
    assert (visit.state(), visit.log()) == before, "the money, the row and the log"
    assert visit.look() == ConfirmView(**{**vars(view), "fresh": False}), "open where it stood"
    assert visit.confirm().status == "done"
    assert visit.requests() == [("transfer.create", "done")]


def test_that_two_sessions_share_one_limit(counter: Counter) -> None:
    first, second = ready(counter, "26000"), ready(counter, "26000")
    assert first.confirm().status == "done"
    view = second.act(events.Confirm(read_back(second).id))
    assert isinstance(view, CollectView)
    assert view.param == "amount"
    assert "24,000.00" in render(view.problem, "zh-CN").text  # type: ignore[arg-type]
    assert second.requests() == [("transfer.create", "done")]


def test_that_two_sessions_share_one_balance(counter: Counter) -> None:
    first, second = ready(counter, "900", "张伟"), ready(counter, "900", "张伟")
    for visit in (first, second):
        visit.fill(from_="3021", amount="5000")
        visit.prepare()
    assert first.confirm().status == "delayed"
    view = second.act(events.Confirm(read_back(second).id))
    assert isinstance(view, CollectView)
    assert second.requests() == [("transfer.create", "delayed")]


def test_that_an_account_that_was_blocked_meanwhile_pays_nothing(counter: Counter) -> None:
    visit = ready(counter)
    counter.sql("UPDATE accounts SET status = 'restricted' WHERE tail = '6688'")
    view = visit.act(events.Confirm(read_back(visit).id))
    assert isinstance(view, EndedView)
    assert (view.status, tuple(view.reasons)) == ("failed", ("wrong_state",))
    assert visit.state()["transfers"] == []


def test_that_the_notice_says_what_was_done(counter: Counter) -> None:
    visit = ready(counter)
    visit.confirm()
    notice = next(message["text"] for message in visit.phone() if message["kind"] == "notice")
    assert "转账" in notice
    assert "已办好" in notice
    assert "不是您本人" in notice


def test_that_reads_leave_no_row_and_no_notice(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("account.balance")
    visit.open("account.transactions", account="6688")
    assert visit.requests() == []
    assert visit.phone() == []


def test_that_a_yes_before_its_time_is_not_kept(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("transfer.create", payee="张伟", amount="5", purpose="family")
    visit.act(events.Confirm("x"))
    assert isinstance(visit.give_code(), LessonView)
    visit.act(events.Confirm("x"))
    assert isinstance(visit.act(events.Acknowledge()), ConfirmView)
    assert visit.requests() == []


def test_that_after_a_reset_nothing_that_was_open_can_be_done(counter: Counter) -> None:
    from tools.gate.reset import reset_gate

    visit = ready(counter)
    yes = events.Confirm(read_back(visit).id)
    with counter.db.transaction() as db:
        reset_gate(db, counter.clock.now(), "C1001")
    ended = visit.act(yes)
    assert isinstance(ended, EndedView)
    assert ended.status == "cancelled"
    assert visit.requests() == []
