"""The first conversation by voice with the engines that ship: a synthetic customer speaks, whisper hears, Kokoro answers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from bench._voice_customer import Customer, Said, Studio
from bench._voice_lines import Locale
from tests.conversations.talk import Talk
from tests.voice.live.fakes import run

# what the customer wants, what comes up in between, and how it is put right
SCRIPTS: dict[Locale, tuple[str, str, str, str, str]] = {
    "zh-CN": ("C1001", "zm_yunxi", "我这张卡插机器读不出来了，给我换一张", "旧卡上的自动扣款怎么办", "不对，是三零二一那张"),
    "en": ("C1001", "am_michael", "My card is damaged, please replace it", "What happens to my direct debits?", "No, the one ending in 3021"),
}  # fmt: skip
TRIES = 3  # a customer says a thing again when it was not made out


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_conversation_1_with_the_real_engines(product: Any, talk: Callable[..., Talk], locale: Locale) -> None:
    product.ears.load()
    product.mouth.load()
    if (product.ears.state, product.mouth.state()) != ("ready", "ready"):
        pytest.skip("the speech models are not here: python -m agent.models fetch")
    anybody = talk(None)  # everything is back to the story
    who, voice, wish, question, correction = SCRIPTS[locale]
    studio = Studio(product.settings)

    async def test() -> None:
        async with serving(product) as base, Customer.enter(base, studio, who, locale, voice) as customer:
            said = await until(customer, wish, lambda turn: turn["service"] == "card.replace")
            said = await walk(customer, said, "confirm")
            answered = await until(customer, question, lambda turn: bool(turn["citations"]))
            assert answered["service"] == "card.replace"
            corrected = await until(customer, correction, lambda turn: card_of(turn) == "3021")
            done = await walk(customer, corrected, None)
            assert [action["status"] for action in done["actions"]] == ["done"]

    run(test, seconds=850)
    state = anybody.client.get(f"/api/v1/sandbox/customers/{who}").json()
    assert [(row["service"], row["params"]["card"]) for row in state["requests"]] == [("card.replace", "3021")]


def card_of(turn: dict[str, Any]) -> str | None:
    """The card in a read-back."""
    params = [row for card in turn["reply"]["cards"] if card["type"] == "confirm" for row in card["params"]]
    return next((row["value"] for row in params if row["name"] == "card"), None)


async def until(customer: Customer, words: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Say it, again if need be, until it was taken as meant."""
    for _ in range(TRIES):
        said: Said | None = await customer.say(words)
        if said is not None and wanted(said.turn):
            return said.turn
    raise AssertionError(f"{words!r} was not made out: {said and said.turn['heard']!r}")


async def walk(customer: Customer, turn: dict[str, Any], stage: str | None) -> dict[str, Any]:
    """Answer what is asked until this stage comes, or (None) until something is done."""
    for _ in range(12):
        if turn["stage"] == stage or (stage is None and turn["actions"]):
            return turn
        words = await customer.answer(turn)
        assert words is not None, turn["reply"]["text"]
        said = await customer.say(words)
        turn = turn if said is None else said.turn
    raise AssertionError(f"it does not come to {stage}: {turn['reply']['text']}")


@asynccontextmanager
async def serving(product: Any) -> AsyncIterator[str]:
    """The product on a port of its own, in the test's event loop."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(product.api, log_level="warning", lifespan="off", ws_per_message_deflate=False)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
