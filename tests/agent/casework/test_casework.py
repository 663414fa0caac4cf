"""A case from taking to handing back: words reach the right ears, and nothing is done without the customer's yes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from agent.casework.queue import DeskRefusal
from agent.commands import Handoff, StartService
from tests.agent.casework.bench import SUPERVISOR, TELLER, Office


def test_that_words_go_to_the_colleague_while_she_is_there_and_to_xiaolan_before_and_after(office: Office) -> None:
    talk = office.waiting()
    case = office.take()
    turn = talk.hear(text="我的卡号是 6222021234567890123")
    assert (turn.reply.text, turn.stage, turn.understood) == ("", "handoff", [])
    office.work.say(TELLER, case, "您好，请讲")
    told = [(event["by"], event["text"]) for event in office.view.events(case, 0) if event["kind"] == "message"]
    assert told == [("customer", "我的卡号是 ***************0123"), ("S001", "您好，请讲")]
    back = office.work.hand_back(TELLER, case, "advised", note="只是咨询")
    assert back is not None
    assert "小岚" in back.reply.text
    assert talk.hear(StartService(service="account.balance"), text="余额").understood != []
    assert "note" not in {event["kind"] for event in office.view.events(case, 0, customers=True)}
    with pytest.raises(DeskRefusal, match="over"):
        office.work.say(TELLER, case, "还在吗")


def test_that_a_filled_form_is_the_customers_to_confirm(office: Office) -> None:
    talk = office.enter()
    talk.hear(StartService(service="limit.lower", slots={"account": "6688"}), text="把限额调低")
    talk.hear(Handoff(), text="转人工")
    case = office.take()
    talk.turn = office.work.form(TELLER, case, "limit.lower", {"account": "6688", "per_day": "1000.00"})
    assert talk.turn.stage == "confirm"
    assert {row.name: row.value for row in talk.card("confirm").params}["per_day"] == "1000.00"
    action = next(one.action for one in office.counter.gate.dossiers(talk.opened.session_id) if one.open)
    talk.turn = office.work.form(TELLER, case, "limit.lower", {"per_day": "2000.00"}, action)
    stale = talk.card("confirm").id
    talk.turn = office.work.form(TELLER, case, "limit.lower", {"per_day": "3000.00"}, action)
    assert talk.requests() == []
    assert talk.press("confirm", stale).actions == []
    assert talk.confirm().actions[0].status == "done"
    assert talk.requests() == [("limit.lower", "done")]
    with pytest.raises(DeskRefusal, match="overtaken"):
        office.work.form(TELLER, case, "limit.lower", {"per_day": "4000.00"}, action)
    back = office.work.hand_back(TELLER, case, "resolved")
    assert back is not None
    assert "刚才办好的有：降低限额" in back.reply.text
    for service, params in (("no.such", {}), ("limit.lower", {"nothing": "1"})):
        with pytest.raises(DeskRefusal):
            office.work.form(TELLER, case, service, params)


def test_that_an_approval_comes_to_the_customer_and_executes_with_their_yes(office: Office) -> None:
    talk, action = office.reviewed()
    case = office.take()
    with pytest.raises(DeskRefusal, match="supervisor_needed"):
        office.work.decide(TELLER, action, approve=True)
    seen = office.view.case(TELLER, case)["actions"][-1]
    assert (seen["status"], seen["decidable"], seen["supervisor"]) == ("in_review", False, True)
    assert any(why["code"] == "guided_now" and why["text"]["en"] for why in seen["why"])
    turn = office.work.decide(SUPERVISOR, action, approve=True)
    assert turn is not None
    talk.turn = turn
    while not talk.has("confirm"):
        talk.give_code() if talk.has("otp") else talk.press("acknowledge")
    assert talk.requests() == [("transfer.create", "in_review")]
    assert talk.confirm().actions[0].status in ("done", "delayed")
    assert len(talk.requests()) == 1
    with pytest.raises(DeskRefusal, match="not_in_review"):
        office.work.decide(SUPERVISOR, action, approve=False, reason="looks_like_fraud")


def test_that_a_refusal_is_told_and_the_customer_who_left_is_told_by_phone(office: Office) -> None:
    _, action = office.reviewed()
    office.take()
    turn = office.work.decide(SUPERVISOR, action, approve=False, reason="looks_like_fraud")
    assert turn is not None
    assert "96110" in turn.reply.text
    assert turn.actions[0].status == "blocked"
    other, second = office.reviewed()
    office.counter.clock.advance(minutes=16)
    assert office.work.decide(SUPERVISOR, second, approve=True) is None
    assert {status for _, status in other.requests()} == {"blocked", "in_review"}


def test_that_a_teller_decides_in_her_own_cases_only(office: Office) -> None:
    _, action = office.reviewed()
    with pytest.raises(DeskRefusal, match="not_yours"):
        office.work.decide(TELLER, action, approve=True)
    with pytest.raises(DeskRefusal, match="not_in_review"):
        office.work.decide(SUPERVISOR, "act_none", approve=True)
    case = office.take(SUPERVISOR)
    with pytest.raises(DeskRefusal, match="not_yours"):
        office.view.case(TELLER, case)


def test_that_identity_needs_a_call_with_pictures(office: Office) -> None:
    talk = office.waiting()
    case = office.take()
    with pytest.raises(DeskRefusal, match="no_video"):
        office.work.verify(TELLER, case, "id_card", same=True)
    row = office.work.held(TELLER, case)
    office.work.call("customer", row, "video", "connected")
    with pytest.raises(DeskRefusal, match="no_video"):
        office.work.verify(TELLER, case, "id_card", same=True)
    office.work.call("staff", row, "video", "connected")
    assert office.work.verify(TELLER, case, "id_card", same=True) == 4
    assert office.teller.transcript(talk.opened.session_id, talk.opened.token).level == 4
    back = office.work.hand_back(TELLER, case, "resolved")
    assert back is not None
    assert "核实过" in back.reply.text


def test_that_what_a_colleague_opens_is_judged_by_the_customers_own_words(office: Office) -> None:
    talk = office.enter()
    talk.hear(StartService(service="transfer.create", slots={"payee": "张伟"}), text="他在电话里教我转")
    talk.hear(Handoff(), text="转人工")
    case = office.take()
    slots = {"from": "6688", "payee": "张伟", "amount": "300.00", "purpose": "family"}
    talk.turn = office.work.form(TELLER, case, "transfer.create", slots)
    while not talk.turn.actions:
        talk.give_code() if talk.has("otp") else talk.press("acknowledge")
    assert talk.turn.actions[0].status == "in_review"
    assert office.queue.waiting() == []  # the colleague is there already
    promoted = replace(TELLER, role="supervisor")
    with pytest.raises(DeskRefusal, match="own_proposal"):
        office.work.decide(promoted, talk.turn.actions[0].id, approve=True)
    assert office.work.decide(SUPERVISOR, talk.turn.actions[0].id, approve=True) is not None


def test_that_a_yes_and_a_change_in_the_same_moment_do_one_of_them(office: Office) -> None:
    """Whoever is first wins whole: what the customer said yes to is done, or what was changed is read back anew."""
    talk = office.waiting()
    case = office.take()
    for n in range(4):
        before, asked, changed = f"{9000 - n * 300}.00", f"{8900 - n * 300}.00", f"{8800 - n * 300}.00"
        office.work.form(TELLER, case, "limit.lower", {"account": "6688", "per_day": before})
        action = next(one.action for one in office.counter.gate.dossiers(talk.opened.session_id) if one.open)
        talk.turn = office.work.form(TELLER, case, "limit.lower", {"per_day": asked}, action)
        start = threading.Barrier(2)

        def change(start: threading.Barrier = start, value: str = changed, action: str = action) -> str:
            start.wait()
            try:
                office.work.form(TELLER, case, "limit.lower", {"per_day": value}, action)
            except DeskRefusal as refusal:
                return refusal.code
            return "changed"

        def agree(start: threading.Barrier = start) -> list[str]:
            start.wait()
            return [ended.status for ended in talk.confirm().actions]

        with ThreadPoolExecutor(2) as both:
            moved, done = both.submit(change), both.submit(agree)
        assert (moved.result(), done.result()) in (("overtaken", ["done"]), ("changed", []))
        limit = talk.room.counter.state("C1001")["accounts"][0]["limits"]["per_day"]
        assert limit == asked if done.result() else limit != changed
        if not done.result():
            talk.press("deny")
    assert office.counter.verify() > 0
