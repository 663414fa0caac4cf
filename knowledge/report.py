"""For those who look after the entries: coverage, what is stale or unchecked, what is asked most and what finds nothing."""

from __future__ import annotations

import csv
import html
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.loader import Corpus
from knowledge.record import Counted
from knowledge.schema import LOCALES, Entry

SOON = timedelta(days=30)
REVIEW_AFTER = timedelta(days=730)


@dataclass(frozen=True)
class Row:
    """One line of the report: which part it belongs to, what it is about, and what is said of it."""

    part: str
    subject: str
    detail: str
    count: int


def stale(corpus: Corpus, on: date) -> list[Row]:
    """Versions that ran out, run out soon, or have not been looked at for two years; and drafts that wait."""
    rows = []
    for entry in corpus.entries:
        name = f"{entry.id}@{entry.version}"
        until, seen = entry.effective.until, entry.effective.since
        if entry.signature is not None and entry.signed:
            seen = max(seen, entry.signature.at)
        if entry.state in ("draft", "review"):
            rows.append(Row("stale", name, f"waits in {entry.state} ({entry.owner})", 1))
        elif entry.state == "approved" and until is not None and until < on:
            rows.append(Row("stale", name, f"ran out on {until} ({entry.owner})", 1))
        elif entry.state == "approved" and until is not None and until - on <= SOON:
            rows.append(Row("stale", name, f"runs out on {until} ({entry.owner})", 1))
        elif entry.state == "approved" and until is None and on - seen > REVIEW_AFTER:
            rows.append(Row("stale", name, f"not reviewed since {seen} ({entry.owner})", 1))
    return rows


def unchecked(corpus: Corpus) -> list[Row]:
    """Sources whose text was not at hand when the entry was approved; the bank's own terms are its owner's to check."""
    return [
        Row("unchecked", f"{entry.id}@{entry.version}", f"{source.document} {source.article or ''}".strip(), 1)
        for entry in corpus.entries
        for source in entry.sources
        if not source.checked and corpus.documents[source.document].kind != "house"
    ]


def conflicts(corpus: Corpus, on: date) -> list[Row]:
    """Several versions of an entry in force on one day: the newest is served, the owner should end the older one."""
    in_force: dict[str, list[Entry]] = defaultdict(list)
    for entry in corpus.entries:
        if entry.state == "approved" and entry.effective.on(on):
            in_force[entry.id].append(entry)
    return [
        Row("conflict", id_, f"versions {', '.join(str(one.version) for one in sorted(found, key=_version))} hold; the newest is served ({found[-1].owner})", len(found))
        for id_, found in sorted(in_force.items())
        if len(found) > 1
    ]  # fmt: skip


def _version(entry: Entry) -> int:
    return entry.version


def coverage(corpus: Corpus, services: Sequence[str], on: date) -> list[Row]:
    """Services × topics × languages: how many ways of asking lead to an entry in force; services without any are there
    with nought."""
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for entry in corpus.entries:
        if entry.state != "approved" or not entry.effective.on(on):
            continue
        for service in entry.services or ["-"]:
            for locale in LOCALES:
                counts[service, entry.id.split(".")[0], locale] += len(entry.asks.of(locale))
    covered = {service for service, _, _ in counts}
    rows = [Row("coverage", service, f"{topic} {locale}", n) for (service, topic, locale), n in sorted(counts.items())]
    return rows + [Row("coverage", service, "no entry", 0) for service in services if service not in covered]


def asked(most: Sequence[Counted], unanswered: Sequence[Counted]) -> list[Row]:
    """What was asked most, and what found nothing (masked)."""
    return [Row("asked", one.what, one.locale, one.times) for one in most] + [
        Row("unanswered", one.what, one.locale, one.times) for one in unanswered
    ]


def diff(old: Corpus, new: Corpus) -> list[str]:
    """What changed between two folders, version by version and field by field."""
    before = {(entry.id, entry.version): entry for entry in old.entries}
    after = {(entry.id, entry.version): entry for entry in new.entries}
    lines = []
    for key in sorted(before.keys() | after.keys()):
        name = f"{key[0]}@{key[1]}"
        if key not in after:
            lines.append(f"- {name}")
        elif key not in before:
            lines.append(f"+ {name} ({after[key].state})")
        else:
            lines += _changed(name, before[key], after[key])
    return lines


def _changed(name: str, before: Entry, after: Entry) -> list[str]:
    one, other = before.model_dump(mode="json"), after.model_dump(mode="json")
    return [f"~ {name} {field}: {one[field]!r} -> {other[field]!r}" for field in one if one[field] != other[field]]


def as_csv(rows: Sequence[Row]) -> str:
    """The report as CSV; a cell that a spreadsheet would take for a formula is quoted as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["part", "subject", "detail", "count"])
    writer.writerows([row.part, _text(row.subject), _text(row.detail), row.count] for row in rows)
    return out.getvalue()


def _text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def as_html(rows: Sequence[Row], on: date) -> str:
    """The report as a page of its own, one table a part."""
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        parts[row.part].append(row)
    tables = "".join(
        f"<h2>{html.escape(part)} ({len(found)})</h2><table>"
        + "".join(
            f"<tr><td>{html.escape(row.subject)}</td><td>{html.escape(row.detail)}</td><td>{row.count}</td></tr>"
            for row in found
        )
        + "</table>"
        for part, found in parts.items()
    )
    style = "body{font:15px sans-serif;margin:2em}td{padding:2px 12px;border-bottom:1px solid #ddd}"
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Knowledge {on}</title><style>{style}</style><h1>Knowledge on {on}</h1>{tables}</html>'
