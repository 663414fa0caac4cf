"""Retrieval on held-out questions, ours beside its views alone, BM25 and LangChain. ``python -m bench.retrieval``.

Prints hit@1 and hit@3 over every answerable question, the share declined of those that have no answer and of those
that have one, and the time a question takes. All run on the same questions in the same process. ``--bq FILE`` measures
in the same way how well each embedding, and all views fused, tell whether two real questions mean the same.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bench._rankings import Ranking, best_of, ensemble, words_bm25
from knowledge.embeddings import Embedder, Vectors, embedded
from knowledge.index import Index, Row, VectorStore
from knowledge.library import ENTRIES, Library, all_rows
from knowledge.port import Locale
from knowledge.ridge import view_weights
from knowledge.schema import LOCALES
from tools.tariff import load_tariff

HELDOUT = Path(__file__).parent.parent / "knowledge" / "heldout"
FILES: dict[Locale, tuple[str, ...]] = {"zh-CN": ("zh.yaml", "other_zh.yaml"), "en": ("en.yaml", "other_en.yaml")}
VIEWS = {"n-grams": 2, "embeddings A": 0, "embeddings B": 1}
TIMED = 60  # questions of a file whose embedding is part of what is measured; the others are embedded before
PAIRS, SEED = 2000, 7  # of the file of pairs: drawn, because to embed all of them takes many minutes


class Remembering:
    """An embedder that embeds a question once: only the first to ask of it, ours, is timed, and not for every question."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self._known = embedder, dict[str, Vectors]()
        self.name, self.dim = embedder.name, embedder.dim

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        if len(texts) != 1:
            return self._embedder.embed_queries(texts)
        if texts[0] not in self._known:
            self._known[texts[0]] = self._embedder.embed_queries(texts)
        return self._known[texts[0]]

    def remember(self, texts: Sequence[str]) -> None:
        """Embed many at once, which is quicker, before they are asked."""
        self._known.update((text, vector[None]) for text, vector in zip(texts, self.embed_queries(texts), strict=True))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_passages(texts)


def beside(library: Library) -> dict[str, Ranking]:
    """Everything that ranks beside ours, by name: a question to one score for each entry, its best row."""

    nearest = lru_cache(maxsize=1)(library.nearest)

    def view(at: int) -> Ranking:
        return lambda query: list(nearest(query)[at])

    rows, _ = all_rows(library.entries, load_tariff().spoken())
    words = words_bm25([row.text.lower() for row in rows])
    plain = best_of(lambda query: words(query.lower()), [row.group for row in rows], len(library.entries))
    alone = {name: view(at) for name, at in VIEWS.items()}
    return {
        "BM25, words": plain,
        **alone,
        "EnsembleRetriever: BM25, A": ensemble([plain, alone["embeddings A"]]),
        "EnsembleRetriever: our views": ensemble(list(alone.values())),
    }


def _hits(ranks: Sequence[int]) -> str:
    return f"{np.mean([r < 1 for r in ranks]):7.1%} {np.mean([r < 3 for r in ranks]):7.1%}"


def _times(what: str, seconds: Sequence[float]) -> str:
    return f"{what} p50 {np.median(seconds) * 1000:.1f} ms, p95 {np.quantile(seconds, 0.95) * 1000:.1f} ms"


