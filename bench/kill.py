"""SIGKILL at random instants in mid-action, a restart, and the customer goes on: is anything lost, doubled or skipped?

``python -m bench.kill [--kills 200] [--seed 1]``
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench.killing.books import audit_books
from bench.killing.nursery import Nursery
from bench.killing.trial import WISHES, Trial

PLACES = (
    "before the gate", "gate done, not checkpointed", "checkpointed, not stored", "stored, not answered", "answered",
)  # fmt: skip


def main() -> int:
    """Command line; 0 when nothing was lost, doubled, skipped or broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    dice, pace = random.Random(args.seed), dict[str, float]()
    hits: Counter[tuple[str, str]] = Counter()
    how: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="skyteller-kill-") as folder:
        nursery = Nursery(Path(folder), os.environ)
        try:
            nursery.start()
            trials = 0
            while hits.total() < args.kills:
                wish = WISHES[trials % len(WISHES)]
                trial = Trial(nursery, wish, dice, pace, min(4, args.kills - hits.total()))
                trial.run()
                trials += 1
                wrong += [f"{wish.service} ({wish.customer}): {line}" for line in trial.wrong()]
                hits += trial.hits
                how += trial.how
                print(f"\r{hits.total()} kills, {trials} customers, {len(wrong)} wrong", end="", file=sys.stderr)
        finally:
            nursery.close()
        books = audit_books(Path(folder))
    print(file=sys.stderr)
    print(
        f"Seed {args.seed}: {hits.total()} kills (SIGKILL) in the turns of {trials} customers; real understanding and"
    )
    print("knowledge, loaded once in a process that each server is forked from; all else starts anew from the files.")
    print(f"\n| asked before the turn | {' | '.join(PLACES)} | all |\n|---|{'---|' * (len(PLACES) + 1)}")
    for stage in sorted({stage for stage, _ in hits}):
        row = [hits[stage, place] for place in PLACES]
        print(f"| {stage} | {' | '.join(map(str, row))} | {sum(row)} |")
    row = [sum(hits[stage, place] for stage, p in hits if p == place) for place in PLACES]
    print(f"| all | {' | '.join(map(str, row))} | {sum(row)} |")
    lost, doubled = (sum(f": {word}:" in line for line in wrong) for word in ("lost", "doubled"))
    print(f"\nwent on with: {', '.join(f'{name} {number}' for name, number in sorted(how.items()))}")
    print(f"restart to the first answer: median {statistics.median(nursery.starts_s):.2f} s")
    print(
        f"lost {lost}, doubled {doubled}, otherwise wrong {len(wrong) - lost - doubled}, steps skipped {len(books.skipped)}"
    )
    print(
        f"{books.executed} actions executed; postings sum to {books.postings_sum}; audit chain verifies over {books.audit_events} events"
    )
    print(*wrong, *books.skipped, sep="\n")
    return 1 if wrong or books.skipped or books.postings_sum else 0


if __name__ == "__main__":
    sys.exit(main())
