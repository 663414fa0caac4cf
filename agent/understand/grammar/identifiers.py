"""Card and account tails, one-time codes, phone numbers, account classes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.understand.grammar.numbers import spoken_digits

_BEFORE = (
    r"尾号(?:是|为|就是)?\s*:?\s*|卡号(?:是|为)?\s*|末四位(?:是)?\s*|后四位(?:是)?\s*|尾数(?:是)?\s*"
    r"|\b(?:ending|ends|end)(?:\s+(?:in|with))?\s*|\b(?:card|account)\s+(?:number\s+)?|\bnumber\s+"
    # which one, never how much
    r"|(?:账[户号]|卡)(?:改成|换成|改为|换为|改用|换用)\s*|\bchange\s+(?:the\s+|my\s+)?(?:card|account)\s+to\s+"
)
_AFTER = (
    r"\s*(?:那张|这张|那个|这个|的?(?:那张|这张)?卡|的?账[户号]|结尾|尾号|号卡|户|card\b|account\b|one\b"
    r"|销户|挂失|解锁|锁住|换卡|补卡|激活|唤醒|提额|的?(?:余额|明细|流水|限额|额度))"
)
_SOURCE_BEFORE = re.compile(r"(?:[从由]\s*(?:我的?)?|\bfrom\s+(?:my\s+)?)$", re.I)
_SOURCE_AFTER = re.compile(r"\s*[转付打汇划给往]|\s+to\s+[a-z]", re.I)  # "从9923转", never "from 2000 to 3000"
_YEAR = re.compile(r"20[12]\d")
_TAIL = re.compile(rf"(?P<before>{_BEFORE})?(?<![\d.])(?P<tail>\d{{4}})(?![\d.]*\d)(?P<after>{_AFTER})?", re.I)
_MONEY_AFTER = re.compile(r"\s*(?:元|块|圆|yuan|rmb|cny|万|千|w\b|k\b|\.\d)", re.I)
_MONEY_BEFORE = re.compile(
    r"(?:[¥$]|转账?|汇款?|打款?|打|付|存|取|买|借|还|转出|额度?到|限额到|到|成|为|send|transfer|pay|wire|move|give|deposit|withdraw|to)\s*$",
    re.I,
)
_PHONE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?(1\d{2}(?:[\s-]?\d){8})(?!\d)")
_PHONE_ABROAD = re.compile(r"(?:\+|(?<!\d)00)(?!\s*86)\s*[1-9](?:[\s().-]*\d){6,14}(?!\d)")
_CODE = re.compile(r"(?<!\d)\d(?:[\s-]?\d){3,7}(?!\d)")
_CLASS = re.compile(
    r"(?P<zh>[一二三123]|I{1,3})\s*类\s*(?:账?户|卡|账号)?|\b(?:class|type|tier|category)\s*(?P<en>III|II|I|[123]|one|two|three)\b",
    re.I,
)
_CLASSES = {
    "一": "I",
    "二": "II",
    "三": "III",
    "1": "I",
    "2": "II",
    "3": "III",
    "one": "I",
    "two": "II",
    "three": "III",
}
_NEGATED = re.compile(r"(?:不是|并非|不要|not|isn't|don't mean)\s*(?:the\s+|my\s+)?[^,，。;；、是]{0,14}?$", re.I)


@dataclass(frozen=True)
class Tail:
    """``own`` when it is one of the customer's; ``start``/``end`` in the text after :func:`spoken_digits`."""

    digits: str
    start: int
    end: int
    own: bool


def find_tails(text: str, own: Sequence[str]) -> list[Tail]:
    """Tails named in ``text`` (digits already written out) from left to right, without negated ones ("不是6688").

    Four digits count when they are the customer's own or stand with words that make them a tail; as an amount of money
    ("转3021元") they do not.
    """
    found = []
    for match in _TAIL.finditer(text):
        digits = match["tail"]
        before, after = text[: match.start("tail")], text[match.end("tail") :]
        drawn_on = _SOURCE_BEFORE.search(before) is not None and _SOURCE_AFTER.match(after) is not None
        marked = bool(match["before"] or drawn_on or (match["after"] and not _is_year(digits, match["after"])))
        if _MONEY_AFTER.match(after) or (not marked and (digits not in own or _MONEY_BEFORE.search(before))):
            continue
        if _NEGATED.search(text[: match.start()]):
            continue
        found.append(Tail(digits, match.start(), match.end(), digits in own))
    return found


def _is_year(digits: str, after: str) -> bool:
    """ "2025的明细" is a year's, "2025那张卡" is a card."""
    return _YEAR.fullmatch(digits) is not None and after.strip().endswith(("余额", "明细", "流水", "限额", "额度"))


def find_phone(text: str) -> str | None:
    """An eleven-digit mobile number however it is grouped; the last one said ("不是138…，是139…"). A number abroad is
    known by its country code, which it keeps ("+442079460958")."""
    if abroad := _PHONE_ABROAD.findall(text):
        return "+" + re.sub(r"\D", "", abroad[-1]).removeprefix("00")
    numbers = [re.sub(r"\D", "", m[1]) for m in _PHONE.finditer(text)]
    return numbers[-1] if numbers else None


def find_code(text: str) -> str | None:
    """A one-time code of four to eight digits, spoken or grouped in any way; None where there are several."""
    codes = [re.sub(r"\D", "", m[0]) for m in _CODE.finditer(spoken_digits(text))]
    return codes[0] if len(codes) == 1 else None


def find_class(text: str) -> str | None:
    """ "二类户", "Ⅱ类账户", "class two" → "II"."""
    for match in reversed(list(_CLASS.finditer(text))):
        raw = (match["zh"] or match["en"]).lower()
        if not _NEGATED.search(text[: match.start()]):
            return _CLASSES.get(raw, raw.upper())
    return None
