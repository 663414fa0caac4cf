"""Not this but that: what is not wanted and what is, in one utterance."""

from __future__ import annotations

import re

_NOT_ZH = r"(?:不是|并不是|并非|不要|不想|不用|不必|甭|别|先别|没(?:有)?(?:要|想)|我不|先不)"
_BUT_ZH = r"(?:(?:我)?(?:是|而是|就是|只是|要的是|说的是)(?:要|想|说)?|(?:我)?(?:只|就|直接|先)?(?:要|想|是想)|换成|改成|直接|先|就(?!行))"
_NOT_EN = (
    r"(?:\bnot|\b(?:i )?(?:don'?t|do not) (?:want|need)(?: to| a| an)?|\bi(?:'m| am) not(?: asking| looking)?(?: to| for)?|\b(?:i )?didn'?t (?:mean|say|want)(?: to)?|"
    r"\bno need (?:for|to)(?: a| an)?|\bnever mind|\bskip|\bforget|\bdon'?t)"
)
_BUT_EN = r"(?:but|i (?:simply |just |only )?(?:want|need|meant|mean|do)(?: to)?|i'd (?:simply |just )?like(?: to)?|just|rather|instead|it's|only|simply|first|please)"
_CONTRAST = (
    re.compile(
        rf"{_NOT_ZH}(?:要|想|说|让你|去|再)?(?P<no>[^,，。;；、]{{1,14}}?)(?:[,，。;；\s]*){_BUT_ZH}(?P<yes>[^?？]{{2,60}})$"
    ),
    re.compile(
        rf"^(?:我)?{_NOT_ZH}(?:要|想|说|让你|去|再)?(?P<no>[^,，。;；、]{{1,10}})[,，。;；\s]+(?:我|是|要|就|只|直接|先|给我|帮我)*(?P<yes>[^,，。?？]{{2,30}})$"
    ),
    re.compile(rf"^(?P<yes>[^,，。?？]{{2,24}})[,，\s]+(?:可)?{_NOT_ZH}(?P<no>[^,，。;；、]{{1,12}})$"),
    re.compile(r"^(?P<no>[^,，。]{2,12}?)(?:以后|回头|改天)?再说[,，]?先(?:把)?(?P<yes>[^?？]{2,40})$"),
    re.compile(rf"{_NOT_EN}\s+(?P<no>[^,.;]{{2,40}}?)(?:\s*[,.;:]\s*|\s+){_BUT_EN}\s+(?P<yes>.{{3,80}})$", re.I),
    re.compile(rf"^(?:{_NOT_EN})\s+(?P<no>[^,.;]{{2,30}}),\s*(?P<yes>[^,?]{{3,60}})$", re.I),
    re.compile(
        r"^(?P<yes>[^,?]{4,50}?),?\s+(?:not|rather than|instead of|and not|don't|do not)\s+(?:the |a |an )?(?P<no>[^,.?]{2,30})$",
        re.I,
    ),
)


def contrast(text: str) -> tuple[str, str] | None:
    """What is not wanted and what is, in "not this but that": "不是销户，是换卡" → ("销户", "换卡")."""
    for pattern in _CONTRAST:
        if match := pattern.search(text):
            return match["no"].strip(), match["yes"].strip()
    return None
