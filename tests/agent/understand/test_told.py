"""Words that are kept as they were told."""

from __future__ import annotations

import pytest

from agent.commands import Confirm, SetSlots, StartService
from agent.understand.text import clean
from agent.understand.told import as_said, in_own_words

SAID = "我要投诉，上次去柜台：态度特别差！"


def test_that_a_whole_utterance_keeps_its_punctuation_and_other_values_stay() -> None:
    commands = [
        StartService(service="complaint.create", slots={"about": clean(SAID)}),
        SetSlots(slots={"account": "6688"}),
        Confirm(),
    ]
    kept = in_own_words(commands, clean(SAID), SAID)
    assert kept[0] == StartService(service="complaint.create", slots={"about": SAID})
    assert kept[1:] == commands[1:]


@pytest.mark.parametrize(
    ("said", "kept"),
    [("a\u200bb\x07c", "abc"), (" 一\n二\t三 ", "一 二 三"), ("\u202e五百", "五百"), ("好，的。", "好，的。")],
)
def test_that_nothing_unseen_is_kept(said: str, kept: str) -> None:
    assert as_said(said) == kept
