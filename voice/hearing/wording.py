"""Which words a piece of speech is: whisper's with help, confirmed without it where they are in doubt, put right by sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from voice.hearing.known import recalled
from voice.hearing.normal import simplified
from voice.hearing.phantoms import is_phantom, without_loops
from voice.hearing.port import Hints, Locale, Repair
from voice.hearing.repair import Mender
from voice.hearing.spelled import spelled
from voice.hearing.syllables import distance, is_han, syllables
from voice.hearing.whisper import Encoded, Guess

LANGUAGES: Mapping[Locale, str] = {"zh-CN": "zh", "en": "en"}
# field and style; no number in it, which could be heard where another was said. English needs none.
PROMPTS: Mapping[Locale, str] = {
    "zh-CN": "您好，我想查余额、转账、换卡、挂失、销户、提额，请问尾号和验证码是多少？",
    "en": "",
}
_DOUBTED_LOGPROB, _DOUBTED_NO_SPEECH = -0.5, 0.3
_NOISE_LOGPROB = -1.2  # of wording without help: noise and many voices at once stay below
_SHORT_MAX, _SHORT_WORDS_MAX = 4, 2  # Chinese characters, English words
_ECHO_MIN = 5  # letters
_ALIKE = 0.4  # cost of sounds for each syllable
# among wordings that are nearly as likely, the one that is most like what customers say
_RIVALS_MAX, _RIVAL_WITHIN, _LIKELIHOOD_WEIGHT = 3, 3.0, 0.1


class Wording(Protocol):
    """:class:`voice.hearing.whisper.Whisper`, as it is used here."""

    def guesses(
        self, encoded: Encoded, language: str, prompt: str, words: str, seconds_max: float
    ) -> Sequence[Guess]: ...


@dataclass(frozen=True)
class Said:
    """A piece in words: as recognised, and put right."""

    guess: Guess
    text: str
    repairs: Sequence[Repair]


def worded(
    whisper: Wording, encoded: Encoded, hints: Hints, seconds_left: Callable[[], float]
) -> Sequence[Guess] | None:
    """The wordings of a piece, likeliest first; none where nobody says anything, None where time ran out.

    Hints and prompt make the right words likelier, and where there are no words at all they are what is made up. So what
    is in doubt is worded once more without them; where that is mere noise, or a short word sounds otherwise, it decides.
    """
    language, prompt = LANGUAGES[hints.locale], PROMPTS[hints.locale]
    helped = whisper.guesses(encoded, language, prompt, " ".join(hints.words), seconds_left())
    if not helped:
        return None
    best = helped[0]
    echo = len(_letters(best.text)) >= _ECHO_MIN and _letters(best.text) in _letters(prompt)
    if not echo and best.logprob >= _DOUBTED_LOGPROB and best.no_speech <= _DOUBTED_NO_SPEECH:
        return () if is_phantom(best.text, best.logprob, best.no_speech) else helped
    alone = whisper.guesses(encoded, language, "", "", seconds_left())
    if not alone:
        return None
    if alone[0].logprob < _NOISE_LOGPROB:
        return ()
    if (echo or _is_short(best.text)) and not _sound_alike(best.text, alone[0].text):
        helped = alone
    return () if is_phantom(helped[0].text, min(best.logprob, alone[0].logprob), alone[0].no_speech) else helped


def likeliest(guesses: Sequence[Guess], mender: Mender, hints: Hints) -> Said:
    """The wording to believe, put right by its sound."""
    rivals = [guess for guess in guesses[1:_RIVALS_MAX] if guess.total > guesses[0].total - _RIVAL_WITHIN]
    said = []
    for guess in (guesses[0], *(rivals if hints.locale == "zh-CN" else ())):
        tails, known = recalled(without_loops(simplified(guess.text)), hints)
        digits, spelt = spelled(tails, hints)
        text, repairs = mender.mended(digits, hints)
        said.append(Said(replace(guesses[0], text=guess.text, total=guess.total), text, [*known, *spelt, *repairs]))
    return max(said, key=lambda one: one.guess.total + _LIKELIHOOD_WEIGHT * mender.likelihood(one.text))


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def _is_short(text: str) -> bool:
    return len(text.split()) <= _SHORT_WORDS_MAX if text.isascii() else len(_letters(text)) <= _SHORT_MAX


def _sound_alike(one: str, other: str) -> bool:
    first, second = _letters(simplified(one)), _letters(simplified(other))
    if not all(map(is_han, first + second)):
        return first == second
    return distance(syllables(first), syllables(second)) <= _ALIKE * len(first)
