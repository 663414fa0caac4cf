"""A person, stop, again: at any step, in any words; and being coached."""

from __future__ import annotations

import pytest

from agent.understand.universal import asks_again, asks_for_person, cancels, is_coached


@pytest.mark.parametrize(
    "said",
    [
        "转人工",
        "人工客服",
        "找个真人",
        "叫你们经理",
        "I want to talk to a human",
        "别让机器人跟我说话",
        "有没有人啊",
        "我要跟人说",
        "representative!",
        "can I speak to someone",
        "get me a real person",
        "赚人工",
        "能不能让你们主管来",
        "I'd like to speak with your manager",
        "有人工吗",
        "我不想跟机器说话",
        "put me through to someone",
        "人工人工",
        "我要找柜员",
        "帮我转接人工坐席谢谢",
        "请问怎么联系人工",
        "can you call me an agent",
        "I need help from a person",
        "human",
        "I don't want to talk to a bot",
        "有人冒充客服骗我，快给我转人工",
        "接人工坐席",
        "换个能说人话的来",
        "给我接个人",
        "让人来处理",
        "escalate this",
        "转任工",
        "要不找人工吧",
        "有没有柜台的姑娘在，让她来",
        "叫个姑娘来跟我说",
        "是不是转人工快一点",
        "get me another agent",
    ],
)
def test_person(said: str) -> None:
    assert asks_for_person(said)


@pytest.mark.parametrize(
    "said",
    [
        "人工费多少",
        "我不找人工，就给我记下来，投诉西门那个网点",
        "I lost my passport, where do I get another one",
        "what is a human",
        "客服让我转账到安全账户",
        "你是真人吗",
        "人工服务电话多少",
        "someone stole my card",
        "转给同事五百",
        "are you human?",
        "send money to a person",
        "I need to see my balance",
        "我要投诉你们客服",
        "个人信息删除",
        "给我个人信息副本",
        "转人工收费吗",
        "不用转人工",
        "我要一张个人账户明细",
    ],
)
def test_not_person(said: str) -> None:
    assert not asks_for_person(said)


@pytest.mark.parametrize(
    "said",
    [
        "公安局让我把钱转到安全账户",
        "有人说是公安局的让我把钱转到安全账户",
        "刷单被骗了",
        "police told me to move my money to a safe account",
        "I think I've been scammed",
        "对方让我开屏幕共享",
        "我被骗了3万",
        "网友叫我转钱投资",
        "帮我报个诈骗，被骗子骗了",
    ],
)
def test_coached(said: str) -> None:
    assert is_coached(said)


@pytest.mark.parametrize(
    "said",
    [
        "什么是安全账户",
        "怎么防诈骗",
        "给王芳转五百",
        "刷单是不是骗人的",
        "公安局会不会打电话让人转账",
        "安全账户是真的吗",
        "what is a safe account scam",
    ],
)
def test_not_coached(said: str) -> None:
    assert not is_coached(said)


@pytest.mark.parametrize(
    "said",
    ["算了", "不办了", "取消", "never mind", "不转了", "cancel it please", "算了吧，不办了", "我改主意了", "Forget it"],
)
def test_cancels(said: str) -> None:
    assert cancels(said)


@pytest.mark.parametrize("said", ["取消那笔转账", "cancel my transfer", "取消自动扣款", "取消挂失"])
def test_not_cancels(said: str) -> None:
    assert not cancels(said)


@pytest.mark.parametrize("said", ["再说一遍", "没听清", "slow down please", "pardon?", "刚才说啥", "慢点说"])
def test_again(said: str) -> None:
    assert asks_again(said)
