"""``python -m knowledge ingest FOLDER | documents | find "…"``: for those who feed documents."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from tqdm import tqdm

from knowledge.documents import DocumentStore
from knowledge.documents_search import DocumentSearch
from knowledge.ingest.run import CannotIngest, Report, ingest
from knowledge.select import embedders_of, reranker_of
from knowledge.settings import configured

_QUOTE_CHARS_MAX = 300


class _Folders(BaseSettings):
    """The two settings of the running counter that these commands share with it."""

    model_config = SettingsConfigDict(env_prefix="SKYTELLER_", env_ignore_empty=True, extra="ignore")

    data: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("skyteller", appauthor=False)))
    documents: Path | None = None


def add_commands(commands: Any, now: datetime) -> None:
    """Add them to the subparsers of ``python -m knowledge``."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data", type=Path, help="folder of the store (default: SKYTELLER_DATA)")
    one = commands.add_parser("ingest", parents=[shared], help="put a folder's documents into service")
    one.add_argument("folder", type=Path, nargs="?", help="default: SKYTELLER_DOCUMENTS")
    one.add_argument("--empty-ok", action="store_true", help="an empty folder ends the service of what it held")
    one.set_defaults(run=_ingest, now=now)
    one = commands.add_parser("documents", parents=[shared], help="what is in service, and what was refused and why")
    one.set_defaults(run=_documents)
    one = commands.add_parser("find", parents=[shared], help="find passages")
    one.add_argument("query")
    one.add_argument("--most", type=int, default=5)
    one.set_defaults(run=_find)


def _store(options: argparse.Namespace) -> DocumentStore:
    folder = (options.data or _Folders().data).expanduser().absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return DocumentStore(folder)


class _Bar:
    """Progress on stderr: one bar for reading, one for embedding."""

    def __init__(self, what: str) -> None:
        self._bar = tqdm(desc=what, unit="", dynamic_ncols=True, leave=False)

    def __call__(self, what: str, done: int, of: int) -> None:
        self._bar.total = of
        self._bar.set_postfix_str(what[-40:], refresh=False)
        self._bar.update(done - self._bar.n)
        if done == of:
            self._bar.close()


def _ingest(options: argparse.Namespace) -> int:
    folder = options.folder or _Folders().documents
    if folder is None:
        print("Which folder? Name it, or set SKYTELLER_DOCUMENTS.", file=sys.stderr)
        return 2
    try:
        store = _store(options)
        search = DocumentSearch(store, embedders_of(configured()))
        report = ingest(
            folder, store, options.now,
            prepare=lambda documents: search.prepare(documents, _Bar("embedding")), progress=_Bar("reading"),
            empty_ok=options.empty_ok,
        )  # fmt: skip
    except (CannotIngest, sqlite3.Error, OSError) as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)
        return 2
    search.tidy_up()
    print(summary(report))
    return 1 if report.refused else 0


def summary(report: Report) -> str:
    """What a run did, for the terminal."""
    lines = [f"refused  {one.path}: {one.what} [{one.reason}]" for one in report.refused]
    lines += [f"read     {path}" for path in report.read]
    lines += [f"gone     {path}" for path in report.gone]
    counts = (
        f"{len(report.read)} read, {len(report.kept)} unchanged, {len(report.gone)} gone, {len(report.refused)} refused"
    )
    return "\n".join([*lines, counts])


def _documents(options: argparse.Namespace) -> int:
    store = _store(options)
    for one in store.documents():
        since = f", holds from {one.holds_from}" if one.holds_from is not None else ""
        print(f"{one.path}: {one.title} ({one.kind}, {one.passages} passages{since})")
        for note in one.notes:
            print(f"    note: {note}")
    for refused in store.refused():
        print(f"refused: {refused.path}: {refused.what} [{refused.reason}]")
    return 0


def _find(options: argparse.Namespace) -> int:
    settings = configured()
    search = DocumentSearch(_store(options), embedders_of(settings), reranker_of(settings))
    hits = search.find(options.query, on=options.on, most=options.most)
    for hit in hits:
        since = f", holds from {hit.holds_from}" if hit.holds_from is not None else ""
        chapter = " ".join(one for one in (hit.passage.chapter, hit.passage.section) if one)
        print(f"{hit.where} ({hit.document}#{hit.anchor}{since})" + (f" {chapter}" if chapter else ""))
        text = hit.passage.text
        print(text if len(text) <= _QUOTE_CHARS_MAX else f"{text[:_QUOTE_CHARS_MAX]}…", end="\n\n")
    return 0 if hits else 1
