"""How live the voice is: end of speech to first sound, interruption, mid-sentence pauses, and how many two cores carry.

``python -m bench.voice [--parts own,latency,breaking-in,pauses,load] [--turns 40] [--trials 30] [--sessions 1,2,3,4]``

Runs the product as a process of its own and talks with it over the real socket at the pace of speech. The customers are synthetic
(Kokoro's voices, others than 小岚's; their coughs are shaped noise). Beside each spoken turn the same utterance goes the simple way
through the same engines: wait 800 ms, recognise all, answer all, synthesise all.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import product as product_of

import httpx
import numpy as np

from agent.settings import load
from bench._voice_customer import Customer, Said, Studio, simple_chain
from bench._voice_lines import HALVES, PAUSES_S, VOICES, WISHES, Locale
from bench._voice_own import own
from bench._voice_trials import Broken, break_in
from eval.server import Product, product
from eval.stats import quantile
from examples.voice_client import RATE

READY_S_MAX = 600
SIMPLE_WAIT_S = 0.8
LOCALES: tuple[Locale, ...] = ("zh-CN", "en")
SEED = 11
SLOWEST = 6


def main() -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", default="own,latency,breaking-in,pauses,load")
    parser.add_argument("--turns", type=int, default=40, help="spoken turns to be timed")
    parser.add_argument("--trials", type=int, default=30, help="interruptions, and as many murmurs and coughs")
    parser.add_argument("--sessions", default="1,2,3,4", help="numbers of customers who talk at once")
    parser.add_argument("--base", default=None, help="a server that runs already")
    given = parser.parse_args()
    print(f"load average at the start: {os.getloadavg()[0]:.1f}")
    if "own" in given.parts.split(","):
        asyncio.run(own(given.trials, np.random.default_rng(SEED)))
        if given.parts == "own":
            return 0
    if given.base is not None:
        asyncio.run(measure(given.base, None, given))
        return 0
    os.environ["SKYTELLER_VOICE_SESSIONS"] = "32"  # the load is put on by the bench
    with product(llm=False) as running:
        asyncio.run(measure(running.base, running, given))
    return 0


async def measure(base: str, running: Product | None, given: argparse.Namespace) -> None:
    """The parts that were asked for, in order."""
    await ready(base)
    studio, rng = Studio(load()), np.random.default_rng(SEED)
    parts = set(given.parts.split(","))
    if "latency" in parts:
        await latency(base, studio, given.turns)
    if "breaking-in" in parts:
        tell_breaking(await break_in(base, studio, given.trials, rng))
    if "pauses" in parts:
        await pauses(base, studio, given.trials)
    if "load" in parts:
        await load_of(base, studio, [int(n) for n in given.sessions.split(",")], running)


async def ready(base: str) -> None:
    """Wait until everything that speaks and hears is loaded."""
    async with httpx.AsyncClient(base_url=base) as http:
        until = time.monotonic() + READY_S_MAX
        while time.monotonic() < until:
            models = (await http.get("/healthz")).json()["models"]
            if {models["asr"], models["tts"], models["embeddings"]} == {"ready"}:
                return
            await asyncio.sleep(1)
    raise SystemExit(f"the engines are not ready: {models}")


# latency ----------------------------------------------------------------------------------------------------------


async def converse(base: str, studio: Studio, nth: int, least: int) -> list[Said]:
    """Conversations of one customer until ``least`` turns were spoken."""
    spoken: list[Said] = []
    while len(spoken) < least:
        locale = LOCALES[nth % 3 == 2]
        who, wishes = WISHES[locale][nth % len(WISHES[locale])]
        voice = VOICES[locale][nth % len(VOICES[locale])]
        nth += 1
        async with Customer.enter(base, studio, who, locale, voice) as customer:
            for words in wishes:
                said = await customer.say(words)
                for _ in range(6):
                    if said is None:
                        break
                    spoken.append(said)
                    took = "nothing said" if said.seconds is None else f"{said.seconds:.2f} s"
                    print(f"  {len(spoken)}/{least} {said.kind}: {took}", file=sys.stderr, flush=True)
                    answer = await customer.answer(said.turn)
                    if answer is None:
                        break
                    said = await customer.say(answer)
    return spoken


async def latency(base: str, studio: Studio, turns: int) -> None:
    """End of speech to first sound, beside the simple way."""
    async with httpx.AsyncClient(base_url=base, timeout=120) as http:
        (await http.post("/api/v1/sandbox/reset", json={})).raise_for_status()
        spoken = await converse(base, studio, 0, turns)
        (await http.post("/api/v1/sandbox/reset", json={})).raise_for_status()
        simple: list[float] = []
        for locale in LOCALES:
            who = WISHES[locale][0][0]
            opened = await http.post("/api/v1/sessions", json={"customer": who, "locale": locale})
            session = opened.raise_for_status().json()
            for said in (said for said in spoken if said.locale == locale):
                simple.append(await simple_chain(http, said, session, SIMPLE_WAIT_S))
                print(f"  the simple way {len(simple)}/{len(spoken)}: {simple[-1]:.2f} s", file=sys.stderr, flush=True)
    by_kind: dict[str, list[float]] = defaultdict(list)
    for said in spoken:
        if said.seconds is not None:
            by_kind[said.kind].append(said.seconds)
            by_kind["all"].append(said.seconds)
    print("\n| reply | turns | p50 s | p95 s |\n|---|---|---|---|")
    for kind, seconds in sorted(by_kind.items()):
        print(f"| {kind} | {len(seconds)} | {quantile(seconds, 0.5):.2f} | {quantile(seconds, 0.95):.2f} |")
    print(f"| the simple way | {len(simple)} | {quantile(simple, 0.5):.2f} | {quantile(simple, 0.95):.2f} |")
    slowest = sorted((said for said in spoken if said.seconds is not None), key=lambda said: -(said.seconds or 0.0))
    print("\n| the slowest | s | she begins with |\n|---|---|---|")
    for said in slowest[:SLOWEST]:
        print(f"| {said.words} | {said.seconds:.2f} | {said.turn['reply']['speech'][:40]!r} |")
    shares(spoken)


def shares(spoken: Sequence[Said]) -> None:
    """Where the time goes: each stage's own part, in milliseconds."""
    stages = ("pause", "recognised", "ended", "decided", "synthesised", "sent")
    print("\n| stage | p50 ms | p95 ms |\n|---|---|---|")
    for before, stage in zip((None, *stages), stages, strict=False):
        own = [
            float(said.stages_ms[stage] - (said.stages_ms.get(before, 0) if before else 0))
            for said in spoken
            if stage in said.stages_ms
        ]
        print(f"| {stage} | {quantile(own, 0.5):.0f} | {quantile(own, 0.95):.0f} |")


