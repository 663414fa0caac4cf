"""Release: a colleague's approval executes nothing by itself, and a refusal is an end; one row tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.gate.bench import Counter, Visit, database
from tools.gate import events
from tools.gate.in_person import CannotVerify, verified
from tools.gate.release import CannotRelease, Verdict
from tools.gate.views import ConfirmView, EndedView

TELLER, SUPERVISOR = Verdict("S001", "teller", approve=True), Verdict("S002", "supervisor", approve=True)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(database(tmp_path))
    yield made
    made.db.close()


def reviewed(counter: Counter) -> Visit:
    """A transfer that the words of somebody who is guided sent to review."""
    visit = counter.sign_in("C1001")
    visit.open("transfer.create", "他在电话里教我转", from_="6688", payee="张伟", amount="300.00", purpose="family")
    while not isinstance(visit.view, EndedView):
        visit.step()
    assert visit.view.status == "in_review"
    return visit


def test_that_an_approved_transfer_still_needs_the_customers_yes_and_leaves_one_row(counter: Counter) -> None:
    visit = reviewed(counter)
    assert visit.view is not None
    action, before = visit.view.action, visit.state()["accounts"]
    visit.view = counter.gate.decide(action, SUPERVISOR)
    assert not isinstance(visit.view, EndedView)
    assert visit.state()["accounts"] == before
    assert visit.requests() == [("transfer.create", "in_review")]
    assert visit.confirm().status in ("done", "delayed")
    assert [status for service, status in visit.requests()] == [visit.view.status]
    assert sum(row["amount"] == "300.00" for row in visit.state()["transfers"]) == 1
    assert "risk:approved:S002" in visit.log(action)
    assert visit.log(action).index("risk:approved:S002") < visit.log(action).index("confirm:given")
    counter.verify()
    assert counter.postings() == 0


def test_that_it_is_decided_once_and_by_whom_may(counter: Counter) -> None:
    visit = reviewed(counter)
    assert visit.view is not None
    action = visit.view.action
    for verdict, code in (
        (TELLER, "supervisor_needed"),
        (Verdict("S002", "supervisor", approve=True, prepared=True), "own_proposal"),
        (Verdict("S002", "supervisor", approve=False, reason="no such"), "unknown_reason"),
    ):
        with pytest.raises(CannotRelease) as refused:
            counter.gate.decide(action, verdict)
        assert refused.value.code == code
    counter.gate.decide(action, SUPERVISOR)
    with pytest.raises(CannotRelease):
        counter.gate.decide(action, Verdict("S003", "supervisor", approve=False, reason="looks_like_fraud"))
    assert visit.requests() == [("transfer.create", "in_review")]


def test_that_a_refusal_is_an_end_with_its_reason_and_a_notice(counter: Counter) -> None:
    visit = reviewed(counter)
    assert visit.view is not None
    ended = counter.gate.decide(
        visit.view.action, Verdict("S002", "supervisor", approve=False, reason="looks_like_fraud")
    )
    assert isinstance(ended, EndedView)
    assert (ended.status, ended.reasons, ended.offer_person) == ("blocked", ("looks_like_fraud",), False)
    assert visit.requests() == [("transfer.create", "blocked")]
    assert "96110" in visit.phone()[0]["text"]
    assert visit.act(events.Confirm("anything"), ended.action) == ended


def test_that_an_approval_is_of_these_parameters_and_this_day_only(counter: Counter) -> None:
    visit = reviewed(counter)
    assert visit.view is not None
    visit.view = counter.gate.decide(visit.view.action, SUPERVISOR)
    visit.fill(amount="301.00")
    while not isinstance(visit.view, EndedView):
        visit.step()
    assert visit.view.status == "in_review"
    assert visit.requests() == [("transfer.create", "in_review")]
    assert visit.state()["requests"][0]["params"]["amount"] == "301.00"
    visit.view = counter.gate.decide(visit.view.action, SUPERVISOR)
    counter.clock.advance(seconds=25 * 3600)
    while not isinstance(visit.view, EndedView):
        visit.step()
    assert visit.view.status == "in_review"


def test_that_what_was_approved_and_given_up_is_cancelled_in_its_row(counter: Counter) -> None:
    visit = reviewed(counter)
    assert visit.view is not None
    visit.view = counter.gate.decide(visit.view.action, SUPERVISOR)
    visit.act(events.Abort("by_customer"))
    assert visit.requests() == [("transfer.create", "cancelled")]


def test_that_a_customer_who_left_goes_on_with_what_was_approved(counter: Counter) -> None:
    visit = reviewed(counter)
    assert visit.view is not None
    action = visit.view.action
    counter.clock.advance(minutes=20)
    counter.gate.decide(action, SUPERVISOR)
    again = counter.sign_in("C1001")
    counter.gate.leave(again.session, "transfer.create")
    again.open("transfer.create", "", from_="6688", payee="张伟", amount="300.00", purpose="family")
    assert again.view is not None
    assert again.view.action == action
    assert isinstance(again.prepare(), ConfirmView)
    assert again.confirm().status in ("done", "delayed")
    assert len(again.requests()) == 1


def test_that_a_quiz_failed_twice_is_explained_by_the_colleague(counter: Counter) -> None:
    visit = counter.sign_in("C1003")
    visit.open("account.activate_dormant", account="7790")
    while visit.view is None or not hasattr(visit.view, "question") or visit.view.question is None:
        visit.step()
    for _ in range(2):
        right = visit.right()
        visit.act(events.QuizAnswer(next(option for option, _ in visit.view.options if option != right)))
    assert isinstance(visit.view, EndedView)
    visit.view = counter.gate.decide(visit.view.action, TELLER)
    assert isinstance(visit.view, ConfirmView)
    assert visit.confirm().status == "done"
    assert visit.requests() == [("account.activate_dormant", "done")]


def test_that_a_check_over_video_gives_level_4_and_three_failures_lock_it(counter: Counter) -> None:
    visit = counter.sign_in("C1001", device="new")
    with counter.db.transaction() as db:
        assert verified(db, counter.clock.now(), visit.session, "S001", "id_card", same=True) == 4
    visit.open("card.cancel_loss", card="6688")
    assert visit.level() == 4
    counter.clock.advance(minutes=16)
    assert visit.level() == 1
    assert "identity:raised_to_4:S001:id_card" in visit.log()
    other = counter.sign_in("C1002")
    for _ in range(3):
        with counter.db.transaction() as db:
            assert verified(db, counter.clock.now(), other.session, "S001", "id_card", same=False) == 1
    with counter.db.transaction() as db, pytest.raises(CannotVerify, match="locked"):
        verified(db, counter.clock.now(), other.session, "S001", "id_card", same=True)
    visitor = counter.sign_in(None).session
    with counter.db.transaction() as db, pytest.raises(CannotVerify, match="visitor"):
        verified(db, counter.clock.now(), visitor, "S001", "id_card", same=True)
