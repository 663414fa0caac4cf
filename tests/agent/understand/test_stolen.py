"""A card that is gone and is spent from: both are told as facts, or it is something else."""

from __future__ import annotations

import pytest

from agent.commands import Command, StartService
from agent.understand.cascade import Cascade
from agent.understand.classifier import Scored
from agent.understand.port import Hearing
from agent.understand.stolen import is_gone, is_spent, stolen
from tests.agent.understand.test_cascade import Scripted, at, hear

BOTH = """
我的卡被偷了，有人在刷我的钱
卡被人偷走了，正在刷我的钱
我卡丢了，有人拿着消费
卡不见了，刚才收到好几条消费短信，不是我刷的
银行卡被盗，里面的钱被刷走了三千
钱包被偷了，小偷在用我的卡
卡被抢了，他们在取我的钱
我的卡让人偷了钱也被刷走了
小偷拿我的卡刷了五千块
我卡掉了，捡到的人在花我的钱
卡找不着了，账上少了两千，肯定有人用了
手机短信说我消费了八千，可是我的卡昨天就丢了
卡被偷了 余额一直在少
老天爷，我的钱包叫人摸走了，银行卡在里面，他们在超市刷呢
我刚发现卡不在了，手机一直响，都是消费提醒
昨晚卡丢了，今早一看少了八百
卡片被盗，已产生多笔非本人消费
3021丢了，有人在拿它取钱
卡落在出租车上了，司机拿去刷了
my card was stolen and someone is spending my money
My card got stolen and they're using it
my card's gone and there are payments I didn't make
my purse was snatched and they've already taken out 500
a thief has my card and is buying things
card stolen, money being spent, help
I was mugged, they took my card and are withdrawing cash
my card is missing and my balance keeps dropping
I've had my card stolen and used
stolen card, fraudulent transactions
my card was pinched this morning and I just got a text for 300
hello dear my card is stolen and a man is spending my pension
I can't find my card and someone is spending with it
I left my card in a cab and the driver is using it
please will you help, somebody's got my card and they're at an ATM
"""
NOT_BOTH = """
卡被偷了
上周丢的卡找到了
卡丢了但是钱没少
卡丢了，担心有人刷我的钱
怕被盗刷，先把卡锁了
我上周卡丢了，有人盗刷，后来找到了
我妈的卡被偷了，有人在刷她的钱
如果卡被偷了，有人刷我的钱，你们赔吗
卡没丢，可是有人刷我的卡
卡在我手里，但是被盗刷了
有人给我打电话说我的卡被盗刷了，让我把钱转走
卡丢了补一张多少钱
包丢了钱包都没了，卡先挂失
刚刚把验证码给了骗子，卡里的钱没了
把我丢掉的那张卡废了，别人不能用才行
上次打电话把丢的卡停了，可我现在没卡取钱了
我昨天取了五百，回家卡就丢了
my card was stolen
I lost my card last week but found it again, nobody used it
I lost my card and I'm afraid somebody will use it
lock my card in case someone uses it
I was scammed and sent 3000 to a crook
my mum's card was stolen and someone is spending her money
if my card is stolen and someone spends my money do you refund me
I still have my card but someone is spending my money
a man called and said my card was stolen and I should move my money
somebody has taken my card from the locker
"""


@pytest.mark.parametrize("said", BOTH.split("\n")[1:-1])
def test_that_a_stolen_card_that_is_spent_from_is_two_wishes(said: str) -> None:
    assert (is_gone(said), is_spent(said)) == (True, True)


@pytest.mark.parametrize("said", NOT_BOTH.split("\n")[1:-1])
def test_that_what_is_feared_supposed_found_or_said_by_others_is_not(said: str) -> None:
    assert (is_gone(said), is_spent(said)) != (True, True)


def services(commands: list[Command]) -> list[str]:
    return [command.service for command in commands if isinstance(command, StartService)]


def test_that_the_card_is_stopped_before_the_fraud_is_reported() -> None:
    said = "3021那张卡被偷了，有人在刷我的钱"
    got = hear(said, at(), **{said: ("fraud.report", 0.95)})
    assert services(got) == ["card.report_loss", "fraud.report"]
    assert isinstance(got[0], StartService)
    assert got[0].slots == {"card": "3021"}


def test_that_a_card_that_is_stopped_already_needs_the_report_alone() -> None:
    said = "我的卡被偷了，已经挂失了，可是之前被人刷走了两千"
    assert services(hear(said, at(), **{said: ("card.report_loss", 0.9)})) == ["fraud.report"]


def test_that_a_question_about_it_starts_nothing() -> None:
    asked = Scored((("ask_knowledge", 0.9), ("fraud.report", 0.1)))
    assert stolen("卡被偷了，盗刷的钱银行赔不赔", asked, Hearing(locale="zh-CN")) is None


def test_that_which_card_and_the_spending_are_heard_in_one_answer() -> None:
    said = "是6688，有人在拿它买东西"
    waits = at("slot", slot="card", slot_kind="card", service="card.report_loss", params={"card": "card"})
    got = hear(said, waits, **{said: ("fraud.report", 0.6)})
    assert services(got) == ["card.report_loss", "fraud.report"]


def test_that_one_report_holds_all_of_the_story_and_the_card_goes_first() -> None:
    table = {
        "有人盗刷我的卡,先帮我锁卡,然后报案": ("fraud.report", 0.9),
        "有人盗刷我的卡": ("fraud.report", 0.97),
        "帮我锁卡": ("card.lock", 0.99),
        "报案": ("fraud.report", 0.95),
    }
    got = Cascade(Scripted(table)).understand("有人盗刷我的卡，先帮我锁卡，然后报案", at())
    assert services(got) == ["card.lock", "fraud.report"]


def test_that_what_is_also_to_be_done_is_a_further_wish() -> None:
    table = {
        "我被骗了,钱转出去了,帮我把卡也锁了": ("fraud.report", 0.97),
        "我被骗了": ("fraud.report", 1.0),
        "钱转出去了": ("fraud.report", 0.5),
        "帮我把卡锁了": ("card.lock", 0.98),
    }
    got = Cascade(Scripted(table)).understand("我被骗了，钱转出去了，帮我把卡也锁了", at())
    assert services(got) == ["fraud.report", "card.lock"]
