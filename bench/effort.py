"""Customer effort: turns and words that a service takes, beside the least that it could.

``python -m bench.effort [--report reports/services-….json] [--trials 1]``

Reads a report of the services suite (``make eval SUITE=services`` writes one), or runs the suite. Counted are
conversations with one wish and no detours that ended in the service's action: the customer's turns up to that action,
buttons among them, and the words that were typed (Chinese: characters). The least is one turn for a wish that leaves
nothing open and one for each proof, lesson and read-back that the gate asked for; of words, the fewest that any of these
conversations needed.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from eval.load import load_suites, wordings
from eval.run import run_suites
from eval.server import product
from eval.system import System

SUITE = "services"
ENDED = ("done", "delayed", "in_review")
PROMPTS = ("otp", "consent", "document", "face", "quiz", "confirm")
_HAN = re.compile(r"[一-鿿]")
_WORD = re.compile(r"[A-Za-z']+|[\d.,]+")


@dataclass(frozen=True)
class Effort:
    """One conversation: turns and words up to its action, and the fewest turns that could have led there."""

    service: str
    locale: str
    turns: int
    words: int
    least: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", type=Path, help="a report of the services suite; without it the suite is run")
    parser.add_argument("--trials", type=int, default=1, help="trials of each case when the suite is run")
    options = parser.parse_args()
    trials = _run(options.trials) if options.report is None else json.loads(options.report.read_text())["trials"]
    plain = {case.id for case in load_suites(only=SUITE)[SUITE] if len(case.goal) == 1 and not case.steps}
    locales = {case.id: case.locale for case in load_suites(only=SUITE)[SUITE]}
    found = [
        effort
        for trial in trials
        if trial["passed"] and trial["case"] in plain
        for effort in measured(trial["transcript"], locales[trial["case"]])
    ]
    print(table(found))


def measured(transcript: Sequence[dict[str, Any]], locale: str) -> Iterable[Effort]:
    """The effort up to the first action that came to its end, if any did."""
    words, asked = 0, set[str]()
    for turns, exchange in enumerate(transcript):
        words += _words((exchange["sent"] or {}).get("text", ""))
        ended = [action for action in exchange["actions"] if action["status"] in ENDED]
        if ended:
            yield Effort(ended[0]["service"], locale, turns, words, 1 + len(asked))
            return
        asked |= {card for card in exchange["cards"] if card in PROMPTS}
        if exchange["stage"] == "educate" and "quiz" not in exchange["cards"]:
            asked.add("acknowledge")


def table(efforts: Sequence[Effort]) -> str:
    """One line a service and language, as Markdown."""
    groups: dict[tuple[str, str], list[Effort]] = defaultdict(list)
    for effort in efforts:
        groups[effort.service, effort.locale].append(effort)
    lines = [
        "| service | language | conversations | turns, median | least | words, median | fewest |",
        "|---|---|---|---|---|---|---|",
    ]
    for (service, locale), group in sorted(groups.items()):
        words = [effort.words for effort in group]
        lines.append(
            f"| {service} | {locale} | {len(group)} | {median(effort.turns for effort in group):g} "
            f"| {min(effort.least for effort in group)} | {median(words):g} | {min(words)} |"
        )
    return "\n".join(lines)


def _words(text: str) -> int:
    return len(_HAN.findall(text)) + len(_WORD.findall(text))


def _run(trials: int) -> list[dict[str, Any]]:
    with product(llm=False) as running, httpx.Client(base_url=running.base, timeout=60) as client:
        results = run_suites(System(client), load_suites(only=SUITE), trials=trials, seed=0, sets=wordings())
    return [result.as_json() for result in results]


if __name__ == "__main__":
    main()
