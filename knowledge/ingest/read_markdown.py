"""Markdown and plain text. A YAML head between two lines of ``---`` may say ``title`` and ``holds_from``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.ingest.blocks import Block, Heading, Reading, Table, Text, tidy
from knowledge.ingest.decode import decode
from knowledge.ingest.read_html import blocks_of

_HEAD = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)


def read_markdown(data: bytes) -> Reading:
    """Raises: Refused: its characters cannot be read."""
    text = decode(data)
    about: dict[str, Any] = {}
    if head := _HEAD.match(text):
        about, text = _about(head[1]), text[head.end() :]
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    title, since = about.get("title"), about.get("holds_from")
    return Reading(
        _blocks(tokens),
        title=tidy(str(title)) if title else None,
        holds_from=since if isinstance(since, date) else None,
    )


def read_text(data: bytes) -> Reading:
    """A paragraph a line, as law texts and notices come. Raises: Refused: its characters cannot be read."""
    lines = (tidy(line) for line in decode(data).splitlines())
    return Reading([Text(line) for line in lines if line])


def _about(head: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(head)
    except yaml.YAMLError:  # a rule of dashes around ordinary text
        return {}
    return found if isinstance(found, dict) else {}


def _blocks(tokens: Sequence[Token]) -> list[Block]:
    out: list[Block] = []
    rows: list[list[str]] | None = None
    for at, token in enumerate(tokens):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open" and rows is not None:
            rows.append([])
        elif token.type == "table_close" and rows is not None:
            out.append(Table(rows))
            rows = None
        elif token.type == "inline":
            words = _words(token)
            if rows is not None:
                rows[-1].append(tidy(words))
            elif tokens[at - 1].type == "heading_open":
                out.append(Heading(tidy(words), int(tokens[at - 1].tag[1])))
            else:
                out += [Text(line) for line in map(tidy, words.splitlines()) if line]
        elif token.type in ("fence", "code_block"):
            out += [Text(line) for line in map(tidy, token.content.splitlines()) if line]
        elif token.type == "html_block":  # comments and scripts go, tables and paragraphs stay
            out += blocks_of(token.content)
    return out


def _words(inline: Token) -> str:
    """What is read of a line: no marks, no HTML, a picture's description."""
    out = []
    for child in inline.children or ():
        if child.type in ("text", "code_inline", "image"):
            out.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            out.append("\n")
    return "".join(out)
