"""Every fixed sentence there is: in both languages, with the same values, and fit to be read aloud."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import tools.gate
import tools.services
from tools.catalogue import catalogue
from tools.gate.risk import RuleEngine
from tools.wording import Text

MODULES = [
    *(m.name for m in pkgutil.iter_modules(tools.services.__path__, "tools.services.")),
    *(m.name for m in pkgutil.iter_modules(tools.gate.__path__, "tools.gate.")),
    "tools.catalogue",
    "agent.phrases",
    "agent.hear",
]


def found(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from found(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from found(item)


def texts() -> Iterator[tuple[str, Text]]:
    for module in MODULES:
        for name, value in vars(importlib.import_module(module)).items():
            for n, text in enumerate(found(value)):
                yield f"{module}.{name}.{n}", text
    for entry in catalogue().values():
        yield f"catalogue.{entry.id}", entry.name
        yield f"catalogue.{entry.id}.elsewhere", entry.elsewhere
    engine = RuleEngine.from_file()
    rules = engine.rules
    for code in [*(rule.code for rule in rules.rule), *(band.code for band in rules.band), rules.cannot_wait.code]:
        yield f"risk.{code}", engine.wording(code)
    for row in [*rules.rule, *rules.band, *rules.score, rules.cannot_wait]:
        yield f"risk.{row.code}.staff", Text(row.staff.zh, row.staff.en)


ALL = dict(texts())
PLACES = re.compile(r"\{(\w+)\}")


def test_that_there_are_many() -> None:
    assert len(ALL) > 200


@pytest.mark.parametrize("name", ALL)
def test_that_a_sentence_is_whole_in_both_languages(name: str) -> None:
    text = ALL[name]
    assert text.zh.strip() == text.zh != ""
    assert text.en.strip() == text.en != ""
    assert sorted(PLACES.findall(text.zh)) == sorted(PLACES.findall(text.en)), "the same values"
    assert not re.search(r"\{\W|\{\}|  ", text.zh + text.en)
    assert not re.search(r"[一-鿿]", text.en), "no Chinese in English"
    words = re.sub(r"\{\w+\}|AI|ATM|OTP|SMS|ID|[A-Za-z]{1,3}\d*", "", text.zh)
    assert not re.search(r"[A-Za-z]{4,}", words), "no English in Chinese"
    assert not text.zh.endswith("。") or not text.zh.endswith("。。")


@pytest.mark.parametrize("name", ALL)
def test_that_english_reads_well_whatever_stands_in_it(name: str) -> None:
    en = ALL[name].en
    for awkward in (
        "the {service}",
        "Your {service}",
        "your {service}",
        "a {service}",
        "{left} more",
        "{count} transactions",
        "{wait} more",
    ):
        assert awkward not in en, "services are named by nouns and gerunds, counts can be one"
