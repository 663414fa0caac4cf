"""Customer effort is counted up to the action, and the least counts each step of the gate once."""

from __future__ import annotations

from typing import Any

from bench.effort import measured, table


def exchange(sent: dict[str, Any] | None, stage: str, *cards: str, done: str | None = None) -> dict[str, Any]:
    actions = [{"service": done, "status": "done"}] if done else []
    return {"sent": sent, "stage": stage, "cards": list(cards), "actions": actions}


TALK = [
    exchange(None, "idle"),
    exchange({"text": "锁一下卡"}, "collect", "choices"),
    exchange({"text": "3021那张"}, "identity", "otp"),
    exchange({"text": "啥"}, "identity", "otp"),
    exchange({"input": {"type": "otp", "value": "1"}}, "educate", "education"),
    exchange({"text": "知道了"}, "confirm", "education", "confirm"),
    exchange({"text": "OK 确认"}, "follow_up", "receipt", done="card.lock"),
    exchange({"text": "谢谢"}, "idle"),
]


def test_that_turns_and_words_are_counted_up_to_the_action() -> None:
    (effort,) = measured(TALK, "zh-CN")
    assert (effort.service, effort.turns, effort.least) == ("card.lock", 6, 4)
    assert effort.words == 4 + 3 + 1 + 3 + 3


def test_that_a_talk_without_an_action_counts_nothing() -> None:
    assert list(measured(TALK[:4], "zh-CN")) == []


def test_that_the_table_has_medians_beside_the_least() -> None:
    efforts = [*measured(TALK, "zh-CN"), *measured([TALK[0], *TALK[2:]], "zh-CN")]
    assert table(efforts).splitlines()[-1] == "| card.lock | zh-CN | 2 | 5.5 | 4 | 12 | 10 |"
