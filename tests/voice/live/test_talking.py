"""Talking over the real socket with engines of known timing: turns, pauses, what breaks in and what does not."""

from __future__ import annotations

import asyncio

import numpy as np

from tests.voice.live.fakes import Bank, FakeRecognizer, FakeSynthesizer, FakeTurns, Speech, run
from voice.live.limits import Limits

LONG = "第一句话说得比较长一些。|第二句话也说得比较长一些。|第三句话还是比较长一些。"  # about 4 s


def quiet(seconds: float) -> np.ndarray:
    return np.zeros(round(16_000 * seconds), np.float32)


def test_a_greeting_is_said_and_a_spoken_wish_answered() -> None:
    async def test() -> None:
        async with Bank().open() as bank, bank.call() as caller:
            ready = await caller.until("ready")
            assert ready["label"] == "AI 数字人"
            assert ready["resumed"] is False
            await caller.turn_over()
            assert [c["text"] for c in caller.all("clause")] == ["您好。"]
            assert len(caller.sound[1]) == 2 * 24_000 // 2
            since = len(caller.log)
            ended = await caller.say(bank.speech.of("查余额"))
            said = await caller.until("said", since=since)
            assert bank.turns.taken == [{"said": "查余额", "heard_out": True, "confidence": 0.9, "key": None}]
            assert caller.all("turn", since)[0]["by"] == "voice"
            heard = caller.all("heard", since)
            assert [h["final"] for h in heard] == [False, True]
            assert list(said["timings_ms"]) == ["pause", "recognised", "ended", "decided", "synthesised", "sent"]
            first = next(at for at, clause in caller.at if clause == 2)
            assert first - ended < 0.8
            await caller.turn_over(since=since)
            states = [m["state"] for m in caller.all("state", since)]
            assert states == ["listening", "thinking", "speaking", "waiting"]

    run(test)


def test_a_pause_in_mid_sentence_does_not_end_it() -> None:
    async def test() -> None:
        async with Bank().open() as bank, bank.call() as caller:
            await caller.turn_over()
            bank.senses.finished = False
            await caller.say(bank.speech.of("给王芳"))
            await caller.say(quiet(0.9))
            bank.senses.finished = True
            await caller.say(bank.speech.of("转五百"))
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice")
            assert bank.turns.said == ["给王芳转五百"]
            assert bank.recognizer.calls[0] == "给王芳"  # begun in the pause, and thrown away

    run(test)


def test_words_that_cannot_be_the_end_are_waited_for_and_an_answer_that_is_whole_is_not() -> None:
    async def test() -> None:
        turns = FakeTurns()
        async with Bank(turns=turns).open() as bank, bank.call() as caller:
            await caller.turn_over()
            await caller.say(bank.speech.of("我想转给"))
            await caller.say(quiet(1.2))
            await caller.say(bank.speech.of("王芳"))
            since = len(caller.log)
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice")
            assert turns.said == ["我想转给王芳"]
            await caller.turn_over(since=since)
            turns.awaited, bank.senses.finished = "otp", False
            since = len(caller.log)
            await caller.say(bank.speech.of("482"))
            await caller.say(quiet(1.2))
            ended = await caller.say(bank.speech.of("913"))
            await caller.until("turn", since=since)
            assert turns.said[-1] == "482913"
            assert asyncio.get_running_loop().time() - ended < 1.0
            assert {h["text"] for h in caller.all("heard", since)} == {"******"}

    run(test)


def test_an_unfinished_utterance_is_taken_after_a_patient_while() -> None:
    async def test() -> None:
        async with Bank().open() as bank, bank.call() as caller:
            await caller.turn_over()
            bank.senses.finished = False
            ended = await caller.say(bank.speech.of("查一下余额"))
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice")
            assert 1.4 < asyncio.get_running_loop().time() - ended < 2.4

    run(test)


def test_a_real_interruption_silences_her_at_once_and_what_was_not_heard_is_known() -> None:
    async def test() -> None:
        turns = FakeTurns({"介绍一下": LONG})
        async with Bank(turns=turns).open() as bank, bank.call() as caller:
            await caller.turn_over()
            await caller.say(bank.speech.of("介绍一下"))
            await caller.until(lambda m: m["type"] == "clause" and m["id"] == 3)
            await asyncio.sleep(0.3)
            since, began = len(caller.log), asyncio.get_running_loop().time()
            await caller.say(bank.speech.of("等一下", 0.9))
            await caller.until("interrupted", since=since)
            held = next(at for at, message in caller.log[since:] if message["type"] == "hold")
            assert held - began < 0.3
            assert not [at for at, _ in caller.at if held + 0.05 < at < held + 0.5]
            await caller.until("turn", since=since)
            assert turns.taken[-1] == {"said": "等一下", "heard_out": False, "confidence": 0.9, "key": None}
            interrupted = caller.all("interrupted", since)[0]
            assert interrupted["heard_out"] is False
            assert interrupted["heard"] in LONG.replace("|", "")

    run(test)


