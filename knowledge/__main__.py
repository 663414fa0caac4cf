"""``python -m knowledge lint | build | ask "…"``: for those who write and look after entries.

``diff OLD NEW | digest ENTRY | stale | report`` are for those who look after entries (:mod:`knowledge.care_commands`),
``ingest FOLDER | documents | find "…"`` are for those who feed documents (:mod:`knowledge.ingest.commands`).
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.care_commands import add_care_commands
from knowledge.ingest.commands import add_commands
from knowledge.library import ENTRIES, Library
from knowledge.lint import lint
from knowledge.loader import BadKnowledge, load
from knowledge.port import Answer, CannotServe, Locale
from knowledge.select import embedders_of, reranker_of
from knowledge.settings import BadKnowledgeSettings, configured
from knowledge.tariff import Tariff, check

TARIFF = Path(__file__).parent.parent / "tools" / "tariff.toml"


def read_tariff(path: Path) -> Tariff:
    """Figures of a tariff file as "value unit": good enough to look at answers; the service gets them well worded."""
    leaves = dict(_leaves(tomllib.loads(path.read_text(encoding="utf-8"))))
    said = {key: f"{leaf['value']} {leaf['unit']}" for key, leaf in leaves.items()}
    said |= {f"{key}.charge": text for key, text in said.items() if key.startswith("fee.")}
    for stem in [key.removesuffix("_min") for key in leaves if key.endswith("_min")]:
        if f"{stem}_max" in said:  # a range is a figure as well
            said.setdefault(stem, f"{leaves[f'{stem}_min']['value']} to {said[f'{stem}_max']}")
    return {key: {"zh-CN": figure, "en": figure} for key, figure in said.items()}


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            if "value" in value:
                yield f"{prefix}{name}", value
            else:
                yield from _leaves(value, f"{prefix}{name}.")


def show(answer: Answer) -> str:
    """An answer for the terminal."""
    lines = [f"{answer.entry}: {answer.title} ({answer.score:.2f})", answer.short, "", answer.long, ""]
    lines += [f"- {citation.source}" for citation in answer.citations]
    if answer.services:
        lines.append("-> " + " ".join(answer.services))
    return "\n".join(lines)


def _lint(options: argparse.Namespace) -> int:
    corpus = load(options.entries)
    check(corpus, read_tariff(options.tariff))
    problems = lint(corpus, options.on, options.laws)
    for problem in problems:
        print(problem)
    print(f"{len(corpus.entries)} entries, {len(problems)} problems")
    return 1 if problems else 0


def _library(options: argparse.Namespace) -> Library:
    settings = configured()
    cache = options.cache or settings.models / "knowledge"
    tariff = read_tariff(options.tariff)
    return Library(options.entries, tariff, cache, embedders_of(settings), reranker=reranker_of(settings))


def _build(options: argparse.Namespace) -> int:
    start = time.perf_counter()
    library = _library(options)
    print(f"{len(library.entries)} entries, version {library.version}, {time.perf_counter() - start:.1f} s")
    return 0


def _ask(options: argparse.Namespace) -> int:
    library = _library(options)
    locale: Locale = "en" if options.locale == "en" else "zh-CN"
    answer = library.ask(options.query, locale, options.on, service=options.service)
    if answer is not None:
        print(show(answer))
        return 0
    entries, found = library.search(options.query, locale, options.on, service=options.service, most=3)
    print(f"nothing fits well enough ({found.confidence:.2f}); nearest: " + ", ".join(entry.id for entry in entries))
    return 1


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code: 0 done, 1 something to put right or nothing found, 2 entries, settings or embeddings cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description=__doc__)
    parser.add_argument("--entries", type=Path, default=ENTRIES, help="folder of the YAML files")
    parser.add_argument("--tariff", type=Path, default=TARIFF, help="tariff file (TOML)")
    parser.add_argument("--cache", type=Path, help="folder of the vector store (default: as the running counter)")
    parser.add_argument("--on", type=date.fromisoformat, default=datetime.now(ZoneInfo("Asia/Shanghai")).date())
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("lint", help="report what should be put right")
    one.add_argument("--laws", type=Path, help="folder with the texts of the laws: check that cited articles exist")
    one.set_defaults(run=_lint)
    commands.add_parser("build", help="embed what is new").set_defaults(run=_build)
    one = commands.add_parser("ask", help="ask as a customer would")
    one.add_argument("query")
    one.add_argument("--locale", choices=["zh-CN", "en"], default="zh-CN")
    one.add_argument("--service", help="the service in progress")
    one.set_defaults(run=_ask)
    add_commands(commands, datetime.now(UTC))
    add_care_commands(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except (BadKnowledge, BadKnowledgeSettings, CannotServe) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
