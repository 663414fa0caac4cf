"""When a customer says that they want to be called."""

from __future__ import annotations

from datetime import datetime

import pytest

from agent.call_back import call_wish
from tools.clock import SHANGHAI

NOW = datetime(2026, 11, 26, 10, 20, tzinfo=SHANGHAI)  # a Thursday


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("明天下午三点打给我", "11-27 15:00"),
        ("明天下午3点给我打电话", "11-27 15:00"),
        ("那就明天下午三点半打给我吧", "11-27 15:30"),
        ("麻烦后天上午十点给我回个电话", "11-28 10:00"),
        ("让同事今天下午四点一刻打给我", "11-26 16:15"),
        ("今晚七点回我电话", "11-26 19:00"),
        ("下周一上午九点打给我", "11-30 09:00"),
        ("周六下午两点打电话给我可以吗", "11-28 14:00"),
        ("11月28号下午三点二十给我打电话", "11-28 15:20"),
        ("半小时后打给我", "11-26 10:50"),
        ("两个小时以后给我来个电话", "11-26 12:20"),
        ("一个半小时后打给我", "11-26 11:50"),
        ("15:30给我回电话", "11-26 15:30"),
        ("三点打给我", "11-26 15:00"),
        ("九点打给我", "11-26 21:00"),
        ("明天中午打给我", "11-27 12:00"),
        ("Call me tomorrow at 3 pm", "11-27 15:00"),
        ("please call me back tomorrow at half past three", "11-27 15:30"),
        ("could someone call me at 15:30", "11-26 15:30"),
        ("call me on Friday at 9 am please", "11-27 09:00"),
        ("Can you ring me tomorrow morning at ten?", "11-27 10:00"),
        ("give me a call in half an hour", "11-26 10:50"),
        ("phone me in two hours", "11-26 12:20"),
        ("have someone call me the day after tomorrow at noon", "11-28 12:00"),
        ("call me next monday at quarter to four", "11-30 15:45"),
    ],
)
def test_that_a_wish_to_be_called_has_its_time(words: str, at: str) -> None:
    wish = call_wish(words, NOW, waiting=False)
    assert wish is not None
    assert wish.at is not None
    assert f"{wish.at:%m-%d %H:%M}" == at


@pytest.mark.parametrize(
    "words", ["明天下午三点", "明天下午三点吧", "下午4点", "tomorrow at 3 pm", "at half past three please"]
)
def test_that_who_waits_need_only_name_the_time(words: str) -> None:
    wish = call_wish(words, NOW, waiting=True)
    assert wish is not None
    assert wish.at is not None
    assert wish.at.hour in (15, 16)
    assert call_wish(words, NOW, waiting=False) is None


@pytest.mark.parametrize(
    "words", ["打给我吧", "给我回个电话", "明天下午打给我", "call me back", "call me tomorrow please"]
)
def test_that_without_a_time_it_is_asked_for(words: str) -> None:
    wish = call_wish(words, NOW, waiting=True)
    assert wish is not None
    assert wish.at is None


@pytest.mark.parametrize(
    "words",
    [
        "昨天下午三点有人打给我说我涉嫌洗钱",
        "下午三点打给我的是骗子",
        "明天下午三点给王芳转五百",
        "不用打给我了",
        "别打电话给我",
        "三点的时候我转了五百",
        "我的余额多少",
        "转人工",
        "somebody called me at 3 pm and asked for my code",
        "don't call me",
        "transfer 300 tomorrow",
        "what time do you open tomorrow",
        "",
        "6688",
    ],
)
def test_that_anything_else_is_no_such_wish(words: str) -> None:
    assert call_wish(words, NOW, waiting=True) is None
