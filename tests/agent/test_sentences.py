"""A reply sentence by sentence: what is shown beside what is said."""

from __future__ import annotations

import pytest

from agent.teller import _heard_out
from agent.turn import Reply, Sentence, Turn


def told(text: str, speech: str) -> list[tuple[str, str]]:
    heard: list[Sentence] = []
    _heard_out(Turn(turn_id=1, heard="", reply=Reply(text=text, speech=speech)), heard.append)
    return [(sentence.text, sentence.speech) for sentence in heard]


@pytest.mark.parametrize(
    ("text", "speech", "parts"),
    [
        ("It holds ¥12,000.00. Anything else?", "It holds 12,000 yuan. Anything else?", 2),
        ("余额是 ¥52,340.18。还有什么？", "余额是五万两千三百四十元一角八分。还有什么？", 2),
        ("看明白了就说“知道了。”", "看明白了就说“知道了。”", 1),
        ("好的！办好了。", "好的！办好了。", 2),
    ],
)
def test_that_amounts_and_quotes_are_not_torn(text: str, speech: str, parts: int) -> None:
    sentences = told(text, speech)
    assert len(sentences) == parts
    assert "".join(shown for shown, _ in sentences).replace(" ", "") == text.replace(" ", "")
    assert "".join(said for _, said in sentences).replace(" ", "") == speech.replace(" ", "")


def test_that_nothing_is_said_beside_another_sentence() -> None:
    assert told("算法：100 × 2 = 200。一共 200 元。", "一共两百元。") == [
        ("算法：100 × 2 = 200。一共 200 元。", "一共两百元。")
    ]