def test_coughs_and_murmurs_do_not_stop_her() -> None:
    async def test() -> None:
        turns = FakeTurns({"介绍一下": LONG})
        async with Bank(turns=turns).open() as bank, bank.call() as caller:
            await caller.turn_over()
            since = len(caller.log)
            await caller.say(bank.speech.of("介绍一下"))
            await caller.until(lambda m: m["type"] == "clause" and m["id"] == 3)
            await asyncio.sleep(0.2)
            await caller.say(bank.speech.of("*cough", 0.25))
            await caller.say(quiet(0.8))
            await caller.say(bank.speech.of("对对", 0.6))
            await caller.turn_over(since=since + 1)
            assert caller.all("interrupted") == []
            assert [h["ignored"] for h in caller.all("heard", since) if h["final"]][1:] == ["nothing", "backchannel"]
            assert len(caller.all("go_on")) == 2
            assert turns.said == ["介绍一下"]
            assert "".join(c["text"] for c in caller.all("clause")[1:]) == LONG.replace("|", "")
            assert all(caller.played[c["id"]] >= c["seconds"] - 0.01 for c in caller.all("clause"))

    run(test)


def test_a_cough_over_her_last_words_leaves_her_neither_silent_nor_deaf() -> None:
    async def test() -> None:
        turns = FakeTurns({"介绍一下": LONG})
        async with Bank(turns=turns).open() as bank, bank.call() as caller:
            await caller.turn_over()
            since = len(caller.log)
            await caller.say(bank.speech.of("介绍一下"))
            await caller.until("said", since=since)
            clauses = caller.all("clause", since)
            while sum(c["seconds"] - caller.played.get(c["id"], 0.0) for c in clauses) > 0.75:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await caller.say(bank.speech.of("*cough", 0.6))
            await caller.turn_over(since=since + 1, seconds=5)
            assert all(caller.played[c["id"]] >= c["seconds"] - 0.01 for c in clauses)
            since = len(caller.log)
            await caller.say(bank.speech.of("查余额"))
            await caller.until("turn", since=since, seconds=5)
            assert turns.taken[-1] == {"said": "查余额", "heard_out": True, "confidence": 0.9, "key": None}

    run(test)


def test_a_yes_before_the_read_back_was_heard_to_its_end_is_told_as_such() -> None:
    async def test() -> None:
        turns = FakeTurns({"转账": LONG})
        async with Bank(turns=turns).open() as bank, bank.call() as caller:
            await caller.turn_over()
            await caller.say(bank.speech.of("转账"))
            await caller.until(lambda m: m["type"] == "clause" and m["id"] == 3)
            since = len(caller.log)
            await caller.say(bank.speech.of("确认办理", 0.9))
            await caller.until("turn", since=since)
            assert turns.taken[-1]["heard_out"] is False
            await caller.turn_over(since=since + 1)
            since = len(caller.log)
            await caller.say(bank.speech.of("确认办理", 0.9))
            await caller.until("turn", since=since)
            assert turns.taken[-1]["heard_out"] is True

    run(test)


def test_a_client_that_reports_nothing_has_heard_nothing() -> None:
    async def test() -> None:
        async with Bank().open() as bank, bank.call(reports=False) as caller:
            await caller.turn_over()
            await caller.say(bank.speech.of("确认"))
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice")
            assert bank.turns.taken[-1]["heard_out"] is False

    run(test)


def test_noise_starts_nothing_and_after_silence_she_asks_once() -> None:
    async def test() -> None:
        async with Bank(limits=Limits(silence_seconds=1.0)).open() as bank, bank.call() as caller:
            await caller.turn_over()
            since = len(caller.log)
            await caller.say(bank.speech.of("*music", 0.7))
            await caller.until(lambda m: m["type"] == "heard" and m["ignored"] == "nothing", since=since)
            assert bank.turns.said == []
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "silence", since=since)
            await asyncio.sleep(2.5)
            assert bank.turns.said == ["silence"]

    run(test)


