"""A code said aloud and heard wrong: it is asked for in writing in time, and nobody is locked out by her ears."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.commands import AskKnowledge, Clarify, Command, OutOfScope, SetSlots, StartService
from agent.turn import Turn, TurnRequest
from tests.agent.desk_bench import Room, Talk
from tests.tools.gate.bench import Counter, database

SLOWLY = {"zh-CN": "一个数字一个数字慢慢说", "en": "one digit after the other"}
TYPE = {"zh-CN": "请在屏幕上输入", "en": "Please type the 6-digit code"}
LEFT = {"zh-CN": "还可以试 {} 次", "en": "Tries left: {}"}
MISHEARD = {"zh-CN": "我可能没听清", "en": "I may have misheard"}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(Counter(database(tmp_path)))
    yield made
    made.counter.db.close()


@pytest.fixture(params=["zh-CN", "en"])
def talk(room: Room, request: pytest.FixtureRequest) -> Talk:
    talk = room.enter(locale=request.param)
    talk.hear(StartService(service="card.replace", slots={"card": "6688"}))
    assert talk.has("otp")
    return talk


def locale(talk: Talk) -> str:
    return "en" if "Hello" in talk.opened.turn.reply.text else "zh-CN"


def say(talk: Talk, *commands: Command, text: str = "…") -> Turn:
    talk.room.mind.script = {text: commands}
    return talk._turn(TurnRequest(text=text, confidence=0.9))


def say_code(talk: Talk, code: str) -> Turn:
    return say(talk, SetSlots(slots={"otp": code}), text=f"验证码是{code}")


def wrong(talk: Talk, n: int = 0) -> str:
    """The code with its last digit heard as another one."""
    code = talk.codes()[0]
    return code[:-1] + str((int(code[-1]) + 1 + n) % 10)


def test_that_the_last_try_is_not_spent_on_what_was_heard(talk: Talk) -> None:
    words = locale(talk)
    say_code(talk, wrong(talk))
    assert LEFT[words].format(2) in talk.text
    assert SLOWLY[words] in talk.text
    say_code(talk, wrong(talk, 1))
    assert LEFT[words].format(1) in talk.text
    assert TYPE[words] in talk.text
    for code in (wrong(talk, 2), talk.codes()[0], wrong(talk, 3)):
        say_code(talk, code)
        assert MISHEARD[words] in talk.text
        assert TYPE[words] in talk.text
        assert talk.has("otp"), "neither locked nor taken: what it was said to be is not told"
        assert talk.turn.heard == "******"
    assert talk.give_code().stage == "confirm"


def test_that_the_same_digits_heard_again_are_one_try(talk: Talk) -> None:
    words = locale(talk)
    heard = wrong(talk)
    say_code(talk, heard)
    for _ in range(3):
        say_code(talk, heard)
        assert MISHEARD[words] in talk.text
        assert TYPE[words] in talk.text
    assert say_code(talk, talk.codes()[0]).stage == "confirm", "her ears got it at last, with tries to spare"


@pytest.mark.parametrize("heard", ["4829", "48291", "4829137"])
def test_that_what_cannot_be_the_code_is_no_try(talk: Talk, heard: str) -> None:
    words = locale(talk)
    say_code(talk, heard)
    assert SLOWLY[words] in talk.text
    say_code(talk, heard)
    assert TYPE[words] in talk.text
    say_code(talk, wrong(talk))
    assert LEFT[words].format(2) in talk.text, "only now a try was taken"


@pytest.mark.parametrize("command", [OutOfScope(), Clarify(options=["card.lock"])])
def test_that_digits_that_mean_nothing_were_the_code(talk: Talk, command: Command) -> None:
    words = locale(talk)
    said = {"zh-CN": "燕证码是四吧儿", "en": "the code is for eight to"}[words]
    say(talk, command, text=said)
    assert MISHEARD[words] in talk.text
    assert SLOWLY[words] in talk.text
    say(talk, command, text=said)
    assert TYPE[words] in talk.text
    talk.hear(OutOfScope(), text="今天天气怎么样")
    assert MISHEARD[words] not in talk.text


def test_that_a_new_code_is_heard_again_but_not_with_the_last_try(talk: Talk) -> None:
    words = locale(talk)
    say_code(talk, "4829")
    say_code(talk, "4829")
    talk.room.counter.clock.advance(minutes=1)
    assert TYPE[words] not in say(talk, text="重发").reply.text
    say_code(talk, wrong(talk))
    talk.room.counter.clock.advance(minutes=1)
    say(talk, text="重发")
    say_code(talk, wrong(talk))
    talk.room.counter.clock.advance(minutes=1)
    assert TYPE[words] in say(talk, text="重发").reply.text, "what is sent anew brings no new tries"
    assert talk.give_code().stage == "confirm"


def test_that_typed_codes_are_tries_as_ever(talk: Talk) -> None:
    words = locale(talk)
    say_code(talk, wrong(talk))
    typed = wrong(talk)
    talk.hear(SetSlots(slots={"otp": typed}), text=typed)
    assert LEFT[words].format(1) in talk.text
    talk.press("otp", typed)
    assert not talk.has("otp")
    assert talk.turn.actions[0].reason == ["identity_locked"]


def test_that_no_code_is_kept(talk: Talk) -> None:
    heard = wrong(talk)
    say_code(talk, heard)
    say_code(talk, "48291")
    kept = str(talk.room.counter.sql("SELECT state FROM actions")) + str(
        talk.room.counter.sql("SELECT * FROM audit_events")
    )
    assert heard not in kept
    assert "48291" not in kept


@pytest.mark.parametrize(
    "words", ["验证码是", "验证码是四个六", "验证码是40 九十六零", "The code is four nine", "the code is"]
)
def test_that_half_a_code_is_no_question(talk: Talk, words: str) -> None:
    say(talk, AskKnowledge(query=words), text=words)
    assert MISHEARD[locale(talk)] in talk.text
    assert talk.has("otp")


@pytest.mark.parametrize(
    "words", ["验证码没收到怎么办", "验证码几分钟有效", "How long is the code valid?", "The code did not come"]
)
def test_that_a_question_about_the_code_is_one(talk: Talk, words: str) -> None:
    say(talk, AskKnowledge(query=words), text=words)
    assert MISHEARD[locale(talk)] not in talk.text
