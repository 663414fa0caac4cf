"""A value taken back and another put in its place."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.understand import universal
from agent.understand.assent import answer
from agent.understand.grammar.names import find_payee
from agent.understand.port import Hearing
from agent.understand.slots import affirmed, extract, params_of, service_slots
from agent.understand.split import cut
from agent.understand.text import clauses

_FOUND = re.compile(
    r"(?:等等|等一?下|慢着|哦|啊|诶|咦|原来|卡|它|钱包|我的?卡|我)*(?:就|又|刚刚?|已经?)*(?:在(?:这儿?|这里|我这儿?|包里|家里?|兜里|口袋里?|呢)|找(?:到|着|回来)|没丢)(?:了|呢|啦|啊)*|"
    r"(?:(?:oh|wait|hold on|stop|no)[, ]*)*(?:i(?:'ve| have)?(?: just)? found (?:it|my card)|(?:it's|it is|the card is) (?:right )?here(?: after all)?|i(?:'ve)? (?:have|got) it(?: here)?)",
    re.I,
)
_NOT_LOST = re.compile(
    r"(?:那|先|就|快)*(?:别|不用|不要|不)(?:再)?(?:挂失?|停|报|办|补)(?:了|啦|吧)*|(?:don'?t|no need to) (?:stop|report|block) it(?: then)?",
    re.I,
)
TAKEN_BACK_MAX = 24

_MARK = re.compile(
    r"不对|错了|错啦|搞错|说错|弄错|口误|改成|改为|改到|改一下|换成|换到|应该是|应该为|我是说|我说的是|听错|记错|而是|不是.{1,16}?(?:是|要)|更正|纠正|写错|整岔|"
    r"\bno,? (?:it's|it is|the|i meant|not|make|to)\b|\bi (?:meant|mean|said)\b|should (?:be|have been)|\binstead\b|\bchange (?:it|the|that|this|to|my mind to)\b|\bmake (?:it|that)\b|\b(?:wrong|mistake|mistyped|incorrect)\b|"
    r"\bactually\b|\bnot\b.{1,25}\bbut\b|\bcorrection\b|\bsorry,? (?:it's|the|i)\b|\brather\b|\bnot (?:the )?\d|\bnot to\b",
    re.I,
)
_AGAIN = re.compile(r"^(?:哎|哦|噢|啊|呃|不|还是|那|就|\s|no|oh|uh|ah|wait|sorry|and|then|,)+(?=[^的])", re.I)
_LEAD = re.compile(
    r"^(?:[\s,，。.!！]|不对|错了|搞错了?|说错了?|弄错了?|我是说|应该是|应该|是|改成|改为|换成|收款人|名字|no|i meant|it's|it should be|should be|make it|sorry|actually|wrong|to)+",
    re.I,
)


def marks_correction(text: str) -> bool:
    """Words with which something said before is taken back."""
    return _MARK.search(text) is not None


def corrected(text: str, hearing: Hearing) -> dict[str, str]:
    """New values for the active service's parameters, as far as ``text`` names any."""
    params = dict(hearing.params) or params_of(hearing.service or "")
    slots = extract(text, params, hearing)
    rest = _LEAD.sub("", affirmed(text))
    for name, kind in params.items():
        if kind == "payee" and name not in slots and len(rest) <= 20:
            payee = find_payee(rest, hearing.payees, alone=True)
            known = payee in hearing.payees or marks_correction(text)
            if payee is not None and known and not re.search(r"张$|个$|卡|账户|那|这|\d|card|account", payee):
                slots[name] = payee
        if kind == "amount" and name not in slots and len(rest) <= 12:
            slots.update(extract(rest, {name: kind}, hearing, asked=name) if _is_bare_number(rest) else {})
    return slots


def mended(head: str, tail: str, service: str, hearing: Hearing) -> dict[str, str]:
    """The values of a wish that is put right in its own breath ("给王芳转500，不对，是600"): what is said last holds."""
    inside = replace(hearing, service=service, params=params_of(service))
    slots = service_slots(service, head, hearing)
    for clause in clauses(tail):
        slots |= corrected(_AGAIN.sub("", clause), inside)
    return slots


def parted(text: str) -> tuple[str, str]:
    """What is said before something is taken back, and from there on; the whole and nothing where nothing is."""
    mark = _MARK.search(text)
    return (text, "") if mark is None else (text[: mark.start()].rstrip(" ,，。.;；!！"), text[mark.start() :])


def _is_bare_number(text: str) -> bool:
    return (
        re.fullmatch(r"[\d,.一二三四五六七八九十两百千万wkWK]+\s*(?:元|块|块钱|yuan)?[吧啊]?", text.strip()) is not None
    )


def takes_back(text: str) -> bool:
    """ "你弄错了，取消": what is going on was a misunderstanding, and nothing else is said."""
    clauses = [clause.text for clause in cut(text)]
    return any(universal.cancels(one) for one in clauses) and all(
        universal.cancels(one) or (marks_correction(one) and len(one) <= TAKEN_BACK_MAX) for one in clauses
    )


def is_found(text: str) -> bool:
    """ "别挂了，卡在这儿": the card was not lost after all, and nothing else is said."""
    clauses = [clause.text for clause in cut(text)]
    return any(_FOUND.fullmatch(one) for one in clauses) and all(
        _FOUND.fullmatch(one) or _NOT_LOST.fullmatch(one) or universal.cancels(one) or answer(one) == "hold"
        for one in clauses
    )
