"""Values for services, and corrections of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.understand.contrast import contrast
from agent.understand.corrections import corrected
from agent.understand.grammar.names import find_payee
from agent.understand.port import Choice, Hearing
from agent.understand.slots import service_slots

HEARING = Hearing(
    locale="zh-CN",
    accounts=("6688", "3021"),
    cards=("6688", "3021"),
    payees=("王芳", "张伟"),
    pending_transfers=(Choice("T1", "张伟 ¥30,000.00", ("张伟",)), Choice("T2", "王芳 ¥20.00", ("王芳",))),
)


@pytest.mark.parametrize(
    ("service", "said", "slots"),
    [
        ("transfer.create", "给王芳转五百", {"payee": "王芳", "amount": "500.00"}),
        ("transfer.create", "从3021给王方转3.5w", {"from": "3021", "payee": "王芳", "amount": "35000.00"}),
        ("transfer.create", "给赵四转0.001", {"payee": "赵四", "amount": "0.001"}),
        ("transfer.create", "给王芳转-5块", {"payee": "王芳", "amount": "-5.00"}),
        ("transfer.create", "给王芳转2万3千元", {"payee": "王芳", "amount": "23000.00"}),
        ("transfer.create", "a couple of hundred to Wang Fang", {"payee": "王芳"}),
        ("card.report_loss", "尾号 66 88 的卡丢了", {"card": "6688"}),
        ("payee.add", "add Tom Baker as a payee", {"payee": "Tom Baker"}),
        ("profile.change_phone", "手机换139 123 45678", {"phone": "13912345678"}),
        ("transfer.create", "转3021给王芳", {"payee": "王芳", "amount": "3021.00"}),
        ("transfer.create", "send all my money to Wang Fang", {"payee": "王芳", "amount": "all"}),
        ("card.replace", "六六八八那张读不出来了", {"card": "6688"}),
        ("card.replace", "换卡", {}),
        ("account.balance", "尾号3021还有多少钱", {"account": "3021"}),
        ("account.open", "开个二类户", {"class": "II"}),
        ("limit.lower", "把3021的限额降到五千", {"account": "3021", "per_day": "5000.00"}),
        ("profile.change_phone", "手机号换成138 0013 8000", {"phone": "13800138000"}),
        ("transfer.cancel", "取消给张伟那笔", {"transfer": "T1"}),
        ("transfer.cancel", "把三万那笔撤回来", {"transfer": "T1"}),
        ("transfer.cancel", "那笔转账不要了", {}),
        ("fraud.report", "有人让我转到安全账户", {"about": "有人让我转到安全账户"}),
    ],
)
def test_slots(service: str, said: str, slots: dict[str, str]) -> None:
    assert service_slots(service, said, HEARING) == slots


@pytest.mark.parametrize(
    ("service", "said", "slots"),
    [
        ("account.balance", "我那张二类的还有多少", {"account": "3021"}),
        ("account.balance", "how much is in my class II account", {"account": "3021"}),
        ("card.lock", "把三类卡锁了", {}),
        ("transfer.create", "从一类户给王芳转五百", {"from": "6688", "payee": "王芳", "amount": "500.00"}),
        ("account.open", "开个二类户", {"class": "II"}),
    ],
)
def test_that_an_only_account_of_its_class_is_known_by_it(service: str, said: str, slots: dict[str, str]) -> None:
    assert service_slots(service, said, replace(HEARING, classes={"6688": "I", "3021": "II"})) == slots


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("不对，是3021那张", {"from": "3021"}),
        ("金额改成300", {"amount": "300.00"}),
        ("账户改成3021", {"from": "3021"}),
        ("改成150000", {"amount": "150000.00"}),
        ("150000元", {"amount": "150000.00"}),
        ("不是500，是300", {"amount": "300.00"}),
        ("错了，是张伟", {"payee": "张伟"}),
        ("不是王芳，是张伟", {"payee": "张伟"}),
        ("make it 300 yuan instead", {"amount": "300.00"}),
        ("不对", {}),
        ("改成赵四", {"payee": "赵四"}),
    ],
)
def test_corrected(said: str, slots: dict[str, str]) -> None:
    hearing = Hearing(
        locale="zh-CN",
        pending="confirm",
        service="transfer.create",
        params={"from": "account", "payee": "payee", "amount": "amount"},
        accounts=HEARING.accounts,
        cards=HEARING.cards,
        payees=HEARING.payees,
    )
    assert corrected(said, hearing) == slots


def test_contrast() -> None:
    assert contrast("不是销户，是换卡") == ("销户", "换卡")
    assert contrast("不是要销户，是卡面磨花了") == ("销户", "卡面磨花了")
    assert contrast("我不改地址，我改电话") == ("改地址", "改电话")
    assert contrast("only the address, not the phone") == ("phone", "only the address")
    assert contrast("not a replacement, I want to close it") == ("a replacement", "close it")
    assert contrast("我想换卡") is None


@pytest.mark.parametrize("words", ["got it", "yes please", "cancel that transfer", "thanks", "okay", "what is it"])
def test_that_everyday_words_are_nobodys_name(words: str) -> None:
    assert find_payee(words, ("王芳", "Grace Liu"), alone=True) is None
