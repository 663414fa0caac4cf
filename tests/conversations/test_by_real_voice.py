"""Conversation 1 by voice alone with what ships: a synthetic customer speaks, whisper hears, Kokoro answers. Nothing here is about time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from agent.settings import load
from bench._voice_customer import Customer, Studio
from bench._voice_lines import Locale
from tests.conversations.spoken import LABEL, ONLY_WITH_ALL, VOICES, WHO, Script, Turn, held, replace_a_card

PATIENCE_S = 600.0  # the machine may be busy


@pytest.mark.slow
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("locale", ["zh-CN", pytest.param("en", marks=ONLY_WITH_ALL)])
def test_conversation_1_by_voice_alone(talking_counter: str, locale: Locale, request: pytest.FixtureRequest) -> None:
    http = httpx.Client(base_url=talking_counter, timeout=120)
    request.addfinalizer(http.close)
    studio = Studio(load())

    def code() -> str:
        return next(m["code"] for m in http.get(f"/api/v1/sandbox/customers/{WHO}/phone").json() if m["code"])

    async def talk() -> Turn:
        loop = asyncio.get_running_loop()
        async with Customer.enter(
            talking_counter, studio, WHO, locale, VOICES[locale], patience_s=PATIENCE_S
        ) as customer:
            assert LABEL[locale] in "".join(clause["text"] for clause in customer.caller.all("clause"))
            last: Turn = customer.caller.all("turn")[-1]["turn"]

            async def heard(words: str) -> Turn:
                nonlocal last
                said = await customer.say(words, patience_s=PATIENCE_S)
                last = last if said is None else said.turn
                return last

            def say(words: str) -> Turn:
                studio.line(words, locale, VOICES[locale])  # here, so that the microphone goes on meanwhile
                return asyncio.run_coroutine_threadsafe(heard(words), loop).result()

            done = await asyncio.to_thread(replace_a_card, Script(locale, say, code))
            caller = customer.caller
            assert any(m["text"] == "******" for m in caller.all("heard")), (
                "the code was said aloud, and is shown to nobody"
            )
            assert {turn["by"] for turn in caller.all("turn")} <= {"opening", "voice", "silence"}
            return done

    with ThreadPoolExecutor(1) as alone:  # a browser's tests may have left a loop running in this one

        def once() -> Turn:
            http.post("/api/v1/sandbox/reset", json={"customer": WHO}).raise_for_status()
            return alone.submit(asyncio.run, talk()).result()

        done = held(once)
    assert [action["status"] for action in done["actions"]] == ["done"]
    rows: list[dict[str, Any]] = http.get(f"/api/v1/sandbox/customers/{WHO}").json()["requests"]
    assert [(row["service"], row["params"]["card"], row["status"]) for row in rows] == [
        ("card.replace", "3021", "done")
    ]
