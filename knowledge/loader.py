"""Entries from YAML: one file a topic, each ``{defaults: {…}, entries: [{…}, …]}``.

``defaults`` are merged into each entry of the file that does not say otherwise. Every mistake is reported at once, each
with file, entry, field and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge.schema import Asks, Document, Entry

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where it was built
SOURCES_FILE = "sources.yaml"
PHRASINGS = "phrasings*.yaml"

_REMEDIES = {
    "missing": "add it",
    "extra_forbidden": "no such field: check its spelling or remove it",
    "too_short": "add more",
    "string_too_short": "write the text; an empty one is not allowed",
    "literal_error": "use one of the values named",
    "string_pattern_mismatch": "lower case words joined by dots, such as card.replace.fee",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it."""

    file: str
    entry: str
    field: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.entry}: {self.field}: {self.what} -> {self.remedy}"


class BadKnowledge(Exception):
    """The knowledge base cannot be used; ``problems`` says why, one by one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Corpus:
    """Everything that was read: entries with the file of each, and the documents they cite."""

    entries: Sequence[Entry]
    files: Mapping[tuple[str, int], str]
    documents: Mapping[str, Document]


def parse(path: Path) -> Any:
    """What a YAML file holds. Raises BadKnowledge where it is none."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - safe either way
    except UnicodeDecodeError as error:
        raise BadKnowledge([Problem(path.name, "-", "-", f"not UTF-8 ({error.reason})", "save it as UTF-8")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark is not None else "-"
        what = getattr(error, "problem", None) or "not YAML"
        raise BadKnowledge(
            [Problem(path.name, where, "-", what, "quote texts that contain ': ' or start with a sign")]
        ) from None


def _problems(file: str, entry: str, error: ValidationError) -> list[Problem]:
    return [
        Problem(
            file,
            entry,
            ".".join(str(part) for part in item["loc"]) or "-",
            item["msg"],
            _REMEDIES.get(item["type"], "correct it"),
        )
        for item in error.errors()
    ]


def load_documents(path: Path) -> dict[str, Document]:
    """The registry of sources. Raises BadKnowledge."""
    raw = parse(path)
    if not isinstance(raw, dict):
        raise BadKnowledge([Problem(path.name, "-", "-", "not a table of documents", "write key: {name: …, kind: …}")])
    found: dict[str, Document] = {}
    problems: list[Problem] = []
    for key, value in raw.items():
        try:
            found[str(key)] = Document.model_validate(value)
        except ValidationError as error:
            problems += _problems(path.name, str(key), error)
    if problems:
        raise BadKnowledge(problems)
    return found


def _entries_of(path: Path) -> tuple[list[Entry], list[Problem]]:
    try:
        raw = parse(path)
    except BadKnowledge as error:
        return [], list(error.problems)
    if not isinstance(raw, dict) or not isinstance(raw.get("entries"), list):
        return [], [Problem(path.name, "-", "entries", "no list of entries", "write 'entries:' and one item an entry")]
    unknown = set(raw) - {"defaults", "entries"}
    problems = [Problem(path.name, "-", key, "no such field", "only defaults and entries") for key in sorted(unknown)]
    entries: list[Entry] = []
    for at, item in enumerate(raw["entries"]):
        if not isinstance(item, dict):
            problems.append(Problem(path.name, f"entry {at + 1}", "-", "not a table", "write id: …, title: …"))
            continue
        try:
            entries.append(Entry.model_validate({**(raw.get("defaults") or {}), **item}))
        except ValidationError as error:
            problems += _problems(path.name, str(item.get("id", f"entry {at + 1}")), error)
    return entries, problems


def load(folder: Path) -> Corpus:
    """All entries of ``folder/*.yaml`` with the registry ``sources.yaml`` that lies beside the folder,
    and with the further ways of asking of every ``phrasings*.yaml`` there.

    Raises:
        BadKnowledge: something is not as it should be; every problem is named.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise BadKnowledge(
            [Problem(str(folder), "-", "-", "no entries here", "point to the folder with the YAML files")]
        )
    documents = load_documents(folder.parent / SOURCES_FILE)
    entries: list[Entry] = []
    where: dict[tuple[str, int], str] = {}
    problems: list[Problem] = []
    for path in files:
        found, wrong = _entries_of(path)
        problems += wrong
        for entry in found:
            key = (entry.id, entry.version)
            if key in where:
                problems.append(
                    Problem(
                        path.name,
                        entry.id,
                        "id",
                        f"version {entry.version} is also in {where[key]}",
                        "give it a new version or id",
                    )
                )
                continue
            where[key] = path.name
            entries.append(entry)
            problems += [
                Problem(
                    path.name, entry.id, "sources", f"unknown document {source.document!r}", f"add it to {SOURCES_FILE}"
                )
                for source in entry.sources
                if source.document not in documents
            ]
    for phrasings in sorted(folder.parent.glob(PHRASINGS)):
        if not problems:
            entries, problems = _widened(entries, phrasings)
    if problems:
        raise BadKnowledge(problems)
    return Corpus(entries, where, documents)


def _widened(entries: Sequence[Entry], path: Path) -> tuple[list[Entry], list[Problem]]:
    """Entries with the further ways of asking that ``path`` gives by entry id."""
    raw = parse(path)
    problems = [
        Problem(path.name, str(id_), "-", "no entry has this id", "correct or remove it")
        for id_ in sorted(set(raw) - {entry.id for entry in entries})
    ]
    out: list[Entry] = []
    for entry in entries:
        more = raw.get(entry.id, {"zh": [], "en": []})
        try:
            asks = Asks.model_validate({"zh": [*entry.asks.zh, *more["zh"]], "en": [*entry.asks.en, *more["en"]]})
        except ValidationError as error:
            problems += _problems(path.name, entry.id, error)
            continue
        except (KeyError, TypeError):
            problems.append(Problem(path.name, entry.id, "-", "not {zh: […], en: […]}", "write both languages"))
            continue
        out.append(entry.model_copy(update={"asks": asks}))
    return out, problems
