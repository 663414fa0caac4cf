"""What was asked, for those who look after the entries: masked words, the entry that answered, and for a term only.

No customer, no session: a row is the day, the language, the masked question and the entry (or none). Rows older than the
term are deleted whenever something is written and whenever somebody looks.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from knowledge.port import Locale

TERM_DAYS = 90
QUESTION_CHARS_MAX = 120


class QuestionRecord(Protocol):
    """Where questions are noted; ``question`` comes masked."""

    def note(self, at: datetime, locale: Locale, question: str, entry: str | None) -> None: ...


class NoRecord:
    """Keeps nothing."""

    def note(self, at: datetime, locale: Locale, question: str, entry: str | None) -> None:
        return None


@dataclass(frozen=True)
class Counted:
    """How often something was asked in the term."""

    what: str
    locale: str
    times: int


class SqliteRecord:
    """Implements :class:`QuestionRecord` in a file of its own; safe for any number of threads and processes."""

    def __init__(self, path: Path, term_days: int = TERM_DAYS) -> None:
        self._path, self._term, self._lock = path, timedelta(days=term_days), threading.Lock()
        db = self._open()
        try:
            with db:
                db.execute("CREATE TABLE IF NOT EXISTS asked (day TEXT, locale TEXT, question TEXT, entry TEXT)")
        finally:
            db.close()
        path.chmod(0o600)

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=2)
        db.execute("PRAGMA secure_delete=ON")  # what is forgotten is not left in the file
        return db

    def note(self, at: datetime, locale: Locale, question: str, entry: str | None) -> None:
        """Keep one question; a file that does not answer costs the customer nothing."""
        try:
            with self._lock:
                db = self._open()
                try:
                    with db:
                        self._forget(db, at)
                        values = (at.date().isoformat(), locale, question[:QUESTION_CHARS_MAX], entry)
                        db.execute("INSERT INTO asked VALUES (?, ?, ?, ?)", values)
                finally:
                    db.close()
        except sqlite3.Error:
            return

    def _forget(self, db: sqlite3.Connection, at: datetime) -> None:
        db.execute("DELETE FROM asked WHERE day < ?", ((at - self._term).date().isoformat(),))

    def most_asked(self, now: datetime, most: int = 50) -> Sequence[Counted]:
        """Entries by how often they answered, most first."""
        return self._counted(now, "entry", "entry IS NOT NULL", most)

    def unanswered(self, now: datetime, most: int = 200) -> Sequence[Counted]:
        """Masked questions that found nothing, most first."""
        return self._counted(now, "question", "entry IS NULL", most)

    def _counted(self, now: datetime, column: str, where: str, most: int) -> Sequence[Counted]:
        db = self._open()
        try:
            with db:
                self._forget(db, now)
            rows = db.execute(
                f"SELECT {column}, locale, count(*) FROM asked WHERE {where} GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT ?",  # noqa: S608 - both are ours
                (most,),
            ).fetchall()
        finally:
            db.close()
        return [Counted(*row) for row in rows]
