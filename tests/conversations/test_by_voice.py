"""The first conversation by voice alone: the whole product, a real socket, and engines that hear and speak without error."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
import uvicorn

from examples.voice_client import Caller
from tests.conversations.talk import Talk
from tests.voice.live.fakes import FakeRecognizer, FakeSenses, FakeSynthesizer, Speech, run
from ui.api.options import ApiOptions
from ui.api.voice import PATH, mount_voice
from voice.live.engines import Engines


@contextmanager
def without_error(product: Any, speech: Speech) -> Iterator[None]:
    """The product's voice with engines that hear and speak without error."""
    engines = Engines(
        FakeRecognizer(speech),
        FakeSynthesizer(clause_seconds=0.1),
        lambda: {"hearing": "ready", "speaking": "ready"},
    )
    routes = product.api.router.routes
    real = next(route for route in routes if getattr(route, "path", "") == PATH)
    routes.remove(real)
    lobby = mount_voice(product.api, product.teller, engines, ApiOptions(), sandbox=True, senses=FakeSenses)
    try:
        yield
    finally:
        lobby.close()
        routes[-2] = real


@asynccontextmanager
async def calling(product: Any, customer: Talk) -> AsyncIterator[Caller]:
    """The customer's voice line, over a real socket."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(product.api, log_level="warning", lifespan="off", ws_per_message_deflate=False)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        url = f"ws://127.0.0.1:{listening.getsockname()[1]}/api/v1/voice"
        token = customer.headers["Authorization"].removeprefix("Bearer ")
        try:
            async with Caller.call(url, customer.session, token) as caller:
                yield caller
        finally:
            server.should_exit = True
            await serving


def test_conversation_1_by_voice_alone(product: Any, talk: Callable[..., Talk]) -> None:
    customer, speech = talk("C1001"), Speech()

    async def test() -> None:
        async with calling(product, customer) as caller:
            await converse(caller, customer, speech)

    with without_error(product, speech):
        run(test)


WISH = {"zh-CN": "我的6688卡芯片坏了，想换一张", "en": "The chip of my card 6688 is damaged, please replace it"}
CODE = {"zh-CN": "验证码是{}", "en": "The code is {}"}
TYPE = {"zh-CN": "请在屏幕上输入", "en": "Please type the 6-digit code"}


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_code_heard_wrong_again_and_again_is_typed_at_last(
    product: Any, talk: Callable[..., Talk], locale: str
) -> None:
    customer, speech = talk("C1001", locale=locale), Speech()

    async def test() -> None:
        async with calling(product, customer) as caller:
            await caller.turn_over()
            turn = await spoken(caller, speech, WISH[locale])
            code = await asyncio.to_thread(customer.code)
            misheard = [f"{code[:5]}{(int(code[5]) + n) % 10}" for n in range(1, 5)]
            for nth, heard in enumerate(misheard):
                turn = await spoken(caller, speech, CODE[locale].format(heard))
                assert turn["stage"] == "identity"
                assert turn["heard"] == "******"
                assert (TYPE[locale] in turn["reply"]["text"]) is (nth > 0)
            turn = await spoken(caller, speech, CODE[locale].format(code))
            assert TYPE[locale] in turn["reply"]["text"], "what it was is not told"
            since = len(caller.log)
            await caller.send({"type": "text", "text": code})
            turn = (await caller.until("turn", since=since))["turn"]
            assert turn["stage"] == "confirm"

    with without_error(product, speech):
        run(test)


async def spoken(caller: Caller, speech: Speech, words: str) -> dict[str, Any]:
    """Say it; the turn that came of it, heard out."""
    since = len(caller.log)
    await caller.say(speech.of(words))
    turn: dict[str, Any] = (await caller.until("turn", since=since))["turn"]
    await caller.turn_over(since=since + 1)
    return turn


async def converse(caller: Caller, customer: Talk, speech: Speech) -> None:
    async def say(words: str) -> dict[str, Any]:
        return await spoken(caller, speech, words)

    await caller.turn_over()
    assert "AI 数字人" in "".join(clause["text"] for clause in caller.all("clause"))
    turn = await say("我的卡芯片坏了，想换一张")
    while turn["stage"] != "confirm":
        if turn["stage"] == "identity":
            code = await asyncio.to_thread(customer.code)
            turn = await say(f"验证码是{code}")
            assert turn["heard"] == "******"
        elif turn["stage"] == "collect":
            turn = await say("尾号6688那张")
        else:
            turn = await say("知道了")
    assert turn["service"] == "card.replace"
    turn = await say("确认办理")
    assert [action["status"] for action in turn["actions"]] == ["done"]
    state = (await asyncio.to_thread(customer.client.get, "/api/v1/sandbox/customers/C1001")).json()
    assert [(row["service"], row["params"]["card"]) for row in state["requests"]] == [("card.replace", "6688")]
