"""What clients can do wrong, how many there can be, and what happens when the network goes."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.voice.live.fakes import Bank, FakeSenses, FakeTurns, run
from tests.voice.live.test_talking import LONG, quiet
from voice.live.limits import Limits

FRAME = bytes(640)


def hello(**fields: Any) -> str:
    return json.dumps({"type": "hello", "session_id": "s1", "token": "right", **fields})


async def ending(bank: Bank, *messages: str | bytes) -> tuple[int | None, list[dict[str, Any]]]:
    """Send these and read until the server closes."""
    async with connect(bank.url) as client, asyncio.timeout(10):
        try:
            for message in messages:
                await client.send(message)
        except ConnectionClosed:
            pass
        seen: list[dict[str, Any]] = []
        try:
            while True:
                data = await client.recv()
                seen += [json.loads(data)] if isinstance(data, str) else []
        except ConnectionClosed:
            return client.close_code, seen


@pytest.mark.parametrize(
    "first",
    [
        "no json",
        "[]",
        json.dumps({"type": "played", "clause": 1, "seconds": 1}),
        hello(audio={"rate": 11_025}),
        hello(audio={"rate": "16000"}),
        hello(version=2),
        hello(token=""),
        hello(session_id="x" * 200),
        b"\x00\x01",
        "[" * 10_000,
        hello(token="x" * 20_000),
    ],
)
def test_what_is_no_hello_is_told_and_sent_away(first: str | bytes) -> None:
    async def test() -> None:
        async with Bank().open() as bank:
            code, seen = await ending(bank, first)
            assert code == 4400
            assert [m["problem"]["type"] for m in seen] == ["/problems/voice-hello"]

    run(test)


def test_a_wrong_token_and_no_hello_at_all() -> None:
    async def test() -> None:
        async with Bank(limits=Limits(hello_seconds_max=0.2)).open() as bank:
            assert (await ending(bank, hello(token="wrong")))[0] == 4401
            assert (await ending(bank))[0] == 4408

    run(test)


def test_that_sound_sent_while_she_is_made_ready_is_heard() -> None:
    async def test() -> None:
        bank = Bank(limits=Limits(ahead_seconds_max=2.0))

        def slowly() -> FakeSenses:
            time.sleep(3)
            return FakeSenses()

        bank.lobby._load = slowly
        async with bank.open(), bank.call(say="nothing") as caller:
            await caller.say(bank.speech.of("查余额"))
            await caller.until("turn", since=2)
            assert bank.turns.said == ["查余额"]
            assert caller.all("problem") == []

    run(test)


def test_torn_frames_and_wrong_messages_are_told_once_and_too_many_end_it() -> None:
    async def test() -> None:
        limits = Limits(bad_frames_max=15, bad_messages_max=3)
        async with Bank(limits=limits).open() as bank:
            code, seen = await ending(bank, hello(), *[b"\x01"] * 5, b"", bytes(50_000), *[b"\x01" * 3] * 20)
            problems = [m["problem"]["type"] for m in seen if m["type"] == "problem"]
            assert code == 4400
            assert problems == ["/problems/voice-frame"] * 3  # the 1st, the 11th and the last
            code, seen = await ending(bank, hello(), '{"type":"played"}', "{", '{"type":"fly"}', "null")
            assert code == 4400
            assert [m["fatal"] for m in seen if m["type"] == "problem"] == [False, True]
            async with bank.call() as caller:
                await caller.send(b"\x01")
                await caller.send({"type": "text", "text": "你好"})
                await caller.until(lambda m: m["type"] == "turn" and m["by"] == "text")

    run(test)


def test_sound_that_comes_faster_than_speech_is_dropped() -> None:
    async def test() -> None:
        async with Bank().open() as bank, bank.call() as caller:
            await caller.until("ready")
            for _ in range(600):  # 12 s at once
                await caller.send(FRAME)
            problem = await caller.until("problem")
            assert problem["problem"]["type"] == "/problems/voice-too-fast"
            assert problem["fatal"] is False

    run(test)


def test_other_rates_are_understood() -> None:
    async def test() -> None:
        async with Bank().open() as bank, bank.call(audio={"rate": 48_000}) as caller:
            await caller.turn_over()
            samples = bank.speech.of("查余额").repeat(3)
            await caller.say(samples)
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice")
            assert bank.turns.said == ["查余额"]

    run(test)


def test_a_monologue_is_broken_into_with_a_word() -> None:
    async def test() -> None:
        async with Bank(limits=Limits(turn_seconds_max=3.0)).open() as bank, bank.call() as caller:
            await caller.turn_over()
            since = len(caller.log)
            talking = asyncio.create_task(caller.say(bank.speech.of("说个不停", 6.0)))
            notice = await caller.until("notice", since=since)
            assert notice["code"] == "too-long"
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice", since=since)
            assert bank.turns.said == ["说个不停"]
            await talking
            await caller.say(quiet(1.0))
            assert bank.turns.said == ["说个不停"]  # the rest of the same breath is no second wish
            await caller.turn_over(since=since + 1)
            await caller.say(bank.speech.of("好了"))
            await caller.until(lambda m: m["type"] == "turn" and m["turn"]["heard"] == "好了")

    run(test)


def test_who_comes_too_many_waits_in_line_with_a_word_and_can_type() -> None:
    async def test() -> None:
        bank = Bank(limits=Limits(sessions_max=1, queue_max=1))
        async with bank.open(), bank.call("first") as first:
            await first.until("ready")
            async with bank.call("second") as second:
                queued = await second.until("queued")
                assert queued["place"] == 1
                assert "第1位" in queued["message"]
                await second.send({"type": "text", "text": "你好"})
                await second.until(lambda m: m["type"] == "turn" and m["by"] == "text")
                assert second.sound == {}
                assert (await ending(bank, hello(session_id="third")))[0] == 4429
                await first.send({"type": "bye"})
                assert await first.closed() == 1000
                assert first.all("ended")[0]["why"] == "bye"
                await second.until("ready")

    run(test)


def test_a_hundred_sockets_at_once() -> None:
    async def test() -> None:
        async with Bank(limits=Limits(sessions_max=2)).open() as bank:

            async def one(number: int) -> str:
                async with connect(bank.url) as client:
                    await client.send(hello(session_id=f"s{number}"))
                    first = json.loads(await client.recv())
                    await all_in.wait()
                    return str(first["type"])

            all_in = asyncio.Event()
            calls = [asyncio.create_task(one(number)) for number in range(100)]
            await asyncio.sleep(3)
            assert bank.lobby.talking == 2
            all_in.set()
            kinds = await asyncio.gather(*calls)
            assert sorted(set(kinds)) == ["queued", "ready"]
            async with bank.call("after") as caller:
                await caller.until("ready")
                await caller.turn_over()

    run(test)


def test_a_client_that_does_not_read_is_sent_away_and_harms_nobody() -> None:
    async def test() -> None:
        long = "很长的一段话。" * 300
        turns = FakeTurns({"念": long})
        limits = Limits(unread_messages_max=60, unread_seconds_max=2, sent_ahead_seconds_max=1_000)
        bank = Bank(turns=turns, limits=limits)
        async with bank.open(), bank.call("other") as caller:
            narrow = socket.socket()  # the system would take megabytes for a client that does not read
            narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            narrow.connect(("127.0.0.1", urlsplit(bank.url).port))
            narrow.setblocking(False)
            async with connect(bank.url, sock=narrow, max_queue=1) as deaf:
                deaf.transport.pause_reading()
                await deaf.send(hello())
                await deaf.send(json.dumps({"type": "text", "text": "念"}))
                await caller.turn_over()
                await caller.say(bank.speech.of("查余额"))
                await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice")
                for _ in range(100):
                    if bank.lobby.talking == 1:
                        break
                    await asyncio.sleep(0.1)
                assert bank.lobby.talking == 1

    run(test)


def test_after_a_loss_of_the_network_it_goes_on_where_it_stood() -> None:
    async def test() -> None:
        turns = FakeTurns({"介绍一下": LONG})
        async with Bank(turns=turns).open() as bank:
            async with bank.call() as caller:
                await caller.turn_over()
                await caller.say(bank.speech.of("介绍一下"))
                await caller.until(lambda m: m["type"] == "clause" and m["id"] == 5)
                await asyncio.sleep(0.6)
                heard = [c["id"] for c in caller.all("clause") if caller.played.get(c["id"], 0) >= c["seconds"] - 0.01]
            await asyncio.sleep(0.5)
            async with bank.call() as caller:
                assert (await caller.until("ready"))["resumed"] is True
                assert (await caller.until("turn"))["turn"]["reply"]["text"] == LONG.replace("|", "")
                await caller.turn_over()
                again = [c["id"] for c in caller.all("clause")]
                assert again[0] in (heard[-1], heard[-1] + 1)  # the last report may have been lost with the network
                assert again == list(range(again[0], again[-1] + 1))
                await caller.say(bank.speech.of("确认办理"))
                await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice")
                assert turns.taken[-1]["heard_out"] is True

    run(test)


def test_a_turn_that_was_being_taken_is_answered_after_the_loss() -> None:
    async def test() -> None:
        turns = FakeTurns(seconds=1.0)
        async with Bank(turns=turns).open() as bank:
            async with bank.call() as caller:
                await caller.turn_over()
                await caller.say(bank.speech.of("转五百"))
                await caller.until(lambda m: m["type"] == "heard" and m["final"])
                await asyncio.sleep(0.2)
            async with bank.call() as caller:
                turn = await caller.until(lambda m: m["type"] == "turn" and m["turn"]["heard"] == "转五百")
                assert turn["by"] == "voice"
                await caller.until(lambda m: m["type"] == "clause" and "转五百" in m["text"])
            assert turns.said == ["转五百"]

    run(test)


def test_a_session_is_at_one_place_and_forgotten_after_a_while() -> None:
    async def test() -> None:
        async with Bank(limits=Limits(kept_seconds=0.3)).open() as bank:
            async with bank.call() as first:
                await first.turn_over()
                async with bank.call() as second:
                    assert await first.closed() == 1000
                    assert first.all("ended")[0]["why"] == "replaced"
                    assert (await second.until("ready"))["resumed"] is True
            await asyncio.sleep(0.6)
            async with bank.call() as third:
                assert (await third.until("ready"))["resumed"] is False

    run(test)


def test_a_microphone_that_is_missing_is_said_and_typing_goes_on() -> None:
    async def test() -> None:
        async with Bank().open() as bank, bank.call(microphone="refused", say="nothing") as caller:
            notice = await caller.until("notice")
            assert notice["code"] == "microphone-refused"
            await caller.until(lambda m: m["type"] == "clause" and m["turn_id"] is None)
            await caller.turn_over()
            await caller.send({"type": "text", "text": "查余额"})
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "text")

    run(test)


def test_without_an_engine_it_is_said_in_writing() -> None:
    async def test() -> None:
        from voice.errors import EngineUnavailable

        class Mute:
            def speak(self, text: str, locale: str, *, elder: bool = False, opens: bool = False) -> Any:
                raise EngineUnavailable("kokoro", "no file", "fetch it")

        class Deaf:
            def hear(self, sound: object, hints: object) -> Any:
                raise EngineUnavailable("whisper", "no file", "fetch it")

        async with Bank(recognizer=Deaf(), synthesizer=Mute()).open() as bank, bank.call() as caller:
            await caller.turn_over()
            silent = caller.all("clause")
            assert [(c["caption"], c["seconds"]) for c in silent] == [("您好。", 0.0)]
            since = len(caller.log)
            await caller.say(bank.speech.of("查余额"))
            assert (await caller.until("notice", since=since))["code"] == "hearing-missing"
            await caller.send({"type": "text", "text": "查余额"})
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "text")

    run(test)


def test_what_is_said_while_the_engine_loads_is_heard_then() -> None:
    async def test() -> None:
        async with Bank(state={"hearing": "loading"}).open() as bank, bank.call() as caller:
            await caller.turn_over()
            await caller.say(bank.speech.of("查余额"))
            await asyncio.sleep(1.0)
            assert bank.turns.said == []
            bank.state["hearing"] = "ready"
            await caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice")

    run(test)
