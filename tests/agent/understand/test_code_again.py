"""A code that was taken and is said once more is neither an amount nor anything else."""

from __future__ import annotations

import pytest

from agent.understand.awaited import is_code_again
from agent.understand.port import Hearing, Pending

READ_BACK = Hearing(locale="zh-CN", pending="confirm", service="transfer.create")


@pytest.mark.parametrize(
    "said", ["015924", "300000", "01 59 24", "零一五九二四", "验证码是015924", "验证码 015924。", "The code is 015924", "zero one five nine two four"]
)  # fmt: skip
def test_said_again(said: str) -> None:
    assert is_code_again(said, READ_BACK)


@pytest.mark.parametrize(
    "said", ["改成150000", "150000元", "3000", "确认", "验证码没收到", "不对，金额是600", "验证码收到了，改成3000", "make it 150000", "13800138000"]
)  # fmt: skip
def test_something_else(said: str) -> None:
    assert not is_code_again(said, READ_BACK)


@pytest.mark.parametrize("pending", ["otp", "nothing"])
def test_where_a_code_is_asked_for_or_nothing_is_open(pending: Pending) -> None:
    assert not is_code_again("015924", Hearing(locale="zh-CN", pending=pending, service="transfer.create"))


def test_where_an_amount_is_asked_for_it_is_one() -> None:
    assert not is_code_again(
        "300000", Hearing(locale="zh-CN", pending="slot", service="transfer.create", slot="amount")
    )
