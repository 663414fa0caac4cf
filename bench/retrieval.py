"""Retrieval on held-out questions: each view alone and all of them fused. ``python -m bench.retrieval``.

Prints hit@1 and hit@3 over every answerable question, the share declined of those that have no answer and of those
that have one, and the time a question takes. All run on the same questions in the same process.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from datetime import date
from pathlib import Path

import numpy as np
import yaml

from knowledge.embeddings import embedded
from knowledge.library import ENTRIES, Library
from knowledge.port import Locale
from knowledge.schema import LOCALES
from tools.tariff import load_tariff

HELDOUT = Path(__file__).parent.parent / "knowledge" / "heldout"
FILES: dict[Locale, tuple[str, ...]] = {"zh-CN": ("zh.yaml", "other_zh.yaml"), "en": ("en.yaml", "other_en.yaml")}
VIEWS = {"characters": 2, "embeddings A": 0, "embeddings B": 1}


def ranks_by_view(library: Library, questions: list[tuple[str, str]]) -> dict[str, list[int]]:
    """Rank (0 is first) of the right entry when one view alone ranks by its best row."""
    ids = [entry.id for entry in library.entries]
    found: dict[str, list[int]] = {name: [] for name in VIEWS}
    for right, question in questions:
        similar = library.nearest(question)
        for name, view in VIEWS.items():
            scores = similar[view]
            found[name].append(int((scores > max(scores[ids.index(one)] for one in right.split("|"))).sum()))
    return found


def _hits(ranks: list[int]) -> str:
    return f"{np.mean([r < 1 for r in ranks]):7.1%} {np.mean([r < 3 for r in ranks]):7.1%}"


def measure(library: Library, locale: Locale, file: str, on: date, verbose: bool) -> None:
    """Print one file's table."""
    raw = yaml.safe_load((HELDOUT / file).read_text(encoding="utf-8"))
    questions = [(str(right), str(text)) for right, text in raw["questions"]]
    ranks: list[int] = []
    times: list[float] = []
    declined = wrong_said = 0
    for right, text in questions:
        start = time.perf_counter()
        answer = library.ask(text, locale, on)
        times.append((time.perf_counter() - start) * 1000)
        entries, found = library.search(text, locale, on, most=len(library.entries))
        ids = [entry.id for entry in entries]
        ranks.append(min(ids.index(one) for one in right.split("|")))
        declined += answer is None
        wrong_said += answer is not None and answer.entry not in right.split("|")
        if verbose and (ranks[-1] > 0 or answer is None):
            print(f"  {right}: rank {ranks[-1] + 1}, {found.confidence:.2f}, first {ids[0]}: {text}")
    refused = []
    for text in raw["unanswerable"]:
        answer = library.ask(str(text), locale, on)
        refused.append(answer is None)
        if verbose and answer is not None:
            print(f"  answered {answer.entry} ({answer.score:.2f}): {text}")
    print(f"{file}: {len(questions)} questions with an answer, {len(refused)} without")
    print(f"  {'':14}  hit@1   hit@3")
    for name, alone in ranks_by_view(library, questions).items():
        print(f"  {name:14} {_hits(alone)}")
    print(f"  {'fused':14} {_hits(ranks)}")
    print(f"  declined: {np.mean(refused):.1%} of those without an answer, {declined / len(questions):.1%} of those with one;"
          f" {wrong_said / len(questions):.1%} answered with another entry")  # fmt: skip
    print(f"  time a question: p50 {statistics.median(times):.1f} ms, p95 {np.quantile(times, 0.95):.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of the vector store")
    parser.add_argument("--on", type=date.fromisoformat, default=date(2026, 1, 1), help="day that is asked about")
    parser.add_argument("--verbose", action="store_true", help="show what went wrong")
    options = parser.parse_args()
    start = time.perf_counter()
    library = Library(ENTRIES, load_tariff().spoken(), options.cache, embedded())
    print(f"{len(library.entries)} entries ready in {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    Library(ENTRIES, load_tariff().spoken(), options.cache, embedded())
    print(f"a second time, from the cache: {time.perf_counter() - start:.1f} s")
    for locale in LOCALES:
        library.ask(
            "转账" if locale == "zh-CN" else "transfer", locale, options.on
        )  # models load at the first question
        for file in FILES[locale]:
            measure(library, locale, file, options.on, options.verbose)
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
