"""Text PDF: lines become paragraphs again, tables stay tables (also across pages), running heads and numbers go."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfplumber.utils.exceptions import PdfminerException

from knowledge.ingest.blocks import Block, Reading, Refused, Table, Text, tidy
from knowledge.ingest.split import starts_part

PAGES_MAX = 2000
CHARS_A_PAGE_MIN = 10  # a picture with fewer is a scan, perhaps with a stamp of the program that made it
_END_BYTES = 2048
_SENTENCE_END = re.compile(r"[。；：！？.;:!?]$")
_PAGE_NUMBER = re.compile(r"^[-–—\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／共]\s*\d{1,4}(?:\s*页)?)?[-–—\s]*$")
_WESTERN = re.compile(r"[A-Za-z0-9,;]$")
FULL_LINE = 0.85  # a line shorter than this share of the page's longest ends its paragraph


@dataclass
class _Page:
    """One page's lines and tables, each with its place from above; ``chars`` and ``pictures`` count what was
    printed on it."""

    number: int
    chars: int
    pictures: int
    parts: list[tuple[float, str | Table]] = field(default_factory=list)


def read_pdf(data: bytes) -> Reading:
    """Raises: Refused: encrypted, cut off, damaged, a scan, or too long."""
    if b"%%EOF" not in data[-_END_BYTES:]:
        raise Refused("truncated", "cut off: its end is missing; copy it again")
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > PAGES_MAX:
                raise Refused("too_long", f"{len(pdf.pages)} pages; at most {PAGES_MAX}: split it by chapter")
            pages = [_page(page) for page in pdf.pages]
            title = pdf.metadata.get("Title") if isinstance(pdf.metadata, dict) else None
    except Refused:
        raise
    except Exception as error:  # pdfminer raises whatever a broken file leads it to
        raise _refusal(error) from error
    bare = [page.number for page in pages if not page.chars]
    if all(not page.chars or (page.pictures and page.chars < CHARS_A_PAGE_MIN) for page in pages):
        raise Refused("scanned", "a scan: pictures of pages without text; give its text, or run it through OCR first")
    notes = [f"without text: page {', '.join(map(str, bare))}"] if bare else []
    said = tidy(str(title)) if title and str(title).lower() not in ("untitled", "(anonymous)") else None
    return Reading(_blocks(pages), title=said, pages=len(pages), notes=notes)


def _refusal(error: Exception) -> Refused:
    cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
    if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError):
        return Refused("encrypted", "protected by a password; save it without one")
    if isinstance(cause, PDFSyntaxError):
        return Refused("damaged", "damaged: it is not a whole PDF; save it again")
    return Refused("damaged", f"damaged: it cannot be read ({type(cause).__name__}); save it again")


def _page(page: Any) -> _Page:
    out = _Page(page.page_number, len(page.chars), len(page.images))
    inside = []
    for table in page.find_tables():
        rows = [[tidy(cell or "") for cell in row] for row in table.extract()]
        rows = [row for row in rows if any(row)]
        if len(rows) > 1 and len(rows[0]) > 1:
            inside.append(table.bbox)
            out.parts.append((table.bbox[1], Table(rows, page.page_number)))
    for line in page.extract_text_lines(return_chars=False):
        middle = (line["top"] + line["bottom"]) / 2
        if not any(top <= middle <= bottom and left - 1 <= line["x0"] <= right for left, top, right, bottom in inside):
            out.parts.append((line["top"], tidy(line["text"])))
    out.parts.sort(key=lambda part: part[0])
    page.close()  # frees what the page holds; long documents do not add up
    return out


def _blocks(pages: Sequence[_Page]) -> list[Block]:
    running = _running(pages)
    out: list[Block] = []
    full = False  # whether the line before went to the end of its line, so that its paragraph may go on
    for page in pages:
        lines = [
            part
            for _, part in page.parts
            if not isinstance(part, str) or (part and not _PAGE_NUMBER.match(part) and _bare(part) not in running)
        ]
        longest = max((len(line) for line in lines if isinstance(line, str)), default=0)
        for at, part in enumerate(lines):
            if isinstance(part, Table):
                _add_table(out, part, first=at == 0)
            else:
                _add_line(out, part, page.number, full)
                full = len(part) >= FULL_LINE * longest
    return out


def _bare(line: str) -> str:
    return re.sub(r"\d+", "", line)


def _running(pages: Sequence[_Page]) -> set[str]:
    """Heads and feet: the first or last line of more than half of the pages."""
    if len(pages) < 2:
        return set()
    edges: Counter[str] = Counter()
    for page in pages:
        lines = [part for _, part in page.parts if isinstance(part, str) and part]
        edges.update({_bare(line) for line in lines[:1] + lines[-1:]})
    return {line for line, times in edges.items() if times * 2 > len(pages)}


def _add_table(out: list[Block], table: Table, *, first: bool) -> None:
    """A table at the top of a page goes on with the one at the end of the page before, if it has its columns."""
    last = out[-1] if out else None
    if first and isinstance(last, Table) and len(last.rows[0]) == len(table.rows[0]):
        rows = table.rows[1:] if list(table.rows[0]) == list(last.rows[0]) else table.rows  # the head is repeated
        out[-1] = Table([*last.rows, *rows], last.page)
    else:
        out.append(table)


def _add_line(out: list[Block], line: str, page: int, full: bool) -> None:
    last = out[-1] if out else None
    if isinstance(last, Text) and full and not starts_part(line) and not _SENTENCE_END.search(last.text):
        space = " " if _WESTERN.search(last.text) and line[0].isascii() else ""
        out[-1] = Text(last.text + space + line, last.page)
    else:
        out.append(Text(line, page))
