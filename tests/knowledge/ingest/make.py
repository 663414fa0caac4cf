"""Documents of all kinds about a bank that does not exist, and an embedder that needs no model."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import numpy as np
from reportlab.lib import colors, pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from knowledge.documents import DocumentStore
from knowledge.ingest.reader import Reader
from knowledge.ingest.run import Report, ingest

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
FONT = "STSong-Light"

RULES = """# 云桥银行保管箱规则

自2025年3月1日起施行。

## 第一章 总 则

第一条 保管箱供客户存放贵重物品。

第二条 客户凭身份证件和钥匙开箱，依照第一条办理。

（一）本人到场；

（二）两人共管的，两人同时到场。

## 第二章 费 用

第三条 保管箱按年收费，标准见下表。

| 箱型 | 年费 |
|---|---|
| 小 | 三百元 |
| 大 | 八百元 |

第四条 退箱时，未满一年的费用按月退还。
"""

TERMS_HTML = """<!DOCTYPE html><html><head><title>云桥银行电子账单服务条款</title>
<meta name="holds_from" content="2025-06-01"><style>p{color:red}</style></head><body>
<script>document.write("脚本里的话")</script><nav>首页 帮助</nav>
<h2 id="s1">1 订阅</h2><p>客户可以随时订阅电子账单。</p>
<h3>1.1 停止订阅</h3><p>停止订阅当月生效。<span style="display:none">藏起来的话</span></p>
<table><tr><th>渠道</th><th>时间</th></tr><tr><td>手机银行</td><td>全天</td></tr></table>
<p onclick="alert(1)">问题请打<b>客服</b>。</p><!-- 注释里的话 --></body></html>"""


class Embedding:
    """Counts characters: near texts have near vectors, and it takes no time."""

    dim = 64

    def __init__(self, name: str = "counts-a") -> None:
        self.name = name
        self.embedded = 0

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            for one in text:
                row[int(hashlib.sha256((self.name + one).encode()).hexdigest(), 16) % self.dim] += 1
        return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded += len(texts)
        return self.embed_queries(texts)


def pair() -> tuple[Embedding, Embedding]:
    return Embedding("counts-a"), Embedding("counts-b")


def run(folder: Path, store: DocumentStore, **options: Any) -> Report:
    return ingest(folder, store, options.pop("at", AT), **options)


def read(path: Path) -> Any:
    """A file through the same door as in a run."""
    from knowledge.ingest.snapshot import take

    with Reader() as reader:
        return reader.read(take(path), path.stem)


def docx_bytes() -> bytes:
    document = docx.Document()
    document.add_heading("云桥银行外币兑换细则", 0)
    document.add_heading("第一章 兑换", 1)
    document.add_paragraph("第一条 客户凭身份证件兑换外币。")
    document.add_paragraph("第二条 牌价以成交时为准。")
    table = document.add_table(rows=3, cols=2)
    for row, cells in enumerate([("币种", "最小面额"), ("美元", "一元"), ("日元", "一千元")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_paragraph("第三条 兑换凭证保存五年。")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf_bytes(parts: Sequence[Any], password: str | None = None, *, running: bool = False) -> bytes:
    """Paragraphs (str), tables (lists of rows) and anything that flows as a PDF; ``running``: with head and foot."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    style = ParagraphStyle("body", fontName=FONT, fontSize=11, leading=16, wordWrap="CJK")
    flow: list[Any] = []
    for part in parts:
        if isinstance(part, str):
            flow.append(Paragraph(part, style))
        elif not isinstance(part, list):
            flow.append(part)
        else:
            table = Table(part, repeatRows=1)
            table.setStyle(
                TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), FONT)])
            )
            flow.append(table)
    out = io.BytesIO()
    lock = pdfencrypt.StandardEncryption(password, canPrint=0) if password else None
    around = {"onFirstPage": _around, "onLaterPages": _around} if running else {}
    SimpleDocTemplate(out, pagesize=A4, encrypt=lock, title="云桥银行贵金属规则").build(flow, **around)
    return out.getvalue()


def _around(canvas: Canvas, document: Any) -> None:
    canvas.setFont(FONT, 8)
    canvas.drawString(72, 800, "云桥银行内部资料")
    canvas.drawCentredString(300, 30, f"第 {document.page} 页")


def scan_bytes() -> bytes:
    """A PDF of a picture."""
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def bomb_bytes() -> bytes:
    """A DOCX that unpacks to more than a document may."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(300):
            part.write(b" " * 2**20)
    return out.getvalue()


def sheet_bytes() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()
