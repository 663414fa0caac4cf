"""An approved entry that cites an article shows the article's words where its document is at hand."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from agent.minds import feed
from agent.settings import BadSettings, load
from knowledge.documents import DocumentStore
from knowledge.embeddings import Embedder
from knowledge.library import ENTRIES, QUOTE_CHARS_MAX, Library
from tests.knowledge.ingest.make import AT, run
from tools.clock import Clock
from tools.tariff import load_tariff

DAY = date(2026, 11, 24)
CITED = "测试规则(2025-01-01)"
ENTRY = """
entries:
- id: box.open
  version: 1
  title: {zh: 开箱, en: Opening the box}
  asks:
    zh: [怎么开箱, 开箱要带什么, 开箱要证件吗, 箱子怎么打开, 开保管箱, 我要开箱]
    en: [how to open, what to bring, need an ID, opening it, open the box, I want to open it]
  short: {zh: 带身份证件和钥匙。, en: Bring your ID and the key.}
  long: {zh: 带身份证件和钥匙，本人到场。, en: Bring your ID and the key and come in person.}
  sources: [{document: rules, article: 2}, {document: other, article: 2}]
  effective: {from: 2025-01-01}
  owner: 运营部
  state: approved
  approver: 测试
  education: [{services: [account.open], mode: inform}]
"""


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    sources = {
        name: {"name": {"zh": name, "en": name}, "kind": "rule"} | more
        for name, more in {"rules": {"file": CITED}, "other": {}}.items()
    }
    folder = tmp_path / "entries"
    folder.mkdir()
    (tmp_path / "sources.yaml").write_text(yaml.safe_dump(sources, allow_unicode=True), encoding="utf-8")
    (folder / "box.yaml").write_text(ENTRY, encoding="utf-8")
    return folder


def test_quotes(entries: Path, folder: Path, store: DocumentStore, embedders: tuple[Embedder, ...]) -> None:
    library = Library(entries, load_tariff().spoken(), None, embedders, texts=store)
    text = "第一条 甲。\n第二条 客户凭身份证件开箱。\n（一）本人到场。\n第三条 乙。\n"
    approved = "带身份证件和钥匙。"

    def quotes(locale: str = "zh-CN") -> list[str]:
        answer = library.entry("box.open", locale, DAY)  # type: ignore[arg-type]
        assert answer is not None
        assert answer.short.startswith("带" if locale == "zh-CN" else "Bring")  # what is said stays the approved words
        return [one.quote for one in answer.citations]

    assert quotes() == [approved, approved]
    (folder / f"{CITED}.txt").write_text(text, encoding="utf-8")
    run(folder, store)
    assert quotes() == ["第二条 客户凭身份证件开箱。\n（一）本人到场。", approved]
    assert quotes("en") == ["Bring your ID and the key.", "Bring your ID and the key."]
    (lesson,) = library.lessons("account.open", frozenset(), "zh-CN", DAY)
    assert lesson.citation.quote.startswith("第二条 客户凭")
    (folder / f"{CITED}.txt").write_text(text.replace("开箱。", "开箱。" + "长" * 5000), encoding="utf-8")
    run(folder, store)
    assert len(quotes()[0]) == QUOTE_CHARS_MAX + 2
    store.path.write_bytes(b"no database")
    for beside in store.path.parent.glob("documents.sqlite-*"):
        beside.unlink()
    assert quotes() == [approved, approved]


class _Clock(Clock):
    def now(self) -> datetime:
        return AT


def test_the_counter_takes_its_folder_at_the_start(tmp_path: Path, folder: Path) -> None:
    (folder / "a.txt").write_text("第一条 甲。", encoding="utf-8")
    (folder / "b.csv").write_text("a,b", encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    settings = load({"SKYTELLER_DATA": str(data), "SKYTELLER_DOCUMENTS": str(folder)})
    feed(settings, _Clock())
    feed(settings, _Clock())
    store = DocumentStore(data)
    assert store.article("a", "1") == "第一条 甲。"
    assert [one.reason for one in store.refused()] == ["sheet"]
    feed(load({"SKYTELLER_DATA": str(tmp_path / "data2")}), _Clock())
    assert not (tmp_path / "data2").exists()
    (data / "documents.sqlite").write_bytes(b"no database" * 1000)
    feed(settings, _Clock())  # says so, and the counter opens without documents


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="SKYTELLER_DOCUMENTS"):
        load({"SKYTELLER_DOCUMENTS": str(tmp_path / "nowhere")})


LAWS = os.environ.get("SKYTELLER_TEST_LAWS")


@pytest.mark.skipif(not LAWS, reason="SKYTELLER_TEST_LAWS does not name a folder with the texts of the laws")
def test_real_entries_show_the_words_of_real_laws(store: DocumentStore, library: Library) -> None:
    assert LAWS is not None
    run(Path(LAWS), store)
    documents = yaml.safe_load((ENTRIES.parent / "sources.yaml").read_text(encoding="utf-8"))
    cited = {
        (documents[source.document]["file"], str(source.article))
        for entry in library.entries
        for source in entry.sources
        if source.checked and "file" in documents[source.document]
    }
    assert len(cited) > 50
    assert [one for one in sorted(cited) if store.article(*one) is None] == []
    assert "单独同意" in (store.article("个人信息保护法(2021-08-20)", "29") or "")
