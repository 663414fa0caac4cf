"""Held-out utterances and questions, one turn each: what was understood, and which source was named.

The lines are those that the understanding's and the knowledge's own benchmarks hold out; here they are asked over HTTP, of
whatever system speaks the contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from eval.contract import PARAMS, READS, Json, Locale
from eval.score import Fault

ROOT = Path(__file__).parent.parent
UTTERANCES = ROOT / "agent" / "understand" / "data" / "heldout"
QUESTIONS = ROOT / "knowledge" / "heldout"
CUSTOMER = "C1001"
_PENDING = "C1006"  # has a transfer that can still be stopped
_ACTIONS = frozenset(PARAMS) - READS - {"human.handoff"}
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_LOCALES: dict[str, Locale] = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class Probe:
    """One line. ``means``: the labels of which one must be understood; ``source``: the entry that answers, None where
    nothing approved does. Exactly one of the two suites asks it."""

    id: str
    text: str
    locale: Locale
    author: str
    persona: str
    means: tuple[str, ...] = ()
    source: str | None = None

    @property
    def customer(self) -> str:
        return _PENDING if "transfer.cancel" in self.means or "transfer.status" in self.means else CUSTOMER

    @property
    def topic(self) -> str:
        """What the line is about, for tables."""
        return self.means[0] if self.means else (self.source or "unanswerable").split(".")[0]

    def tags(self) -> dict[str, str]:
        """What tables group by."""
        return {
            "service": self.topic, "persona": self.persona, "locale": self.locale, "author": self.author, "held_out": "yes",
        }  # fmt: skip


def probes() -> dict[str, list[Probe]]:
    """The understanding and the knowledge suite; empty where the files are not there."""
    found = {"understanding": list(_utterances()), "knowledge": list(_questions())}
    return {suite: lines for suite, lines in found.items() if lines}


def heard(probe: Probe, turn: Json) -> list[Fault]:
    """Whether the first command is what was meant; an action started that nobody meant is the error to avoid."""
    labels = [label_of(command) for command in turn["understood"]]
    wrong = [
        label for command, label in zip(turn["understood"], labels, strict=True)
        if command["command"] == "start_service" and label in _ACTIONS and label not in probe.means
    ]  # fmt: skip
    told = f"meant {'|'.join(probe.means)}, understood {'+'.join(labels) or 'nothing'}: {probe.text[:60]}"
    if wrong:
        return [Fault("wrong_action", told, 0)]
    if labels and labels[0] in probe.means:
        return []
    return [Fault("asked_back" if "clarify" in labels else "misheard", told, 3)]


def cited(probe: Probe, turn: Json) -> list[Fault]:
    """Whether the right entry is named first, or nothing is where nothing approved answers."""
    named = list(dict.fromkeys(str(item["id"]).split("@")[0] for item in turn["citations"]))
    told = f"source {probe.source}, named {named[:3]}: {probe.text[:60]}"
    if probe.source is None:
        return [Fault("answered_anyway", told, 2)] if named else []
    if probe.source in named[:1]:
        return []
    if probe.source in named:
        return [Fault("not_first", told, 4)]
    return [Fault("other_source" if named else "not_answered", told, 3)]


def uncited(probe: Probe, turn: Json) -> list[str]:
    """Figures of an answer that stand neither in what is cited nor in the question. A note and no fault: what is cited is shown in
    part, and an approved text may say more than that part."""
    shown = " ".join(str(value) for item in turn["citations"] for name, value in item.items() if name != "id")
    known = set(_FIGURE.findall(f"{shown}\n{probe.text}".replace(",", "")))
    return [figure for figure in _FIGURE.findall(turn["reply"]["text"].replace(",", "")) if figure not in known]


def label_of(command: Json) -> str:
    """What a command is called in the held-out lines."""
    match command["command"]:
        case "start_service":
            return str(command["service"])
        case "chitchat":
            return f"chitchat.{command.get('topic')}"
        case "handoff":
            return "human.handoff"
        case other:
            return str(other)


def _utterances() -> Iterator[Probe]:
    for path in sorted(UTTERANCES.glob("*.tsv")):
        author, language = path.stem.split(".")
        lines = path.read_text(encoding="utf-8").splitlines()
        noisy = bool(lines) and re.search(r"dialect|slang|slip", lines[0]) is not None
        for number, line in enumerate(lines, start=1):
            if line and not line.startswith("#"):
                means, text = line.split("\t")[:2]
                yield Probe(
                    f"{path.stem}.{number:04d}", text, _LOCALES[language], author, "noisy" if noisy else "plain",
                    means=tuple(means.split("|")),
                )  # fmt: skip


def _questions() -> Iterator[Probe]:
    for language, locale in _LOCALES.items():
        path = QUESTIONS / f"{language}.yaml"
        if not path.exists():
            continue
        asked = yaml.safe_load(path.read_text(encoding="utf-8"))
        rows: Sequence[tuple[str | None, str]] = [
            *((source, text) for source, text in asked["questions"]),
            *((None, text) for text in asked.get("unanswerable", ())),
        ]
        for number, (source, text) in enumerate(rows, start=1):
            yield Probe(f"question.{language}.{number:04d}", text, locale, "entries", "plain", source=source)
