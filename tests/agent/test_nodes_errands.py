"""What clears the way for a refused service, and what happens afterwards by itself: cases after low ratings and distress."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.commands import Cancel, Chitchat, Clarify, Confirm, Deny, Handoff, OutOfScope, Repeat, SetSlots, StartService
from tests.agent.desk_bench import Room, Talk
from tests.tools.gate.bench import Counter, database


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(Counter(database(tmp_path)))
    yield made
    made.counter.db.close()


CLOSE = StartService(service="account.close", slots={"account": "9923"})
PAY = StartService(service="transfer.create", slots={"payee": "王芳", "amount": "500"})


def refused(room: Room) -> Talk:
    talk = room.enter("C1004")
    talk.hear(CLOSE)
    for part in ("城市燃气", "联信通信", "悦山家装", "1,200.00", "一件一件"):
        assert part in talk.text, part
    assert talk.turn.actions[0].reason == ["not_clear"]
    assert talk.requests() == []
    return talk


def test_that_what_stands_in_the_way_is_settled_and_closing_goes_on_by_itself(room: Room) -> None:
    talk = refused(room)
    talk.hear(Confirm())
    assert talk.turn.service == "autodebit.cancel"
    talk.give_code()
    talk.confirm()
    assert talk.turn.service == "autodebit.cancel"
    talk.confirm()
    assert talk.turn.service == "transfer.cancel"
    talk.confirm()
    assert (talk.turn.stage, talk.turn.service) == ("identity", "account.close")
    assert "销户" in talk.text
    done = [("autodebit.cancel", "done"), ("autodebit.cancel", "done"), ("transfer.cancel", "done")]
    assert sorted(talk.requests()) == done


def test_that_the_parameters_chosen_before_the_refusal_are_kept(room: Room) -> None:
    talk = room.enter("C1004")
    talk.hear(StartService(service="account.close"))
    talk.hear(SetSlots(slots={"account": "9923"}))
    assert "一件一件" in talk.text
    talk.hear(Confirm())
    talk.give_code()
    for _ in range(3):
        talk.confirm()
    assert (talk.turn.stage, talk.turn.service) == ("identity", "account.close")


def test_that_an_errand_broken_off_gives_the_way_back_up(room: Room) -> None:
    talk = refused(room)
    talk.hear(Confirm())
    talk.hear(Cancel())
    assert talk.turn.stage == "idle"
    assert "销户也先放着" in talk.text
    assert talk.requests() == []
    talk.hear(CLOSE)
    assert "一件一件" in talk.text, "it is offered anew"


def test_that_a_no_to_the_offer_leaves_everything(room: Room) -> None:
    talk = refused(room)
    talk.hear(Deny())
    assert talk.turn.stage == "idle"
    talk.hear(Confirm())
    assert talk.requests() == []
    assert talk.turn.stage == "idle"


def test_that_what_waits_goes_on_after_the_offer_was_answered(room: Room) -> None:
    talk = room.enter("C1004")
    talk.hear(CLOSE, StartService(service="card.replace", slots={"card": "4417"}))
    assert "一件一件" in talk.text
    talk.hear(Deny())
    assert talk.turn.service == "card.replace"


def test_that_another_service_is_offered_instead(room: Room) -> None:
    talk = room.enter("C1001")
    talk.hear(StartService(service="account.open", slots={"class": "I"}))
    assert "Ⅱ类户吗" in talk.text
    talk.hear(Confirm())
    assert talk.turn.service == "account.open"
    assert talk.has("consent")


def test_that_a_handoff_carries_the_errands_along(room: Room) -> None:
    talk = refused(room)
    talk.hear(Confirm())
    talk.hear(Handoff(), text="转人工")
    summary = talk.card("handoff").summary
    assert "销户" in summary
    assert "代扣解约" in summary


def test_that_a_handoff_at_the_offer_tells_what_was_wanted(room: Room) -> None:
    talk = refused(room)
    talk.hear(Handoff(), text="转人工")
    assert "还想办：销户" in talk.card("handoff").summary


def test_that_not_this_but_that_ends_this_and_begins_that(room: Room) -> None:
    talk = room.enter()
    talk.hear(PAY)
    talk.hear(StartService(service="card.replace", slots={"card": "6688"}), text="不是转账，是换卡")
    assert talk.turn.service == "card.replace"
    assert [(action.service, action.status) for action in talk.turn.actions] == [("transfer.create", "cancelled")]
    talk.give_code()
    talk.confirm()
    assert talk.requests() == [("card.replace", "done")]
    assert talk.turn.stage == "follow_up", "nothing else waits"


def cases(room: Room, customer: str = "C1001") -> list[str]:
    return [case["kind"] for case in room.counter.state(customer)["cases"]]


def test_that_a_low_rating_opens_a_case_and_a_high_one_does_not(room: Room) -> None:
    for stars, kinds in ((5, []), (2, ["low_rating"])):
        talk = room.enter()
        talk.hear(PAY)
        talk.give_code()
        talk.confirm()
        talk.press("rating", stars)
        assert cases(room) == kinds
    assert "登记" in talk.text
    talk.hear(Confirm())
    assert talk.turn.stage == "handoff"


def test_that_distress_opens_one_case_and_offers_a_person(room: Room) -> None:
    talk = room.enter()
    talk.hear(Chitchat(topic="distress"), text="我撑不住了")
    assert "12356" in talk.text
    talk.hear(Chitchat(topic="distress"), text="真的撑不住了")
    assert cases(room) == ["distress"]
    talk.hear(Confirm())
    assert talk.turn.stage == "handoff"


@pytest.mark.parametrize(
    ("words", "number"),
    [("我割腕了", "120"), ("有人拿刀逼我转钱", "110"), ("不想活了", "12356"), ("I want to die", "12356")],
)
def test_that_a_life_in_danger_comes_first_whatever_is_understood(room: Room, words: str, number: str) -> None:
    talk = room.enter(locale="en" if words.isascii() else "zh-CN")
    talk.hear(PAY, text=words)
    assert number in talk.text
    assert talk.turn.stage == "idle"
    assert cases(room) == ["distress"]


def test_that_a_visitor_in_distress_is_answered_without_a_case(room: Room) -> None:
    talk = room.enter(None)
    talk.hear(Chitchat(topic="distress"))
    assert "12356" in talk.text


def test_that_distress_in_a_service_puts_its_read_back_off(room: Room) -> None:
    talk = room.enter()
    talk.hear(PAY)
    talk.give_code()
    talk.hear(Chitchat(topic="distress"))
    assert (talk.turn.stage, talk.turn.service) == ("confirm", "transfer.create")
    talk.hear(Confirm())
    assert talk.turn.stage == "handoff", "the yes was to a person"
    assert talk.requests() == []


def test_that_the_second_clarification_in_a_row_offers_a_person(room: Room) -> None:
    talk = room.enter()
    options = ["card.lock", "card.report_loss", "card.replace"]
    talk.hear(Clarify(options=options))
    assert [option.id for option in talk.card("choices").options] == [*options, "none"]
    talk.hear(Clarify(options=options))
    assert [option.id for option in talk.card("choices").options] == [*options[:2], "human.handoff"]
    talk.press("choice", "human.handoff")
    assert talk.turn.stage == "handoff"


def test_that_a_clarification_is_repeated_with_its_choices(room: Room) -> None:
    talk = room.enter()
    talk.hear(Clarify(options=["card.lock", "card.replace"]))
    talk.hear(Repeat(), text="再说一遍")
    assert talk.has("choices")
    talk.press("choice", "card.replace")
    assert talk.turn.service == "card.replace"


def test_that_the_third_miss_in_a_row_offers_a_person(room: Room) -> None:
    talk = room.enter()
    for expected in ("银行的事", "银行的事", "转给人工"):
        talk.hear(OutOfScope())
        assert expected in talk.text
    talk.hear(Confirm())
    assert talk.turn.stage == "handoff"


def test_that_slowly_is_said_once(room: Room) -> None:
    talk = room.enter()
    talk.hear(Chitchat(topic="capabilities"))
    said = talk.text
    for words in ("慢点说", "再说一遍"):
        talk.hear(Repeat(), text=words)
        assert said in talk.text
    assert "慢慢说" not in talk.text


def test_that_a_lesson_is_told_once_in_a_session_and_shown_each_time(room: Room) -> None:
    talk = refused(room)
    talk.hear(Confirm())
    talk.give_code()
    first = talk.text
    talk.confirm()
    shown = talk.has("education")
    assert len(talk.text) < len(first) + 80
    assert shown == ("要留意" in first)


def test_that_elder_mode_says_less_and_loses_nothing(room: Room) -> None:
    told = {}
    for mode, card in (("standard", "3021"), ("elder", "6688")):
        talk = room.enter(mode=mode)
        talk.hear(StartService(service="card.report_loss", slots={"card": card}))
        talk.confirm()
        told[mode] = talk
    assert len(told["elder"].text) < len(told["standard"].text)
    assert told["elder"].card("receipt").next == told["standard"].card("receipt").next != []


def test_that_after_a_no_to_a_person_the_rating_is_asked_for(room: Room) -> None:
    talk = room.enter("C1006")
    talk.hear(StartService(service="fraud.report"), text="我被骗了三万")
    talk.confirm()
    assert "人工" in talk.text
    talk.hear(Deny())
    assert (talk.turn.stage, talk.turn.service) == ("follow_up", "fraud.report")
    talk.press("rating", 5)
    assert talk.turn.stage == "idle"


def test_that_one_guess_is_a_question_for_yes_or_no(room: Room) -> None:
    talk = room.enter()
    talk.hear(Clarify(options=["card.replace"]))
    assert talk.text == "您是要办换卡吗？"
    talk.hear(SetSlots(slots={"choice": "card.replace"}), text="对")
    assert [choice.id for choice in room.mind.heard[-1].choices] == ["card.replace"]
    assert talk.turn.service == "card.replace"


def test_that_nothing_is_chosen_for_a_customer_who_was_asked(room: Room) -> None:
    talk = room.enter("C1002")
    talk.hear(StartService(service="transfer.create", slots={"payee": "李雷", "amount": "3000"}))
    assert talk.turn.stage == "collect"
    talk.hear(Repeat())
    assert talk.turn.stage == "collect", "the one payee on file is asked for, not taken"


@pytest.mark.parametrize(
    ("words", "stage"),
    [("等等，先别", "confirm"), ("先不弄了，取消", "idle"), ("wait, cancel it", "idle"), ("hold on", "confirm")],
)
def test_that_waiting_is_not_breaking_off(room: Room, words: str, stage: str) -> None:
    talk = room.enter()
    talk.hear(StartService(service="card.lock", slots={"card": "3021"}))
    assert talk.turn.stage == "confirm"
    talk.hear(Cancel(), text=words)
    assert talk.turn.stage == stage
    assert talk.requests() == []


def test_that_undoing_what_is_not_done_yet_breaks_it_off(room: Room) -> None:
    talk = room.enter()
    talk.hear(StartService(service="card.report_loss", slots={"card": "3021"}))
    talk.hear(StartService(service="card.cancel_loss"), text="别挂了，卡在这儿")
    assert talk.turn.stage == "idle"
    assert talk.requests() == []


def test_that_a_label_read_out_is_a_choice_whatever_it_is_about(room: Room) -> None:
    talk = room.enter()
    talk.hear(StartService(service="transfer.create", slots={"payee": "张伟", "amount": "9000"}))
    label = next(option.label for option in talk.card("choices").options if option.id == "told_to")
    talk.hear(Handoff(), text=label)
    assert talk.turn.stage != "handoff"
    assert talk.turn.understood == [SetSlots(slots={"purpose": "told_to"})]


def test_that_not_for_now_answers_an_offer(room: Room) -> None:
    talk = refused(room)
    talk.hear(Deny(), text="先不办")
    assert talk.turn.stage == "idle"
    talk.hear(Confirm())
    assert talk.turn.stage == "idle"
