from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tools.clock import SystemClock
from tools.db import Database
from tools.sandbox_clock import ADVANCE_S_MAX, SandboxClock

REAL = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


class Real:
    def __init__(self) -> None:
        self.moment = REAL

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'clock.db'}")
    made.migrate()
    yield made
    made.close()


def test_that_it_starts_where_it_is_told_and_walks_with_the_real_one(db: Database) -> None:
    real = Real()
    clock = SandboxClock(db, REAL - 100 * DAY, real)
    assert clock.now() == REAL - 100 * DAY
    real.moment += timedelta(seconds=5)
    assert clock.now() == REAL - 100 * DAY + timedelta(seconds=5)


def test_that_an_advance_survives_a_restart(db: Database) -> None:
    real = Real()
    assert SandboxClock(db, None, real).advance(86_400) == REAL + DAY
    real.moment += timedelta(minutes=1)
    assert SandboxClock(db, None, real).now() == REAL + DAY + timedelta(minutes=1)


def test_that_it_never_goes_back_on_the_same_data(db: Database) -> None:
    real = Real()
    clock = SandboxClock(db, REAL + DAY, real)
    clock.advance(3600)
    assert SandboxClock(db, REAL, real).now() == REAL + DAY + timedelta(hours=1)  # an earlier start does not count
    assert SandboxClock(db, REAL + 9 * DAY, real).now() == REAL + 9 * DAY  # a later one does
    real.moment -= 30 * DAY  # the machine's clock was set back
    assert SandboxClock(db, None, real).now() >= REAL + 9 * DAY
    before = clock.now()
    assert clock.now() >= before


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan"), float("inf"), ADVANCE_S_MAX + 1])
def test_that_it_is_not_turned_back_or_thrown_far(db: Database, seconds: float) -> None:
    clock = SandboxClock(db, None, Real())
    with pytest.raises(ValueError, match="forward only"):
        clock.advance(seconds)
    assert clock.now() == REAL


def test_that_the_real_one_is_aware() -> None:
    assert SystemClock().now().tzinfo is UTC
