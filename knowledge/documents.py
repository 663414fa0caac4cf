"""The store of a bank's own documents: SQLite, in service as a whole or not at all.

What is read of a file is put aside under its path and the hash of its bytes; :meth:`DocumentStore.publish` puts a whole
set into service in one transaction. A process that is killed before it has changed nothing that anyone sees, and what
was put aside is found again.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np

from knowledge.embeddings import Vectors
from knowledge.passages import Passage

log = logging.getLogger(__name__)
FILE_NAME = "documents.sqlite"
READ_AS = 1  # raised when readers or splitting change: everything is read anew
_WAIT_S = 10.0
_AT_ONCE = 500  # values in one statement
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY, root TEXT NOT NULL, path TEXT NOT NULL, stem TEXT NOT NULL, digest TEXT NOT NULL,
    read_as INTEGER NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, holds_from TEXT, notes TEXT NOT NULL,
    read_at TEXT NOT NULL, served INTEGER NOT NULL DEFAULT 0, UNIQUE (root, path, digest, read_as));
CREATE TABLE IF NOT EXISTS passages (
    document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL, kind TEXT NOT NULL,
    chapter TEXT NOT NULL, section TEXT NOT NULL, article TEXT, label TEXT NOT NULL, anchor TEXT NOT NULL, page INTEGER,
    text TEXT NOT NULL, PRIMARY KEY (document, ordinal)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (document, article);
CREATE INDEX IF NOT EXISTS documents_by_stem ON documents (stem) WHERE served;
CREATE TABLE IF NOT EXISTS refused (
    root TEXT NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL, what TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (root, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (
    embedder TEXT NOT NULL, key TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (embedder, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generation (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL);
INSERT OR IGNORE INTO generation VALUES (1, 0);
"""


@dataclass(frozen=True)
class StoredDocument:
    """A document in service. ``root`` is the folder that was given, ``path`` its place below it."""

    id: int
    root: str
    path: str
    kind: str
    title: str
    holds_from: date | None
    notes: Sequence[str]
    read_at: datetime
    passages: int


@dataclass(frozen=True)
class RefusedFile:
    """A file that is not in service, and why."""

    path: str
    reason: str
    what: str
    at: datetime


@dataclass(frozen=True)
class NewDocument:
    """What is kept of a file that was read."""

    path: str
    digest: str
    kind: str
    title: str
    holds_from: date | None
    notes: Sequence[str]
    passages: Sequence[Passage]


