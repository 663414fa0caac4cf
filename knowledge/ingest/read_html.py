"""HTML: what a reader of the page sees, in its order. Scripts, styles and hidden parts are not read."""

from __future__ import annotations

import re
import warnings
from datetime import date

from bs4 import BeautifulSoup, Comment, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from knowledge.ingest.blocks import Block, Heading, Reading, Table, Text, tidy
from knowledge.ingest.decode import decode

_NOT_READ = [
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "head", "nav", "form", "button",
    "input", "select", "textarea", "audio", "video", "canvas",
]  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
    "header", "html", "li", "main", "ol", "p", "pre", "section", "ul", "center", "details", "summary", "hr",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE)


def read_html(data: bytes) -> Reading:
    """Raises: Refused: its characters cannot be read."""
    text = decode(data, html=True)
    soup = _soup(text)
    title = tidy(soup.title.get_text()) if soup.title is not None else None
    holds_from = _day(soup.find("meta", attrs={"name": "holds_from"}))
    return Reading(_of(soup), title=title or None, holds_from=holds_from)


def blocks_of(text: str) -> list[Block]:
    """Blocks of a piece of HTML."""
    return _of(_soup(text))


def _soup(text: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(text, "lxml")


def _day(said: object) -> date | None:
    try:
        return date.fromisoformat(str(said["content"])) if isinstance(said, Tag) else None
    except (ValueError, KeyError):
        return None


def _of(soup: BeautifulSoup) -> list[Block]:
    for tag in soup.find_all(_NOT_READ):
        tag.decompose()
    for tag in soup.find_all(_hidden):
        if not tag.decomposed:
            tag.decompose()
    out: list[Block] = []
    line: list[str] = []
    _walk(soup, out, line)
    _flush(out, line)
    return out


def _hidden(tag: Tag) -> bool:
    return (
        tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or bool(_HIDDEN.search(str(tag.get("style") or "")))
    )


def _flush(out: list[Block], line: list[str]) -> None:
    if text := tidy("".join(line)):
        out.append(Text(text))
    line.clear()


def _walk(node: Tag, out: list[Block], line: list[str]) -> None:
    """Depth first without recursion: pages are nested as deep as their authors like."""
    todo: list[PageElement | None] = list(reversed(node.contents))
    while todo:
        child = todo.pop()
        if child is None:  # the end of a block
            _flush(out, line)
        elif isinstance(child, NavigableString):
            if not isinstance(child, Comment | PreformattedString):
                line.append(str(child))
        elif isinstance(child, Tag):
            if child.name in _HEADINGS:
                _flush(out, line)
                if text := tidy(child.get_text()):
                    anchor = child.get("id")
                    out.append(Heading(text, _HEADINGS[child.name], anchor=str(anchor) if anchor else None))
            elif child.name == "table" and child.find("table") is None:  # a table of tables is only a page's frame
                _flush(out, line)
                out.append(Table(_rows(child)))
            elif child.name == "br":
                _flush(out, line)
            else:
                if child.name in _BLOCKS or child.name in ("table", "tr", "td", "th", "caption"):
                    _flush(out, line)
                    todo.append(None)
                todo += reversed(child.contents)


def _rows(table: Tag) -> list[list[str]]:
    """Cells as they stand; one that spans columns is repeated, so that rows stay rectangular."""
    rows = []
    for row in table.find_all("tr"):
        cells: list[str] = []
        for cell in row.find_all(["td", "th"]):
            span = str(cell.get("colspan") or "1")
            cells += [tidy(cell.get_text(" "))] * (min(int(span), 50) if span.isdecimal() and int(span) else 1)
        if any(cells):
            rows.append(cells)
    return rows
