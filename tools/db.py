"""The database: one SQLite file, its transactions, column types and migrations. No connection is made on import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Connection, DateTime, Dialect, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from tools.errors import Busy
from tools.money import from_fen, to_fen

MIGRATIONS = Path(__file__).parent / "bank" / "migrations"
BUSY_TIMEOUT_S = 5
_PASSING = (
    "locked", "busy", "disk is full", "full", "disk i/o", "unable to open", "readonly", "read-only",
)  # fmt: skip


class UnusableDatabase(Exception):
    """The database cannot be used by this version; the message says what to do."""


class Base(DeclarativeBase):
    """Root of every table; all share one ``metadata``."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive one raises ValueError."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Fen(TypeDecorator[Decimal]):
    """Yuan as Decimal with two places, kept as integer fen. A float or a third place raises BadAmount."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_fen(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else from_fen(value)


class Database:
    """Sessions on one SQLite file (WAL, every commit on disk). Thread-safe; one instance for a process.

    Raises:
        UnusableDatabase: not an SQLite URL with a file. Writers are serialised by SQLite's own lock, which the rules
            of the core rely on, so another database needs its own locking first.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise UnusableDatabase(
                "the database URL cannot be read; give one like sqlite:////folder/name.db"
            ) from error
        if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
            raise UnusableDatabase("only SQLite files are supported: give a URL like sqlite:////folder/name.db")
        self.engine = create_engine(
            parsed, connect_args={"timeout": BUSY_TIMEOUT_S}, pool_size=8, max_overflow=8, pool_timeout=BUSY_TIMEOUT_S
        )
        event.listen(self.engine, "connect", _on_connect)
        event.listen(self.engine, "begin", _on_begin)
        self._reader = self.engine.execution_options(reading=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """All or nothing: commits at the end, rolls back when anything is raised. Takes the write lock at once, so
        what is read inside stays true until the commit. Not to be nested within one thread: the inner one would wait
        for the outer.

        Raises:
            Busy: the store is locked, full or unreachable; nothing was done.
        """
        with _told_as_busy(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.connection()  # BEGIN IMMEDIATE now, not at the first statement
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view that cannot write and waits for no writer.

        Raises:
            Busy: the store is unreachable.
        """
        with _told_as_busy(), Session(self._reader, expire_on_commit=False) as session:
            session.connection()
            yield session
            session.rollback()

    def migrate(self) -> None:
        """Bring the tables to this version; safe at every start, on an empty and on an existing file.

        Raises:
            UnusableDatabase: the file was written by a newer version, or is no database.
            Busy: the file is locked or the disk is full.
        """
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        try:
            with _told_as_busy(), self.engine.begin() as connection:
                _refuse_newer(connection, ScriptDirectory.from_config(config))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except DatabaseError as error:
            if "not a database" not in str(error.orig):
                raise
            raise UnusableDatabase(
                "the file is not a database; restore it from a copy, or choose another folder in SKYTELLER_DATA"
            ) from error

    def close(self) -> None:
        """Give all connections back to the system."""
        self.engine.dispose()


def append_only(table: str) -> list[str]:
    """SQL that makes SQLite refuse UPDATE and DELETE on a table; for migrations."""
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    unknown = sorted(set(MigrationContext.configure(connection).get_current_heads()) - known)
    if unknown:
        raise UnusableDatabase(
            f"the database is newer than this version (it is at {', '.join(unknown)}): start the version that wrote it, "
            "or choose another folder in SKYTELLER_DATA"
        )


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin late and deferred by itself; _on_begin does
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_S * 1000}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    reading = bool(connection.get_execution_options().get("reading"))
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def _told_as_busy() -> Iterator[None]:
    """The one seam where the driver's errors become ours; anything unknown stays a bug."""
    try:
        yield
    except PoolTimeout as error:
        raise Busy("no connection became free in time") from error
    except OperationalError as error:
        if (text := _passing(error)) is not None:
            raise Busy(f"the store did not answer: {text}") from error
        raise


def _passing(error: BaseException | None) -> str | None:
    """What the store said if it may work later. A full disk undoes the whole transaction, savepoints included, so that
    going back to one fails as well: then the cause stands behind the error."""
    while error is not None:
        if isinstance(error, OperationalError):
            text = str(error.orig).lower()
            if any(word in text for word in _PASSING):
                return text
        error = error.__context__
    return None
