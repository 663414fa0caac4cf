"""Say: sentences closed and joined, one question last, codes never kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.commands import Confirm, SetSlots, StartService
from agent.say import joined
from tests.agent.desk_bench import Room
from tests.tools.gate.bench import Counter, database
from tools.wording import Rendered


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(Counter(database(tmp_path)))
    yield made
    made.counter.db.close()


@pytest.mark.parametrize(
    ("locale", "pieces", "text"),
    [
        ("zh-CN", ["好的", "请问转多少？", "先说一下："], "好的。请问转多少？先说一下："),
        ("zh-CN", ["没有“安全账户”", "您有一笔"], "没有“安全账户”。您有一笔。"),
        ("zh-CN", ["他说：“好。”", "行"], "他说：“好。”行。"),
        ("en", ["Done", "Shall I go ahead?"], "Done. Shall I go ahead?"),
        ("en", [" Done. "], "Done."),
        ("en", [], ""),
    ],
)
def test_that_sentences_are_closed_and_joined(locale: str, pieces: list[str], text: str) -> None:
    made = joined([Rendered(piece, piece) for piece in pieces], locale)
    assert made.text == made.speech == text


PAY = StartService(service="transfer.create", slots={"payee": "王芳", "amount": "500"})


def test_that_a_code_is_never_kept(room: Room) -> None:
    talk = room.enter()
    talk.hear(PAY)
    code = talk.codes()[0]
    talk.hear(SetSlots(slots={"otp": code}), text=f"验证码是{code}")
    assert code not in talk.turn.model_dump_json()
    assert talk.turn.heard == "******"
    kept = str(room.teller.transcript(talk.opened.session_id, talk.opened.token))
    assert code not in kept
    assert all(code not in str(row) for row in room.counter.sql("SELECT turn FROM turns"))


def test_that_amounts_and_tails_are_spoken_as_a_teller_says_them(room: Room) -> None:
    talk = room.enter()
    talk.hear(PAY)
    talk.give_code()
    assert "¥500.00" in talk.turn.reply.text
    assert "五百元" in talk.turn.reply.speech
    assert "六六八八" in talk.turn.reply.speech
    assert talk.turn.reply.text.endswith("确认办理吗？"), "the question comes last"


def test_that_the_receipt_is_in_the_contracts_own_form(room: Room) -> None:
    talk = room.enter()
    talk.hear(PAY)
    talk.give_code()
    talk.hear(Confirm())
    receipt = talk.turn.actions[0].receipt
    assert (receipt["amount"], receipt["from"], receipt["payee"]) == ("500.00", "6688", "王芳")
    assert talk.card("receipt").status == "done"
    assert talk.turn.stage == "follow_up"


def test_that_a_whole_service_is_held_in_english(room: Room) -> None:
    talk = room.enter("C1007", locale="en")
    texts = [talk.text]
    talk.hear(StartService(service="card.replace", slots={}))
    texts.append(talk.text)
    talk.give_code()
    texts.append(talk.text)
    card = talk.card("confirm")
    texts += [row.label for row in card.params] + card.lines
    talk.hear(Confirm())
    texts.append(talk.text)
    joined_text = " ".join(texts).replace("先想一想。", "")  # the bench's own lesson
    assert not any("一" <= char <= "鿿" for char in joined_text), joined_text
