"""Two conversations by voice alone with what ships: a synthetic customer speaks, whisper hears, Kokoro answers."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from agent.settings import load
from bench._voice_customer import Customer, Studio
from bench._voice_lines import Locale
from tests.conversations.spoken import CONVERSATIONS, VOICES, Script, Turn

PATIENCE_S = 240.0  # nothing here is about time: the machine may be busy


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_conversation_by_voice_alone(talking_counter: str, locale: Locale) -> None:
    who, conversation, (service, card) = CONVERSATIONS[locale]
    http = httpx.Client(base_url=talking_counter, timeout=120)
    http.post("/api/v1/sandbox/reset", json={"customer": who}).raise_for_status()
    studio = Studio(load())

    def code() -> str:
        return next(m["code"] for m in http.get(f"/api/v1/sandbox/customers/{who}/phone").json() if m["code"])

    async def talk() -> Turn:
        loop = asyncio.get_running_loop()
        async with Customer.enter(talking_counter, studio, who, locale, VOICES[locale]) as customer:
            greeting = "".join(clause["text"] for clause in customer.caller.all("clause"))
            assert ("AI 数字人" if locale == "zh-CN" else "AI digital human") in greeting
            last: Turn = customer.caller.all("turn")[-1]["turn"]

            async def heard(words: str) -> Turn:
                nonlocal last
                said = await customer.say(words, patience_s=PATIENCE_S)
                last = last if said is None else said.turn
                return last

            def say(words: str) -> Turn:
                studio.line(words, locale, VOICES[locale])  # here, so that the microphone goes on meanwhile
                return asyncio.run_coroutine_threadsafe(heard(words), loop).result()

            done = await asyncio.to_thread(conversation, Script(locale, say, code))
            codes = [m for m in customer.caller.all("heard") if m["text"] == "******"]
            assert len(codes) >= (locale == "zh-CN")  # the code was said aloud, and is shown to nobody
            return done

    done = asyncio.run(talk())
    assert [action["status"] for action in done["actions"]] == ["done"]
    rows: list[dict[str, Any]] = http.get(f"/api/v1/sandbox/customers/{who}").json()["requests"]
    assert [(row["service"], row["params"]["card"], row["status"]) for row in rows] == [(service, card, "done")]
    http.close()
