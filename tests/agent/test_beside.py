"""Approved knowledge beside a wish, a doubt, a scam that is told of and small talk: the wish starts all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent.answers import Answers
from agent.commands import Chitchat, Clarify, Command, Confirm, Deny, StartService
from knowledge.port import Answer, Before, Citation, Locale
from knowledge.record import NoRecord
from tests.agent.desk_bench import OnePage, Room, Talk
from tests.tools.gate.bench import Counter, database
from tools.tariff import load_tariff

WORDS = "我的卡旧了想换张新的"
ASKED = "我的卡旧了能换张新的吗"


class Shelf(OnePage):
    """Knows one entry, about the same matter whatever is said, as surely as the test wants."""

    def __init__(self) -> None:
        self.entry_id, self.services, self.score, self.asked = "card.replace.how", ["card.replace"], 0.9, 0

    def ask(
        self, query: str, locale: Locale, on: date, *, service: str | None = None, before: Before | None = None
    ) -> Answer | None:
        self.asked += 1
        cited = Citation(f"{self.entry_id}@1", "标题", "原文", "海岚银行规定 第1条")
        return Answer(self.entry_id, "标题", "短答。", "长长的答。", [cited], self.services, self.score)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def room(tmp_path: Path, shelf: Shelf) -> Iterator[Room]:
    counter = Counter(database(tmp_path))
    answers = Answers(
        db=counter.db, bank_of=counter.bank_of, clock=counter.clock, tariff=load_tariff(), knowledge=shelf,
        record=NoRecord(),
    )  # fmt: skip
    yield Room(counter, answers=answers)
    counter.db.close()


def named(talk: Talk) -> list[str]:
    return [citation.id for citation in talk.turn.citations]


def test_that_a_wish_starts_at_once_and_names_its_source(room: Room) -> None:
    talk = room.enter()
    talk.hear(StartService(service="card.replace"), text=WORDS)
    assert (talk.turn.stage, talk.turn.service) == ("collect", "card.replace")
    assert named(talk) == ["card.replace.how@1"]
    assert "短答" not in talk.text, "who wishes is asked the next thing, not taught"


def test_that_a_wish_in_the_form_of_a_question_is_answered_and_starts(room: Room) -> None:
    talk = room.enter()
    talk.hear(StartService(service="card.replace"), text=ASKED)
    assert talk.turn.service == "card.replace"
    assert talk.text.startswith("短答。")
    assert named(talk) == ["card.replace.how@1"]


@pytest.mark.parametrize(
    "commands",
    [
        [StartService(service="card.replace", slots={"card": "6688"})],
        [StartService(service="card.replace"), StartService(service="account.balance")],
    ],
)
def test_that_a_wish_with_its_values_or_one_of_several_is_not_looked_up(
    room: Room, shelf: Shelf, commands: list[Command]
) -> None:
    talk = room.enter()
    talk.hear(*commands, text=WORDS)
    assert shelf.asked == 0
    assert "card.replace.how@1" not in named(talk)


@pytest.mark.parametrize(("about", "names"), [("card.replace", ["card.replace.how@1"]), ("account.close", [])])
def test_that_what_is_less_sure_is_named_only_where_it_is_about_the_service(
    room: Room, shelf: Shelf, about: str, names: list[str]
) -> None:
    shelf.score, shelf.services = 0.4, [about]
    talk = room.enter()
    talk.hear(StartService(service="card.replace"), text=ASKED)
    assert talk.turn.service == "card.replace"
    assert named(talk) == names


def test_that_in_the_middle_of_a_service_nothing_is_put_beside_it(room: Room, shelf: Shelf) -> None:
    talk = room.enter()
    talk.hear(StartService(service="transfer.create", slots={"payee": "王芳", "amount": "500"}))
    shelf.asked = 0
    talk.hear(StartService(service="card.replace"), text=ASKED)
    assert shelf.asked == 0


def test_that_the_result_of_a_read_is_not_talked_over(room: Room) -> None:
    talk = room.enter()
    talk.hear(StartService(service="account.balance"), text="我还有多少钱？")
    assert "52,340.18" in talk.text
    assert "短答" not in talk.text
    assert named(talk) == ["card.replace.how@1"]


def test_that_who_tells_of_a_scam_is_warned_once_and_shown_the_source(room: Room, shelf: Shelf) -> None:
    shelf.entry_id = "scam.boss"
    talk = room.enter("C1006")
    talk.hear(StartService(service="fraud.report"), text="老板新加我微信叫我付一笔款")
    assert (talk.turn.stage, talk.turn.service) == ("confirm", "fraud.report")
    assert talk.text.startswith("先别转钱")
    assert "短答。" not in talk.text
    assert "scam.boss@1" in named(talk)
    talk.hear(Confirm())
    assert talk.requests() == [("fraud.report", "done")]


def test_that_what_cannot_be_done_here_is_explained(room: Room) -> None:
    talk = room.enter()
    talk.hear(StartService(service="card.reissue"), text="帮我补一张卡")
    assert "暂时还办不了" in talk.text
    assert talk.text.rstrip().endswith("短答。")


def test_that_a_visitor_is_answered_before_being_asked_to_sign_in(room: Room) -> None:
    talk = room.enter(None)
    talk.hear(StartService(service="card.replace"), text=WORDS)
    assert talk.text.startswith("短答。")
    assert "登录" in talk.text


def test_that_a_wish_in_doubt_is_told_what_is_known_and_asked_which(room: Room) -> None:
    talk = room.enter()
    talk.hear(Clarify(options=["card.replace", "card.reissue"]), text="给我弄张新卡")
    assert talk.text.startswith("短答。")
    assert {option.id for option in talk.card("choices").options} >= {"card.replace", "card.reissue"}


def test_that_a_no_in_the_form_of_a_question_is_a_question(room: Room) -> None:
    talk = room.enter()
    talk.hear(Deny(), text="不换卡会怎么样？")
    assert [command.command for command in talk.turn.understood] == ["ask_knowledge"]
    assert "长长的答" in talk.text


def test_that_a_plain_no_is_one(room: Room, shelf: Shelf) -> None:
    talk = room.enter()
    talk.hear(Deny(), text="不用了")
    assert shelf.asked == 0
    assert named(talk) == []


def test_that_she_names_the_source_of_what_she_says_of_herself(room: Room, shelf: Shelf) -> None:
    shelf.entry_id = "teller.ai"
    talk = room.enter()
    talk.hear(Chitchat(topic="who_are_you"), text="你是谁")
    assert "小岚" in talk.text
    assert named(talk) == ["teller.ai@1"]
    talk.hear(Chitchat(topic="thanks"), text="谢谢")
    assert named(talk) == []
