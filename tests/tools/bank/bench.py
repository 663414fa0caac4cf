"""A seeded bank in a file of its own, with a clock that stands still until it is moved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tools.bank.core import SqlCoreBank
from tools.bank.ids import seeded_ids
from tools.bank.ledger import Ledger
from tools.bank.sandbox import customer_state, reset
from tools.bank.seed import seed
from tools.bank.stories import Stories, load_stories
from tools.bank.tables import PostingRow
from tools.db import Database
from tools.money import ZERO, from_fen
from tools.tariff import Tariff, load_tariff

START = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


@dataclass
class ManualClock:
    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class Bench:
    db: Database
    clock: ManualClock = field(default_factory=ManualClock)
    tariff: Tariff = field(default_factory=load_tariff)
    stories: Stories = field(default_factory=load_stories)
    ids: Any = field(default_factory=lambda: seeded_ids(7))

    @contextmanager
    def core(self) -> Iterator[SqlCoreBank]:
        with self.db.transaction() as session:
            yield SqlCoreBank(session, self.clock, self.tariff, self.ids)

    @contextmanager
    def ledger(self) -> Iterator[tuple[Session, Ledger]]:
        with self.db.transaction() as session:
            yield session, Ledger(session, self.ids)

    def state(self, customer: str) -> dict[str, Any]:
        with self.db.reading() as session:
            return customer_state(session, self.clock, self.tariff, customer)

    def reset(self, customer: str | None = None) -> None:
        with self.db.transaction() as session:
            reset(session, self.clock, self.stories, customer, self.ids)

    def settle(self) -> int:
        with self.core() as core:
            return len(core.settle_due())

    def replayed(self) -> dict[str, Any]:
        """Every account's balance, summed up anew from the journal."""
        with self.db.reading() as session:
            sums = session.execute(select(PostingRow.account, func.sum(PostingRow.amount)).group_by(PostingRow.account))
            return dict(sums.all())

    def live(self) -> dict[str, Any]:
        """Every account's balance as the ledger tells it."""
        with self.db.reading() as session:
            ledger = Ledger(session, self.ids)
            return {
                account: ledger.balance(account) for account in session.scalars(select(PostingRow.account).distinct())
            }

    def check_sound(self) -> None:
        """What holds at any time."""
        replayed = self.replayed()
        assert replayed == self.live()
        assert sum(replayed.values(), ZERO) == from_fen(0)
        with self.core() as core:
            for story in self.stories.customers:
                for account in core.accounts(story.id):
                    assert ZERO <= account.available <= account.balance


def make_template(path: Path) -> None:
    """A seeded database, to be copied."""
    db = Database(f"sqlite:///{path}")
    db.migrate()
    with db.transaction() as session:
        seed(session, ManualClock(), load_stories(), seeded_ids(1))
    db.close()


def copy_of(template: Path, path: Path) -> Bench:
    shutil.copy(template, path)
    return Bench(Database(f"sqlite:///{path}"))
