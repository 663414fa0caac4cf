"""Typed values to words: written for the eye, spoken the way a teller says them."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import cn2an
from num2words import num2words

from tools.clock import SHANGHAI
from tools.wording import Code, Day, Items, Line, Locale, Moment, Rendered, Tail, Text, Value, Yuan

_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_PARTS_OF_DAY = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
_PLACE = re.compile(r"\{(\w+)\}")


def render(said: Line, locale: Locale) -> Rendered:
    """One line in one language.

    Raises:
        KeyError: the sentence names a value that was not given.
    """
    sentence = said.text.of(locale)
    return Rendered(
        text=_PLACE.sub(lambda m: written(said.values[m[1]], locale), sentence),
        speech=_PLACE.sub(lambda m: spoken(said.values[m[1]], locale), sentence),
    )


def written(value: Value, locale: Locale) -> str:
    """A value for the eye: ¥500.00, 6688, 11月25日 09:30."""
    match value:
        case Text():
            return value.of(locale)
        case Yuan(amount):
            return f"¥{amount:,.2f}"
        case Tail(digits) | Code(digits):
            return digits
        case Moment(at):
            local = at.astimezone(SHANGHAI)
            clock = f"{local:%H:%M}"
            return (
                f"{local.month}月{local.day}日 {clock}"
                if locale == "zh-CN"
                else f"{local.day} {_month(local)[:3]} {clock}"
            )
        case Day(at):
            local = at.astimezone(SHANGHAI)
            if locale == "zh-CN":
                return f"{local.year}年{local.month}月{local.day}日"
            return f"{local.day} {_month(local)[:3]} {local.year}"
        case Items(values):
            return ("、" if locale == "zh-CN" else ", ").join(written(item, locale) for item in values)
        case _:
            return str(value)


def raw(value: Value) -> str:
    """A value as the contract carries it: 500.00, 6688, an ISO time in Asia/Shanghai."""
    match value:
        case Yuan(amount):
            return f"{amount:.2f}"
        case Moment(at) | Day(at):
            return at.astimezone(SHANGHAI).isoformat()
        case _:
            return written(value, "zh-CN")


def spoken(value: Value, locale: Locale) -> str:
    """A value for the ear: 五百元, 六六八八, 十一月二十五号上午九点半."""
    match value:
        case Yuan(amount):
            return _yuan_zh(amount) if locale == "zh-CN" else _yuan_en(amount)
        case Tail(digits) | Code(digits):
            return digits_spoken(digits, locale)
        case Moment(at):
            return _moment_zh(at) if locale == "zh-CN" else _moment_en(at)
        case Day(at):
            local = at.astimezone(SHANGHAI)
            if locale == "zh-CN":
                return f"{number_zh(local.month)}月{number_zh(local.day)}号"
            return f"{local.day} {_month(local)}"
        case Items(values):
            return ("、" if locale == "zh-CN" else ", ").join(spoken(item, locale) for item in values)
        case int():
            return number_zh(value) if locale == "zh-CN" else str(num2words(value))
        case _:
            return written(value, locale)


def digits_spoken(digits: str, locale: Locale) -> str:
    """Digit by digit: 六六八八 / 6 6 8 8. Other characters (the stars of a masked number) become a pause."""
    if locale == "zh-CN":
        return re.sub(r"[^零一二三四五六七八九]+", "，", "".join(_DIGITS.get(d, d) for d in digits)).strip("，")
    return re.sub(r"[^0-9]+", ",", digits).replace("", " ").replace(" ,", ",").strip(" ,")


def number_zh(number: int) -> str:
    """A whole number as it is said: 两百, 三万, 十五."""
    words: str = cn2an.an2cn(number, "low")
    words = re.sub(r"^一十", "十", words)
    return re.sub(r"(?<![十零])二(?=[百千万亿])", "两", words)  # 两万, but 十二万 and 五百零二万


def _yuan_zh(amount: Decimal) -> str:
    fen = int(abs(amount) * 100)
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    sign = "负" if amount < 0 else ""
    if not yuan and fen:  # 五角, 五分
        return sign + (f"{_DIGITS[str(jiao)]}角" if jiao else "") + (f"{_DIGITS[str(rest)]}分" if rest else "")
    words = sign + ("两" if yuan == 2 else number_zh(yuan)) + "元"
    if jiao:
        words += f"{_DIGITS[str(jiao)]}角"
    elif rest:
        words += "零"
    if rest:
        words += f"{_DIGITS[str(rest)]}分"
    return words


def _yuan_en(amount: Decimal) -> str:
    return f"{amount:,.0f} yuan" if amount == amount.to_integral_value() else f"{amount:,.2f} yuan"


def _month(local: datetime) -> str:
    return _MONTHS[local.month - 1]


def _moment_zh(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    part = next(name for before, name in _PARTS_OF_DAY if local.hour < before)
    hour = local.hour if local.hour <= 12 else local.hour - 12
    hour_words = "两" if hour == 2 else number_zh(hour)
    minute = (
        ""
        if local.minute == 0
        else "半"
        if local.minute == 30
        else (("零" if local.minute < 10 else "") + number_zh(local.minute) + "分")
    )
    return f"{number_zh(local.month)}月{number_zh(local.day)}号{part}{hour_words}点{minute}"


def _moment_en(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local.day} {_month(local)} at {local:%H:%M}"
