"""Words that were heard: what an interrupted read-back and a doubtful word are worth, and what may be said now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from agent.commands import Acknowledge, Cancel, Command, Confirm, SetSlots, StartService
from agent.turn import Turn, TurnRequest
from tests.agent.desk_bench import Room, Talk
from tests.tools.gate.bench import Counter, database
from tools.wording import Locale
from voice.hearing.recognizer import SURE_OF_ANSWER

PAY = StartService(service="transfer.create", slots={"payee": "王芳", "amount": "500"})
CARD = StartService(service="card.replace", slots={"card": "6688"})
BALANCE = StartService(service="account.balance", slots={"account": "6688"})
LOST = StartService(service="card.report_loss", slots={"card": "6688"})


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(Counter(database(tmp_path)))
    yield made
    made.counter.db.close()


def hear(talk: Talk, *commands: Command, heard_out: bool = True, confidence: float = 0.9, text: str = "…") -> Turn:
    talk.room.mind.script = {text: commands}
    return talk._turn(TurnRequest(text=text, heard_out=heard_out, confidence=confidence))


def paying(room: Room) -> Talk:
    talk = room.enter()
    talk.hear(PAY)
    talk.give_code()
    assert talk.turn.stage == "confirm"
    return talk


@pytest.mark.parametrize("how", [{"heard_out": False}, {"confidence": 0.2}, {"confidence": SURE_OF_ANSWER}])
@pytest.mark.parametrize("yes", [[Confirm()], [Acknowledge(), Confirm()]])
def test_a_yes_that_was_too_early_or_hardly_heard_has_it_read_back_again(
    room: Room, how: dict[str, float], yes: Sequence[Command]
) -> None:
    talk = paying(room)
    read_back = talk.card("confirm").lines
    hear(talk, *yes, **how)  # type: ignore[arg-type]  # one of two keywords
    assert talk.turn.stage == "confirm"
    assert talk.card("confirm").lines == read_back
    assert talk.turn.actions == []
    assert talk.requests() == []
    hear(talk, Confirm())
    assert talk.requests() == [("transfer.create", "done")]


def test_a_yes_put_right_by_its_sound_is_enough_where_no_money_moves(room: Room) -> None:
    talk = room.enter()
    talk.hear(CARD)
    talk.give_code()
    assert talk.turn.stage == "confirm"
    hear(talk, Confirm(), confidence=SURE_OF_ANSWER)
    assert talk.requests() == [("card.replace", "done")]


def test_a_no_and_a_button_count_before_the_end(room: Room) -> None:
    talk = paying(room)
    hear(talk, Cancel(), heard_out=False)
    assert talk.turn.stage != "confirm"
    talk = paying(room)
    talk.confirm()
    assert ("transfer.create", "done") in talk.requests()


def test_a_service_that_was_hardly_heard_is_asked_back_and_a_question_of_facts_is_not(room: Room) -> None:
    talk = room.enter()
    hear(talk, CARD, confidence=0.3, text="唤卡")
    assert "我听到的是“唤卡”" in talk.text
    assert talk.turn.stage == "idle"
    hear(talk, SetSlots(slots={"choice": "card.replace"}), text="对")
    assert talk.turn.service == "card.replace"
    talk = room.enter()
    hear(talk, BALANCE, confidence=0.3)
    assert "52,340.18" in talk.text


def test_hints_follow_the_dialogue(room: Room) -> None:
    talk = room.enter()

    def now() -> tuple[str | None, Sequence[str]]:
        hints = room.teller.sayable(talk.opened.session_id, talk.opened.token)
        return hints.awaited, hints.words

    awaited, words = now()
    assert awaited is None
    assert {"王芳", "6688", "转账", "转人工"} <= set(words)
    talk.hear(StartService(service="transfer.create", slots={"payee": "王芳", "from": "6688"}))
    assert now()[0] == "amount"
    talk.hear(SetSlots(slots={"amount": "500"}))
    assert now()[0] == "otp"
    talk.give_code()
    awaited, words = now()
    assert awaited == "confirm"
    assert words[0] == "确认"
    visitor = room.enter(None, locale="en")
    hints = room.teller.sayable(visitor.opened.session_id, visitor.opened.token)
    assert "transfer" in " ".join(hints.words).lower()
    assert "王芳" not in hints.words


@pytest.mark.parametrize(("locale", "wish"), [("zh-CN", BALANCE), ("en", BALANCE), ("zh-CN", LOST), ("en", LOST)])
def test_that_an_answer_begins_as_was_foreseen(room: Room, locale: Locale, wish: StartService) -> None:
    talk = room.enter(locale=locale)
    foreseen: list[str] = []
    for _ in range(2):
        foreseen += room.teller.openings(talk.opened.session_id, talk.opened.token)
        if "otp" in {card.type for card in talk.turn.reply.cards}:
            talk.give_code()
        else:
            talk.hear(wish)
    begins = [said.split("{")[0] for said in foreseen]
    assert any(begin and talk.turn.reply.speech.startswith(begin) for begin in begins), talk.turn.reply.speech


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_that_where_a_payment_is_can_be_foreseen(room: Room, locale: Locale) -> None:
    talk = room.enter("C1006", locale=locale)
    foreseen = room.teller.openings(talk.opened.session_id, talk.opened.token)
    talk.hear(StartService(service="transfer.status"))
    assert any(talk.turn.reply.speech.startswith(said.split("{")[0].rstrip()) for said in foreseen if said[0] != "{")


def test_that_nothing_is_foreseen_of_a_visitors_accounts(room: Room) -> None:
    visitor = room.enter(None)
    assert room.teller.openings(visitor.opened.session_id, visitor.opened.token) == []
