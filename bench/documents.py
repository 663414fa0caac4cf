"""Finding articles of real laws, and what it costs as documents grow in number. ``python -m bench.documents``.

``--laws FOLDER`` asks the held-out questions (``--dev``: those by which the ranking was chosen) of our ranking, of each of
its views alone, of BM25 as the library ships it and of LangChain's EnsembleRetriever, all over the same passages in the
same run. ``--growth`` measures 300, 10,000 and 100,000 generated passages and draws ``--plot``.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml

from bench._growth import growth
from bench._rankings import Ranking, ensemble, words_bm25
from knowledge.documents import DocumentStore
from knowledge.documents_search import DocumentSearch
from knowledge.embeddings import embedded
from knowledge.ingest.run import ingest
from knowledge.passage_index import WEIGHTS, Indexed, PassageIndex

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
HELDOUT, DEV = KNOWLEDGE / "heldout" / "laws.zh.yaml", KNOWLEDGE / "laws_dev.zh.yaml"
SOURCES = KNOWLEDGE / "sources.yaml"


@dataclass(frozen=True)
class Question:
    """``right`` are the positions of passages that answer."""

    text: str
    right: Sequence[int]


def questions(path: Path, passages: Sequence[Indexed], paths: Sequence[str]) -> list[Question]:
    """The questions of a file over indexed documents."""
    sources = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))
    at = {
        (Path(paths[one.document]).stem, one.passage.article): place
        for place, one in enumerate(passages)
        if one.passage.kind == "article"
    }
    return [
        Question(
            str(text), [at[sources[key]["file"], str(one)] for one in (right if isinstance(right, list) else [right])]
        )
        for key, right, text in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
    ]


def _row(name: str, ranking: Ranking, asked: Sequence[Question], *, verbose: bool = False) -> None:
    ranks, times = [], []
    for one in asked:
        start = time.perf_counter()
        scores = np.asarray(ranking(one.text))
        times.append((time.perf_counter() - start) * 1000)
        ranks.append(int((scores > max(scores[place] for place in one.right)).sum()))
        if verbose and ranks[-1]:
            print(f"  rank {ranks[-1] + 1}: {one.text}")
    found = [float(np.mean([rank < most for rank in ranks])) for most in (1, 3, 10)]
    print(f"  {name:34} {found[0]:7.1%} {found[1]:7.1%} {found[2]:7.1%}"
          f" {statistics.median(times):8.1f} {np.quantile(times, 0.95):8.1f}")  # fmt: skip


def laws(folder: Path, file: Path, data: Path, verbose: bool) -> None:
    """Print the table for one file of questions."""
    store = DocumentStore(data)
    search = DocumentSearch(store, embedded())
    ingest(folder, store, datetime.now(UTC), prepare=search.prepare)
    passages, index = search.indexed()
    asked = questions(file, passages, [one.path for one in store.documents()])
    print(f"{len(asked)} questions of {file.name} over {len(passages)} passages")
    print(f"  {'':34}  hit@1   hit@3  hit@10   p50 ms   p95 ms")
    index.scores("问")  # models load at the first question

    def view(index: PassageIndex, at: int) -> Ranking:
        return lambda query: list(index.views(query)[at])

    alone = {name: view(index, at) for at, name in enumerate(("embeddings A", "embeddings B", "BM25, characters"))}
    plain = words_bm25([one.passage.text for one in passages])
    _row("BM25, words", plain, asked)
    for name, ranking in alone.items():
        _row(name, ranking, asked)
    _row("EnsembleRetriever: BM25 words, A", ensemble([plain, alone["embeddings A"]]), asked)
    _row("EnsembleRetriever: our three views", ensemble(list(alone.values())), asked)
    _row(f"ours {WEIGHTS.tolist()}", lambda query: list(index.scores(query)), asked, verbose=verbose)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--laws", type=Path, help="folder with the texts of the laws")
    parser.add_argument("--dev", action="store_true", help="the questions by which the ranking was chosen")
    parser.add_argument("--data", type=Path, help="folder of the store, kept for the next time")
    parser.add_argument("--verbose", action="store_true", help="show what went wrong (the dev questions only)")
    parser.add_argument("--growth", action="store_true", help="time and memory as documents grow in number")
    parser.add_argument("--plot", type=Path, help="where to draw the growth (PNG)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.laws is not None:
            data = options.data or Path(folder)
            data.mkdir(parents=True, exist_ok=True)
            laws(options.laws, DEV if options.dev else HELDOUT, data, options.verbose and options.dev)
        if options.growth:
            growth(options.plot)
    if options.laws is None and not options.growth:
        parser.print_help()


if __name__ == "__main__":
    main()
