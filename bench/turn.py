"""How long a turn takes, what it costs in memory, and the same tasks done by a naive agent.

``python -m bench.turn [--turns 200] [--no-llm] [--budget 240]``

Runs the product as a process of its own and talks to it over HTTP: mixed conversations without the language model, doubtful
utterances with it, then a small set of tasks by the counter and by LangChain's ``create_agent`` with the same model
(``bench/naive.py``). ``--budget`` bounds the naive agent's time in seconds. The table is kept in ``reports/``.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import yaml

from agent.llm.port import LanguageModel
from agent.llm.select import language_model
from agent.models import ModelStore
from agent.settings import load
from bench.naive import Held, hold
from eval.case import Case
from eval.load import load_suites, wordings
from eval.run import Runner, Trial
from eval.server import Product, product
from eval.stats import quantile
from eval.system import System

PARTS = ("understand", "retrieve", "gate", "generate", "total")
TASKS = Path(__file__).parent / "tasks.yaml"
MODEL_MS_MIN = 150  # understanding that took longer than the examples ever do has asked the model
LOAD_S_MAX = 240
SEED = 7
DOUBTFUL = {
    "zh-CN": (
        "我那个卡的事情怎么弄", "钱的事你帮我看一下", "卡有点不对劲", "昨天那笔有问题", "我想动一下那个账户", "那个东西到期了吧",
        "限额这块我想了解一下能不能办", "不是要销户，是想换个面", "手机上弄不了，你这边给弄一下", "存折上那个钱能不能提前",
    ),
    "en": (
        "something's off with my card", "can you sort out that payment thing", "I need my account looked at",
        "it's about the money from yesterday", "the card business from last week", "I'd like to change something on my account",
        "not closing it, just the card part", "my app won't do it, can you", "what about the limit thing", "deal with the old account please",
    ),
}  # fmt: skip

Out = Callable[[str], None]


def main() -> int:
    """Prints the tables; 0 when everything could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--no-llm", action="store_true", help="only what needs no language model")
    parser.add_argument("--budget", type=float, default=240.0, help="seconds for the naive agent")
    parser.add_argument("--reports", type=Path, default=Path("reports"))
    args = parser.parse_args()
    lines: list[str] = []

    def out(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    out(f"{os.cpu_count()} CPUs, load average at the start {os.getloadavg()[0]:.1f}")
    without_model(args.turns, out)
    ended = 0
    if not args.no_llm:
        tasks = yaml.safe_load(TASKS.read_text(encoding="utf-8"))
        ended = with_model(tasks, out) or naive(tasks, args.budget, out)
    args.reports.mkdir(parents=True, exist_ok=True)
    path = args.reports / f"bench-turn-{time.strftime('%Y%m%d-%H%M%S')}.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("kept in", path)
    return ended


def without_model(turns: int, out: Out) -> None:
    """Mixed conversations of the services and dialogue suites until there are enough turns."""
    suites = load_suites()
    cases = [("services", case) for case in suites["services"]] + [("dialogue", case) for case in suites["dialogue"]]
    random.Random(SEED).shuffle(cases)
    cases.sort(key=lambda item: not item[1].id.startswith(("ask.", "digress.")))  # enough turns that look something up
    typed: list[dict[str, float]] = []
    pictured: list[dict[str, float]] = []  # in which pictures of a document or a face were read
    http: list[float] = []
    conversations = 0
    with product(llm=False) as running, httpx.Client(base_url=running.base, timeout=60) as client:
        system = System(client)
        runner = Runner(system, SEED, wordings())
        runner.run("warm-up", cases[0][1], 0)
        while len(typed) + len(pictured) < turns:
            suite, case = cases[conversations % len(cases)]
            trial = runner.run(suite, case, conversations // len(cases))
            for line in trial.transcript[1:]:
                (pictured if _has_pictures(line["sent"]) else typed).append(line["timings_ms"])
            http += trial.turn_ms
            conversations += 1
        memory = _memory(running)
    taken = typed + pictured
    out(f"Turns without the language model: {len(taken)} turns in {conversations} mixed conversations, over HTTP")
    out(f"{'part':12s} {'p50 ms':>8s} {'p95 ms':>8s} {'max ms':>8s} {'turns':>6s}")
    for part in PARTS:
        _row(part, [t[part] for t in taken if t.get(part)], out)
    _row("- in text", [t["total"] for t in typed], out)
    _row("- pictures", [t["total"] for t in pictured], out)
    _row("HTTP", http, out)
    out(f"memory without the language model: {memory}")


def _has_pictures(sent: dict[str, Any] | None) -> bool:
    return sent is not None and sent.get("input", {}).get("type") in ("document", "face")


def with_model(tasks: Sequence[dict[str, Any]], out: Out) -> int:
    """Doubtful utterances, each in a session of its own, and the tasks; 1 when the model did not get ready."""
    cases = {case.id: case for suite in load_suites().values() for case in suite}
    with product(llm=True) as running, httpx.Client(base_url=running.base, timeout=60) as client:
        system = System(client)
        if not _ready(system):
            out(f"the language model is {system.health()['models'].get('llm')}: see `python -m agent.models status`")
            return 1
        asked, others = _doubtful(system)
        out("")
        out(
            f"Turns with the language model choosing (embedded): {len(asked)} of {len(asked) + len(others)} doubtful utterances"
        )
        out(f"{'part':12s} {'p50 ms':>8s} {'p95 ms':>8s} {'max ms':>8s} {'turns':>6s}")
        for part in ("understand", "total"):
            _row(part, [t[part] for t in asked], out)
        _row("not asked", [t["total"] for t in others], out)
        out(f"memory with the language model: {_memory(running)}")
        runner = Runner(system, SEED, wordings())
        trials = [runner.run("tasks", cases[task["case"]], 0) for task in tasks]
    _counter(trials, cases, out)
    return 0


def naive(tasks: Sequence[dict[str, Any]], budget: float, out: Out) -> int:
    """The same tasks by the naive agent, as many as the budget allows."""
    settings = load()
    llm = language_model(settings, ModelStore(settings.models, {}))
    llm.start()
    try:
        if not _until(lambda: llm.ready() != "loading", LOAD_S_MAX) or llm.ready() != "ready":
            out(f"the naive agent's model is {llm.ready()}: {llm.why}")
            return 1
        _naive_table(llm, tasks, budget, out)
    finally:
        llm.stop()
    return 0


def _naive_table(llm: LanguageModel, tasks: Sequence[dict[str, Any]], budget: float, out: Out) -> None:
    held: list[tuple[dict[str, Any], Held]] = []
    until = time.monotonic() + budget
    for task in tasks:
        with tempfile.TemporaryDirectory(prefix="skyteller-naive-") as folder:
            held.append((task, hold(llm, Path(folder), task["customer"], task["says"], until)))
        last = held[-1][1]
        print(
            f"  naive {task['case']}: {list(last.done)} {last.failed or ''} {[round(s, 1) for s in last.seconds]}",
            flush=True,
        )
    tried = [(task, one) for task, one in held if one.seconds or one.failed != "out of time"]
    seconds = [s for _, one in tried for s in one.seconds]
    done = [_done(task, one) for task, one in tried]
    wrong = [sum(not _wanted(task, action) for action in one.done) for task, one in tried]
    early = [sum(service != "human.handoff" for service, _ in one.first) for _, one in tried]
    out(
        f"{'naive agent':14s} {f'{sum(done)}/{len(tried)}':>10s} {sum(wrong):>13d} {sum(early):>16d} "
        f"{1000 * quantile(seconds, 0.5):>9.0f} {1000 * quantile(seconds, 0.95):>9.0f} {len(seconds):>6d}"
    )
    if len(tried) < len(tasks):
        out(f"({len(tasks) - len(tried)} tasks not tried: the naive agent's time was up)")
    for (task, one), ok in zip(tried, done, strict=True):
        if not ok:
            what = "; ".join(f"{service} {dict(params)}" for service, params in one.done) or "nothing"
            said = one.said[-1][:80].replace("\n", " ") if one.said else ""
            out(f"  naive failed {task['case']}: did {what}; said: {said}{f' ({one.failed})' if one.failed else ''}")


def _counter(trials: Sequence[Trial], cases: dict[str, Case], out: Out) -> None:
    times = [ms for trial in trials for ms in trial.turn_ms]
    wrong = sum(fault.cause == "unexpected_action" for trial in trials for fault in trial.faults)
    early = sum(fault.cause == "gate_order" for trial in trials for fault in trial.faults)
    out("")
    out(f"The same tasks, the same model{'':20s}")
    out(
        f"{'':14s} {'tasks done':>10s} {'wrong actions':>13s} {'done without yes':>16s} {'p50 ms':>9s} {'p95 ms':>9s} {'turns':>6s}"
    )
    out(
        f"{'Skyteller':14s} {f'{sum(t.passed for t in trials)}/{len(trials)}':>10s} {wrong:>13d} {early:>16d} "
        f"{quantile(times, 0.5):>9.0f} {quantile(times, 0.95):>9.0f} {len(times):>6d}"
    )
    for trial in trials:
        if not trial.passed:
            out(f"  Skyteller failed {trial.case}: {trial.faults[0].what[:120]}")


def _done(task: dict[str, Any], one: Held) -> bool:
    """Everything wanted was done, nothing else, and what a reading service must tell was told."""
    wanted = task["done"]
    told = re.search(task["said"], " ".join(one.said)) is not None if "said" in task else True
    return told and len(one.done) == len(wanted) and all(_wanted(task, action) for action in one.done)


def _wanted(task: dict[str, Any], action: tuple[str, Any]) -> bool:
    """Whether an action is one that the customer meant, with these parameters (500 is 500.00)."""
    service, params = action
    if service == "human.handoff":
        return True  # a person is never a wrong action
    plain = {name: value.removesuffix(".00").replace(",", "") for name, value in params.items()}
    return any(service == name and plain == meant for name, meant in task["done"])


def _doubtful(system: System) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    asked: list[dict[str, float]] = []
    others: list[dict[str, float]] = []
    for locale, utterances in DOUBTFUL.items():
        for i, words in enumerate(utterances):
            case = Case.model_validate({
                "id": f"doubtful.{i}", "author": "bench", "customer": "C1001", "locale": locale, "say": [words] * 4,
            })  # fmt: skip
            session = system.open(case)
            turn = system.send(session, {"text": words})
            chose = turn["timings_ms"]["understand"] > MODEL_MS_MIN or any(
                c["by"] == "model" for c in turn["understood"]
            )
            (asked if chose else others).append(turn["timings_ms"])
    return asked, others


def _ready(system: System) -> bool:
    return _until(lambda: system.health()["models"].get("llm") != "loading", LOAD_S_MAX) and (
        system.health()["models"].get("llm") == "ready"
    )


def _until(holds: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.5)
    return False


def _row(name: str, values: Sequence[float], out: Out) -> None:
    if values:
        out(
            f"{name:12s} {quantile(values, 0.5):8.1f} {quantile(values, 0.95):8.1f} {max(values):8.1f} {len(values):6d}"
        )


def _memory(running: Product) -> str:
    """Resident memory of the server and of its children (the model's process), in MB."""
    own, children = _rss(running.pid), [_rss(pid) for pid in _children(running.pid)]
    both = f" + model process {sum(children):.0f} MB = {own + sum(children):.0f} MB" if children else ""
    return f"server {own:.0f} MB{both}"


def _rss(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else 0.0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in path.read_text(encoding="ascii").split()]
    return found + [grand for child in found for grand in _children(child)]


if __name__ == "__main__":
    sys.exit(main())
