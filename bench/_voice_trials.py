"""Breaking in on her while she explains: interruptions that must stop her, murmurs and coughs that must not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import numpy as np

from bench._voice_customer import PATIENCE_S, Customer, Samples, Studio, cough
from bench._voice_lines import EXPLAIN, INTERRUPTIONS, MURMURS, VOICES, Locale
from examples.voice_client import Caller, now


@dataclass(frozen=True)
class Broken:
    """One trial. ``silent_ms``: from the first sound of the customer until she was told to be silent."""

    what: str
    locale: Locale
    silent_ms: float | None
    stopped: bool


async def break_in(base: str, studio: Studio, trials: int, rng: np.random.Generator) -> list[Broken]:
    """As many interruptions as ``trials``, and as many murmurs and coughs together."""
    done: list[Broken] = []
    for nth in range(2 * trials):
        locale: Locale = "en" if nth % 3 == 2 else "zh-CN"
        what = ("interruption", "murmur", "interruption", "cough")[nth % 4]
        voice = VOICES[locale][nth % len(VOICES[locale])]
        async with Customer.enter(base, studio, "C1001", locale, voice, greeted=False) as customer:
            lines = INTERRUPTIONS[locale] if what == "interruption" else MURMURS[locale]
            sound = cough(rng) if what == "cough" else customer.clip(lines[nth // 2 % len(lines)])
            trial = await _one(customer, sound, what, float(rng.uniform(0.3, 1.5)))
            done += [] if trial is None else [trial]
    return done


async def _one(customer: Customer, sound: Samples, what: str, after_s: float) -> Broken | None:
    """She explains something long; a little after her first sound this comes in between."""
    caller = customer.caller
    since = len(caller.log)
    await caller.send({"type": "text", "text": EXPLAIN[customer.locale]})
    await caller.until("clause", since=since, seconds=PATIENCE_S)
    await asyncio.sleep(after_s)
    if any(message["state"] == "waiting" for message in caller.all("state", since)[1:]):
        return None  # she was done before anybody could break in
    before, began = len(caller.log), now()
    await caller.say(sound)
    await _settled(caller, before)
    silent = next((at for at, m in caller.log[before:] if m["type"] in ("hold", "interrupted")), None)
    stopped = bool(caller.all("interrupted", before))
    return Broken(what, customer.locale, None if silent is None else (silent - began) * 1000, stopped)


async def _settled(caller: Caller, before: int) -> None:
    """Until she has either gone on or been stopped, or it was never noticed."""
    wanted = ("interrupted", "heard")
    try:
        await caller.until(lambda m: m["type"] in wanted and m.get("final", True), since=before, seconds=8)
        await asyncio.sleep(0.5)
    except TimeoutError:
        return