def test_that_she_is_not_asked_for_in_the_silence_while_she_speaks() -> None:
    async def test() -> None:
        recognizer = FakeRecognizer(Speech(), confidence=0.05)
        limits = Limits(silence_seconds=1.0)
        slow = FakeSynthesizer(
            seconds=0.8
        )  # a busy machine: three clauses take longer than the patience at her silence
        async with Bank(recognizer=recognizer, synthesizer=slow, limits=limits).open() as bank, bank.call() as caller:
            await caller.turn_over()
            since = len(caller.log)
            await caller.say(bank.speech.of("电视里的话"))
            await caller.until("notice", since=since)
            said = await caller.until(lambda m: m["type"] == "said" and m["turn_id"] is None, since=since)
            assert bank.turns.said == []
            assert [m["clause"] for m in caller.all("interrupted", since)] == []
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "silence", since=since)
            assert caller.played[said["clause"]] > 0

    run(test)


def test_taps_typed_words_and_the_key() -> None:
    async def test() -> None:
        turns = FakeTurns({"介绍一下": LONG})
        async with Bank(turns=turns).open() as bank, bank.call(mode="push_to_talk") as caller:
            await caller.turn_over()
            await caller.say(bank.speech.of("没人听"))  # the key is up
            await caller.send({"type": "text", "text": "介绍一下"})
            await caller.until(lambda m: m["type"] == "clause" and m["id"] == 3)
            await caller.send({"type": "tap", "input": {"type": "deny"}, "key": "k1"})
            await caller.until("interrupted")
            since = len(caller.log)
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "tap")
            bank.senses.finished = False
            await caller.send({"type": "push_to_talk", "down": True})
            await caller.say(bank.speech.of("查余额"))
            await caller.send({"type": "push_to_talk", "down": False})
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice", since=since, seconds=1.2)
            assert turns.said == ["介绍一下", "deny", "查余额"]
            assert turns.taken[1]["key"] == "k1"

    run(test)


def test_a_turn_that_fails_is_told_in_words_and_the_conversation_goes_on() -> None:
    async def test() -> None:
        turns = FakeTurns({"坏": RuntimeError("no")})
        async with Bank(turns=turns).open() as bank, bank.call() as caller:
            await caller.turn_over()
            since = len(caller.log)
            await caller.send({"type": "text", "text": "坏"})
            problem = await caller.until("problem", since=since)
            assert problem["fatal"] is False
            await caller.until(lambda m: m["type"] == "clause" and "再说一次" in (m["caption"] or ""), since=since)
            await caller.turn_over(since=since + 1)
            await caller.send({"type": "text", "text": "好"})
            await caller.until(lambda m: m["type"] == "turn" and m["turn"]["heard"] == "好")

    run(test)


def test_that_nothing_is_made_ahead_while_a_second_customer_talks() -> None:
    async def test() -> None:
        turns = FakeTurns({"讲讲": LONG})
        turns.likely = ["尾号 1"]
        synthesizer = FakeSynthesizer()
        async with Bank(turns=turns, synthesizer=synthesizer).open() as bank, bank.call() as caller:
            await caller.turn_over()
            async with bank.call("s2") as other:
                await other.turn_over()
                await caller.say(bank.speech.of("讲讲"))
                await caller.until("clause")
                await asyncio.sleep(1)
                assert synthesizer.prepared == []

    run(test)


def test_what_the_next_answer_may_begin_with_is_made_while_she_speaks_and_not_while_the_customer_does() -> None:
    async def test() -> None:
        turns = FakeTurns({"讲讲": LONG})
        turns.likely = [f"尾号 {n}" for n in range(200)]
        synthesizer = FakeSynthesizer(seconds=0.05)
        async with Bank(turns=turns, synthesizer=synthesizer).open() as bank, bank.call() as caller:
            await caller.turn_over()
            assert synthesizer.prepared == []  # "您好。" is too short for it
            await caller.say(bank.speech.of("讲讲"))
            await caller.until("clause")
            await asyncio.sleep(2)
            assert synthesizer.prepared[:2] == turns.likely[:2]
            await caller.say(bank.speech.of("等一下"))  # she falls silent, and so do her thoughts
            await asyncio.sleep(0.3)
            made = len(synthesizer.prepared)
            await asyncio.sleep(0.5)
            assert len(synthesizer.prepared) == made < len(turns.likely)

    run(test)
