"""The figures that a text states: amounts, percentages, durations, dates, times, articles and telephone numbers.

Each is brought to one form, so that 五十万元, 50万元 and 500,000 yuan are the same figure, and 24小时 and 24 hours too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

import cn2an

from knowledge.numerals import number

Kind = Literal["figure", "date", "article"]

_UNITS = (  # canonical unit, Chinese and English ways to write it; longer ones first
    ("yuan", r"人民币元|块钱|元|块|yuan|rmb|cny"),
    ("cent", r"分钱|角|毛钱|cents?|fen\b"),
    ("percentage point", r"个百分点|percentage points?"),
    ("percent", r"[%％‰]|per ?cent"),
    ("working day", r"个?工作日|个?交易日|(?:working|business|trading)[ -]days?"),
    ("hour", r"个?(?:小时|钟头)|hours?|hrs?\b"),
    ("minute", r"分钟|minutes?|mins?\b"),
    ("second", r"秒钟?|seconds?"),
    ("week", r"个?(?:星期|礼拜|周)(?!岁)|weeks?"),
    ("month", r"个?月(?!\d)|months?"),
    ("age", r"周?岁|years? old|years of age"),
    ("year", r"年|years?"),
    ("day", r"个?(?:自然日|日历日)|天|日|(?:calendar )?days?"),
    ("time", r"次|回|times?\b"),
    ("class", r"类"),
    ("clock", r"点钟?|o'clock|[ap]\.?m\b\.?"),
    ("digit", r"位数|digits?"),
    ("gram", r"克|grams?"),
    ("dollar", r"美元|美金|dollars?|usd"),
)  # fmt: skip
_UNIT = "|".join(f"(?P<u{at}>{pattern})" for at, (_, pattern) in enumerate(_UNITS))
_HAN = "零〇一二两三四五六七八九十百千万亿"
_WORD = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty-four|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred|thousand|million|half a)"
)
_NUMERAL = (
    rf"(?P<n>\d[\d,]*(?:\.\d+)?\s?[万千百亿]+|\d[\d,]*(?:\.\d+)?(?:\s?(?:k|w|million|thousand)\b)?|[{_HAN}]+(?:点[{_HAN}]+)?|"
    rf"\b{_WORD}(?:[ -]{_WORD})*\b)"
)
_FIGURE = re.compile(
    rf"(?P<before>[¥￥$]|百分之|千分之|\bclass )?{_NUMERAL}(?P<half>个?半)?\s*-?(?:{_UNIT})?(?P<half2>半)?", re.I
)
_HALF = re.compile(r"半(?:个)?(?P<unit>小时|钟头|月|年|天|日)|half(?: an?)? (?P<word>hour|day|month|year)", re.I)
_RANGE = re.compile(
    rf"(?P<n>{_WORD}|\d[\d,.]*|[{_HAN}]+)\s*(?:个)?\s*(?:-|–|—|~|～|至|到|to)\s*(?=(?:\d|[{_HAN}]|{_WORD}))", re.I
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "may" else "may" for name in _MONTHS)
_DATES = tuple(re.compile(pattern, re.I) for pattern in (
    r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
    rf"(?:(?P<y>[\d{_HAN}]{{4}})\s?年\s?)?(?P<m>\d{{1,2}}|[{_HAN}]{{1,3}})\s?月\s?(?P<d>\d{{1,2}}|[{_HAN}]{{1,3}})\s?[日号]",
    rf"(?P<y>\d{{4}}|[{_HAN}]{{4}})\s?年(?:\s?(?P<m>\d{{1,2}}|[{_HAN}]{{1,3}})\s?月)?",
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<mon>{_MONTH})\b\.?(?:,? (?P<y>\d{{4}}))?",
    rf"\b(?P<mon>{_MONTH})\b\.? (?P<y>(?:19|20)\d{{2}})\b",
    rf"\b(?P<mon>{_MONTH})\b\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y>\d{{4}}))?",
    r"\b(?:in|since|from|until) (?P<y>(?:19|20)\d{2})\b",
))  # fmt: skip
_DAY_WORD = re.compile(
    r"今天|明天|后天|昨天|今日|明日|次日|当天|当日|下周|本周|上周|下个?月|本月|上个?月|今年|明年|去年|次月|[周星期]{1,2}[一二三四五六日天]|周末|"
    r"\b(?:today|tomorrow|yesterday|tonight|same day|next (?:day|week|month|year)|last (?:week|month|year)|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekends?)\b",
    re.I,
)
_ARTICLE = re.compile(
    rf"第\s?(?P<zh>\d[\d.]*|[{_HAN}]+)\s?(?P<part>条|款|项|章)|\b(?P<word>articles?|sections?|clauses?) (?P<en>\d[\d.]*\d|\d)",
    re.I,
)
_CLOCK = re.compile(r"(?<!\d)(?P<h>\d{1,2})[:：](?P<min>\d{2})(?!\d)")
_LINE = re.compile(r"(?<![\d.,])\d{3,5}(?:[- ]\d{3,4}){1,2}(?![\d.])")
_VAGUE = re.compile(
    r"[几数]个?(?P<zh>工作日|小时|分钟|天|周|月|年|次)|"
    r"\b(?:some|a few|several|(?P<part>quarter of an)) (?P<en>working day|hour|minute|day|week|month|year|time)s?\b",
    re.I,
)
_SUM = re.compile(r"^(\d{4,}) yuan$")
_ROMAN = dict(zip("ⅠⅡⅢⅣⅤ", "12345", strict=True))
_ROMAN_CLASS = re.compile(r"\bclass(?:es)? (i{1,3}|iv|v)\b(?:(?: (?:and|or)|,) (i{1,3}|iv|v)\b)?", re.I)
# words that hold a numeral and state no number
_IDIOM = re.compile(
    r"万一|千万(?=不|别|要|小心|记|注意)|一起|一定|一般|一旦|一直|一样|一下|一边|一些|一点|一切|一律|一致|一并|统一|唯一|进一步|一会儿?|一方面|"
    r"一时|一步一步|一站式|十分(?!钟|之)|第三方|三方|第一时间|第二天|四处|两者|一家人|百姓|任何一|每一|同一|某一|另一|这一|那一|"
    r"一(?=(?:天|年|个月|次)(?!内|以内|之内|后|以后|前|之|半))|"  # a day: how often, not how long
    r"一(?=个(?!月)|张|笔|份|条|家|位|种|名|段|项|遍|句|声|步)|\bone (?:of|by one|another)\b|\bno one\b|\bthis one\b|\bthe one\b|"
    r"\bat one\b|\bany one\b|\bone(?='s)|\ba second\b",
    re.I,
)


@dataclass(frozen=True)
class Figure:
    """``value`` is the canonical form, the same in both languages; ``said`` how the text writes it."""

    kind: Kind
    value: str
    said: str


def figures(text: str) -> list[Figure]:
    """Every figure of a text, in no particular order."""
    found: list[Figure] = []
    rest = _ROMAN_CLASS.sub(_romans, "".join(_ROMAN.get(char, char) for char in text))

    def take(pattern: re.Pattern[str], kind: Kind, value: str | None, hit: re.Match[str]) -> str:
        if value is not None:
            found.append(Figure(kind, value, hit[0].strip()))
        return " | "

    for pattern in _DATES:
        rest = pattern.sub(lambda hit: take(pattern, "date", _date(hit), hit), rest)  # noqa: B023 - used at once
    rest = _DAY_WORD.sub(lambda hit: take(_DAY_WORD, "date", hit[0].lower(), hit), rest)
    rest = _ARTICLE.sub(lambda hit: take(_ARTICLE, "article", _article(hit), hit), rest)
    rest = _CLOCK.sub(lambda hit: take(_CLOCK, "figure", f"{int(hit['h'])}:{hit['min']}", hit), rest)
    rest = _LINE.sub(lambda hit: take(_LINE, "figure", f"line {re.sub(r'[^0-9]', '', hit[0])}", hit), rest)
    rest = _HALF.sub(lambda hit: take(_HALF, "figure", _half(hit), hit), rest)
    rest = _VAGUE.sub(lambda hit: take(_VAGUE, "figure", _vague(hit), hit), rest)
    rest = _IDIOM.sub(" | ", rest)
    return [*found, *_plain(rest)]


def _romans(hit: re.Match[str]) -> str:
    numbers = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
    return " and ".join(f"class {numbers[one.lower()]}" for one in hit.groups() if one)


def _plain(rest: str) -> list[Figure]:
    found = []
    for hit in _FIGURE.finditer(rest):
        value = _value(hit["n"])
        if value is None:
            continue
        if hit["half"] or hit["half2"]:
            value += Decimal("0.5")
        unit = _unit(hit)
        if not unit:  # "3 to 5 days": the first number is of days too
            unit = _unit_of_range(rest, hit)
        if hit[0].endswith("‰"):
            value /= 10
        if hit["before"] == "千分之":
            value /= 10
        found.append(Figure("figure", f"{value.normalize():f} {unit}".strip(), hit[0].strip()))
    return found


def _unit(hit: re.Match[str]) -> str:
    before = (hit["before"] or "").strip().lower()
    if before in ("¥", "￥"):
        return "yuan"
    if before == "$":
        return "dollar"
    if before in ("百分之", "千分之"):
        return "percent"
    if before == "class":
        return "class"
    return next((name for at, (name, _) in enumerate(_UNITS) if hit[f"u{at}"]), "")


def _unit_of_range(rest: str, hit: re.Match[str]) -> str:
    again = _RANGE.match(rest, hit.start("n"))
    if again is None:
        return ""
    following = _FIGURE.match(rest, again.end())
    return "" if following is None else _unit(following)


def _value(said: str) -> Decimal | None:
    flat = said.strip().lower().replace(",", "").replace(" ", "" if re.search(r"[\d万千百亿]", said) else " ")
    for word, scale in (("million", 10**6), ("thousand", 1000), ("k", 1000), ("w", 10**4)):
        if re.fullmatch(rf"[\d.]+{word}", flat):
            return Decimal(flat.removesuffix(word)) * scale
    if re.fullmatch(r"[\d.]+", flat):
        try:
            return Decimal(flat)
        except InvalidOperation:
            return None
    if re.search(r"[a-z]", flat):
        return number(flat)
    try:
        return Decimal(str(cn2an.cn2an(flat, "smart")))
    except (ValueError, KeyError):
        return number(flat)


def _date(hit: re.Match[str]) -> str:
    given = hit.groupdict()
    month = given.get("m")
    if named := given.get("mon"):
        month = str(1 + next(at for at, name in enumerate(_MONTHS) if name.startswith(named.lower()[:3])))
    return "-".join(_whole(part) for part in (given.get("y"), month, given.get("d")))


def _whole(part: str | None) -> str:
    if not part:
        return "?"
    value = number(part)
    return "?" if value is None else f"{value:f}"


def _article(hit: re.Match[str]) -> str:
    part = hit["part"] or ""
    kind = {"款": "paragraph", "项": "item", "章": "chapter"}.get(part, "article")
    return (
        f"{kind} {_whole(hit['zh'] or hit['en'])}"
        if "." not in (hit["zh"] or hit["en"])
        else f"{kind} {hit['zh'] or hit['en']}"
    )


def _half(hit: re.Match[str]) -> str:
    unit = hit["word"] or {"小时": "hour", "钟头": "hour", "月": "month", "年": "year"}.get(hit["unit"], "day")
    return f"0.5 {unit.lower()}"


def _vague(hit: re.Match[str]) -> str:
    return f"{'quarter' if hit['part'] else 'some'} {(hit['zh'] or hit['en']).lower()}"


def vouched(figure: Figure, known: Sequence[Figure]) -> bool:
    """Whether one of ``known`` is this figure; a large sum may be said without its unit, a date without its year."""
    for one in known:
        if one.kind != figure.kind:
            continue
        if figure.kind == "date" and _same_date(figure.value, one.value):
            return True
        if figure.kind != "date" and _SUM.sub(r"\1", figure.value) == _SUM.sub(r"\1", one.value):
            return True
    return False


def without_figures(text: str) -> str:
    """The rest of a text; where a figure stood is a gap."""
    for said in sorted({one.said for one in figures(text)}, key=len, reverse=True):
        text = text.replace(said, " ")
    return text


def _same_date(said: str, known: str) -> bool:
    """Whether a date is another one, or a part of it: 1 December is 1 December 2024, but not the other way round."""
    parts, others = said.split("-"), known.split("-")
    if len(parts) != 3 or len(others) != 3:
        return said == known
    return all(part in ("?", other) for part, other in zip(parts, others, strict=True))
