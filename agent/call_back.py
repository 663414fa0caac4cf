"""A wish to be called back, heard in words: "明天下午三点打给我", "call me tomorrow at half past three".

Only what is nothing else counts: once the time, the call and what makes a sentence polite are taken out of the words,
nothing may be left. "下午三点打给我的是骗子" is a story, not a wish.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.clock import SHANGHAI

_N = r"(?:\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[零〇]?[一二两三四五六七八九])"
_ZH_DAY = re.compile(
    r"(?P<named>大后天|后天|明[天儿早晚]|今[天儿早晚])"
    r"|(?P<next>下)?个?(?:这个?|本)?(?:周|星期|礼拜)(?P<week>[一二三四五六日天])"
    rf"|(?P<month>{_N})月(?P<date>{_N}|二十[一二三四五六七八九]?|三十一?)[日号]"
)
_ZH_PART = re.compile(r"早上|早晨|上午|中午|下午|傍晚|晚上")
_ZH_CLOCK = re.compile(
    rf"(?P<hour>{_N})(?:点|时(?!候|间))(?:钟|整)?(?P<half>半|[一三]刻)?(?:过?(?P<minute>{_N}|[二三四五]十[一二三四五六七八九]?)分?)?"
    r"|(?P<digital>\d{1,2})[:：](?P<minutes>\d{2})"
)
_ZH_IN = re.compile(
    rf"(?:过)?(?:(?P<half>半)个?|(?P<count>{_N}|[二三四五]十)(?:个(?P<more>半)?)?)(?P<unit>小时|钟头|分钟)(?:之后|以后|后|之内)?"
)
_ZH_CALL = re.compile(
    r"(?:打|拨)(?:一?个|通)?(?:电话)?(?:给|过来|来)我?|给我?(?:打|回|来|拨)(?:一?[个通])?(?:电话)?|回我?(?:一?[个通])?电话?|回拨|电话"
)
_ZH_POLITE = re.compile(
    r"(?:请|麻烦|那|就|可以|能不能|能|你们?|您|让|叫|找|有?人工?|同事|客服|吧|吗|呢|啊|呀|哦|好的?|行|嗯|我|等|在|到时候?|再|时候|希望|想|要|方便|之?前后|左右|的|一下|也|会|空|有|都|没问题|谢谢)"
)
_EN_DAY = re.compile(
    r"\b(?P<named>the day after tomorrow|tomorrow|today|tonight|this)?\s*\b(?P<part>morning|afternoon|evening)\b"
    r"|\b(?P<day>the day after tomorrow|tomorrow|today|tonight)\b"
    r"|\b(?P<next>next\s+)?(?:this\s+|on\s+)?(?P<week>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_EN_N = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_EN_CLOCK = re.compile(
    rf"\b(?:(?P<past>half past|quarter past|quarter to)\s+)?(?P<hour>{_EN_N})(?:[:.](?P<minutes>\d{{2}})|\s+(?P<spoken>thirty|fifteen|forty[- ]five))?"
    r"\s*(?P<half>a\.?m\.?|p\.?m\.?)?(?:\s*o'?\s?clock)?(?:\s+in the)?(?![\w:])|\b(?P<noon>noon|midday)\b"
)
_EN_IN = re.compile(
    rf"\b(?:in|after)\s+(?:about\s+)?(?P<count>half an|an|a|{_EN_N})\s+(?P<unit>hours?|minutes?|mins?)(?:\s+from now|'? time)?"
)
_EN_CALL = re.compile(
    r"\b(?:give me a (?:call|ring)(?: back)?|(?:call|phone|ring)(?:ed)? me(?: back)?|call[- ]?back|callback|(?:have|get) (?:someone|somebody|a colleague|them) (?:to )?(?:call|phone|ring)(?: me)?(?: back)?)\b"
)
_EN_POLITE = re.compile(
    r"\b(?:please|can|could|would|will|you|someone|somebody|a|an|the|colleague|ask|tell|me|at|on|in|for|around|about|ok|okay|yes|then|like|to|i|i'd|want|be|good|fine|is|it|works?|arrange|how|let's|say|my|thanks?|thank|phone|d|s)\b"
)
_ZH_DAYS = {"今": 0, "明": 1, "后": 2, "大": 3}
_ZH_WEEK = {day: i for i, day in enumerate("一二三四五六")} | {"日": 6, "天": 6}
_EN_DAYS = {"today": 0, "tonight": 0, "this": 0, "tomorrow": 1, "the day after tomorrow": 2}
_EN_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EN_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_LATE = {"下午", "傍晚", "晚上", "晚", "afternoon", "evening", "tonight"}
_EARLY = {"早上", "早晨", "上午", "早", "morning"}
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45, "half past": 30, "quarter past": 15, "thirty": 30, "fifteen": 15}
NOON, FIRST_HOUR = 12, 8


@dataclass(frozen=True)
class CallWish:
    """``at`` is when, in Asia/Shanghai; None when no time of day was named."""

    at: datetime | None


@dataclass
class _Clock:
    hour: int
    minute: int = 0
    sure: bool = False  # morning or afternoon was said, or 13 and later


def call_wish(text: str, now: datetime, *, waiting: bool) -> CallWish | None:
    """What the words ask for, if they ask for a call and nothing else. Who waits for a person need only name the time; who
    does not must ask for the call in as many words, with a time."""
    rest, now = text.lower().replace("’", "'"), now.astimezone(SHANGHAI)
    chinese = re.search(r"[\u4e00-\u9fff]", rest) is not None
    soon, rest = _soon(rest, chinese)
    days, part, rest = _day(rest, now, chinese)
    clock, rest = _clock(rest, part, chinese)
    asked = _ZH_CALL if chinese else _EN_CALL
    calls = asked.search(rest) is not None
    rest = (_ZH_POLITE if chinese else _EN_POLITE).sub(" ", asked.sub(" ", rest))
    timed = soon is not None or clock is not None
    if re.sub(r"[\W_]", "", rest) or not (calls or timed or days is not None or part):
        return None
    if not (timed and calls) and not waiting:
        return None
    if soon is not None:
        return CallWish(now + soon)
    return CallWish(None if clock is None else _at(now, days, clock))


def _at(now: datetime, days: int | None, clock: _Clock) -> datetime:
    """The next moment that the words can mean; "三点" is in the afternoon, since nobody is called at night."""
    hour = clock.hour
    if not clock.sure and hour < FIRST_HOUR:
        hour += NOON
    at = (now + timedelta(days=days or 0)).replace(hour=hour % 24, minute=clock.minute, second=0, microsecond=0)
    if at <= now and days is None:
        later = at + timedelta(hours=NOON)
        return later if not clock.sure and hour < NOON and later > now else at + timedelta(days=1)
    return at


def _soon(text: str, chinese: bool) -> tuple[timedelta | None, str]:
    found = (_ZH_IN if chinese else _EN_IN).search(text)
    if found is None:
        return None, text
    said = found.groupdict()
    half = said.get("half") or said.get("count") == "half an"
    count = 0.5 if half else _number(said["count"]) + (0.5 if said.get("more") else 0.0)
    minutes = count * (1 if said["unit"].startswith(("分", "min")) else 60)
    return timedelta(minutes=minutes), text.replace(found[0], " ", 1)


def _day(text: str, now: datetime, chinese: bool) -> tuple[int | None, str, str]:
    """Days from today, the part of the day, and what is left of the words."""
    found = (_ZH_DAY if chinese else _EN_DAY).search(text)
    days, part = None, ""
    if found is not None:
        said = found.groupdict()
        text = text.replace(found[0], " ", 1)
        named = said.get("named") or said.get("day")
        if named:
            days = _ZH_DAYS[named[0]] if chinese else _EN_DAYS[named]
            part = named[-1] if named[-1] in "早晚" else ("tonight" if named == "tonight" else "")
        elif said["week"]:
            wanted = _ZH_WEEK[said["week"]] if chinese else _EN_WEEK.index(said["week"])
            days = (wanted - now.weekday()) % 7
            if said["next"]:
                days = wanted - now.weekday() + 7
        elif said.get("month"):
            days = _until(now, _number(said["month"]), _number(said["date"]))
        part = said.get("part") or part
    if chinese and (later := _ZH_PART.search(text)) is not None:
        part, text = later[0], text.replace(later[0], " ", 1)
    return days, part, text


def _until(now: datetime, month: int, date: int) -> int | None:
    try:
        day = now.replace(month=month, day=date)
        return ((day if day >= now else day.replace(year=now.year + 1)) - now).days
    except ValueError:
        return None


def _clock(text: str, part: str, chinese: bool) -> tuple[_Clock | None, str]:
    found = (_ZH_CLOCK if chinese else _EN_CLOCK).search(text)
    if found is None:
        return (_Clock(NOON, sure=True) if part == "中午" else None), text
    said, rest = found.groupdict(), text.replace(found[0], " ", 1)
    if said.get("noon"):
        return _Clock(NOON, sure=True), rest
    half = said.get("half") or ""
    clock = _Clock(_number(said.get("digital") or said["hour"]))
    minute = said.get("minutes") or said.get("minute")
    clock.minute = _number(minute) if minute else _MINUTES.get(half or said.get("past") or said.get("spoken") or "", 0)
    if said.get("past") == "quarter to":
        clock.hour, clock.minute = clock.hour - 1, 45
    if (said.get("spoken") or "").startswith("forty"):
        clock.minute = 45
    late = part in _LATE or half.startswith("p") or (part == "中午" and clock.hour < FIRST_HOUR)
    clock.sure = late or part in _EARLY or half.startswith("a") or clock.hour > NOON
    if late and clock.hour < NOON:
        clock.hour += NOON
    return (clock if clock.hour < 24 and clock.minute < 60 else None), rest


def _number(said: str) -> int:
    if said.isdigit():
        return int(said)
    if said in _EN_NUMBERS:
        return _EN_NUMBERS.index(said) + 1
    if said in ("a", "an"):
        return 1
    ten, unit = said.partition("十")[::2] if "十" in said else ("", said)
    digits = {digit: i for i, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
    tens = 0 if "十" not in said else digits[ten] if ten else 1
    return 10 * tens + (digits[unit[-1]] if unit else 0)
