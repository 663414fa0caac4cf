"""Every kind of document comes out as passages with their numbers, chapters, anchors and pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from reportlab.platypus import PageBreak, Spacer

from knowledge.ingest.blocks import Text
from knowledge.ingest.decode import decode
from knowledge.ingest.read_html import blocks_of
from knowledge.ingest.split import number
from tests.knowledge.ingest.make import RULES, TERMS_HTML, docx_bytes, pdf_bytes, read


def test_markdown(folder: Path) -> None:
    (folder / "rules.md").write_text(RULES, encoding="utf-8")
    found = read(folder / "rules.md")
    assert (found.title, found.holds_from) == ("云桥银行保管箱规则", date(2025, 3, 1))
    by_anchor = {one.anchor: one for one in found.passages}
    second = by_anchor["article-2"]
    assert (second.label, second.article, second.chapter) == ("第二条", "2", "第一章 总则")
    assert second.text.splitlines() == [
        "第二条 客户凭身份证件和钥匙开箱，依照第一条办理。", "（一）本人到场；", "（二）两人共管的，两人同时到场。",
    ]  # fmt: skip
    table = by_anchor["table-1"]
    assert (table.kind, table.article, table.chapter) == ("table", "3", "第二章 费用")
    assert table.text.splitlines() == ["箱型：小；年费：三百元", "箱型：大；年费：八百元"]
    assert [one.anchor for one in found.passages] == [
        "section-1", "article-1", "article-2", "article-3", "table-1", "article-4",
    ]  # fmt: skip


def test_a_head_says_title_and_day(folder: Path) -> None:
    (folder / "a.md").write_text("---\ntitle: 甲规则\nholds_from: 2026-01-02\n---\n一句话。\n", encoding="utf-8")
    found = read(folder / "a.md")
    assert (found.title, found.holds_from, found.passages[0].text) == ("甲规则", date(2026, 1, 2), "一句话。")


def test_html_without_what_nobody_sees(folder: Path) -> None:
    (folder / "terms.html").write_text(TERMS_HTML, encoding="utf-8")
    found = read(folder / "terms.html")
    assert (found.title, found.holds_from) == ("云桥银行电子账单服务条款", date(2025, 6, 1))
    whole = "\n".join(one.text for one in found.passages)
    for unseen in ("脚本", "藏起来", "注释", "首页", "color", "alert"):
        assert unseen not in whole
    assert [(one.kind, one.article, one.anchor) for one in found.passages] == [
        ("article", "1", "s1"), ("article", "1.1", "article-1.1"), ("table", "1.1", "table-1"),
    ]  # fmt: skip
    assert "问题请打客服。" in whole


def test_deeply_nested_html_does_no_harm() -> None:
    assert blocks_of("<div>" * 5000 + "<p>到底了</p>") in ([Text("到底了")], [])


def test_docx(folder: Path) -> None:
    (folder / "fx.docx").write_bytes(docx_bytes())
    found = read(folder / "fx.docx")
    assert found.title == "云桥银行外币兑换细则"
    assert [(one.kind, one.article, one.chapter) for one in found.passages] == [
        ("article", "1", "第一章 兑换"), ("article", "2", "第一章 兑换"), ("table", "2", "第一章 兑换"),
        ("article", "3", "第一章 兑换"),
    ]  # fmt: skip
    assert found.passages[2].text.splitlines() == ["币种：美元；最小面额：一元", "币种：日元；最小面额：一千元"]


LONG = "第{}条 客户购买贵金属产品前应当阅读产品说明并确认已经知道价格会涨也会跌而且银行不对收益作任何承诺也不代客户作任何决定。"


def test_pdf_with_pages_and_a_table_across_them(folder: Path) -> None:
    rows = [["规格", "工费"], *[[f"{grams}克", f"{grams}元"] for grams in range(1, 61)]]
    (folder / "gold.pdf").write_bytes(
        pdf_bytes(["第一章 买卖", LONG.format("一"), "第二条 工费见下表。", rows, LONG.format("三")], running=True)
    )
    found = read(folder / "gold.pdf")
    assert found.title == "云桥银行贵金属规则"
    articles = {one.article: one for one in found.passages if one.kind == "article"}
    assert articles["1"].text == LONG.format("一")  # lines are one paragraph again
    assert (articles["1"].page, articles["1"].chapter) == (1, "第一章 买卖")
    assert articles["3"].page is not None
    assert articles["3"].page >= 2
    (table,) = [one for one in found.passages if one.kind == "table"]
    assert (table.page, table.article) == (1, "2")
    assert table.text.splitlines() == [f"规格：{grams}克；工费：{grams}元" for grams in range(1, 61)]
    assert not any("内部资料" in one.text or "第 1 页" in one.text for one in found.passages)


def test_a_page_without_text_is_told(folder: Path) -> None:
    (folder / "a.pdf").write_bytes(
        pdf_bytes([LONG.format("一"), PageBreak(), Spacer(1, 10), PageBreak(), "第二条 完。"])
    )
    found = read(folder / "a.pdf")
    assert found.notes == ["without text: page 2"]
    assert [(one.article, one.page) for one in found.passages] == [("1", 1), ("2", 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str, folder: Path) -> None:
    text = "Rule 1\n第一条 客户可以在任何网点换领新存折，换领不收费用。\nFor details ask at any branch of the bank.\n"
    (folder / "a.txt").write_bytes(text.encode(encoding))
    assert any("换领不收费用" in one.text for one in read(folder / "a.txt").passages)


def test_that_html_may_say_its_encoding() -> None:
    page = '<html><head><meta charset="gb2312"></head><body>换领镕</body></html>'
    assert "换领镕" in decode(page.encode("gbk"), html=True)


@pytest.mark.parametrize(("words", "at"), [("十二", 12), ("一百零三", 103), ("12", 12), ("二〇", 20)])
def test_numbers(words: str, at: int) -> None:
    assert number(words) == at


def test_a_sentence_about_an_article_is_not_one(folder: Path) -> None:
    (folder / "a.txt").write_text("第一条 甲。\n第八条所说的费用不收。\n第二条乙。\n", encoding="utf-8")
    assert [(one.article, one.text) for one in read(folder / "a.txt").passages] == [
        ("1", "第一条 甲。\n第八条所说的费用不收。"), ("2", "第二条乙。"),
    ]  # fmt: skip
