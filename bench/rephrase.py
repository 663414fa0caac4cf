"""Approved answers reworded by the language model: what is kept, what the checker stops, what it costs.

``python -m bench.rephrase [--answers 200] [--seconds 1200] [--timeout 12] [--journal FILE] [--show] [--altered]``

Asks the knowledge base with questions of its entries, in both languages in turn, and lets the embedded model (or the endpoint
of the settings) reword each answer that may be reworded. What would have reached the customer is then searched for figures,
dates, articles and names that the cited texts do not have, by an extractor that shares nothing with the checker. With a
journal, what was asked before is not asked again: a run that was stopped goes on, and its figures are of all of it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from agent.llm.select import language_model
from agent.model_fetch import store_of
from agent.rephrase import TIMEOUT_S, Rephraser
from agent.settings import load_or_exit
from eval.stats import quantile
from knowledge.embeddings import embedded
from knowledge.grounding import check, left_out
from knowledge.library import ENTRIES, Library
from knowledge.port import Answer, Locale
from knowledge.schema import LOCALES
from tools.tariff import load_tariff

LOAD_S_MAX = 240
SEED = 7
ON = date(2026, 1, 1)
_PLAIN = re.compile(
    r"\d+(?:[.,:]\d+)*|[一二两三四五六七八九十百千万亿]{2,}|[一二两三四五六七八九十](?=元|天|年|月|日|次|类|条|位|小时|分|周)|《[^》]+》|\b[A-Z]{2,}\b|(?<=[a-z,] )[A-Z][a-z]+"
)
_SAME = str.maketrans("", "", ",， ")


def strange(said: str, answer: Answer) -> list[str]:
    """Digits, Chinese numerals, titles and capitalised words of ``said`` that stand nowhere in what it cites."""
    cited = [answer.short, answer.long, answer.title, *(f"{one.quote} {one.source}" for one in answer.citations)]
    known = " ".join(cited).translate(_SAME).lower()
    return [hit for hit in _PLAIN.findall(said) if hit.translate(_SAME).lower() not in known]


def questions(library: Library, seed: int) -> list[tuple[Locale, str]]:
    """One question of each entry in each language, shuffled, the languages in turn."""
    rng = random.Random(seed)
    both: list[list[tuple[Locale, str]]] = [
        [(locale, rng.choice(entry.asks.of(locale))) for entry in library.entries] for locale in ("zh-CN", "en")
    ]
    for one in both:
        rng.shuffle(one)
    return [question for pair in zip(*both, strict=True) for question in pair]


def main() -> int:
    """Prints the figures; 1 where something that no citation supports reached the customer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=200, help="answers that the model is asked to reword")
    parser.add_argument("--seconds", type=float, default=1200, help="stop asking after so long")
    parser.add_argument("--timeout", type=float, default=TIMEOUT_S, help="seconds that a rewording may take")
    parser.add_argument("--journal", type=Path, help="keep each answer there, and go on from what is in it")
    parser.add_argument("--altered", action="store_true", help="only the checker, on approved texts with one change")
    parser.add_argument("--show", action="store_true", help="print each draft and what was found in it")
    args = parser.parse_args()
    settings = load_or_exit()
    library = Library(ENTRIES, load_tariff().spoken(), settings.models / "knowledge", embedded())
    if args.altered:
        altered(library, ON)
        return 0
    llm = language_model(settings, store_of(settings))
    llm.start()
    end = time.monotonic() + LOAD_S_MAX
    while llm.ready() == "loading" and time.monotonic() < end:
        time.sleep(0.5)
    if llm.ready() != "ready":
        print("the language model is not ready:", llm.why)
        return 1
    try:
        before = read(args.journal)
        asked = ask(library, Rephraser(llm, timeout_s=args.timeout), args, before)
        return tell([*before, *asked])
    finally:
        llm.stop()


ALTERED: dict[str, tuple[tuple[str, str], ...]] = {
    "figure": ((r"\d[\d,]*", "977"), (r"(?<=[^一])[二三四五六七八九十](?=[天年个小周次类条位])", "十九")),
    "unit": (
        (r"个工作日|小时|天(?!津)", "个月"),
        (r"working days?|hours?|days?", "months"),
        (r"元", "美元"),
        (r"yuan", "dollars"),
    ),
    "not dropped": ((r"不(?=[能得会需收用要在是])", ""), (r" not\b|n't\b", "")),
    "must to may": ((r"必须|务必|须", "可以"), (r"\bmust\b|\bhas to\b|\bhave to\b", "may")),
    "only dropped": ((r"只(?=[能有要收是])|仅", ""), (r"\bonly ", "")),
    "free invented": ((r"收费(?!标准)|收取", "免费"), (r"\bcosts?\b", "is free")),
    "sentence added": ((r"$", "王芳经理保证三天内处理完。"), (r"$", " Alice guarantees it within 3 days.")),
}


