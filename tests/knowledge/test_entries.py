"""The corpus that ships: complete, linted, tied to the tariff and to the laws at hand."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from knowledge.library import ENTRIES
from knowledge.lint import lint
from knowledge.loader import load
from knowledge.schema import LOCALES
from knowledge.tariff import check, fill, texts
from tools.catalogue import catalogue
from tools.services import built_services
from tools.tariff import load_tariff

ROOT = Path(__file__).parents[2]
LAWS = ROOT.parent / "shared" / "data" / "laws"
DAY = date(2026, 11, 24)


def test_that_the_corpus_is_clean() -> None:
    corpus = load(ENTRIES)
    assert [str(problem) for problem in lint(corpus, DAY)] == []
    assert len(corpus.entries) >= 70
    assert {entry.state for entry in corpus.entries} == {"approved"}


def test_that_every_figure_stands_in_the_tariff() -> None:
    check(load(ENTRIES), load_tariff().spoken())


def test_that_a_range_is_one_figure() -> None:
    """ "5个工作日至7个工作日" reads badly aloud: a range has a place of its own."""
    said = [text.zh + text.en for entry in load(ENTRIES).entries for _, text in texts(entry)]
    assert [one for one in said if re.search(r"_min\}.{0,6}\{tariff:", one)] == []


def test_that_related_services_are_in_the_catalogue() -> None:
    named = {service for entry in load(ENTRIES).entries for service in entry.services}
    assert named == set(catalogue()), "every service is explained by an entry"


@pytest.mark.skipif(not LAWS.is_dir(), reason="the texts of the laws are not here")
def test_that_checked_articles_exist() -> None:
    assert [str(problem) for problem in lint(load(ENTRIES), DAY, LAWS)] == []


def test_that_no_answer_promises_money_back_or_names_a_report() -> None:
    for entry in load(ENTRIES).entries:
        assert "一定能追回" not in entry.long.zh
        if "fraud.report" in entry.services and entry.id.startswith(("fraud.first", "scam.safe")):
            assert "110" in entry.short.zh + entry.long.zh
            assert "96110" in entry.short.zh + entry.long.zh


def test_that_she_says_of_herself_what_is_built_and_nothing_else() -> None:
    own = next(entry for entry in load(ENTRIES).entries if entry.id == "teller.capabilities").long
    able = {*built_services(), "human.handoff"}
    for service, row in catalogue().items():
        assert (row.name.zh in own.zh, row.name.en in own.en) == (service in able, service in able), service


def test_that_nothing_to_pay_is_no_figure() -> None:
    """ "收0元" reads badly aloud: a fee that may be nothing is said as a charge."""
    spoken = load_tariff().spoken()
    for entry in load(ENTRIES).entries:
        for field, text in texts(entry):
            for locale in LOCALES:
                said = fill(text.of(locale), spoken, locale)
                assert not re.search(r"(?<![\d.,])0 ?(?:元|%|yuan)", said), f"{entry.id}.{field}: {said}"
