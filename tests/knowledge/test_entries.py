"""The corpus that ships: complete, linted, tied to the tariff and to the laws at hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.library import ENTRIES
from knowledge.lint import lint
from knowledge.loader import load
from knowledge.tariff import check
from tools.catalogue import catalogue
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