def altered(library: Library, on: date) -> None:
    """Needs no model: every approved text with one thing changed, and how much of that the checker stops."""
    stopped, tried, took = Counter[str](), Counter[str](), list[float]()
    for entry in library.entries:
        for locale in LOCALES:
            answer = library.entry(entry.id, locale, on)
            if answer is None:
                continue
            for name, changes in ALTERED.items():
                pattern, other = next((one for one in changes if re.search(one[0], answer.long)), ("", ""))
                if name == "sentence added":
                    pattern, other = changes[locale == "en"]
                said = re.sub(pattern, other, answer.long, count=1) if pattern else answer.long
                if said == answer.long:
                    continue
                start = time.perf_counter()
                found = check(said, [answer.long, answer.short], locale) or left_out(said, answer.long, locale)
                took.append((time.perf_counter() - start) * 1000)
                tried[name] += 1
                stopped[name] += bool(found)
    for name in ALTERED:
        print(f"{name}: {stopped[name]} of {tried[name]} stopped")
    print(f"one check: p50 {quantile(took, 0.5):.0f} ms, p95 {quantile(took, 0.95):.0f} ms")


@dataclass(frozen=True)
class Asked:
    """One answer that the model was asked to reword. ``strange_*`` are what the independent extractor found in the draft
    and in what was said; ``why`` what the checker stopped it for."""

    locale: str
    entry: str
    outcome: str
    missing: str
    why: list[str]
    drafted: str
    approved: str
    strange_draft: list[str]
    strange_said: list[str]
    plain_ms: float
    added_ms: float
    check_ms: float
    load: float


def read(journal: Path | None) -> list[Asked]:
    """What was asked before; nothing where there is no journal yet."""
    if journal is None or not journal.exists():
        return []
    return [Asked(**json.loads(line)) for line in journal.read_text(encoding="utf-8").splitlines()]


def ask(library: Library, rephraser: Rephraser, args: argparse.Namespace, before: Sequence[Asked]) -> list[Asked]:
    """Ask for what the journal does not have, and keep it there."""
    end = time.monotonic() + args.seconds
    known = {(one.locale, one.entry) for one in before}
    done: list[Asked] = []
    for locale, query in questions(library, SEED):
        if len(known) >= args.answers or time.monotonic() > end:
            break
        start = time.perf_counter()
        answer = library.ask(query, locale, ON)
        plain = time.perf_counter() - start
        if answer is None or answer.verbatim or (locale, answer.entry) in known:
            continue
        known.add((locale, answer.entry))
        done.append(one := reworded(rephraser, answer, locale, plain * 1000))
        if args.journal is not None:
            with args.journal.open("a", encoding="utf-8") as out:
                print(json.dumps(asdict(one), ensure_ascii=False), file=out)
        if args.show:
            print(one.entry, one.outcome, one.missing, one.why)
            print("  =", one.approved)
            print("  >", one.drafted, flush=True)
    return done


def reworded(rephraser: Rephraser, answer: Answer, locale: Locale, plain_ms: float) -> Asked:
    """One rewording, timed; the check is done once more by itself to see what it costs."""
    start = time.perf_counter()
    worded = rephraser.reword(answer, locale)
    added = time.perf_counter() - start
    start = time.perf_counter()
    if worded.drafted:
        check(worded.drafted, [answer.long, answer.short, *(one.quote for one in answer.citations)], locale)
        left_out(worded.drafted, answer.long, locale)
    checked = time.perf_counter() - start
    return Asked(
        locale, answer.entry, worded.outcome, worded.missing, sorted({one.why for one in worded.unsupported}),
        worded.drafted, answer.long, strange(worded.drafted, answer), strange(worded.text, answer),
        plain_ms, added * 1000, checked * 1000, os.getloadavg()[0],
    )  # fmt: skip


def tell(done: Sequence[Asked]) -> int:
    """Print the figures."""
    for name in LOCALES:
        rows = [one for one in done if one.locale == name]
        outcomes = Counter(one.outcome for one in rows)
        print(f"{name}: {len(rows)} answers, " + ", ".join(f"{n} {outcome}" for outcome, n in outcomes.most_common()))
    missing = Counter(one.missing for one in done if one.missing)
    print("no draft because:", ", ".join(f"{why} {n}" for why, n in missing.most_common()) or "nothing")
    why = Counter(kind for one in done for kind in one.why)
    print("checker stepped in for:", ", ".join(f"{kind} {n}" for kind, n in why.most_common()) or "nothing")
    drafted = [one for one in done if one.drafted]
    reached = [hit for one in done for hit in one.strange_said]
    strange_ones = sum(bool(one.strange_draft) for one in drafted)
    print(f"drafts with figures, dates, articles or names of no citation: {strange_ones} of {len(drafted)}")
    print(f"such that reached the customer: {len(reached)} {reached}")
    in_time = sum(one.added_ms <= TIMEOUT_S * 1000 for one in drafted)
    print(f"drafts within the {TIMEOUT_S:g} s that a customer waits: {in_time} of {len(drafted)}")
    for title, taken in (
        ("approved text", [one.plain_ms for one in done]),
        ("added by rewording", [one.added_ms for one in drafted]),
        ("of that, the check", [one.check_ms for one in drafted]),
    ):
        if taken:
            print(f"{title}: p50 {quantile(taken, 0.5):.0f} ms, p95 {quantile(taken, 0.95):.0f} ms")
    if done:
        print(f"load average {min(one.load for one in done):.1f} to {max(one.load for one in done):.1f}")
    return 1 if reached else 0


if __name__ == "__main__":
    raise SystemExit(main())
