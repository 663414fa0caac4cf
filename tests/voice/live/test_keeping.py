"""Sound is kept only after a consent of its own, never a code's, and no longer once it is withdrawn."""

from __future__ import annotations

import io

import soundfile

from tests.voice.live.fakes import Bank, FakeTurns, run


class FakeRecorder:
    days = 30

    def __init__(self) -> None:
        self.answers: list[bool] = []
        self.kept: list[bytes] = []

    def consent(self, *, agreed: bool) -> None:
        self.answers.append(agreed)
        if not agreed:
            self.kept.clear()

    def keep(self, content: bytes) -> None:
        self.kept.append(content)


async def said(bank: Bank, caller: object, words: str) -> None:
    since = len(caller.log)  # type: ignore[attr-defined]
    await caller.say(bank.speech.of(words))  # type: ignore[attr-defined]
    await caller.until("said", since=since)  # type: ignore[attr-defined]
    await caller.turn_over(since=since)  # type: ignore[attr-defined]


def test_nothing_is_kept_before_it_was_agreed_to_and_nothing_after_it_was_withdrawn() -> None:
    async def test() -> None:
        recorder, turns = FakeRecorder(), FakeTurns()
        bank = Bank(recorder=recorder, turns=turns)
        async with bank.open(), bank.call() as caller:
            assert (await caller.until("ready"))["keeping"] == {"days": 30, "agreed": None}
            await caller.turn_over()
            await said(bank, caller, "查余额")
            assert recorder.kept == []
            await caller.send({"type": "keep", "agreed": True})
            assert (await caller.until("keeping"))["agreed"] is True
            await said(bank, caller, "查明细")
            samples, rate = soundfile.read(io.BytesIO(recorder.kept[0]), dtype="float32")
            assert rate == 16_000
            assert bank.speech.words(type("S", (), {"samples": samples})) == "查明细"
            turns.awaited = "otp"
            await said(bank, caller, "验证码482913")
            assert len(recorder.kept) == 1
            turns.awaited = None
            await caller.send({"type": "keep", "agreed": False})
            await caller.until(lambda m: m["type"] == "keeping" and m["agreed"] is False)
            await said(bank, caller, "再查一次")
            assert recorder.kept == []
            assert recorder.answers == [True, False]

    run(test)


def test_the_answer_outlives_the_network() -> None:
    async def test() -> None:
        bank = Bank(recorder=FakeRecorder())
        async with bank.open():
            async with bank.call() as caller:
                await caller.turn_over()
                await caller.send({"type": "keep", "agreed": True})
                await caller.until("keeping")
            async with bank.call() as caller:
                assert (await caller.until("ready"))["keeping"] == {"days": 30, "agreed": True}

    run(test)


def test_where_nothing_is_kept_nobody_is_asked() -> None:
    async def test() -> None:
        async with Bank().open() as bank, bank.call() as caller:
            assert (await caller.until("ready"))["keeping"] is None
            await caller.turn_over()
            await caller.send({"type": "keep", "agreed": True})
            await said(bank, caller, "查余额")
            assert caller.all("keeping") == []
            assert caller.all("problem") == []

    run(test)
