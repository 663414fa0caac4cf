"""A reading becomes passages: by chapter, section, article, numbered clause and table, with their numbers kept.

An article, a clause or a table is one passage, so that it is cited whole; text that has no numbers is cut by its headings
and at paragraphs. Nothing here judges what a text says: it is quoted, and never followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import cn2an

from knowledge.ingest.blocks import Block, Heading, Reading, Table, Text
from knowledge.passages import Passage, PassageKind

PASSAGE_CHARS_MAX = 4000  # of an article; a longer one goes on in another passage of the same number
SECTION_CHARS_MAX = 600  # of text without numbers
_HEADING_CHARS_MAX = 40
_NUMBER = r"[一二三四五六七八九十百千零〇\d]{1,7}"
_CHAPTER = re.compile(rf"^第{_NUMBER}[编章篇]")
_SECTION = re.compile(rf"^第{_NUMBER}节")
_ARTICLE = re.compile(rf"^第\s?({_NUMBER})\s?条(?:之({_NUMBER}))?([\s：:、．.（(【]|$)?")
_CLAUSE = re.compile(r"^(\d{1,3}(?:\.\d{1,3}){1,4})[.、:：]?(?=[\s　]|[^\d.\s])")
_NUMBERED_HEADING = re.compile(r"^(\d{1,3}(?:\.\d{1,3}){0,4})[.、:：]?[\s　]*(?=[^\d.\s])")
_ARTICLE_EN = re.compile(r"^(?:Article|Section|Clause)\s+(\d{1,3}(?:\.\d{1,3}){0,4})\b", re.IGNORECASE)
_CAPTION = re.compile(rf"^(?:表|附表|Table)\s*({_NUMBER}(?:[-.]\d+)*)(?=[\s　：:.、]|$)", re.IGNORECASE)
_ITEM = re.compile(rf"^[（(]{_NUMBER}[）)]|^[-•·●]\s|^\d{{1,3}}[)）、]")
_SPACED = re.compile(rf"^(第{_NUMBER}[编章篇节])\s*(.*)$")
_DAY = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_HOLDS = re.compile(rf"自{_DAY}起(?:正式)?(?:施行|实施|执行|生效)|^{_DAY}\s*起?(?:施行|实施|生效)$")
_PASSED = re.compile(rf"^{_DAY}.{{0,80}}(?:通过|公布|修正|修订|发布)")
# words that address a machine; the passage stays what it is, and its owner is told
_INSTRUCTION = re.compile(
    r"(?:忽略|无视|忘记|不要遵守).{0,12}(?:指令|规则|提示|设定|要求)|你(?:现在)?是一?个?.{0,8}(?:助手|模型|AI)|系统提示词"
    r"|(?:ignore|disregard|forget)\s.{0,20}(?:rules|instructions|prompts?)\b|you are (?:now )?an? .{0,20}(?:assistant|model)"
    r"|system prompt",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Split:
    """A document's title, the day from which it holds (None: it does not say), its passages and what to tell."""

    title: str
    holds_from: date | None
    passages: Sequence[Passage]
    notes: Sequence[str]


@dataclass
class _Open:
    """The passage that is being filled."""

    kind: PassageKind
    label: str
    anchor: str
    article: str | None = None
    page: int | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def chars(self) -> int:
        return sum(map(len, self.lines))


def number(words: str) -> int:
    """十二 and 12 are 12."""
    return int(words) if words.isdecimal() else int(cn2an.cn2an(words.replace("〇", "零"), "smart"))


def starts_part(line: str) -> bool:
    """Whether a line begins something new: a chapter, an article, a clause, an item."""
    return any(one.match(line) for one in (_CHAPTER, _SECTION, _ARTICLE, _CLAUSE, _ITEM, _ARTICLE_EN, _CAPTION))


def split(reading: Reading, name: str) -> Split:
    """Passages of a document; ``name`` is its title where it has none."""
    splitter = _Splitter(reading)
    passages = list(splitter.run())
    title = reading.title or splitter.title or name
    holds_from = reading.holds_from or _holds_from(reading.blocks)
    told = [
        f"reads like an instruction to an assistant, and is only ever quoted: {one.label or one.anchor}"
        for one in passages
        if _INSTRUCTION.search(one.text)
    ]
    return Split(title, holds_from, passages, [*reading.notes, *told])


