"""Words that two wishes share are asked about; one word more, and the service begins."""

from __future__ import annotations

import pytest

from agent.understand.shared import is_shared, settles


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("换手机号", "profile.change_phone"),
        ("我的手机号换了。", "profile.change_phone"),
        ("变更 预留 手机号码", "profile.change_phone"),
        ("以前的电话停用了", "profile.change_phone"),
        ("请再拨一次我的号码", "profile.change_phone"),
        ("我想提高额度", "limit.raise"),
        ("贷款的额度提一提", "limit.raise"),
        ("借款额度降低", "limit.lower"),
        ("还款的卡换一张", "card.replace"),
        ("重新绑定银行卡", "account.open"),
        ("取消开户", "account.close"),
    ],
)
def test_that_too_few_words_are_shared(said: str, service: str) -> None:
    assert is_shared(said, service)


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("帮我换一下手机号", "profile.change_phone"),
        ("换手机号，新号13800001234", "profile.change_phone"),
        ("银行里留的手机号换成我儿子的", "profile.change_phone"),
        ("手机号换了，给我改一下", "profile.change_phone"),
        ("提高转账额度", "limit.raise"),
        ("额度提到八万", "limit.raise"),
        ("6688的额度提高一点", "limit.raise"),
        ("不是贷款额度，是转账限额要提高", "limit.raise"),
        ("额度调低些", "limit.lower"),
        ("换卡", "card.replace"),
        ("卡坏了，换一张", "card.replace"),
        ("开一个二类户，绑定我的一类卡", "account.open"),
        ("把这个账户取消", "account.close"),
        ("换手机号", "card.replace"),
    ],
)
def test_that_a_word_more_settles_it(said: str, service: str) -> None:
    assert not is_shared(said, service)


@pytest.mark.parametrize(
    ("said", "service", "taken"),
    [
        ("转账的", "limit.raise", True),
        ("是转账额度", "limit.lower", True),
        ("你们银行留的号码", "profile.change_phone", True),
        ("换张新卡", "card.replace", True),
        ("贷款的", "limit.raise", False),
        ("微信上的", "profile.change_phone", False),
        ("还款的那张", "card.replace", False),
        ("转账的", "account.open", False),
    ],
)
def test_that_which_one_was_meant_is_said_in_a_word(said: str, service: str, taken: bool) -> None:
    assert settles(said, service) is taken