class DocumentStore:
    """For any number of threads and processes: each call opens the file for itself. The folder must be there."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        connection = sqlite3.connect(self.path, timeout=_WAIT_S)
        try:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA synchronous=FULL")
            with connection:
                yield connection
        finally:
            connection.close()

    def known(self, root: str, path: str, digest: str) -> int | None:
        """The document that was read from exactly these bytes before, in service or put aside."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT id FROM documents WHERE root = ? AND path = ? AND digest = ? AND read_as = ?",
                (root, path, digest, READ_AS),
            ).fetchone()
        return None if row is None else int(row[0])

    def in_service(self, root: str) -> dict[str, int]:
        """Path → document of a folder."""
        with self._open() as connection:
            return dict(connection.execute("SELECT path, id FROM documents WHERE root = ? AND served", (root,)))

    def put_aside(self, root: str, new: NewDocument, at: datetime) -> int:
        """Keep what was read, not yet in service."""
        with self._open() as connection:
            since = new.holds_from.isoformat() if new.holds_from is not None else None
            cursor = connection.execute(
                "INSERT INTO documents (root, path, stem, digest, read_as, kind, title, holds_from, notes, read_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (root, new.path, Path(new.path).stem, new.digest, READ_AS, new.kind, new.title, since,
                 "\n".join(new.notes), at.isoformat()),
            )  # fmt: skip
            document = cursor.lastrowid
            if document is None:
                raise RuntimeError("SQLite gave no row id")
            connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (document, at, one.kind, one.chapter, one.section, one.article, one.label, one.anchor, one.page,
                     one.text)
                    for at, one in enumerate(new.passages)
                ],
            )  # fmt: skip
        return document

    def publish(self, root: str, documents: Sequence[int], refused: Sequence[RefusedFile]) -> bool:
        """Exactly these documents of a folder are in service from now on; whether that changes anything."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            before = {
                row[0] for row in connection.execute("SELECT id FROM documents WHERE root = ? AND served", (root,))
            }
            connection.execute("DELETE FROM refused WHERE root = ?", (root,))
            connection.executemany(
                "INSERT INTO refused VALUES (?, ?, ?, ?, ?)",
                [(root, one.path, one.reason, one.what, one.at.isoformat()) for one in refused],
            )
            changes = before != set(documents)
            if changes:
                connection.execute("UPDATE documents SET served = 0 WHERE root = ?", (root,))
                connection.executemany("UPDATE documents SET served = 1 WHERE id = ?", [(one,) for one in documents])
                connection.execute("UPDATE generation SET number = number + 1")
            connection.execute("DELETE FROM documents WHERE root = ? AND NOT served", (root,))
        return changes

    def generation(self) -> int:
        """Another number whenever something else is in service."""
        with self._open() as connection:
            return int(connection.execute("SELECT number FROM generation").fetchone()[0])

    def documents(self) -> list[StoredDocument]:
        """What is in service, by folder and path."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT d.id, root, path, d.kind, title, holds_from, notes, read_at,"
                " (SELECT count(*) FROM passages WHERE document = d.id)"
                " FROM documents d WHERE served ORDER BY root, path"
            ).fetchall()
        return [
            StoredDocument(
                id_, root, path, kind, title, date.fromisoformat(since) if since else None, notes.splitlines(),
                datetime.fromisoformat(at), passages,
            )
            for id_, root, path, kind, title, since, notes, at, passages in rows
        ]  # fmt: skip

    def headings(self, documents: Sequence[int]) -> dict[int, tuple[str, date | None]]:
        """Title and day from which it holds of documents, in service or not."""
        with self._open() as connection:
            rows = [
                connection.execute("SELECT id, title, holds_from FROM documents WHERE id = ?", (one,))
                for one in documents
            ]
            return {
                id_: (title, date.fromisoformat(since) if since else None) for row in rows for id_, title, since in row
            }

    def refused(self) -> list[RefusedFile]:
        """What the last run over each folder did not take."""
        with self._open() as connection:
            rows = connection.execute("SELECT path, reason, what, at FROM refused ORDER BY root, path").fetchall()
        return [RefusedFile(path, reason, what, datetime.fromisoformat(at)) for path, reason, what, at in rows]

    def passages(self, documents: Sequence[int]) -> Iterator[tuple[int, Passage]]:
        """(document, passage), in the order of the documents."""
        with self._open() as connection:
            for document in documents:
                for row in connection.execute(
                    "SELECT kind, chapter, section, article, label, anchor, page, text FROM passages"
                    " WHERE document = ? ORDER BY ordinal",
                    (document,),
                ):
                    yield document, Passage(*row)

    def article(self, document: str, article: str) -> str | None:
        """See :class:`knowledge.passages.ArticleTexts`. Of several documents of a name the one read last counts.

        A store that cannot be read has no words: an answer does not fail for want of a quotation.
        """
        try:
            with self._open() as connection:
                found = connection.execute(
                    "SELECT p.document, p.text FROM passages p JOIN documents d ON d.id = p.document"
                    " WHERE d.stem = ? AND d.served AND p.article = ? ORDER BY d.read_at DESC, d.id DESC, p.ordinal",
                    (document, article),
                ).fetchall()
        except sqlite3.Error as error:
            log.warning("document store cannot be read", extra={"reason": str(error)})
            return None
        return "\n".join(text for id_, text in found if id_ == found[0][0]) or None

    def vectors(self, embedder: str, keys: Sequence[str]) -> dict[str, Vectors]:
        """Those of the vectors that are there."""
        out: dict[str, Vectors] = {}
        with self._open() as connection:
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = connection.execute(
                    f"SELECT key, vector FROM vectors WHERE embedder = ? AND key IN ({marks})",  # noqa: S608 - marks only
                    (embedder, *some),
                )
                out.update((key, np.frombuffer(vector, dtype=np.float32)) for key, vector in rows)
        return out

    def put_vectors(self, embedder: str, vectors: Mapping[str, Vectors]) -> None:
        """Keep vectors under their keys."""
        with self._open() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                [(embedder, key, np.asarray(one, dtype=np.float32).tobytes()) for key, one in vectors.items()],
            )

    def keep_vectors(self, keys: Sequence[str]) -> None:
        """Forget the vectors of all other keys: nothing stays of a document that is gone."""
        with self._open() as connection:
            connection.execute("CREATE TEMP TABLE kept (key TEXT PRIMARY KEY) WITHOUT ROWID")
            connection.executemany("INSERT OR IGNORE INTO kept VALUES (?)", [(key,) for key in keys])
            connection.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM kept)")