def measure(
    library: Library, others: dict[str, Ranking], raw: dict[str, Any], locale: Locale, on: date, verbose: bool
) -> None:
    """Print one file's table."""
    questions = [(str(right).split("|"), str(text)) for right, text in raw["questions"]]
    at = {entry.id: place for place, entry in reversed(list(enumerate(library.entries)))}  # a first version's place
    ranks: dict[str, list[int]] = {name: [] for name in [*others, "ours"]}
    wall: list[float] = []
    processor: list[float] = []
    declined = wrong_said = 0
    for right, text in questions:
        start = time.perf_counter(), time.process_time()
        answer = library.ask(text, locale, on)
        if len(wall) < TIMED:
            wall.append(time.perf_counter() - start[0])
            processor.append(time.process_time() - start[1])
        entries, found = library.search(text, locale, on, most=len(library.entries))
        ids = [entry.id for entry in entries]
        ranks["ours"].append(min(ids.index(one) for one in right))
        for name, ranking in others.items():
            scores = np.asarray(ranking(text))
            ranks[name].append(int((scores > max(scores[at[one]] for one in right)).sum()))
        declined += answer is None
        wrong_said += answer is not None and answer.entry not in right
        if verbose and (ranks["ours"][-1] > 0 or answer is None):
            print(f"  {right}: rank {ranks['ours'][-1] + 1}, {found.confidence:.2f}, first {ids[0]}: {text}")
    refused = []
    for text in raw["unanswerable"]:
        answer = library.ask(str(text), locale, on)
        refused.append(answer is None)
        if verbose and answer is not None:
            print(f"  answered {answer.entry} ({answer.score:.2f}): {text}")
    print(f"{len(questions)} questions with an answer, {len(refused)} without")
    print(f"  {'':30}  hit@1   hit@3")
    for name, found_at in ranks.items():
        print(f"  {name:30} {_hits(found_at)}")
    print(f"  declined: {np.mean(refused):.1%} of those without an answer, {declined / len(questions):.1%} of those with one;"
          f" {wrong_said / len(questions):.1%} answered with another entry")  # fmt: skip
    print(f"  time a question: {_times('wall', wall)}; {_times('processor', processor)}")


def same_meaning(path: Path, pairs: int, cache: Path | None, embedders: Sequence[Embedder]) -> None:
    """Print how well similarity tells pairs of the same meaning (``one<TAB>other<TAB>1``) from the rest."""
    from sklearn.metrics import roc_auc_score

    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    drawn = random.Random(SEED).sample(lines, min(pairs, len(lines)))
    texts = list(dict.fromkeys(text for one, other, _ in drawn for text in (one, other)))
    place = {text: at for at, text in enumerate(texts)}
    left, right = ([place[line[side]] for line in drawn] for side in (0, 1))
    same = np.array([int(label) for _, _, label in drawn])
    store = None if cache is None else cache / "pairs"
    vectors = {one.name: VectorStore(one, store).vectors(texts) for one in embedders}
    index = Index([Row(text, at) for text, at in place.items()], vectors)
    whole = slice(0, len(texts))
    views = np.stack([*(index.among(name, whole)[left, right] for name in index.names),
                      index.sparse.among(whole)[left, right]])  # fmt: skip
    print(f"{path.name}: {len(drawn)} pairs of {len(lines)}, {same.mean():.1%} the same; AUC")
    for name, at in VIEWS.items():
        print(f"  {name:14} {roc_auc_score(same, views[at]):.3f}")
    print(f"  {'fused':14} {roc_auc_score(same, view_weights(2) @ views):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of the vector store")
    parser.add_argument("--on", type=date.fromisoformat, default=date(2026, 1, 1), help="day that is asked about")
    parser.add_argument("--verbose", action="store_true", help="show what went wrong")
    parser.add_argument("--bq", type=Path, help="pairs of questions with 1 for the same meaning, separated by tabs")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="how many of these are drawn")
    options = parser.parse_args()
    embedders = [Remembering(one) for one in embedded()]
    start = time.perf_counter()
    library = Library(ENTRIES, load_tariff().spoken(), options.cache, embedders)
    print(f"{len(library.entries)} entries ready in {time.perf_counter() - start:.1f} s")
    if options.cache is not None:
        start = time.perf_counter()
        Library(ENTRIES, load_tariff().spoken(), options.cache, embedders)
        print(f"a second time, from the cache: {time.perf_counter() - start:.1f} s")
    others = beside(library)
    for locale in LOCALES:
        library.ask(
            "转账" if locale == "zh-CN" else "transfer", locale, options.on
        )  # models load at the first question
        for file in FILES[locale]:
            raw = yaml.safe_load((HELDOUT / file).read_text(encoding="utf-8"))
            later = [str(text) for _, text in raw["questions"][TIMED:]] + [str(text) for text in raw["unanswerable"]]
            for one in embedders:
                one.remember(later)
            print(f"{file}: ", end="")
            measure(library, others, raw, locale, options.on, options.verbose)
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    if options.bq is not None:
        same_meaning(options.bq, options.pairs, options.cache, embedders)


if __name__ == "__main__":
    main()
