"""The process is killed at random instants in mid-action, starts again on the same files, and the customer goes on."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.killing.books import audit_books
from bench.killing.nursery import Nursery
from bench.killing.trial import WAYS, WISHES, Customer, Json, Trial, Wish

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
        trial = Trial(nursery, wish, dice, pace, min(3, left))
        trial.run()
        left -= trial.hits.total()
        wrong += [f"{wish.service}: {line}" for line in trial.wrong()]
    nursery.kill()
    assert wrong == []
    books = audit_books(Path(nursery.data))
    assert books.audit_events > 0, "audit_books raises when the chain does not verify"
    assert books.postings_sum == 0
    assert books.skipped == []


class CutOff(Exception):
    """Stands in for the end of the process."""


class CutCustomer(Customer):
    """A customer each of whose turns is cut off at one place, and sent again in one of the ways."""

    def __init__(self, cut: Callable[[], AbstractContextManager[None]], *args: Any) -> None:
        super().__init__(*args)
        self.cut = cut

    def take(self, turn: Json, body: Json, key: str) -> Json:
        with self.cut(), pytest.raises(AssertionError, match="500"):
            self.send(body, key)
        return self.send_again(self.dice.choice(WAYS), body, key)


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: f"{wish.service}-{wish.customer}-{wish.words[0][:6]}")
@pytest.mark.parametrize("where", ["before the checkpoint", "after the checkpoint", "after storing"])
def test_that_every_turn_may_be_cut_off_at_every_place(
    product: Any, client: httpx.Client, monkeypatch: pytest.MonkeyPatch, where: str, wish: Wish
) -> None:
    teller = product.teller

    def fail(*_: Any, **__: Any) -> None:
        raise CutOff

    @contextmanager
    def cut() -> Iterator[None]:
        with monkeypatch.context() as patch:
            if where == "before the checkpoint":
                patch.setattr(teller._graph.checkpointer, "put", fail)
                patch.setattr(teller._graph.checkpointer, "put_writes", fail)
            elif where == "after the checkpoint":
                patch.setattr(teller._store, "keep", fail)
            else:
                patch.setattr("agent.teller._heard_out", fail)
            yield

    customer = CutCustomer(cut, client, wish, random.Random(3))
    customer.run()
    assert customer.wrong() == []
