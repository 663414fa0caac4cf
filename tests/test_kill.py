"""The process is killed at random instants in mid-action, starts again on the same files, and the customer goes on."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.killing.books import audit_books
from bench.killing.nursery import Nursery
from bench.killing.trial import WISHES, Trial, Wish

KILLS = 20


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("killed"), os.environ)
    nursery.start()
    yield nursery
    nursery.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_that_nothing_is_lost_doubled_or_skipped_by_twenty_kills(nursery: Nursery) -> None:
    dice, pace = random.Random(7), dict[str, float]()
    left, wrong = KILLS, list[str]()
    wishes = list(WISHES)
    while left > 0:
        wish: Wish = wishes[0]
        wishes.append(wishes.pop(0))
        trial = Trial(nursery, wish, dice, pace)
        trial.run(min(3, left))
        left -= trial.hits.total()
        wrong += [f"{wish.service}: {line}" for line in trial.wrong()]
    nursery.kill()
    assert wrong == []
    books = audit_books(Path(nursery.data))
    assert books.audit_events > 0, "audit_books raises when the chain does not verify"
    assert books.postings_sum == 0
    assert books.skipped == []
