"""The speaker: engines one after the other, never mute, even loudness, fixed phrases once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.voice.speaking.fakes import Humming
from voice.errors import EngineUnavailable
from voice.speaking.phonemes import Phonemizer
from voice.speaking.speaker import REST_SECONDS, Speaker
from voice.speaking.store import PhraseStore


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    return Phonemizer()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_clause_by_clause_in_words(phonemizer: Phonemizer) -> None:
    engine = Humming()
    clauses = list(Speaker([engine], phonemizer).speak("好的，尾号6688的卡里有¥500.00。", "zh-CN"))
    assert [clause.text for clause in clauses] == ["好的，", "尾号6688的卡里有¥500.00。"]
    assert [words.text for words, _ in engine.said] == ["好的，", "尾号六六八八的卡里有五百元。"]
    assert [clause.engine for clause in clauses] == ["hum", "hum"]
    assert all(clause.notice is None for clause in clauses)


def test_where_somebody_waits_it_opens_with_less_unless_the_whole_is_kept(
    phonemizer: Phonemizer, tmp_path: Path
) -> None:
    whole = "尾号 六六八八 的Ⅰ类户余额是 三千两百元。"
    engine = Humming()
    speaker = Speaker([engine], phonemizer, fixed={whole}, store=PhraseStore(tmp_path))
    parts = list(speaker.speak(whole, "zh-CN", opens=True))
    assert [clause.text for clause in parts] == ["尾号 六六八八 的Ⅰ类户", "余额是 三千两百元。"]
    assert engine.said[0][0].text == "尾号六六八八的一类户,", "the voice stays up"
    assert len(list(speaker.speak(whole, "zh-CN"))) == 1, "a file is made for its melody"
    assert [clause.text for clause in speaker.speak(whole, "zh-CN", opens=True)] == [whole], "kept, it sounds at once"


@pytest.mark.parametrize("elder", [False, True])
def test_what_was_prepared_is_not_made_again_when_it_is_said(phonemizer: Phonemizer, elder: bool) -> None:
    engine = Humming()
    speaker = Speaker([engine], phonemizer)
    assert speaker.prepare("尾号 六六八八 的Ⅰ类户余额是 {balance}。", "zh-CN", elder=elder)
    assert not speaker.prepare("尾号 六六八八 的Ⅰ类户余额是 {balance}。", "zh-CN", elder=elder), "it is there"
    made = len(engine.said)
    speech = speaker.speak("尾号 六六八八 的Ⅰ类户余额是 三千两百元。", "zh-CN", elder=elder, opens=True)
    assert next(speech).text == "尾号 六六八八 的Ⅰ类户"
    assert len(engine.said) == made
    assert not speaker.prepare("{payee}是第一次收款。", "zh-CN"), "what is not known yet cannot be said"


def test_that_nothing_is_prepared_in_another_house(phonemizer: Phonemizer) -> None:
    engine = Humming("edge")
    assert not Speaker([engine], phonemizer).prepare("尾号 六六八八 的Ⅰ类户", "zh-CN")
    assert engine.said == []


def test_silence_around_is_cut_off_and_the_pause_after_a_sentence_is_longer(phonemizer: Phonemizer) -> None:
    part, whole = Speaker([Humming()], phonemizer).speak("好的，好的。", "zh-CN")
    assert 0.3 < part.sound.seconds < 0.5
    assert whole.sound.seconds - part.sound.seconds == pytest.approx(0.16, abs=0.01)


def test_edges_are_soft_and_engines_equally_loud(phonemizer: Phonemizer) -> None:
    levels = []
    for loud in (0.05, 0.9):
        (clause,) = Speaker([Humming(loud=loud)], phonemizer).speak("好的。", "zh-CN")
        assert abs(clause.sound.samples[0]) < 0.001
        assert np.abs(np.diff(clause.sound.samples)).max() < 0.05
        levels.append(np.abs(clause.sound.samples).max())
    assert levels[0] == pytest.approx(levels[1], rel=0.05)


def test_for_elders_it_is_slower_with_longer_pauses(phonemizer: Phonemizer) -> None:
    speaker = Speaker([Humming()], phonemizer)
    (usual,), (slow,) = speaker.speak("您好。", "zh-CN"), speaker.speak("您好。", "zh-CN", elder=True)
    assert slow.sound.seconds > usual.sound.seconds * 1.15 + 0.2


def test_another_engine_takes_over_with_a_notice_and_the_first_is_asked_again_later(phonemizer: Phonemizer) -> None:
    first, second, clock = Humming("first"), Humming("second"), Clock()
    first.broken = True
    speaker = Speaker([first, second], phonemizer, now=clock)
    clauses = list(speaker.speak("好的，请稍等。", "zh-CN"))
    assert [clause.engine for clause in clauses] == ["second", "second"]
    assert all(clause.notice == "first: is broken; mend it" for clause in clauses)
    assert len(first.said) == 1, "it rests after it failed"
    first.broken, clock.now = False, REST_SECONDS + 1
    (clause,) = speaker.speak("好的。", "zh-CN")
    assert (clause.engine, clause.notice) == ("first", None)


def test_where_no_engine_speaks_it_says_why_and_what_to_do(phonemizer: Phonemizer) -> None:
    first, second = Humming("first"), Humming("second")
    first.broken = second.broken = True
    with pytest.raises(EngineUnavailable, match="first: is broken; second: is broken; mend it"):
        list(Speaker([first, second], phonemizer).speak("好的。", "zh-CN"))


def test_silence_for_words_is_a_failure_too(phonemizer: Phonemizer) -> None:
    mute, other = Humming("mute", loud=0.0), Humming("other")
    speaker = Speaker([mute, other], phonemizer)
    clauses = [*speaker.speak("好的。", "zh-CN"), *speaker.speak("谢谢。", "zh-CN")]
    assert [clause.engine for clause in clauses] == ["other", "other"]
    assert clauses[0].notice == "mute: gave silence for words; write them in another way"
    assert len(mute.said) == 2, "it does not rest: other words may do"


@pytest.mark.parametrize("text", ["", "  ", "。。。", "😀😀", "——", "（）"])
def test_where_there_is_nothing_to_say_nothing_is_said(phonemizer: Phonemizer, text: str) -> None:
    assert list(Speaker([Humming()], phonemizer).speak(text, "zh-CN")) == []


def test_pictographs_are_not_said(phonemizer: Phonemizer) -> None:
    engine = Humming()
    (_,) = Speaker([engine], phonemizer).speak("好的😀", "zh-CN")
    assert engine.said[0][0].text == "好的"


def test_a_voice_can_be_named_and_another_engine_has_its_own(phonemizer: Phonemizer) -> None:
    first, second = Humming("first"), Humming("second")
    speaker = Speaker([first, second], phonemizer)
    list(speaker.speak("好的。", "zh-CN", voice="first-zh-CN-2"))
    first.broken = True
    list(speaker.speak("谢谢。", "zh-CN", voice="first-zh-CN-2"))
    assert [voice for _, voice in first.said] == ["first-zh-CN-2", "first-zh-CN-2"]
    assert [voice for _, voice in second.said] == ["second-zh-CN-1"]
    assert speaker.voices("zh-CN") == first.voices("zh-CN")


def test_what_is_said_again_a_moment_later_is_not_made_again(phonemizer: Phonemizer) -> None:
    engine = Humming()
    speaker = Speaker([engine], phonemizer)
    (once,), (again,), (slow,) = (
        speaker.speak("您的余额是五百元。", "zh-CN", elder=elder) for elder in (False, False, True)
    )
    assert np.array_equal(once.sound.samples, again.sound.samples)
    assert once.mouths == again.mouths
    assert slow.sound.seconds > once.sound.seconds
    assert len(engine.said) == 2


def test_only_fixed_phrases_are_kept_and_made_once(phonemizer: Phonemizer, tmp_path: Path) -> None:
    engine, store = Humming(), PhraseStore(tmp_path)
    texts = "好的，您的余额是五百元。"
    first = list(Speaker([engine], phonemizer, fixed={"好的，"}, store=store).speak(texts, "zh-CN"))
    again = list(Speaker([engine], phonemizer, fixed={"好的，"}, store=store).speak(texts, "zh-CN"))
    assert [words.text for words, _ in engine.said] == ["好的，", "您的余额是五百元。", "您的余额是五百元。"]
    assert len(list(tmp_path.iterdir())) == 1
    assert np.allclose(first[0].sound.samples, again[0].sound.samples, atol=0.002)
    assert first[0].mouths == again[0].mouths


def test_each_clause_is_told_with_its_engine_and_times(phonemizer: Phonemizer) -> None:
    told: list[tuple[str, float, float]] = []
    list(Speaker([Humming()], phonemizer, on_clause=lambda *each: told.append(each)).speak("好的，谢谢您。", "zh-CN"))
    assert [engine for engine, _, _ in told] == ["hum", "hum"]
    assert all(sound_s > 0.2 and took_s >= 0 for _, took_s, sound_s in told)


def test_it_can_speak_where_any_engine_can_and_says_how_the_preferred_one_is(phonemizer: Phonemizer) -> None:
    first, second = Humming("first"), Humming("second")
    speaker = Speaker([first, second], phonemizer)
    assert (speaker.state(), speaker.preferred_state()) == ("ready", "ready")
    first.broken = True
    assert (speaker.state(), speaker.preferred_state()) == ("ready", "missing")
    second.broken = True
    assert speaker.state() == "missing"


def test_loading_says_a_word_and_a_preferred_engine_that_cannot_does_not_stop_it(phonemizer: Phonemizer) -> None:
    engine = Humming()
    Speaker([engine], phonemizer).load()
    assert [words.text for words, _ in engine.said] == ["您好。 Hello."]
    engine.broken = True
    Speaker([engine], phonemizer).load()
