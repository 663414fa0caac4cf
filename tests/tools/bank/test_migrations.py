from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import tools.bank.tables
import tools.gate.records
from tests.tools.bank.bench import START
from tools.bank.tables import SeedRow
from tools.db import Base, Database, UnusableDatabase
from tools.errors import Busy

CORE = {row.__tablename__ for row in Base.__subclasses__() if row.__module__ == tools.bank.tables.__name__}


def test_that_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'new.db'}")
    db.migrate()
    db.migrate()  # at every start
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, parent: kind != "table" or name in CORE,
                "include_object": lambda _, name, kind, *rest: kind != "table" or name in CORE,
            },
        )
        assert compare_metadata(context, Base.metadata) == []
    db.close()


def test_that_a_newer_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'newer.db'}")
    db.migrate()
    with db.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnusableDatabase, match="newer than this version.*9999"):
        db.migrate()
    db.close()


@pytest.mark.parametrize("url", ["", "nonsense", "postgresql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_that_other_databases_are_refused(url: str) -> None:
    with pytest.raises(UnusableDatabase, match="sqlite"):
        Database(url)


def test_that_a_locked_store_is_busy_and_nothing_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.db.BUSY_TIMEOUT_S", 0)
    db = Database(f"sqlite:///{tmp_path / 'locked.db'}")
    db.migrate()
    other = sqlite3.connect(tmp_path / "locked.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy, match="locked"), db.transaction():
        pass
    with db.reading() as session:  # readers wait for nobody
        assert session.scalar(text("SELECT count(*) FROM customers")) == 0
    other.close()
    with db.transaction() as session:
        session.execute(text("SELECT 1"))
    db.close()


def test_that_a_full_disk_is_busy_and_leaves_nothing(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'full.db'}")
    db.migrate()

    def fill() -> None:
        with db.transaction() as session:
            session.execute(text(f"PRAGMA max_page_count = {session.scalar(text('PRAGMA page_count'))}"))
            session.add_all(SeedRow(name=f"{i:0>2000}", starts=START) for i in range(200))

    with pytest.raises(Busy, match="full"):
        fill()
    db.close()
    with Database(f"sqlite:///{tmp_path / 'full.db'}").reading() as session:
        assert session.scalar(text("SELECT count(*) FROM seeds")) == 0


def test_that_a_reader_cannot_write(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'read.db'}")
    db.migrate()
    with pytest.raises(Busy, match="readonly"), db.reading() as session:
        session.execute(text("DELETE FROM customers"))
    db.close()


def test_that_it_is_kept_safely(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'safe.db'}")
    with db.transaction() as session:
        found = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]
    db.close()
