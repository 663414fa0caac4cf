"""What helps recognition must not become what was said: doubt is settled without help."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from voice.hearing.port import Hints, Repair
from voice.hearing.repair import Mender
from voice.hearing.whisper import Encoded, Guess
from voice.hearing.wording import PROMPTS, likeliest, worded

PIECE = Encoded(states=None, seconds=1.0)
CONFIRM = Hints("zh-CN", ("确认", "取消"), "confirm")
EN = Hints("en", ("confirm", "cancel"), "confirm")


def guess(text: str, logprob: float, no_speech: float = 0.0) -> Guess:
    return Guess(text, logprob, no_speech, logprob * (len(text) + 1))


class ScriptedWhisper:
    """One answer with help, one without; each can be asked for once."""

    def __init__(self, helped: Sequence[Guess], alone: Sequence[Guess] | None = None) -> None:
        self._helped, self._alone = helped, alone

    def guesses(self, encoded: Encoded, language: str, prompt: str, words: str, seconds_max: float) -> Sequence[Guess]:
        if words:
            return self._helped
        assert not prompt
        assert self._alone is not None, "not in doubt: nothing more is asked"
        return self._alone


def texts(whisper: ScriptedWhisper, hints: Hints) -> list[str] | None:
    found = worded(whisper, PIECE, hints, lambda: 1.0)
    return None if found is None else [one.text for one in found]


def test_what_is_sure_is_not_asked_again() -> None:
    assert texts(ScriptedWhisper([guess("确认", -0.2)]), CONFIRM) == ["确认"]


def test_a_yes_that_only_the_hints_heard_is_none() -> None:
    assert texts(ScriptedWhisper([guess("确认", -0.8)], [guess("不要", -0.6)]), CONFIRM) == ["不要"]
    assert texts(ScriptedWhisper([guess("confirm", -0.8)], [guess("can't", -0.6)]), EN) == ["can't"]
    assert texts(ScriptedWhisper([guess("ok", -0.8)], [guess("no", -0.6)]), EN) == ["no"]


def test_a_yes_that_sounds_so_without_help_too() -> None:
    assert texts(ScriptedWhisper([guess("确认", -0.8)], [guess("缺任", -0.9)]), CONFIRM) == ["确认"]
    assert texts(ScriptedWhisper([guess("确认", -0.8)], [guess("確認", -0.9)]), CONFIRM) == ["确认"]


@pytest.mark.parametrize(
    "helped", [guess("确认", -0.6, 0.9), guess("请问尾号和验证码", -0.4), guess("确认：转账", -0.6)]
)
def test_noise_says_nothing(helped: Guess) -> None:
    assert texts(ScriptedWhisper([helped], [guess("駕駛", -1.4, 0.8)]), CONFIRM) == []


def test_the_prompt_is_no_answer() -> None:
    echo = guess(PROMPTS["zh-CN"][3:12], -0.3)
    assert texts(ScriptedWhisper([echo], [guess("我想办张卡", -0.5)]), CONFIRM) == ["我想办张卡"]


def test_no_time() -> None:
    assert texts(ScriptedWhisper([]), CONFIRM) is None
    assert texts(ScriptedWhisper([guess("确认", -0.8)], []), CONFIRM) is None


def test_among_wordings_that_are_nearly_as_likely() -> None:
    mender = Mender(["我要销户"] * 20 + ["帮我销户"] * 20)
    said = likeliest([guess("我要小书", -0.5), guess("我要消护", -0.6)], mender, Hints("zh-CN"))
    assert said.text == "我要销户"
    assert said.guess.text == "我要消护"
    assert list(said.repairs) == [Repair("消护", "销户")]
    far = likeliest([guess("我要小书", -0.1), guess("我要消护", -2.0)], mender, Hints("zh-CN"))
    assert far.guess.text == "我要小书"
