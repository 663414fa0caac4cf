"""Amounts of money, as the customer said them; whether one is sensible is for the service to say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from agent.understand.grammar.numbers import EN_NUMBER, ZH_DIGIT, ZH_NUMBER, ZH_UNIT, en_number, zh_integer, zh_number

ALL = "all"
DIGITS_MAX = 18
_MULTIPLIER = {"万": 10**4, "萬": 10**4, "w": 10**4, "千": 1000, "k": 1000, "百": 100, "亿": 10**8, "m": 10**6}
_MULTIPLIER |= {"十": 10, "thousand": 1000, "grand": 1000, "million": 10**6, "hundred": 100, "个w": 10**4}
_CURRENCY = r"元钱?|块钱|块|圆|大洋|人民币|rmb|cny|yuan|kuai|bucks|renminbi"
_NOT_MONEY = (
    r"(?![\s-]*(?:张|个|次|天|年|月|号|日|点|分|小时|位|笔|家|种|类|下|些|起|样|直|定|般|共|周|星期|岁|秒|步|代|线|楼|层|路|遍|回|句|件|项|"
    r"块卡|%|‰|hours?\b|hrs?\b|days?\b|weeks?\b|months?\b|years?\b|minutes?\b|times?\b|am\b|pm\b|cards?\b|accounts?\b|stars?\b|"
    r"transfers?\b|payments?\b|o'clock|percent|st\b|nd\b|rd\b|th\b|of\b|moment\b|second\b|more\b))"
)
_ARABIC = re.compile(
    r"(?P<sign>-|负|minus\s+|negative\s+)?\s*(?P<cur>[¥$]|rmb|cny|人民币)?\s*(?P<sign2>-)?"
    r"(?<![\d.A-Za-z])(?P<num>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e\d{1,2})?|\.\d+)"
    r"\s*(?P<mult>个w|万|萬|千|百|亿|十|(?:w|k|m|thousand|grand|million|hundred)(?![a-z]))?(?P<more>\d(?!\d)|["
    + ZH_DIGIT
    + r"](?!["
    + ZH_UNIT
    + r"点]))?\s*(?P<unit>"
    + _CURRENCY
    + r")?(?P<mao>[\d"
    + ZH_DIGIT
    + r"](?:毛|角|(?![\d"
    + ZH_DIGIT
    + ZH_UNIT
    + r"])))?(?P<fen>(?<=[毛角])["
    + ZH_DIGIT
    + r"\d]分?)?",
    re.I,
)
_CHINESE = re.compile(
    r"(?P<sign>负)?(?<![第"
    + ZH_DIGIT
    + ZH_UNIT
    + r"])(?P<num>"
    + ZH_NUMBER
    + r")\s*(?P<unit>"
    + _CURRENCY
    + r")?(?P<mao>["
    + ZH_DIGIT
    + r"\d](?:毛|角)?(?!["
    + ZH_UNIT
    + r"]))?(?P<fen>(?<=[毛角])["
    + ZH_DIGIT
    + r"\d]分?)?",
    re.I,
)
_MIXED = re.compile(r"(?<![\d.])\d{1,4}\s*[万千百]\s*零?(?:\d{1,4}\s*[千百十]\s*零?)+\d{0,2}(?![\d.])")
_ENGLISH = re.compile(rf"(?P<sign>minus\s+|negative\s+)?\b(?P<num>{EN_NUMBER})\b\s*(?P<unit>{_CURRENCY})?", re.I)
_ALL = re.compile(
    r"全部(?:的)?(?:钱|余额|存款|都|转|给)|(?:所有|全部)(?:的)?(?:钱|余额|存款|家当|积蓄)|余额全|全(?:都)?转|都转(?:过去|走|给|了)|有多少转多少|"
    r"(?:钱|余额)(?:全|都)|卡里的?钱(?:全|都)|\ball\s+(?:of\s+)?(?:my|the|our)?\s*(?:money|balance|savings|funds|cash)|"
    r"\beverything\b|\bentire\s+balance|\bwhole\s+balance|\ball\s+of\s+it\b|\bfull\s+balance",
    re.I,
)
_TERM = re.compile(rf"(?<=[万千百w元块])(?:[{ZH_DIGIT}\d]|半)(?:年|天|个月|个季度)")
_VAGUE = re.compile(r"(?:\b(?:couple|few|several|many)(?:\s+of)?|[几数好多])\s*$", re.I)
_SHORT_NUMBERS = ("110", "96110", "95588", "12378", "12345", "120", "119")


@dataclass(frozen=True)
class Amount:
    """``value`` as the contract writes it; ``marked`` when a currency word or sign stood with it."""

    value: str
    start: int
    end: int
    marked: bool


def written(value: Decimal) -> str:
    """Two places where that is exact ("500.00", "-5.00"), else as given ("0.001")."""
    if value == value.quantize(Decimal("0.01")):
        return f"{value.quantize(Decimal('0.01')):f}"
    return f"{value.normalize():f}"


def _arabic(match: re.Match[str]) -> Decimal | None:
    raw = match["num"].replace(",", "")
    if len(raw) > DIGITS_MAX:
        return None
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    mult = _MULTIPLIER.get((match["mult"] or "").lower(), 1)
    value *= mult
    if match["more"]:
        if mult == 1:
            return None
        value += _one(match["more"]) * Decimal(mult) / 10
    return _with_mao(value, match)


def _one(char: str) -> int:
    return int(char) if char.isascii() else zh_integer(char) or 0


def _with_mao(value: Decimal, match: re.Match[str]) -> Decimal | None:
    if not match["mao"]:
        return value
    if not match["unit"]:
        return None
    return value + Decimal(_one(match["mao"][0])) / 10 + (Decimal(_one(match["fen"][0])) / 100 if match["fen"] else 0)


def _signed(value: Decimal, match: re.Match[str]) -> Decimal:
    groups = match.groupdict()
    return -value if groups.get("sign") or groups.get("sign2") else value


def _mixed(match: re.Match[str]) -> str:
    """ "2万3千" in digits, as "2万3" already is one number; unchanged where the units do not fall."""
    value, unit, rest = 0, 10**5, ""
    for digits, word in re.findall(r"(\d+)\s*([万千百十]?)", match[0]):
        if word:
            if _MULTIPLIER[word] >= unit:
                return match[0]
            unit = _MULTIPLIER[word]
            value += int(digits) * unit
        else:
            rest = digits
    spare = 0 if not rest else int(rest) * (unit // 10 if len(rest) == 1 and "零" not in match[0] else 1)
    return str(value + spare)


def find_amounts(text: str, *, bare_small: bool = False) -> list[Amount]:
    """Every amount in ``text`` (spoken card tails should be taken out before), from left to right.

    ``bare_small`` also accepts "五" and "ten" without a currency word: right where an amount was asked for.
    """
    found: list[Amount] = []
    text = _MIXED.sub(_mixed, text)
    text = re.sub(rf"([{ZH_DIGIT}\d])个(?:[wW]|达不溜)", r"\1万", text)

    def add(match: re.Match[str], value: Decimal | None, marked: bool) -> None:
        inside = any(a.start < match.end() and match.start() < a.end for a in found)
        if value is None or inside or len(str(abs(value.to_integral_value()))) > DIGITS_MAX:
            return
        if not marked and re.match(_NOT_MONEY, text[match.end() :]) is None:
            return
        if _VAGUE.search(text[: match.start()]):  # "a couple of hundred", "好几千": no amount yet
            return
        found.append(Amount(written(_signed(value, match)), match.start(), match.end(), marked))

    for match in _ARABIC.finditer(_without_terms(text)):
        marked = bool(match["cur"] or match["unit"])
        if match["num"] in _SHORT_NUMBERS and not marked and not bare_small:
            continue
        if match["unit"] == "块" and re.match(r"卡|屏|钱?表", text[match.end() :]):
            continue
        add(match, _arabic(match), marked)
    for match in _CHINESE.finditer(_without_terms(text)):
        marked, num = bool(match["unit"]), match["num"]
        if not marked and not bare_small and (len(num) < 2 or not set(num) & set(ZH_UNIT)):
            continue
        add(match, _chinese(match), marked)
    for match in _ENGLISH.finditer(text):
        marked, words = bool(match["unit"]), match["num"].lower()
        if not marked and not bare_small and not re.search(r"hundred|thousand|grand|million|billion|ty\b", words):
            continue
        add(match, en_number(words), marked)
    if not found and (match_all := _ALL.search(text)):
        return [Amount(ALL, match_all.start(), match_all.end(), True)]
    return sorted(found, key=lambda a: a.start)


def _without_terms(text: str) -> str:
    """ "五万一年", "十五万一天": the one belongs to the year; blanked so that places stay the same."""
    return _TERM.sub(lambda m: "*" * len(m[0]), text)


def _chinese(match: re.Match[str]) -> Decimal | None:
    value = zh_number(match["num"])
    return None if value is None else _with_mao(value, match)
