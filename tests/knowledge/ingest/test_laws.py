"""The laws as they are published: real input, in a folder that ``SKYTELLER_TEST_LAWS`` names, never in this repository."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from knowledge.documents import DocumentStore
from knowledge.sources import articles
from tests.knowledge.ingest.make import run

LAWS = os.environ.get("SKYTELLER_TEST_LAWS")
pytestmark = pytest.mark.skipif(
    not LAWS, reason="SKYTELLER_TEST_LAWS does not name a folder with the texts of the laws"
)

HOLDS_FROM = {
    "个人信息保护法(2021-08-20)": date(2021, 11, 1),
    "反洗钱法(2024-11-08)": date(2025, 1, 1),
    "反电信网络诈骗法(2022-09-02)": date(2022, 12, 1),
    "存款保险条例(2015-02-17)": date(2015, 5, 1),
    "消费者权益保护法(2013-10-25)": None,  # its text names the day of its first version
    "银行卡民事纠纷规定(2021-05-24)": date(2021, 5, 25),
}
ARTICLES = {
    "个人信息保护法(2021-08-20)": 74,
    "反洗钱法(2024-11-08)": 65,
    "反电信网络诈骗法(2022-09-02)": 50,
    "存款保险条例(2015-02-17)": 23,
    "消费者权益保护法(2013-10-25)": 63,
    "银行卡民事纠纷规定(2021-05-24)": 16,
}


def test_every_article_is_found_by_its_number_with_its_words(store: DocumentStore) -> None:
    assert LAWS is not None
    report = run(Path(LAWS), store)
    assert report.refused == []
    assert {Path(one.path).stem: one.holds_from for one in store.documents()} == HOLDS_FROM
    for name, count in ARTICLES.items():
        words = articles(Path(LAWS) / f"{name}.md")
        assert len(words) == count
        for number, text in words.items():
            found = store.article(name, str(number))
            assert found is not None
            # the other reader leaves chapter headings at the end of an article; apart from these they agree
            assert "".join(found.split()) == "".join(text.split("\n#")[0].split())
        assert store.article(name, str(count + 1)) is None
