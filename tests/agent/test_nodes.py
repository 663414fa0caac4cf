"""The dialogue core: interruptions, waiting wishes, 小岚's own questions, and what a yes is to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.commands import (
    Acknowledge,
    AskKnowledge,
    Cancel,
    Chitchat,
    Clarify,
    Command,
    Confirm,
    Correct,
    Deny,
    Handoff,
    OutOfScope,
    Repeat,
    SetSlots,
    StartService,
)
from tests.agent.desk_bench import Room, Talk
from tests.tools.gate.bench import Counter, database


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(Counter(database(tmp_path)))
    yield made
    made.counter.db.close()


PAY = StartService(service="transfer.create", slots={"payee": "王芳", "amount": "500"})
LOST = StartService(service="card.report_loss", slots={"card": "3021"})
REPLACE = StartService(service="card.replace", slots={"card": "6688"})
BALANCE = StartService(service="account.balance", slots={})
LINES = StartService(service="account.transactions", slots={})


def paying(room: Room) -> Talk:
    talk = room.enter()
    talk.hear(PAY)
    talk.give_code()
    assert talk.turn.stage == "confirm"
    return talk


def test_that_an_urgent_wish_interrupts_and_the_first_goes_on(room: Room) -> None:
    talk = paying(room)
    shown = talk.card("confirm").id
    talk.hear(LOST)
    assert (talk.turn.stage, talk.turn.service) == ("confirm", "card.report_loss")
    talk.hear(Confirm())
    assert [action.service for action in talk.turn.actions] == ["card.report_loss"]
    assert (talk.turn.stage, talk.turn.service) == ("confirm", "transfer.create")
    assert talk.card("confirm").id == shown
    talk.hear(Confirm())
    assert sorted(talk.requests()) == [("card.report_loss", "done"), ("transfer.create", "done")]


def test_that_a_question_about_the_balance_is_answered_in_between(room: Room) -> None:
    talk = paying(room)
    talk.hear(BALANCE)
    assert "52,340.18" in talk.text
    assert (talk.turn.stage, talk.turn.service) == ("confirm", "transfer.create")
    talk.hear(LINES)
    assert (talk.turn.stage, talk.turn.service) == ("collect", "account.transactions")
    talk.hear(SetSlots(slots={"account": "6688"}))
    assert talk.turn.stage == "confirm"


def test_that_an_ordinary_wish_waits(room: Room) -> None:
    talk = paying(room)
    talk.hear(REPLACE)
    assert talk.turn.service == "transfer.create"
    talk.hear(Confirm())
    assert (talk.turn.stage, talk.turn.service) == ("confirm", "card.replace")
    talk.hear(Cancel())
    assert talk.requests() == [("transfer.create", "done")]
    assert talk.turn.stage == "idle"


def test_that_breaking_off_goes_on_with_what_waits(room: Room) -> None:
    talk = paying(room)
    talk.hear(REPLACE)
    talk.hear(Cancel())
    assert talk.turn.service == "card.replace"
    assert talk.requests() == []


def test_that_the_same_service_again_changes_the_open_one(room: Room) -> None:
    talk = paying(room)
    talk.hear(PAY.model_copy(update={"slots": {"payee": "王芳", "amount": "600"}}))
    assert talk.turn.stage == "identity"
    talk.give_code()
    assert {row.name: row.value for row in talk.card("confirm").params}["amount"] == "600.00"


def test_that_a_yes_in_the_turn_of_the_read_back_is_none(room: Room) -> None:
    talk = room.enter()
    talk.hear(LOST, Confirm())
    assert talk.turn.stage == "confirm"
    assert talk.requests() == []
    talk.hear(Confirm())
    assert talk.requests() == [("card.report_loss", "done")]


def test_that_nobody_agrees_to_what_was_not_put_to_them_yet(room: Room) -> None:
    talk = room.enter("C1003")
    talk.hear(StartService(service="account.activate_dormant"), Confirm(), Acknowledge())
    assert talk.has("consent")
    assert room.counter.state("C1003")["consents"] == []
    talk.hear(Acknowledge())
    assert talk.has("consent"), "a consent is a yes, not a mhm"
    talk.hear(Confirm())
    assert talk.has("document")


def test_that_a_lesson_is_acknowledged_only_after_it_was_told(room: Room) -> None:
    talk = room.enter()
    talk.hear(StartService(service="transfer.create", slots={"payee": "张伟", "amount": "5", "purpose": "family"}))
    talk.hear(SetSlots(slots={"otp": talk.codes()[0]}), Acknowledge())
    assert talk.turn.stage == "educate"
    talk.hear(Acknowledge())
    assert talk.turn.stage == "confirm"


def test_that_a_yes_to_a_person_is_not_a_yes_to_the_transfer(room: Room) -> None:
    talk = paying(room)
    talk.hear(Chitchat(topic="distress"))
    assert "人工" in talk.text
    assert not talk.has("confirm"), "one question at a time"
    talk.hear(Confirm())
    assert talk.turn.stage == "handoff"
    assert talk.requests() == []


def test_that_a_no_to_a_person_goes_on_with_the_transfer(room: Room) -> None:
    talk = paying(room)
    talk.hear(Chitchat(topic="distress"))
    talk.hear(Deny())
    assert talk.turn.stage == "confirm"
    assert talk.turn.actions == []
    talk.hear(Confirm())
    assert talk.requests() == [("transfer.create", "done")]


def test_that_what_was_meant_can_be_chosen_in_the_middle_of_a_service(room: Room) -> None:
    talk = paying(room)
    talk.hear(Clarify(options=["account.balance", "ask_knowledge"]), text="多少？")
    assert [option.id for option in talk.card("choices").options] == ["account.balance", "ask_knowledge", "none"]
    talk.hear(Confirm())
    assert talk.requests() == [], "a yes to 'which of these' is none to the read-back"
    talk.hear(Clarify(options=["account.balance", "ask_knowledge"]), text="多少？")
    talk.press("choice", "account.balance")
    assert "52,340.18" in talk.text
    assert talk.turn.stage == "confirm"
    talk.hear(Clarify(options=["account.balance", "ask_knowledge"]), text="多少？")
    assert room.mind.heard[-1].pending == "confirm"
    talk.hear(SetSlots(slots={"choice": "ask_knowledge"}))
    assert talk.turn.citations
    assert room.mind.heard[-1].pending == "options"


def test_that_the_words_behind_a_choice_are_the_wish(room: Room) -> None:
    talk = room.enter("C1006")
    talk.hear(Clarify(options=["fraud.report", "transfer.cancel"]), text="有人让我把钱转走")
    talk.press("choice", "fraud.report")
    assert talk.turn.stage == "confirm"
    talk.confirm()
    assert room.counter.state("C1006")["requests"][0]["params"]["about"] == "有人让我把钱转走"


def test_that_a_rating_counts_only_when_it_was_asked_for(room: Room) -> None:
    talk = room.enter()
    talk.hear(SetSlots(slots={"rating": "5"}))
    assert room.counter.sql("SELECT COUNT(*) FROM ratings")[0][0] == 0
    talk.hear(LOST)
    talk.hear(Confirm())
    assert talk.turn.stage == "follow_up"
    for nonsense in ("0", "6", "x", "-1", "５", ""):
        talk.hear(SetSlots(slots={"rating": nonsense}))
    assert room.counter.sql("SELECT COUNT(*) FROM ratings")[0][0] == 0


@pytest.mark.parametrize(("stars", "stage"), [(5, "idle"), (1, "handoff")])
def test_that_a_low_rating_offers_a_person(room: Room, stars: int, stage: str) -> None:
    talk = room.enter()
    talk.hear(LOST)
    talk.hear(Confirm())
    talk.press("rating", stars)
    assert room.counter.sql("SELECT stars FROM ratings")[0][0] == stars
    talk.hear(Confirm())
    assert talk.turn.stage == stage


def test_that_other_values_do_not_reach_another_service(room: Room) -> None:
    talk = room.enter()
    talk.hear(PAY)
    talk.hear(LINES)
    talk.hear(SetSlots(slots={"account": "6688", "amount": "9", "payee": "张伟"}))
    assert (talk.turn.stage, talk.turn.service) == ("identity", "transfer.create")
    talk.give_code()
    assert {row.name: row.value for row in talk.card("confirm").params}["amount"] == "500.00"


def test_that_a_third_wrong_code_with_other_values_ends_well(room: Room) -> None:
    talk = room.enter()
    talk.hear(PAY)
    wrong = f"{(int(talk.codes()[0]) + 1) % 1_000_000:06d}"
    for _ in range(3):
        talk.hear(SetSlots(slots={"otp": wrong, "amount": "500"}))
    assert [action.status for action in talk.turn.actions] == ["failed"]
    assert "30 分钟" in talk.text


@pytest.mark.parametrize(
    "slots", [{"document": "given"}, {"face": "given"}, {"otp": "1"}, {"choice": "x"}, {"rating": "9"}]
)
def test_that_pictures_come_by_button_only(room: Room, slots: dict[str, str]) -> None:
    talk = room.enter("C1003")
    talk.hear(StartService(service="account.activate_dormant"))
    talk.hear(Confirm())
    talk.hear(SetSlots(slots=slots))
    assert talk.has("document")
    talk.press("document", "specimen")
    talk.hear(SetSlots(slots=slots))
    assert talk.has("face")


def test_that_a_service_that_does_not_exist_is_out_of_scope(room: Room) -> None:
    talk = room.enter()
    talk.hear(StartService(service="vault.open"), StartService(service=""))
    assert talk.turn.stage == "idle"
    assert talk.text


def test_that_a_service_that_is_not_built_is_declined_by_its_name(room: Room) -> None:
    talk = room.enter()
    talk.hear(StartService(service="fx.buy"))
    assert "购汇" in talk.text


def test_that_an_unfinished_service_is_offered_and_goes_on_once(room: Room) -> None:
    talk = paying(room)
    talk = room.enter()
    assert "转账" in talk.text
    talk.hear(Confirm())
    talk.give_code()
    talk.hear(Confirm())
    assert talk.requests() == [("transfer.create", "done")]
    assert "没有办完" not in room.enter().text, "what was done is not offered again"


def test_that_an_unfinished_service_that_is_not_wanted_is_not_offered_again(room: Room) -> None:
    paying(room)
    talk = room.enter()
    talk.hear(Deny())
    assert "没有办完" not in room.enter().text
    assert talk.requests() == []


def test_that_what_was_left_open_elsewhere_cannot_be_done_there_as_well(room: Room) -> None:
    first = paying(room)
    shown = first.card("confirm").id
    second = room.enter()
    second.hear(Confirm())
    second.give_code()
    second.hear(Confirm())
    first.press("confirm", shown)
    first.hear(Confirm())
    assert first.requests() == [("transfer.create", "done")]


def test_that_a_person_gets_the_whole_story_and_everything_open_ends(room: Room) -> None:
    talk = paying(room)
    talk.hear(REPLACE)
    talk.hear(AskKnowledge(query="手续费？"), Handoff())
    assert talk.turn.stage == "handoff"
    assert [(action.service, action.status) for action in talk.turn.actions] == [("transfer.create", "cancelled")]
    summary = talk.card("handoff").summary
    for part in ("李婉清", "转账", "王芳", "500.00", "换卡"):
        assert part in summary
    talk.hear(Confirm())
    assert talk.requests() == []


def test_that_a_visitor_starts_nothing(room: Room) -> None:
    talk = room.enter(None)
    for command in (PAY, BALANCE, Confirm(), Acknowledge(), SetSlots(slots={"otp": "1"}), Correct(), Cancel(), Deny()):
        talk.hear(command)
        assert talk.turn.stage == "idle"
        assert talk.text
    assert room.counter.sql("SELECT COUNT(*) FROM actions")[0][0] == 0


@pytest.mark.parametrize(
    "command", [Repeat(), OutOfScope(), Chitchat(topic="abuse"), AskKnowledge(query="为什么？"), Deny()]
)
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_that_a_reply_is_never_empty(room: Room, command: Command, locale: str) -> None:
    talk = room.enter(locale=locale)
    for _ in range(4):
        talk.hear(command)
        assert talk.turn.reply.text.strip()
        assert talk.turn.reply.speech.strip()


def test_that_the_gate_hears_a_coach_in_words_about_something_else(room: Room) -> None:
    stranger = {"payee": "张伟", "amount": "500", "purpose": "family"}
    talk = room.enter()
    talk.hear(StartService(service="transfer.create", slots=stranger))
    talk.give_code()
    talk.hear(Acknowledge())
    assert talk.turn.stage == "confirm"
    talk.hear(Chitchat(topic="thanks"), text="他让我先转到安全账户，谢谢你")
    assert [(action.status, action.reason[0]) for action in talk.turn.actions] == [("blocked", "coached_victim")]
    assert "96110" in talk.text
    assert talk.requests() == [("transfer.create", "blocked")]
