"""Chinese text to the words a teller says: amounts, dates, times, percentages, card tails, phones and codes.

Works on any text: what stands there in words already is left alone. The first pattern that fits a place wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import cn2an

_DIGITS = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))  # one by one, as in phones and tails
_YEAR_DIGITS = {**_DIGITS, "1": "一"}
_FULL_WIDTH = str.maketrans({chr(0xFF10 + n): str(n) for n in range(10)} | {"％": "%", "．": ".", "￥": "¥", "＋": "+"})
_CLASSES = {"Ⅰ": "一", "Ⅱ": "二", "Ⅲ": "三", "I": "一", "II": "二", "III": "三"}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_COUNTED = "元块个张笔次天位条项步份家种年件岁小分周百千万亿倍人台点道句页字门部套间根"
_SIGNS = {"+": "加", "×": "乘", "=": "等于", "&": "和", "~": "到", "～": "到", "→": "到", "<": "小于", ">": "大于", "≥": "不低于", "≤": "不超过"}  # fmt: skip


def number(value: str | int | Decimal) -> str:
    """A number as it is said: 两百, 十五, 三点五, 五万二千三百四十."""
    whole, _, places = str(value).replace(",", "").partition(".")
    if len(whole) > 16:
        return digits(whole)
    words: str = cn2an.an2cn(int(whole), "low")
    words = re.sub(r"^一十", "十", words)
    words = re.sub(r"(?<![十零])二(?=[百千万亿])", "两", words)
    return words + ("点" + "".join(_YEAR_DIGITS[d] for d in places) if places else "")


def digits(text: str) -> str:
    """Digit by digit, one as 幺; other characters become a pause."""
    return re.sub(r"[^零幺二三四五六七八九]+", "，", "".join(_DIGITS.get(d, d) for d in text)).strip("，")


def amount(text: str) -> str:
    """Yuan, jiao and fen: 52,340.18 → 五万二千三百四十元一角八分."""
    whole, _, places = text.replace(",", "").partition(".")
    if len(places) > 2:
        return number(text) + "元"
    jiao, fen = tuple(f"{places:0<2}")
    small = (f"{number(jiao)}角" if jiao != "0" else "") + (f"{number(fen)}分" if fen != "0" else "")
    if int(whole) == 0 and small:
        return small
    words = ("两" if int(whole) == 2 else number(whole)) + "元"
    return words + ("零" if jiao == "0" and fen != "0" else "") + small


def _counted(text: str) -> str:
    """A number before what is counted: 2个 → 两个."""
    return "两" if text == "2" else number(text)


def _clock(hour: str, minute: str) -> str:
    words = ("两" if int(hour) == 2 else number(int(hour))) + "点"
    if int(minute) == 0:
        return words
    if int(minute) == 30:
        return words + "半"
    return words + ("零" if int(minute) < 10 else "") + number(int(minute)) + "分"


def _year(text: str) -> str:
    return "".join(_YEAR_DIGITS[d] for d in text)


def _date(year: str | None, month: str, day: str) -> str:
    return (f"{_year(year)}年" if year else "") + f"{number(int(month))}月{number(int(day))}日"


def _grouped(code: str) -> str:
    """A phone number or a code in groups, a breath between them."""
    size = {11: (3, 4, 4), 6: (3, 3), 8: (4, 4), 16: (4, 4, 4, 4), 19: (4, 4, 4, 4, 3)}.get(len(code))
    if size is None:
        return digits(code)
    groups, at = [], 0
    for length in size:
        groups.append(digits(code[at : at + length]))
        at += length
    return "，".join(groups)


def _bare(text: str) -> str:
    """A number that nothing explains: long ones are codes, short ones are counted."""
    if "," in text or "." in text or (len(text) < 4 and not (text.startswith("0") and len(text) > 1)):
        return number(text)
    return _grouped(text)


_Say = Callable[[re.Match[str]], str]
_RULES: tuple[tuple[str, _Say], ...] = (
    # card classes
    (r"(Ⅲ|Ⅱ|Ⅰ|\bIII|\bII|\bI)(?=\s*类)", lambda m: _CLASSES[m[1]]),
    (r"[ⅠⅡⅢ]", lambda m: _CLASSES[m[0]]),
    # dates and times
    (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)日?", lambda m: _date(m[1], m[2], m[3])),
    (r"(?<!\d)(\d{4})年(?:(\d{1,2})月)?(?:(\d{1,2})([日号]))?", lambda m: f"{_year(m[1])}年"
        + (f"{number(int(m[2]))}月" if m[2] else "") + (f"{number(int(m[3]))}{m[4]}" if m[3] else "")),
    (r"(\d{1,2})月(\d{1,2})([日号]?)", lambda m: f"{number(int(m[1]))}月{number(int(m[2]))}{m[3] or '日'}"),
    (r"(?<!\d)(\d{1,2})月(?!\d)", lambda m: f"{number(int(m[1]))}月"),
    (r"(?<![\d:])([01]?\d|2[0-3])[:：]([0-5]\d)(?:[:：]([0-5]\d))?(?![\d:])", lambda m: _clock(m[1], m[2])
        + ((("" if int(m[2]) else "零分") + number(int(m[3])) + "秒") if m[3] and int(m[3]) else "")),
    # tails, codes and phones, digit by digit
    (r"(尾号(?:为|是|：|:)?\s*)(\d{3,6})", lambda m: m[1].strip() + digits(m[2])),
    (r"(验证码(?:为|是|：|:)?\s*)(\d{4,8})", lambda m: m[1].strip() + _grouped(m[2])),
    (r"(?<!\d)(\d{4})(?=\s*(?:这|那)?(?:张|个)?的?(?:卡|账户|户头|尾号))", lambda m: digits(m[1])),
    (r"(?<!\d)(\d{3,4})\*{2,}(\d{2,4})(?!\d)", lambda m: f"{digits(m[1])}，尾号{digits(m[2])}"),
    (r"(?<!\d)(0\d{2,3}|400|800)-(\d{3,4})-?(\d{4})(?!\d)", lambda m: "，".join(digits(part) for part in m.groups())),
    (r"(?<![\d.,])(1\d{10})(?![\d.,]?\d)", lambda m: _grouped(m[1])),
    (r"(?<![\d.,])(110|119|120|122|96110|12\d{3}|95\d{3})(?![\d元块个天笔次张%]|\.\d|,\d)", lambda m: digits(m[1])),
    # amounts
    (rf"(?:¥|人民币|CNY|RMB)\s*(-?)({_NUMBER})(?![万亿千百])\s*元?", lambda m: ("负" if m[1] else "") + amount(m[2])),
    (rf"(-?)(?<![\d.,])({_NUMBER})\s*元", lambda m: ("负" if m[1] else "") + amount(m[2])),
    (rf"(?:¥|人民币)\s*({_NUMBER})\s*([万亿])元?", lambda m: f"{_counted(m[1])}{m[2]}元"),
    # shares and ranges
    (rf"({_NUMBER})\s*%\s*[-~～至到]\s*({_NUMBER})\s*%", lambda m: f"百分之{number(m[1])}到百分之{number(m[2])}"),
    (rf"({_NUMBER})\s*%", lambda m: f"百分之{number(m[1])}"),
    (rf"({_NUMBER})\s*‰", lambda m: f"千分之{number(m[1])}"),
    (rf"(?<![\d-])({_NUMBER})\s*[-~～]\s*({_NUMBER})(?![\d-])", lambda m: f"{number(m[1])}到{number(m[2])}"),
    (r"(?<!\d)(\d{1,3})/(\d{1,3})(?!\d)", lambda m: f"{number(m[2])}分之{number(m[1])}"),
    # what is left
    (r"第(\d+)", lambda m: f"第{number(m[1])}"),
    (rf"(?<![A-Za-z\d])(-)({_NUMBER})", lambda m: f"负{number(m[2])}"),
    (rf"({_NUMBER})(?=\s*[{_COUNTED}])", lambda m: _counted(m[1])),
    (rf"({_NUMBER})", lambda m: _bare(m[1])),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), say) for pattern, say in _RULES)
_SAID_ONES = re.compile(
    r"(?<![零一二三四五六七八九十百千万亿两点第])[零一二三四五六七八九]{3,}(?![零一二三四五六七八九十百千万亿年月])"
)


def spoken_zh(text: str) -> str:
    """The words of a Chinese text; Latin letters and punctuation stay."""
    words = text.translate(_FULL_WIDTH)
    for pattern, say in _COMPILED:
        words = pattern.sub(say, words)
    # digits that a speech text has in words already: 尾号一一八零 → 尾号幺幺八零
    words = _SAID_ONES.sub(lambda m: m[0].replace("一", "幺"), words)
    for sign, word in _SIGNS.items():
        words = words.replace(sign, word)
    words = re.sub(r"(?<=[点分半])\s*[-–]\s*(?=[零一二两三四五六七八九十])", "到", words)  # 九点到十七点
    words = re.sub(r"(?<=[一-鿿])\s*/\s*(?=[一-鿿])", "、", words)
    return re.sub(r"(?<=[一-鿿])\s+(?=[一-鿿])", "", words)
