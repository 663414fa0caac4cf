"""Identity: levels, codes and pictures, in their order and for as long as they last."""

from __future__ import annotations

import pytest

from tests.tools.gate.bench import Counter, Visit
from tools.gate import events
from tools.gate.views import (
    CollectView,
    ConfirmView,
    ConsentView,
    DocumentView,
    EndedView,
    FaceView,
    LessonView,
    OtpView,
)
from tools.rendering import render


def said(view: object) -> str:
    problem = getattr(view, "problem", None)
    return "" if problem is None else render(problem, "zh-CN").text


def at_the_code(counter: Counter, customer: str = "C1001") -> Visit:
    visit = counter.sign_in(customer)
    assert isinstance(visit.open("card.replace", card="6688"), OtpView)
    return visit


def test_that_level_1_suffices_for_a_balance_and_a_lost_card(counter: Counter) -> None:
    visit = counter.sign_in()
    assert isinstance(visit.open("account.balance"), EndedView)
    assert isinstance(visit.open("card.report_loss", card="6688"), ConfirmView)
    assert visit.codes() == []
    assert visit.level() == 1


def test_that_a_code_raises_the_level_for_fifteen_minutes_and_other_services(counter: Counter) -> None:
    visit = at_the_code(counter)
    assert isinstance(visit.give_code(), ConfirmView)
    assert visit.level() == 2
    counter.clock.advance(minutes=14, seconds=59)
    assert isinstance(visit.open("card.replace", card="3021"), ConfirmView), "covers another service meanwhile"
    counter.clock.advance(seconds=1)
    assert visit.level() == 1
    assert isinstance(visit.look(), OtpView)
    assert isinstance(counter.sign_in().open("card.replace", card="3021"), OtpView), "not another session"


def test_that_a_code_is_kept_only_as_a_hash(counter: Counter) -> None:
    visit = at_the_code(counter)
    code = visit.codes()[0]
    row = counter.sql("SELECT * FROM otp_challenges")[0]
    assert code not in str(row)
    assert len(row.code_hash) == 32
    assert all(code not in str(kept) for kept in counter.sql("SELECT state FROM actions"))
    assert all(code not in str(kept) for kept in counter.sql("SELECT outcome FROM audit_events"))


