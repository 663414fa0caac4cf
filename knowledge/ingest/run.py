"""A folder of documents goes into service: what is new or changed is read, what is gone goes, the rest stays.

Done again it changes nothing; killed at any instant it is as if it had not begun, but for what it need not do again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge.documents import DocumentStore, NewDocument, RefusedFile
from knowledge.ingest.blocks import Refused
from knowledge.ingest.reader import Reader
from knowledge.ingest.snapshot import Snapshot, take

FILES_MAX = 50_000
_FOR_NOW = ("changing", "unreadable")  # says nothing about the document: its earlier version stays in service

Progress = Callable[[str, int, int], None]  # (what is being done, how many are done, of how many)
Prepare = Callable[
    [Sequence[int]], None
]  # makes ready what a set of documents needs in service, before it is published


class CannotIngest(Exception):
    """Nothing was changed, and why."""


@dataclass(frozen=True)
class Report:
    """What a run did. ``kept`` were there before, unchanged."""

    read: Sequence[str]
    kept: Sequence[str]
    gone: Sequence[str]
    refused: Sequence[RefusedFile]
    changed: bool


def ingest(
    folder: Path,
    store: DocumentStore,
    at: datetime,
    *,
    prepare: Prepare | None = None,
    progress: Progress | None = None,
    empty_ok: bool = False,
    reader: Reader | None = None,
) -> Report:
    """Put a folder's documents into service.

    Args:
        at: now.
        prepare: called with the documents that will be in service, before they are.
        empty_ok: a folder without a document ends the service of those that it had (otherwise a disk that is not
            mounted would).

    Raises:
        CannotIngest: no such folder, a closed or an empty one, too many files, or another run is under way.
    """
    folder = folder.expanduser().absolute()
    if not folder.is_dir():
        raise CannotIngest(f"{folder} is not a folder")
    try:
        with FileLock(f"{store.path}.lock", timeout=0), reader or Reader() as opened:
            return _Run(folder, store, at, progress or _silent, opened).run(prepare, empty_ok=empty_ok)
    except Timeout as error:
        raise CannotIngest("another run over this store is under way") from error


def _silent(what: str, done: int, of: int) -> None:
    """Shows nothing."""


def _files(folder: Path) -> Iterator[Path]:
    """Every file but hidden ones and what an office program leaves beside an open document.

    Raises:
        CannotIngest: a folder cannot be looked into; its documents are not gone for that.
    """

    def closed(error: OSError) -> None:
        raise CannotIngest(f"{error.filename} cannot be read ({error.strerror})")

    for where, folders, names in os.walk(folder, onerror=closed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")) and name != "Thumbs.db":
                yield Path(where, name)


class _Run:
    """One run over one folder."""

    def __init__(self, folder: Path, store: DocumentStore, at: datetime, progress: Progress, reader: Reader) -> None:
        self._folder, self._store, self._at = folder, store, at
        self._progress, self._reader = progress, reader
        self._root = str(folder)
        self._documents: dict[str, int] = {}
        self._refused: list[RefusedFile] = []
        self._read: list[str] = []
        self._digests: dict[str, str] = {}

    def run(self, prepare: Prepare | None, *, empty_ok: bool) -> Report:
        before = self._store.in_service(self._root)
        files = list(_files(self._folder))
        if len(files) > FILES_MAX:
            raise CannotIngest(f"{len(files)} files; at most {FILES_MAX}")
        if not files and before and not empty_ok:
            raise CannotIngest(f"{self._folder} is empty, but {len(before)} of its documents are in service")
        for done, file in enumerate(files):
            path = file.relative_to(self._folder).as_posix()
            self._progress(path, done, len(files))
            self._one(file, path, before)
        self._progress("", len(files), len(files))
        documents = list(self._documents.values())
        if prepare is not None:
            prepare(documents)
        changed = self._store.publish(self._root, documents, self._refused)
        return Report(
            read=self._read,
            kept=[path for path in self._documents if path not in self._read],
            gone=[path for path in before if path not in self._documents],
            refused=self._refused,
            changed=changed,
        )

    def _one(self, file: Path, path: str, before: dict[str, int]) -> None:
        try:
            snapshot = take(file)
            if (same := self._digests.get(snapshot.digest)) is not None:
                raise Refused("duplicate", f"the same as {same}, which is taken")
            document = self._store.known(self._root, path, snapshot.digest)
            self._documents[path] = document if document is not None else self._new(snapshot, path)
            self._digests[snapshot.digest] = path
        except Refused as refused:
            if refused.reason == "unreadable" and not os.path.lexists(file):
                return  # deleted since the folder was looked through
            what = str(refused)
            if refused.reason in _FOR_NOW and path in before:
                self._documents[path] = before[path]
                what += "; its earlier version stays in service"
            self._refused.append(RefusedFile(path, refused.reason, what, self._at))

    def _new(self, snapshot: Snapshot, path: str) -> int:
        split = self._reader.read(snapshot, Path(path).stem)
        self._read.append(path)
        new = NewDocument(
            path, snapshot.digest, snapshot.kind, split.title, split.holds_from, split.notes, split.passages
        )
        return self._store.put_aside(self._root, new, self._at)
