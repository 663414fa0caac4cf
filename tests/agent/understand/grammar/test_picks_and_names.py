"""Choices, ratings, days, payees."""

from __future__ import annotations

from datetime import date

import pytest

from agent.understand.grammar.names import find_payee
from agent.understand.grammar.picks import find_day, find_rating, pick
from agent.understand.port import Choice

CHOICES = (Choice("a", "尾号6688", ("6688", "坏的那张")), Choice("b", "尾号3021", ("3021",)), Choice("c", "张伟", ()))
PAYEES = ("王芳", "张伟")


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("第二个", "b"),
        ("the first one", "a"),
        ("后面那个", "c"),
        ("选二", "b"),
        ("1", "a"),
        ("b", "b"),
        ("三零二幺", "b"),
        ("坏的那张", "a"),
        ("章伟", "c"),
        ("不是第一个是第二个", "b"),
        ("最后一个", "c"),
        ("the second", "b"),
        ("option 3", "c"),
        ("double six double eight", "a"),
        ("不知道", None),
        ("都不是", None),
        ("第九个", None),
        ("6688和3021", None),
        ("7", None),
    ],
)
def test_pick(said: str, chosen: str | None) -> None:
    found = pick(said, CHOICES)
    assert (found.id if found else None) == chosen


def test_that_an_answer_is_chosen_by_its_words() -> None:
    quiz = (
        Choice("1", "挂断电话并拨打96110核实"),
        Choice("2", "按对方说的转到安全账户"),
        Choice("3", "把验证码告诉对方"),
    )
    assert getattr(pick("挂断电话打96110", quiz), "id", None) == "1"


@pytest.mark.parametrize(
    ("said", "rating"),
    [
        ("五分", "5"),
        ("给个4分", "4"),
        ("5 stars", "5"),
        ("满意", "4"),
        ("不满意", "2"),
        ("非常满意", "5"),
        ("five", "5"),
        ("三", "3"),
        ("3", "3"),
        ("10分", None),
        ("0分", None),
        ("我要转500", None),
        ("6", None),
        ("打5", "5"),
        ("给个三吧", "3"),
        ("给张伟转三万", None),
        ("再转两千", None),
        ("换一张", None),
        ("一般多久到账", None),
        ("等了五分钟", None),
        ("send Tom five", None),
    ],
)
def test_rating(said: str, rating: str | None) -> None:
    assert find_rating(said) == rating


def test_days() -> None:
    today = date(2024, 3, 1)
    assert find_day("昨天那笔", today) == date(2024, 2, 29)
    assert find_day("the day before yesterday", today) == date(2024, 2, 28)
    assert find_day("大前天", today) == date(2024, 2, 27)
    assert find_day("那天", today) is None


@pytest.mark.parametrize(
    ("said", "payee"),
    [
        ("给王芳转五百", "王芳"),
        ("给王方转五百", "王芳"),
        ("给网房转500", "王芳"),
        ("给章伟转三万", "张伟"),
        ("转500给王芳", "王芳"),
        ("send 50 to Wang Fang", "王芳"),
        ("给赵四转一百", "赵四"),
        ("向李明汇款", "李明"),
        ("转给我妈两千", "我妈"),
        ("send 50 to Bob Smith", "Bob Smith"),
        ("帮我给老王打三千", "老王"),
        ("send 200 to my landlord", "my landlord"),
        ("转账", None),
        ("给我转500", None),
        ("给他转500", None),
        ("给王芳和张伟各转五百", None),
    ],
)
def test_payee(said: str, payee: str | None) -> None:
    assert find_payee(said, PAYEES) == payee


@pytest.mark.parametrize(
    ("said", "payee"), [("赵四", "赵四"), ("王芳吧", "王芳"), ("王方", "王芳"), ("Tom", "Tom"), ("算了", None)]
)
def test_payee_alone(said: str, payee: str | None) -> None:
    assert find_payee(said, PAYEES, alone=True) == payee


def test_that_two_payees_of_one_sound_are_not_guessed_between() -> None:
    assert find_payee("给王方转五百", ("王芳", "汪芳")) == "王方"
