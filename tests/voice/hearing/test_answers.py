"""How sure it is of a whole answer that is on the table, though the recogniser itself doubted."""

from __future__ import annotations

from voice.hearing.port import Awaited, Hints, Repair
from voice.hearing.recognizer import SURE_OF_ANSWER, understood
from voice.hearing.whisper import Guess
from voice.hearing.wording import Said

DOUBTED = Said(Guess("去人办理", -0.65, 0.1, -3.2), "确认办理", [Repair("去人", "确认")])


def confidence(said: Said, awaited: Awaited | None, *words: str) -> float:
    return understood([said], Hints("zh-CN", words, awaited)).confidence


def test_an_answer_on_the_table_is_believed() -> None:
    assert confidence(DOUBTED, "confirm", "确认", "确认办理") == SURE_OF_ANSWER


def test_neither_what_is_not_on_the_table_nor_a_short_word_nor_without_a_question() -> None:
    short = Said(Guess("去人", -0.65, 0.1, -1.9), "确认", [Repair("去人", "确认")])
    longer = Said(Guess("去人办理吧", -0.65, 0.1, -3.9), "确认办理吧", [])
    for doubted in (
        confidence(DOUBTED, "confirm", "确认"),
        confidence(DOUBTED, None, "确认办理"),
        confidence(short, "confirm", "确认"),
        confidence(longer, "confirm", "确认办理"),
    ):
        assert doubted < 0.2


def test_what_was_heard_well_stays_as_it_was() -> None:
    sure = Said(Guess("确认办理", -0.1, 0.0, -0.5), "确认办理", [])
    assert confidence(sure, "confirm", "确认办理") > SURE_OF_ANSWER
