"""Articles found by how people ask for them: which passages that touches, and what is refused."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from knowledge import documents_search, law_asks
from knowledge.documents import DocumentStore
from knowledge.documents_search import DocumentSearch
from knowledge.law_asks import Law, asks_for, read_law, shipped
from knowledge.loader import BadKnowledge
from tests.knowledge.ingest.make import RULES, pair, run

LAW = Law(
    title="云桥银行保管箱规则",
    holds_from=date(2025, 3, 1),
    articles={"4": ["不租了能拿回钱吗", "租了半年想退"], "2": ["老婆一个人来开行不行"], "99": ["没有这一条"]},
)


def test_that_asks_go_to_the_articles_of_their_law_in_their_version() -> None:
    places = [
        ("云桥银行保管箱规则", date(2025, 3, 1), "2"),
        ("云桥银行保管箱规则", None, "4"),
        ("云桥银行保管箱规则", date(2026, 1, 1), "4"),  # another version may say something else there
        ("另一家的规则", None, "4"),
        ("云桥银行保管箱规则", None, None),
        ("云桥银行保管箱规则", None, "3"),
    ]
    asks = asks_for(places, [LAW])
    assert list(zip(asks.texts, asks.passage_of, strict=True)) == [
        ("老婆一个人来开行不行", 0),
        ("不租了能拿回钱吗", 1),
        ("租了半年想退", 1),
    ]


def test_that_an_article_is_found_by_words_it_does_not_hold(
    folder: Path, store: DocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "rules.md").write_text(RULES, encoding="utf-8")
    query = "不租了能拿回钱吗"
    run(folder, store, prepare=DocumentSearch(store, pair()).prepare)
    without = [hit.passage.article for hit in DocumentSearch(store, pair()).find(query)]
    monkeypatch.setattr(documents_search, "shipped", lambda: (LAW,))
    embedders = pair()
    search = DocumentSearch(store, embedders)
    search.prepare([one.id for one in store.documents()])
    search.tidy_up()
    embedded = embedders[0].embedded
    assert next(hit.passage.article for hit in search.find(query)) == "4" != without[0]
    assert embedders[0].embedded == embedded  # what was prepared is kept and not embedded again
    assert (
        search.find("保管箱按年收费，标准")[0].passage.article == "3"
    )  # nobody asked for it; it is found by its words


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("title: 规则\nholds_from: 2025-03-01\narticles: {'1': []}", "articles.1"),
        ("title: 规则\nholds_from: gestern\narticles: {'1': [问]}", "holds_from"),
        ("title: 规则\narticles: {'1': [问]}", "holds_from"),
        ("- 1", "law.yaml"),
        ("title: [", "line"),
    ],
)
def test_that_a_wrong_file_is_named_with_its_field(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "law.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadKnowledge, match=named):
        read_law(path)


def test_that_what_ships_asks_for_one_article_alone() -> None:
    assert len(shipped()) == len(list(law_asks.FOLDER.glob("*.yaml"))) > 0
    for law in shipped():
        times = Counter(text for asks in law.articles.values() for text in asks)
        assert [text for text, count in times.items() if count > 1] == [], law.title
        assert all(number.isdigit() for number in law.articles), law.title
