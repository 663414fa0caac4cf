"""What else sounds in a room: speech that is hardly made out, a television; and the end of the day, when the server stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import pytest

from tests.voice.live.fakes import Bank, FakeRecognizer, FakeTurns, Speech, run
from voice.hearing.port import Heard, Hints, Repair
from voice.live.conversation import FOREIGN_ANSWERED_MAX
from voice.live.engines import Engines
from voice.live.figures import Outcome, Sounded
from voice.live.words import UNCLEAR, is_clear


class Counted:
    """Figures that a test can look at."""

    def __init__(self) -> None:
        self.sounds: list[Sounded] = []
        self.outcomes: list[Outcome] = []
        self.stages: list[Mapping[str, int]] = []
        self.at_once: list[tuple[int, int]] = []

    def voices(self, talking: int, waiting: int) -> None:
        self.at_once.append((talking, waiting))

    def recognition(self, outcome: Outcome, seconds: float) -> None:
        self.outcomes.append(outcome)

    def sounded(self, what: Sounded) -> None:
        self.sounds.append(what)

    def spoken(self, stages_ms: Mapping[str, int]) -> None:
        self.stages.append(stages_ms)


def counted(bank: Bank) -> Counted:
    """Make the bank count."""
    figures = Counted()
    object.__setattr__(bank.engines, "figures", figures)
    return figures


def test_what_is_hardly_made_out_is_asked_back_once_and_then_let_be() -> None:
    async def test() -> None:
        hearing = FakeRecognizer(Speech(), confidence=UNCLEAR / 2)
        bank = Bank(recognizer=hearing)
        figures = counted(bank)
        async with bank.open(), bank.call() as caller:
            await caller.turn_over()
            for nth in range(3):
                since = len(caller.log)
                await caller.say(bank.speech.of("今天晚间新闻"))
                heard = await caller.until(lambda m: m["type"] == "heard" and m["final"], since=since)
                assert (heard["ignored"], heard["text"]) == ("unclear", "")
                if nth == 0:
                    assert (await caller.until("notice", since=since))["code"] == "not-understood"
                    await caller.turn_over(since=len(caller.log) - 1)
                else:
                    await asyncio.sleep(0.4)
                    assert caller.all("notice", since) == []
            assert bank.turns.said == []
            since = len(caller.log)
            await caller.say(bank.speech.of("给王芳转五百"))  # a payee of this customer's: it may be meant
            assert (await caller.until("turn", since=since))["turn"]["heard"] == "给王芳转五百"
            assert figures.sounds == ["unclear"] * 3 + ["turn"]

    run(test)


def test_a_code_that_is_hardly_made_out_may_be_typed() -> None:
    async def test() -> None:
        bank = Bank(recognizer=FakeRecognizer(Speech(), confidence=UNCLEAR / 2))
        bank.turns.awaited = "otp"
        async with bank.open(), bank.call() as caller:
            await caller.turn_over()
            since = len(caller.log)
            await caller.say(bank.speech.of("烟正码"))
            assert (await caller.until("notice", since=since))["code"] == "code-not-understood"

    run(test)


def test_what_is_said_with_the_key_down_is_always_taken() -> None:
    async def test() -> None:
        bank = Bank(recognizer=FakeRecognizer(Speech(), confidence=UNCLEAR / 2))
        async with bank.open(), bank.call(mode="push_to_talk") as caller:
            await caller.turn_over()
            await caller.send({"type": "push_to_talk", "down": True})
            await caller.say(bank.speech.of("今天晚间新闻"))
            await caller.send({"type": "push_to_talk", "down": False})
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice")

    run(test)


@pytest.mark.parametrize(
    ("text", "awaited", "clear"),
    [
        ("今天晚间新闻", None, False),
        ("给王芳转钱", None, True),
        ("嗯", "confirm", True),
        ("322", "tail", True),
        ("322", None, False),
        ("CONFIRM please", None, True),
    ],
)
def test_what_is_clear(text: str, awaited: Any, clear: bool) -> None:
    hints = Hints("zh-CN", ("王芳", "confirm"), awaited)
    assert is_clear(Heard(text, UNCLEAR / 2, text), hints) is clear
    assert is_clear(Heard(text, UNCLEAR, text), hints)
    assert is_clear(Heard(text, 0.01, text, [Repair("a", "b")]), hints)


class Elsewhere(FakeTurns):
    """Nothing that is said has anything to do with a bank."""

    def take(self, request: Mapping[str, Any], **how: Any) -> Mapping[str, Any]:
        return {**super().take(request, **how), "understood": [{"command": "out_of_scope"}]}


def test_a_television_is_not_talked_with_for_ever() -> None:
    async def test() -> None:
        async with Bank(turns=Elsewhere()).open() as bank, bank.call() as caller:
            await caller.turn_over()
            for nth in range(FOREIGN_ANSWERED_MAX + 2):
                since = len(caller.log)
                await caller.say(bank.speech.of(f"第{nth}条新闻"))
                await caller.until("turn", since=since)
                said = await caller.until("said", since=since)
                assert bool(caller.all("clause", since)) is (nth < FOREIGN_ANSWERED_MAX)
                assert (said["clause"] is not None) is (nth < FOREIGN_ANSWERED_MAX)
                await caller.turn_over(since=since)
            since = len(caller.log)
            await caller.send({"type": "text", "text": "查余额"})
            await caller.until("clause", since=since)  # who types is answered

    run(test)


def test_when_the_server_stops_everybody_is_told_and_nothing_goes_wrong(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        lost: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: lost.append(context))
        turns = FakeTurns({"介绍一下": "|".join(["这一句话说得比较长一些。"] * 12)})
        bank = Bank(turns=turns)
        figures = counted(bank)
        async with bank.open(), bank.call() as caller:
            await caller.turn_over()
            await caller.send({"type": "text", "text": "介绍一下"})
            await caller.until("clause")
            bank.lobby.close()
            assert (await caller.until("ended"))["why"] == "shutdown"
            assert await caller.closed() == 1001
        await asyncio.sleep(0.2)
        assert lost == []
        assert figures.at_once[0] == (1, 0)
        assert figures.at_once[-1] == (0, 0)

    with caplog.at_level(logging.WARNING):
        run(test)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_what_is_counted_of_a_spoken_turn() -> None:
    async def test() -> None:
        bank = Bank()
        figures = counted(bank)
        async with bank.open(), bank.call() as caller:
            await caller.turn_over()
            since = len(caller.log)
            await caller.say(bank.speech.of("查余额"))
            await caller.until("said", since=since)
            await caller.say(bank.speech.of("*music"))
            await caller.until(lambda m: m["type"] == "heard" and m["ignored"] == "nothing", since=since)
        assert figures.sounds[0] == "turn"
        assert "words" in figures.outcomes
        assert "nothing" in figures.outcomes
        assert list(figures.stages[0]) == ["pause", "recognised", "ended", "decided", "synthesised", "sent"]

    run(test)


def test_nobody_has_to_count() -> None:
    engines = Engines(FakeRecognizer(Speech()), None, lambda: {})  # type: ignore[arg-type]
    engines.figures.sounded("turn")
    engines.figures.voices(1, 0)
    engines.close()
