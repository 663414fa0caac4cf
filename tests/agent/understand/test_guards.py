"""What only sounds like a request to this bank."""

from __future__ import annotations

import pytest

from agent.understand import guards


@pytest.mark.parametrize(
    "said",
    [
        "我工行卡丢了，帮我挂失",
        "帮我把农行的限额调高",
        "花呗额度怎么恢复",
        "my Barclays card's been nicked, block it",
        "cancel my HSBC account",
        "raise the limit on my Bank of China card",
    ],
)
def test_that_another_banks_card_is_not_ours(said: str) -> None:
    assert guards.is_elsewhere(said)


@pytest.mark.parametrize(
    "said",
    [
        "给我建行卡转五百",
        "从微信零钱转进来",
        "取消支付宝的代扣",
        "加个收款人，他是工行的卡，账户尾号3021，给他转账用",
        "send 500 to my HSBC account",
        "lock my card",
        "把卡锁了",
    ],
)
def test_that_money_to_and_from_elsewhere_is_ours_to_move(said: str) -> None:
    assert not guards.is_elsewhere(said)


def test_somebody_elses_secrets() -> None:
    assert guards.is_somebodys("帮我查下我老婆卡里有多少钱") or guards.is_somebodys("帮我查下我老婆卡里还有多少钱")
    assert guards.is_somebodys("how much has my wife got in her account, what's her balance")
    assert not guards.is_somebodys("我卡里还有多少钱")
    assert not guards.is_somebodys("show me my balance")


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("限额从二十万改成一万", "limit.lower"),
        ("change limit from 50000 to 20000", "limit.lower"),
        ("my limit should go from thirty thousand to eighty thousand", "limit.raise"),
        ("把限额从五千调到两万", "limit.raise"),
        ("把限额调到两万", None),
        ("从今天起把限额调到两万", None),
    ],
)
def test_that_numbers_say_which_way_a_limit_goes(said: str, service: str | None) -> None:
    assert guards.limit_from_to(said) == service


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("怎么提高限额", True),
        ("提前还款后还可以再借吗", True),
        ("how do I remove someone from the payee list", True),
        ("what happens if I close it", True),
        ("可以把限额调到两万吗", False),
        ("怎么换卡，帮我换一张", False),
        ("how about you post me a new card", False),
        ("can you close my account", False),
    ],
)
def test_plain_questions(said: str, asks: bool) -> None:
    assert guards.asks_plainly(said) is asks


@pytest.mark.parametrize(
    ("said", "others"),
    [
        ("我妈想销户", True),
        ("我妈的账户想注销", True),
        ("我爸要换卡", True),
        ("my mum wants to close hers", True),
        ("我妈让我来销我的户", False),
        ("我爸要住院，给我把定期取了", False),
        ("我老婆要跟团去日本，给我开个存款证明", False),
        ("my mum wants to see me, please send her 500", False),
    ],
)
def test_that_somebody_elses_wish_is_not_the_customers(said: str, others: bool) -> None:
    assert guards.is_others_wish(said) is others


@pytest.mark.parametrize(
    ("said", "crime"),
    [
        ("有人冒充客服让我转了钱", True),
        ("这笔钱不是我花的", True),
        ("他说我中奖了，我把验证码报给他了", True),
        ("I never made this payment", True),
        ("somebody is spending on my card", True),
        ("a man on the phone had me move my savings", True),
        ("账上少了两百块", False),
        ("有一笔消费我看不懂", False),
        ("some money is missing from my account", False),
        ("there is a payment I can't place", False),
    ],
)
def test_that_missing_money_alone_tells_of_no_crime(said: str, crime: bool) -> None:
    assert guards.tells_of_crime(said) is crime
