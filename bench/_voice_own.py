"""The pipeline's own part: real turn taking and a real socket around engines that take a known time (the tests' own)."""

from __future__ import annotations

import asyncio

import numpy as np

from eval.stats import quantile
from examples.voice_client import RATE, now
from tests.voice.live.fakes import Bank, FakeRecognizer, FakeSynthesizer, FakeTurns, Speech

HEARING_S, SPEAKING_S = 0.5, 0.4  # what recognition and the first clause take here
LONG = "第一句话说得比较长一些。|第二句话也说得比较长一些。|第三句话还是比较长一些。|第四句话也是这样。"


async def own(trials: int, rng: np.random.Generator) -> None:
    """Latency, silence after breaking in, and what coughs and murmurs do, ``trials`` times each."""
    speech = Speech()
    turns = FakeTurns({"介绍一下": LONG})
    bank = Bank(
        turns=turns,
        recognizer=FakeRecognizer(speech, seconds=HEARING_S),
        synthesizer=FakeSynthesizer(seconds=SPEAKING_S),
    )
    waited: list[float] = []
    silent: list[float] = []
    stopped = {"interruption": 0, "murmur": 0, "cough": 0}
    async with bank.open():
        for nth in range(trials):
            for what, sound in (
                ("interruption", speech.of("等一下我想问手续费", float(rng.uniform(0.8, 1.6)))),
                ("murmur", speech.of("对对", float(rng.uniform(0.25, 0.6)))),
                ("cough", speech.of("*cough", float(rng.uniform(0.2, 0.4)))),
            ):
                async with bank.call(f"s{nth}-{what}", say="nothing") as caller:
                    await caller.turn_over()
                    ended, sounds = await caller.say(speech.of("介绍一下")), len(caller.at)
                    await caller.until("clause", seconds=60)
                    while len(caller.at) == sounds:  # noqa: ASYNC110 - sound has no event of its own
                        await asyncio.sleep(0.002)
                    waited.append(caller.at[sounds][0] - ended)
                    await asyncio.sleep(float(rng.uniform(0.2, 1.0)))
                    since, began = len(caller.log), now()
                    await caller.say(sound)
                    await caller.say(np.zeros(round(1.5 * RATE), np.float32))
                    heard = [at for at, m in caller.log[since:] if m["type"] in ("hold", "interrupted")]
                    silent += [(heard[0] - began) * 1000] if heard else []
                    stopped[what] += bool(caller.all("interrupted", since))
    print(f"\nengines of known timing: recognition {HEARING_S} s, a clause {SPEAKING_S} s")
    print("| what | n | p50 | p95 |\n|---|---|---|---|")
    print(
        f"| end of speech to first sound, s | {len(waited)} | {quantile(waited, 0.5):.2f} | {quantile(waited, 0.95):.2f} |"
    )
    print(
        f"| first sound of a voice to silence, ms | {len(silent)} | {quantile(silent, 0.5):.0f} | {quantile(silent, 0.95):.0f} |"
    )
    for what, count in stopped.items():
        print(f"| stopped by: {what} | {trials} | {count} | |")
