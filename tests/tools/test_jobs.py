from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import column, select, table

from tests.tools.bank.bench import START, Bench, copy_of, make_template
from tools.db import Database
from tools.errors import Busy
from tools.jobs import TABLE, Jobs


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'jobs.db'}")
    made.migrate()
    yield made
    made.close()


def _stored(db: Database) -> set[str]:
    with db.reading() as session:
        return set(session.scalars(select(column("id")).select_from(table(TABLE))))


def test_that_jobs_run_again_and_again_and_stop_cleanly(db: Database) -> None:
    rounds, third = [], Event()

    def due() -> None:
        rounds.append(1)
        if len(rounds) == 3:
            third.set()

    jobs = Jobs(db, {"due": due}, every_s=0.05)
    jobs.start()
    assert third.wait(10)
    jobs.stop()
    jobs.stop()
    seen = len(rounds)
    time.sleep(0.2)
    assert len(rounds) == seen
    assert _stored(db) == {"due"}


def test_that_a_restart_takes_over_and_forgets_what_is_no_more(db: Database) -> None:
    old = Jobs(db, {"due": lambda: None, "gone": lambda: None}, every_s=60)
    old.start()
    with pytest.raises(RuntimeError, match="already"):
        Jobs(db, {}).start()
    old.stop()
    assert _stored(db) == {"due", "gone"}
    ran = Event()
    new = Jobs(db, {"due": ran.set}, every_s=0.05)
    new.start()
    assert ran.wait(10)
    new.stop()
    assert _stored(db) == {"due"}


def test_that_a_failing_job_is_tried_again_and_does_not_stop_the_others(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    tries, other = [], Event()

    def fails() -> None:
        tries.append(1)
        raise Busy("locked") if len(tries) == 1 else ValueError("broken")

    jobs = Jobs(db, {"fails": fails, "other": other.set}, every_s=0.05)
    with caplog.at_level(logging.WARNING, "tools.jobs"):
        jobs.start()
        assert other.wait(10)
        until = time.monotonic() + 10
        while len(tries) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        jobs.stop()
    assert len(tries) >= 3
    assert "busy" in caplog.text
    with pytest.raises(ValueError, match="broken"):
        jobs.run_due_now()


def test_that_what_falls_due_while_nobody_runs_is_settled_after_a_restart(tmp_path: Path) -> None:
    make_template(tmp_path / "bank.db")
    first = copy_of(tmp_path / "bank.db", tmp_path / "a.db")
    with first.core() as core:
        made = core.create_transfer(
            "C1001", "6688", "张伟", Decimal("9000"), arrives=START + timedelta(hours=24), key="k"
        )
    first.db.close()  # the process ends; another comes two days later

    second = Bench(Database(f"sqlite:///{tmp_path / 'a.db'}"))
    second.clock.advance(days=2)
    settled = Event()

    def settle() -> None:
        if second.settle():
            settled.set()

    jobs = Jobs(second.db, {"settle": settle}, every_s=0.05)
    jobs.start()
    assert settled.wait(10)
    jobs.stop()
    with second.core() as core:
        assert core.transfer("C1001", made.id).status == "done"
        assert core.account("C1001", "6688").balance == Decimal("43340.18")
    second.check_sound()
    second.db.close()


def test_that_due_work_can_be_run_at_once(db: Database) -> None:
    order: list[str] = []
    Jobs(db, {"a": lambda: order.append("a"), "b": lambda: order.append("b")}).run_due_now()
    assert order == ["a", "b"]


def test_that_a_locked_store_does_not_kill_the_scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.db.BUSY_TIMEOUT_S", 0)
    db = Database(f"sqlite:///{tmp_path / 'jobs.db'}")
    db.migrate()
    rounds: list[float] = []
    jobs = Jobs(db, {"due": lambda: rounds.append(time.monotonic())}, every_s=0.05)
    jobs.start()
    held = False
    while not held:
        with suppress(Busy), db.transaction():  # the scheduler itself may be writing just now
            held = True
            time.sleep(0.3)
    seen = len(rounds)
    until = time.monotonic() + 20
    while len(rounds) < seen + 2 and time.monotonic() < until:
        time.sleep(0.05)
    jobs.stop()
    assert len(rounds) >= seen + 2
    db.close()
