"""What is wished for, and what is only told, supposed or allowed to somebody else."""

from __future__ import annotations

import pytest

from agent.understand.mood import mood


@pytest.mark.parametrize(
    ("said", "service", "which"),
    [
        ("我的电话号码已经更换", "profile.change_phone", "told"),
        ("预留手机上个月改过了", "profile.change_phone", "told"),
        ("前几天更换了电话号", "profile.change_phone", "told"),
        ("我换卡了，短信没来", "card.replace", "told"),
        ("那张卡早就注销了", "account.close", "told"),
        ("代扣昨天刚解除的", "autodebit.cancel", "told"),
        ("欠的钱都已还清", "loan.repay_early", "told"),
        ("I have changed my number", "profile.change_phone", "told"),
        ("my account has already been closed", "account.close", "told"),
        ("we already cancelled that direct debit", "autodebit.cancel", "told"),
        ("如果更换预留电话", "profile.change_phone", "supposed"),
        ("要是换了新卡，原来的卡号还在不在", "card.replace", "supposed"),
        ("万一卡丢了", "card.report_loss", "supposed"),
        ("换手机号的话短信还发原来那个", "profile.change_phone", "supposed"),
        ("if I change my number", "profile.change_phone", "supposed"),
        ("what if the card is lost abroad", "card.report_loss", "supposed"),
        ("钱放进去了，你们可以扣了", "loan.repay_early", "allowed"),
        ("随时可以划款", "creditcard.repay", "allowed"),
        ("you can take the payment now", "loan.repay_early", "allowed"),
        ("解绑银行卡", "autodebit.cancel", "tied"),
        ("绑定的卡换成另一张", "card.replace", "tied"),
        ("我的银行卡密码", "password.reset", "named"),
        ("银行预留号码", "profile.change_phone", "named"),
        ("你们寄的卡我还没收到", "card.activate", "awaited"),
        ("my card still hasn't come", "card.report_loss", "awaited"),
        ("still waiting for my PIN", "password.reset", "awaited"),
        ("两个钟头了钱还没到账", "transfer.cancel", "awaited"),
        ("what I sent him hasn't arrived", "transfer.cancel", "awaited"),
    ],
)
def test_that_what_is_no_wish_is_heard_as_none(said: str, service: str, which: str) -> None:
    assert mood(said, service) == which


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("我手机号换了，帮我改一下", "profile.change_phone"),
        ("手机号已经换了，更新掉", "profile.change_phone"),
        ("手机号换了", "profile.change_phone"),
        ("变更手机号", "profile.change_phone"),
        ("卡坏了，换卡", "card.replace"),
        ("给我把卡换了", "card.replace"),
        ("卡丢了", "card.report_loss"),
        ("已经被骗了", "fraud.report"),
        ("已挂失，补卡", "card.reissue"),
        ("上个月还过了，这个月的现在还", "creditcard.repay"),
        ("没到的话取消掉", "transfer.cancel"),
        ("那笔还没到账，我反悔了", "transfer.cancel"),
        ("it hasn't arrived yet and I typed it wrong", "transfer.cancel"),
        ("可以的话给我换一张卡", "card.replace"),
        ("想早点还清房贷", "loan.repay_early"),
        ("存五万一年", "deposit.open_term"),
        ("卡可以打开了", "card.unlock"),
        ("解绑水费代扣", "autodebit.cancel"),
        ("换绑定的手机号", "profile.change_phone"),
        ("密码忘了", "password.reset"),
        ("寄来的卡没收到，怕是丢了，帮我挂失", "card.report_loss"),
        ("my new card never arrived, please lock it", "card.lock"),
        ("我申请解除绑定的自动还款", "autodebit.cancel"),
        ("I've changed my number, please update it", "profile.change_phone"),
        ("I've changed my number. Update my details.", "profile.change_phone"),
        ("my card was already reported lost, I need a new one", "card.reissue"),
        ("I'd be grateful if you could close my account", "account.close"),
        ("stop the transfer if it hasn't landed", "transfer.cancel"),
        ("you can take the lock off my card", "card.unlock"),
        ("I've lost my card", "card.report_loss"),
        ("I have already been scammed", "fraud.report"),
    ],
)
def test_that_a_wish_stays_one(said: str, service: str) -> None:
    assert mood(said, service) == "open"
