"""DOCX: paragraphs, headings and tables in the order of the document."""

from __future__ import annotations

import io
import re
import zipfile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from knowledge.ingest.blocks import Block, Heading, Reading, Refused, Table, Text, tidy

_LEVEL = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)


def read_docx(data: bytes) -> Reading:
    """Raises: Refused: it is damaged."""
    try:
        document = Document(io.BytesIO(data))
        blocks = [block for part in document.iter_inner_content() for block in _block(part)]
        title = tidy(document.core_properties.title or "")
    except (PackageNotFoundError, zipfile.BadZipFile, XMLSyntaxError, KeyError, ValueError, AttributeError) as error:
        raise Refused("damaged", "damaged: it cannot be opened; save it again as DOCX") from error
    return Reading(blocks, title=title or None)


def _block(part: Paragraph | DocxTable) -> list[Block]:
    if isinstance(part, DocxTable):
        rows = [[tidy(cell.text) for cell in row.cells] for row in part.rows]
        return [Table([row for row in rows if any(row)])]
    style = (part.style.name or "") if part.style is not None else ""
    lines = [line for line in map(tidy, part.text.splitlines()) if line]
    if not lines:
        return []
    if style == "Title":
        return [Heading(" ".join(lines), 1)]
    if found := _LEVEL.search(style):
        return [Heading(" ".join(lines), int(found[1]))]
    return [Text(line) for line in lines]
