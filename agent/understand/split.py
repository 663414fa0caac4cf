"""Several wishes in one breath, cut where one ends and the next begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

_JOIN_ZH = (
    r"再(?:帮我|给我|顺便)?(?=[把将查换挂转办开销问看改取激解锁补买存打给投约调])|然后(?:再)?|顺便(?:再)?|顺带|顺手|接着(?:再)?|另外(?:再)?|还有(?:就是)?(?!多少|几|没|不|什么|啥|钱|余|剩|[一二两三四五六七八九十\d]+(?:天|个|张|笔|万|千|百|块|元))|还要|还想|同时|最后(?:再)?|之后(?:再)?|完了(?:再)?|完事(?:再|儿)?|弄完(?:再)?|办完(?:再)?|"
    r"并且|以及|(?:第二|其次)(?:件事)?(?:是)?|也(?:帮我|给我)|先(?=帮|给|把|挂|锁|查|换|转|冻)"
)
_JOIN_EN = r"and then|after that|and also|and afterwards|then|also|plus|as well as|additionally|second(?:ly)?|next|and(?= (?:please |can you |could you |i (?:also )?(?:want|need)|check|transfer|send|lock|report|replace|show|tell|cancel|raise|lower|close|change|order|pay|give|get|open|move|block|freeze|list|see|book|reset|activate))"
_CUT = re.compile(
    rf"\s*[,，。;；!！、]\s*(?P<a>{_JOIN_ZH}|\b(?:{_JOIN_EN})\b\s*)?|(?P<b>(?<=..){_JOIN_ZH})|\s*[,.;!]?\s+\b(?P<c>{_JOIN_EN})\b\s*|(?<=[a-z])[.;!]\s+|(?<=[a-z]),\s+",
    re.I,
)

_ALSO = re.compile(
    r"^(?:请|麻烦|你|您|还|快)*(?:帮|给|替|把|将)[^,，]{0,10}?(?:也|一起|一并|一块儿?)(?!许|来)|^(?:please |can you |could you )?\w+ (?:my|the|that|both)\b.{1,20}\b(?:too|as well)$",
    re.I,
)
_ALSO_WORD = re.compile(r"也|一起|一并|一块儿?|\s+(?:too|as well)$", re.I)


@dataclass(frozen=True)
class Clause:
    """``joined`` when a word such as "再", "然后", "and then" leads it in or "也", "as well" stands in it: a further wish and not more of the same."""

    text: str
    joined: bool


def cut(text: str) -> list[Clause]:
    """Clauses in the order said; one where there is nothing to cut."""
    parts: list[Clause] = []
    start, joined = 0, False
    for match in _CUT.finditer(text):
        piece = text[start : match.start()].strip(" ,，。.;；")
        if piece:
            parts.append(_clause(parts, piece, joined=joined))
            joined = False
        joined = joined or bool(match["a"] or match["b"] or match["c"])
        start = match.end()
    piece = text[start:].strip(" ,，。.;；!！")
    if piece:
        parts.append(_clause(parts, piece, joined=joined))
    return parts


def _clause(before: list[Clause], piece: str, *, joined: bool) -> Clause:
    """ "…，把卡也锁了": what is also to be done is a further wish, and worded as one."""
    if before and _ALSO.search(piece) is not None:
        return Clause(_ALSO_WORD.sub("", piece), joined=True)
    return Clause(piece, joined)