class _Splitter:
    """Walks over the blocks with one passage open."""

    def __init__(self, reading: Reading) -> None:
        self._blocks = reading.blocks
        self.title: str | None = None
        self._chapter = self._section = ""
        self._headings: dict[int, str] = {}
        self._last_article = 0
        self._tables = self._sections = 0
        self._caption: tuple[str, str] | None = None
        self._open: _Open | None = None
        self._behind: list[Passage] = []  # tables of the open article

    def run(self) -> Iterator[Passage]:
        for block in self._blocks:
            if isinstance(block, Table):
                yield from self._table(block)
            elif isinstance(block, Heading):
                yield from self._heading(block)
            else:
                yield from self._text(block)
        yield from self._close()

    def _close(self) -> Iterator[Passage]:
        one, self._open = self._open, None
        if one is not None and one.lines:
            for start, text in enumerate(_cut(one.lines)):
                yield self._passage(one, text, one.anchor if not start else f"{one.anchor}-{start + 1}")
        yield from self._behind
        self._behind = []

    def _passage(self, one: _Open, text: str, anchor: str) -> Passage:
        return Passage(
            kind=one.kind, chapter=self._chapter, section=self._section, article=one.article, label=one.label,
            anchor=anchor, page=one.page, text=text,
        )  # fmt: skip

    def _start(self, one: _Open) -> Iterator[Passage]:
        yield from self._close()
        self._open = one

    def _new_section(self, label: str, page: int | None, anchor: str | None = None) -> _Open:
        self._sections += 1
        return _Open("section", label, anchor or f"section-{self._sections}", page=page)

    def _heading(self, block: Heading) -> Iterator[Passage]:
        text = block.text
        if _CHAPTER.match(text) or _SECTION.match(text):
            yield from self._part(text)
        elif (article := self._article_of(text, heading=True)) is not None:
            yield from self._start(_numbered(article, text, block.page, block.anchor))
        elif block.level == 1 and self.title is None:
            self.title = text
        else:
            yield from self._close()
            self._headings = {level: said for level, said in self._headings.items() if level < block.level}
            self._headings[block.level] = text
            self._chapter, self._section = next(iter(self._headings.values())), ""
            label = " › ".join(self._headings.values())
            self._open = self._new_section(label, block.page, block.anchor)

    def _part(self, text: str) -> Iterator[Passage]:
        yield from self._close()
        # "第一章 总 则" is spaced out for the eye
        found = _SPACED.match(text)
        name = f"{found[1]} {found[2].replace(' ', '') if not found[2].isascii() else found[2]}" if found else text
        if _CHAPTER.match(text):
            self._chapter, self._section = name, ""
        else:
            self._section = name

    def _article_of(self, text: str, *, heading: bool) -> tuple[str, str] | None:
        """(number, as it is written) where ``text`` begins an article or a numbered clause."""
        if found := _ARTICLE.match(text):
            at = number(found[1])
            # without a space behind it this may be a sentence about an article, unless it is the next one's turn
            if heading or found[3] is not None or at == self._last_article + 1:
                self._last_article = at
                return f"{at}" + (f"-{number(found[2])}" if found[2] else ""), found[0].rstrip(" 　：:、．.（(【")
            return None
        found = _ARTICLE_EN.match(text) or (_NUMBERED_HEADING if heading else _CLAUSE).match(text)
        return (found[1], found[0].strip(" 　.、:：")) if found else None

    def _text(self, block: Text) -> Iterator[Passage]:
        text = block.text
        if len(text) <= _HEADING_CHARS_MAX and (_CHAPTER.match(text) or _SECTION.match(text)):
            yield from self._part(text)
            return
        if len(text) <= _HEADING_CHARS_MAX and (found := _CAPTION.match(text)):
            self._caption = (found[1], text)
            return
        if (article := self._article_of(text, heading=False)) is not None:
            yield from self._start(_numbered(article, text, block.page, None))
            return
        one = self._open
        if one is None or one.kind == "table" or (one.kind == "section" and _full(one, block)):
            label = one.label if one is not None and one.kind == "section" else ""
            yield from self._start(self._new_section(label, block.page))
        if self._open is not None:
            self._open.page = self._open.page or block.page
            self._open.lines.append(text)

    def _table(self, block: Table) -> Iterator[Passage]:
        """A table stands for itself, behind the article that it interrupts; text of a section starts anew after it."""
        if not block.rows:
            return
        self._tables += 1
        said, caption = self._caption or (f"{self._tables}", "")
        self._caption = None
        one = _Open("table", caption or f"表 {said}", f"table-{said}", page=block.page)
        if self._open is not None and self._open.kind == "article":
            one.article = self._open.article
        elif self._open is not None:
            section = self._open
            yield from self._start(self._new_section(section.label, block.page))
        lines = [*([caption] if caption else []), *_rows(block.rows)]
        self._behind += [
            self._passage(one, text, one.anchor if not at else f"{one.anchor}-{at + 1}")
            for at, text in enumerate(_cut(lines))
        ]
        if self._open is None or self._open.kind != "article":
            yield from self._behind
            self._behind = []


def _full(one: _Open, block: Text) -> bool:
    return one.chars + len(block.text) > SECTION_CHARS_MAX or (one.page is not None and one.page != block.page)


def _numbered(article: tuple[str, str], text: str, page: int | None, anchor: str | None) -> _Open:
    at, label = article
    return _Open("article", label, anchor or f"article-{at}", article=at, page=page, lines=[text])


def _rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """Each row says its columns' names, so that it is understood alone."""
    head, *body = rows
    if not body:
        return ["；".join(one for one in head if one)]
    return [
        "；".join(f"{name}：{cell}" if name else cell for name, cell in zip(head, row, strict=False) if cell)
        for row in body
    ]


def _cut(lines: Sequence[str]) -> Iterator[str]:
    """Lines together, at most ``PASSAGE_CHARS_MAX`` characters each time."""
    out: list[str] = []
    size = 0
    for line in lines:
        for start in range(0, len(line), PASSAGE_CHARS_MAX):
            piece = line[start : start + PASSAGE_CHARS_MAX]
            if out and size + len(piece) > PASSAGE_CHARS_MAX:
                yield "\n".join(out)
                out, size = [], 0
            out.append(piece)
            size += len(piece)
    if out:
        yield "\n".join(out)


def _holds_from(blocks: Sequence[Block]) -> date | None:
    """The day from which a document says that it holds, unless it was passed or changed after that day."""
    holds = passed = None
    for block in blocks:
        if not isinstance(block, Text):
            continue
        if found := _PASSED.search(block.text):
            passed = _later(passed, _as_day(*found.groups()))
        if ("本" in block.text or len(block.text) <= _HEADING_CHARS_MAX) and (found := _HOLDS.search(block.text)):
            holds = _as_day(*[one for one in found.groups() if one])
    return None if holds is None or (passed is not None and passed > holds) else holds


def _as_day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)