def test_that_a_code_serves_once(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("transfer.create", payee="王芳", amount="5")
    code = visit.codes()[0]
    visit.act(events.Otp(code))
    assert visit.fill(amount="6")
    assert isinstance(visit.view, OtpView)
    assert isinstance(visit.act(events.Otp(code)), OtpView), "used, and for another amount"


@pytest.mark.parametrize("code", ["", "abcdef", "12 34 56", "１２３４５６", "\ud800", "x" * 10_000])
def test_that_nonsense_is_a_wrong_code(counter: Counter, code: str) -> None:
    visit = at_the_code(counter)
    view = visit.act(events.Otp(code))
    assert isinstance(view, OtpView)
    assert "2" in said(view)
    assert visit.level() == 1


@pytest.mark.parametrize("code", ["1", "12345", "1234567"])
def test_that_a_digit_too_few_or_too_many_costs_no_try(counter: Counter, code: str) -> None:
    visit = at_the_code(counter)
    for _ in range(4):
        assert isinstance(visit.act(events.Otp(code)), OtpView)
        assert "6 位数字" in said(visit.view)
    assert isinstance(visit.give_code(), ConfirmView)


def test_that_three_wrong_codes_lock_the_step_for_the_customer(counter: Counter) -> None:
    visit = at_the_code(counter)
    for left in ("2", "1"):
        assert left in said(visit.act(events.Otp(visit.wrong_code())))
    right = visit.codes()[0]
    ended = visit.act(events.Otp(visit.wrong_code()))
    assert isinstance(ended, EndedView)
    assert ended.offer_person
    assert tuple(ended.reasons) == ("identity_locked",)
    told = [render(one, "zh-CN").text for one in ended.said]
    again = visit.act(events.Otp(right))
    assert isinstance(again, EndedView)
    assert [render(one, "zh-CN").text for one in again.said] == told
    assert visit.level() == 1
    assert visit.requests() == []
    elsewhere = counter.sign_in()
    counter.clock.advance(minutes=29, seconds=59)
    assert isinstance(elsewhere.open("card.replace", card="6688"), EndedView), "a new session does not start afresh"
    assert isinstance(counter.sign_in("C1002").open("card.replace"), OtpView), "nobody else is locked"
    counter.clock.advance(seconds=1)
    assert isinstance(elsewhere.open("card.replace", card="6688"), OtpView)


def test_that_wrong_codes_of_several_sessions_add_up(counter: Counter) -> None:
    ended = None
    for _ in range(3):
        visit = at_the_code(counter)
        ended = visit.act(events.Otp(visit.wrong_code()))
    assert isinstance(ended, EndedView)


def test_that_a_right_code_clears_the_count(counter: Counter) -> None:
    for _ in range(3):
        visit = at_the_code(counter)
        visit.act(events.Otp(visit.wrong_code()))
        visit.act(events.Otp(visit.wrong_code()))
        assert isinstance(visit.give_code(), ConfirmView)


def test_that_an_expired_code_brings_a_new_one(counter: Counter) -> None:
    visit = at_the_code(counter)
    counter.clock.advance(minutes=5)
    view = visit.give_code()
    assert isinstance(view, OtpView)
    assert view.fresh
    assert "过期" in said(view)
    assert len(visit.codes()) == 2
    assert isinstance(visit.give_code(), ConfirmView)


def test_that_a_code_lasts_five_minutes(counter: Counter) -> None:
    visit = at_the_code(counter)
    counter.clock.advance(minutes=4, seconds=59)
    assert isinstance(visit.give_code(), ConfirmView)


def test_that_a_code_is_sent_again_once_a_minute(counter: Counter) -> None:
    visit = at_the_code(counter)
    counter.clock.advance(seconds=59)
    assert "1 秒" in said(visit.act(events.ResendOtp()))
    assert len(visit.codes()) == 1
    counter.clock.advance(seconds=1)
    old = visit.codes()[0]
    assert "重新发" in said(visit.act(events.ResendOtp()))
    assert len(visit.codes()) == 2
    if old != visit.codes()[0]:
        assert isinstance(visit.act(events.Otp(old)), OtpView), "the one before no longer counts"
    assert isinstance(visit.give_code(), ConfirmView)


def test_that_a_changed_amount_voids_the_code_and_sends_another_at_once(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("transfer.create", payee="王芳", amount="5")
    old = visit.codes()[0]
    view = visit.fill(amount="50000")
    assert isinstance(view, OtpView)
    assert view.fresh
    assert "作废" in said(view)
    assert len(visit.codes()) == 2
    assert "50,000.00" in visit.phone()[0]["text"]
    assert "王芳" in visit.phone()[0]["text"]
    assert old == visit.codes()[0] or isinstance(visit.act(events.Otp(old)), OtpView)
    assert isinstance(visit.give_code(), ConfirmView)


def test_that_a_transfer_needs_its_own_code_within_the_fifteen_minutes(counter: Counter) -> None:
    visit = at_the_code(counter)
    visit.give_code()
    assert isinstance(visit.open("transfer.create", payee="王芳", amount="5"), OtpView)
    first = visit.codes()[0]
    assert isinstance(visit.give_code(), ConfirmView)
    assert isinstance(visit.open("transfer.create", payee="王芳", amount="5"), OtpView), "also for the same again"
    assert first == visit.codes()[0] or isinstance(visit.act(events.Otp(first)), OtpView)


def test_that_a_code_given_while_the_amount_is_asked_for_counts_for_nothing(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("transfer.create", payee="王芳", amount="5")
    visit.fill(amount="all")
    assert isinstance(visit.give_code(), CollectView)
    assert isinstance(visit.fill(amount="40000"), OtpView)
    assert isinstance(visit.fill(amount="5"), OtpView)


def test_that_document_and_face_come_in_their_order_and_only_after_consent(counter: Counter) -> None:
    visit = counter.sign_in("C1003")
    view = visit.open("account.activate_dormant")
    assert isinstance(view, ConsentView)
    for event in (
        events.Document("specimen"),
        events.Face(None, "specimen"),
        events.Otp("123456"),
        events.Consent("con_x", True),
    ):
        assert isinstance(visit.act(event), ConsentView), event
    view = visit.act(events.Consent(view.id, given=True))
    assert isinstance(view, DocumentView)
    assert isinstance(visit.act(events.Face(view.challenge, "specimen")), DocumentView), "no face before the document"
    face = visit.act(events.Document("specimen"))
    assert isinstance(face, FaceView)
    assert face.challenge != view.challenge
    assert visit.level() == 1
    assert isinstance(visit.act(events.Face(view.challenge, "specimen")), FaceView), "another challenge"
    assert isinstance(visit.act(events.Face(face.challenge, "specimen")), LessonView)
    assert visit.level() == 3
    assert [row["given"] for row in visit.state()["consents"]] == [True]


def test_that_a_challenge_serves_one_try(counter: Counter) -> None:
    visit = counter.sign_in("C1003")
    visit.open("account.activate_dormant")
    while not isinstance(visit.view, FaceView):
        visit.step()
    first = visit.view
    second = visit.act(events.Face(first.challenge, {"frames": ["x"]}))
    assert isinstance(second, FaceView)
    assert second.challenge != first.challenge
    assert second.problem is not None
    assert isinstance(visit.act(events.Face(first.challenge, "specimen")), FaceView)
    assert visit.level() == 1
    assert isinstance(visit.act(events.Face(second.challenge, "specimen")), LessonView)


@pytest.mark.parametrize("step", ["document", "face"])
def test_that_three_failed_pictures_lock_their_step(counter: Counter, step: str) -> None:
    visit = counter.sign_in("C1003")
    visit.open("account.activate_dormant")
    while not isinstance(visit.view, DocumentView if step == "document" else FaceView):
        visit.step()
    for _ in range(3):
        view = visit.view
        visit.act(events.Document("x") if isinstance(view, DocumentView) else events.Face(view.challenge, "x"))  # type: ignore[union-attr]
    assert isinstance(visit.view, EndedView)
    assert tuple(visit.view.reasons) == ("identity_locked",)
    assert isinstance(counter.sign_in("C1003").open("account.activate_dormant"), EndedView)
    counter.clock.advance(minutes=30)
    assert isinstance(counter.sign_in("C1003").open("account.activate_dormant"), ConsentView)


def test_that_refused_consent_leads_to_a_person_and_never_around_the_check(counter: Counter) -> None:
    visit = counter.sign_in("C1003")
    view = visit.open("account.activate_dormant")
    ended = visit.act(events.Consent(view.id, given=False))  # type: ignore[union-attr]
    assert isinstance(ended, EndedView)
    assert ended.handoff
    assert ended.status == "cancelled"
    again = visit.act(events.Consent(view.id, given=True))  # type: ignore[union-attr]
    assert again == ended
    assert visit.level() == 1
    assert [row["given"] for row in visit.state()["consents"]] == [False]
    assert visit.state()["accounts"][0]["status"] == "dormant"
    assert visit.requests() == []


def test_that_level_3_covers_level_2_and_runs_out(counter: Counter) -> None:
    visit = counter.sign_in("C1003")
    visit.open("account.activate_dormant")
    visit.prepare()
    assert isinstance(visit.open("card.replace", card="8846"), ConfirmView)
    assert visit.codes() == []
    counter.clock.advance(minutes=15)
    assert isinstance(visit.look(), OtpView)


def test_that_after_level_3_has_run_out_both_pictures_are_asked_for_again(counter: Counter) -> None:
    visit = counter.sign_in("C1003")
    visit.open("account.activate_dormant")
    read_back = visit.prepare()
    counter.clock.advance(minutes=15)
    assert isinstance(visit.act(events.Confirm(read_back.id)), DocumentView)
    assert isinstance(visit.step(), FaceView)
    assert isinstance(visit.step(), ConfirmView)
    assert visit.requests() == [], "the yes of before does not count"


def test_that_a_lower_proof_does_not_shorten_a_higher_one(counter: Counter) -> None:
    visit = counter.sign_in("C1001", device="new")
    visit.open("transfer.create", payee="王芳", amount="5")
    visit.prepare()
    assert visit.level() == 3
    visit.open("transfer.create", payee="王芳", amount="6")
    visit.give_code()
    assert visit.level() == 3


def test_that_a_new_device_needs_level_3_for_what_is_risky_and_the_bound_code_too(counter: Counter) -> None:
    visit = counter.sign_in("C1001", device="new")
    assert isinstance(visit.open("transfer.create", payee="王芳", amount="5"), OtpView)
    assert isinstance(visit.give_code(), ConsentView)
    read_back = visit.prepare()
    assert visit.level() == 3
    ended = visit.act(events.Confirm(read_back.id))
    assert isinstance(ended, EndedView)
    assert ended.status == "done"
    assert isinstance(visit.open("card.report_loss", card="6688"), ConfirmView), "what is urgent is not held up"


def test_that_messages_come_in_the_customers_language(counter: Counter) -> None:
    visit = counter.sign_in("C1007", locale="zh-CN")
    visit.open("card.replace", card="6003")
    visit.confirm()
    assert all("Hailan Bank" in message["text"] for message in visit.phone())
    assert len(visit.phone()) == 2
    chinese = counter.sign_in("C1001", locale="en")
    chinese.open("card.replace", card="6688")
    chinese.confirm()
    assert all("海岚银行" in message["text"] for message in chinese.phone())


def test_that_the_number_is_masked_in_what_is_shown(counter: Counter) -> None:
    view = at_the_code(counter).view
    assert isinstance(view, OtpView)
    assert "*" in view.sent_to
    assert "10000001001" not in view.sent_to