# breaking in, pauses ------------------------------------------------------------------------------------------------


def tell_breaking(trials: Sequence[Broken]) -> None:
    """Silence, obedience and what is ignored."""
    print("\n| what | trials | silent after p50 / p95 ms | stopped her |\n|---|---|---|---|")
    for what in ("interruption", "murmur", "cough"):
        own = [trial for trial in trials if trial.what == what]
        silent = [trial.silent_ms for trial in own if trial.silent_ms is not None]
        stopped = sum(trial.stopped for trial in own)
        print(
            f"| {what} | {len(own)} | {quantile(silent, 0.5):.0f} / {quantile(silent, 0.95):.0f} | {stopped} ({stopped / max(1, len(own)):.0%}) |"
        )


SETTLED_S, LATER_S = 1.0, 4.0


async def pauses(base: str, studio: Studio, trials: int) -> None:
    """How often a slow speaker is cut off: sentences, pauses and voices each drawn at random, none of them twice together."""
    cut: dict[float, list[bool]] = defaultdict(list)
    rng = np.random.default_rng(SEED)
    every = {each: list(product_of(HALVES[each], PAUSES_S, VOICES[each])) for each in LOCALES}
    drawn = {each: iter([some[at] for at in rng.permutation(len(some))]) for each, some in every.items()}
    for nth in range(min(trials, len(every["zh-CN"]) * 3 // 2)):
        locale = LOCALES[nth % 3 == 2]
        (first, second), pause, voice = next(drawn[locale])
        who = "C1001" if locale == "zh-CN" else "C1007"
        async with Customer.enter(base, studio, who, locale, voice, greeted=False) as customer:
            quiet = np.zeros(round(pause * RATE), np.float32)
            words = np.concatenate([customer.clip(first), quiet, customer.clip(second)])
            await customer.caller.say(np.zeros(round(SETTLED_S * RATE), np.float32))  # nobody speaks as the line opens
            since = len(customer.caller.log)
            await customer.caller.say(words)
            await customer.caller.until(lambda m: m["type"] == "turn" and m["by"] == "voice", since=since, seconds=30)
            await asyncio.sleep(LATER_S)  # a second half that was taken for another utterance
            turns = [m["turn"]["heard"] for m in customer.caller.all("turn", since)]
            ended = customer.caller.all("heard", since)
            cut[pause].append(len({h["utterance"] for h in ended if h["final"]}) > 1 or len(turns) > 1)
            print(f"  {nth + 1}/{trials} {pause} s: {turns}", file=sys.stderr, flush=True)
    print("\n| pause s | trials | cut off |\n|---|---|---|")
    for pause, was in sorted(cut.items()):
        print(f"| {pause} | {len(was)} | {sum(was)} ({sum(was) / len(was):.0%}) |")


# load ---------------------------------------------------------------------------------------------------------------


async def load_of(base: str, studio: Studio, counts: Sequence[int], running: Product | None) -> None:
    """The same conversations by more and more customers at once."""
    print("\n| at once | turns | p50 s | p95 s | memory MB |\n|---|---|---|---|---|")
    for count in counts:
        async with httpx.AsyncClient(base_url=base, timeout=120) as http:
            (await http.post("/api/v1/sandbox/reset", json={})).raise_for_status()
        talks = await asyncio.gather(*(converse(base, studio, nth, 6) for nth in range(count)), return_exceptions=True)
        seconds = [s.seconds for talk in talks if not isinstance(talk, BaseException) for s in talk if s.seconds]
        memory = "" if running is None else f"{_memory_mb(running.pid):.0f}"
        print(
            f"| {count} | {len(seconds)} | {quantile(seconds, 0.5):.2f} | {quantile(seconds, 0.95):.2f} | {memory} |",
            flush=True,
        )


def _memory_mb(pid: int) -> float:
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


if __name__ == "__main__":
    sys.exit(main())
