"""What is a yes, and above all what is none."""

from __future__ import annotations

import pytest

from agent.understand.assent import acknowledges, answer


@pytest.mark.parametrize(
    "said",
    [
        "好的",
        "确认",
        "对，办吧",
        "嗯嗯好的",
        "yes please",
        "yes, go ahead",
        "确认无误，谢谢",
        "好，转吧",
        "是的没错",
        "ok",
        "Okay, do it",
        "行，那就这样吧",
        "I confirm",
        "that's right",
        "同意",
        "去人",
        "没问题",
        "Sure.",
    ],
)
def test_yes(said: str) -> None:
    assert answer(said) == "yes"


@pytest.mark.parametrize(
    "said",
    [
        "好的吧…我再想想",
        "好的吧...我再想想",
        "嗯?",
        "嗯",
        "嗯…",
        "确认吗？",
        "确认吗",
        "等等",
        "先别",
        "好像不对",
        "可以吗",
        "是3021",
        "确认一下手续费",
        "yes but change the amount",
        "好，但是改成300",
        "不是",
        "wait",
        "好了没有",
        "取消",
        "对了我想问",
        "转账",
        "ok let me think",
        "yes?",
        "行不行",
        "可以取消吗",
        "好的我先问一下我老公",
        "不确认",
        "don't confirm",
        "not ok",
        "确认个屁",
        "好像可以吧我也不懂",
        "yeah no",
        "right, how much is the fee",
        "好...",
    ],
)
def test_that_this_is_never_a_yes(said: str) -> None:
    assert answer(said) != "yes"


@pytest.mark.parametrize("said", ["hold on", "wait, please", "等等", "let me think about it", "no wait"])
def test_that_a_doubt_holds(said: str) -> None:
    assert answer(said) == "hold"


@pytest.mark.parametrize(
    "said",
    [
        "Which law says my payment has to wait?",
        "Show me everything you hold on me",
        "Why must I wait",
        "Do I have to wait?",
    ],
)
def test_that_a_question_with_such_a_word_is_no_answer(said: str) -> None:
    assert answer(said) is None


@pytest.mark.parametrize("said", ["不", "不用了", "no", "不同意", "No thanks", "不要"])
def test_no(said: str) -> None:
    assert answer(said) == "no"


@pytest.mark.parametrize("said", ["知道了", "明白", "I understand", "好的", "继续", "got it", "嗯", "我记住了"])
def test_acknowledged(said: str) -> None:
    assert acknowledges(said)


@pytest.mark.parametrize("said", ["不明白", "没听懂", "为什么", "what does that mean?", "I don't understand", "明白吗"])
def test_not_acknowledged(said: str) -> None:
    assert not acknowledges(said)


@pytest.mark.parametrize("words", ["你好", "您好", "你好啊", "您好！", "早上好", "晚上好", "hello", "hi"])
def test_that_a_greeting_is_never_a_yes(words: str) -> None:
    assert answer(words) != "yes"


@pytest.mark.parametrize("said", ["核对过了，确认", "看清楚了，办吧", "okay, I consent", "I've checked, go ahead"])
def test_that_a_yes_after_a_look_is_a_yes(said: str) -> None:
    assert answer(said) == "yes"


@pytest.mark.parametrize("said", ["核对过了", "看过了", "checked"])
def test_that_a_look_alone_is_no_yes(said: str) -> None:
    assert answer(said) is None
