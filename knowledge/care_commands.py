"""``diff | stale | report`` of ``python -m knowledge``: for those who look after the entries."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import yaml

from knowledge import report
from knowledge.library import HERE
from knowledge.loader import load
from knowledge.record import SqliteRecord


def add_care_commands(commands: Any) -> None:
    """Add the commands to the parser's subcommands."""
    one = commands.add_parser("diff", help="what changed between two folders of entries")
    one.add_argument("old", type=Path)
    one.add_argument("new", type=Path)
    one.set_defaults(run=_diff)
    one = commands.add_parser("digest", help="what an approver signs: the hash of an entry's versions")
    one.add_argument("entry")
    one.set_defaults(run=_digest)
    one = commands.add_parser("stale", help="what ran out, runs out soon, waits, or has two versions in force")
    one.set_defaults(run=_stale)
    one = commands.add_parser("report", help="coverage, stale and unchecked entries, what was asked and found nothing")
    one.add_argument("--questions", type=Path, help="questions.sqlite in the data folder of the running system")
    one.add_argument("--csv", action="store_true", help="CSV instead of a page")
    one.add_argument("--out", type=Path, help="write it there instead of printing it")
    one.set_defaults(run=_report)


def _diff(options: argparse.Namespace) -> int:
    lines = report.diff(load(options.old), load(options.new))
    print("\n".join(lines) if lines else "no difference")
    return 1 if lines else 0


def _digest(options: argparse.Namespace) -> int:
    found = [entry for entry in load(options.entries).entries if entry.id == options.entry]
    for entry in found:
        print(f"{entry.id}@{entry.version} {entry.digest}")
    return 0 if found else 1


def _stale(options: argparse.Namespace) -> int:
    corpus = load(options.entries)
    rows = [*report.stale(corpus, options.on), *report.conflicts(corpus, options.on)]
    for row in rows:
        print(f"{row.subject}: {row.detail}")
    return 1 if rows else 0


def _report(options: argparse.Namespace) -> int:
    corpus = load(options.entries)
    rows = [*report.stale(corpus, options.on), *report.conflicts(corpus, options.on), *report.unchecked(corpus)]
    if options.questions is not None:
        record, now = SqliteRecord(options.questions), datetime.combine(options.on, time.max, UTC)
        rows += report.asked(record.most_asked(now), record.unanswered(now))
    services = [name for name in yaml.safe_load((HERE / "context.yaml").read_text(encoding="utf-8")) if "." in name]
    rows += report.coverage(corpus, services, options.on)
    text = report.as_csv(rows) if options.csv else report.as_html(rows, options.on)
    if options.out is None:
        print(text)
    else:
        options.out.write_text(text, encoding="utf-8")
    return 0
