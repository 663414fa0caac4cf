"""The recognizer that ships: silero finds the speech, whisper its words, what is possible now puts them right."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as WaitedTooLong
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from voice.errors import EngineUnavailable
from voice.hearing.normal import normalised, simplified
from voice.hearing.phantoms import is_phantom, without_loops
from voice.hearing.port import Heard, Hints, Locale, Repair
from voice.hearing.repair import Mender
from voice.hearing.speech import pieces
from voice.hearing.syllables import distance, is_han, syllables
from voice.hearing.whisper import Encoded, Guess, Whisper
from voice.sound import HEARD_RATE, Samples, Sound

State = Literal["loading", "ready", "missing"]
SHARE_MAX = 1.5  # of the sound's length: what hearing may take
_MARGIN_SHARE = 0.1  # of that: kept for handing over
_LANGUAGES: dict[Locale, str] = {"zh-CN": "zh", "en": "en"}
# field and style; no number in it, which could be heard where another was said. English needs none.
_PROMPTS: dict[Locale, str] = {
    "zh-CN": "您好，我想查余额、转账、换卡、挂失、销户、提额，请问尾号和验证码是多少？",
    "en": "",
}
_JOINT: dict[Locale, str] = {"zh-CN": "，", "en": " "}
_DOUBTED_LOGPROB, _DOUBTED_NO_SPEECH = -0.5, 0.3
# among wordings that are nearly as likely, the one that is most like what customers say
_RIVALS_MAX, _RIVAL_WITHIN, _LIKELIHOOD_WEIGHT = 3, 3.0, 0.1
_SHORT_MAX, _ECHO_MIN = 4, 5  # letters
_ALIKE = 0.4  # cost of sounds for each syllable
_EDGES = " ,.，。:：、"
_NOISE_LOGPROB = -1.2  # of wording without help: noise and many voices at once stay below
# the share of utterances that are right, by mean log-probability: a logistic curve fitted by bench/hearing.py
_SLOPE, _OFFSET = 5.0, 2.5


@dataclass(frozen=True)
class _Said:
    """A piece in words: as recognised, and put right."""

    guess: Guess
    text: str
    repairs: Sequence[Repair]


@dataclass
class _Listening:
    """One sound on its way; ``heard`` grows piece by piece."""

    deadline: float
    heard: list[_Said] = field(default_factory=list)
    cut: bool = False

    @property
    def seconds_left(self) -> float:
        return self.deadline - time.monotonic()


class WhisperRecognizer:
    """Implements :class:`voice.hearing.port.Recognizer`; :meth:`load` takes seconds and belongs into a thread of its own.

    Args:
        model: finds the folder with whisper for CTranslate2 (``model.bin``, ``config.json``, ``tokenizer.json``,
            ``vocabulary.txt``); may block, may raise EngineUnavailable.
        sentences: as the bank's customers say them, in both languages: what repair judges by.
        threads: CPU threads of one recognition; several sounds are heard one after the other.
    """

    def __init__(
        self, model: Callable[[], Path], sentences: Callable[[], Iterable[str]] = tuple, *, threads: int = 2
    ) -> None:
        self._model, self._sentences, self._threads = model, sentences, threads
        self._whisper: Whisper | None = None
        self._mender: Mender | None = None
        self._why: EngineUnavailable | None = None
        self._loading = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="hearing")

    @property
    def state(self) -> State:
        if self._whisper is not None:
            return "ready"
        return "missing" if self._why is not None else "loading"

    def load(self) -> None:
        """Load and warm up; a second call waits for the first and does nothing. Failing is remembered, see ``state``."""
        with self._loading:
            if self._whisper is not None:
                return
            try:
                whisper = Whisper(self._model(), self._threads)
            except EngineUnavailable as why:
                self._why = why
                return
            self._mender = Mender(self._sentences())
            self._mender.mended("我要换卡", Hints("zh-CN"))
            silence = np.zeros(HEARD_RATE, np.float32)
            pieces(silence)
            for locale, language in _LANGUAGES.items():
                whisper.guesses(whisper.encode(silence), language, _PROMPTS[locale], "", seconds_max=60, tokens_max=4)
            self._whisper, self._why = whisper, None

    def close(self) -> None:
        """Hear nothing any more; what is being heard ends."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def hear(self, sound: Sound, hints: Hints) -> Heard:
        whisper, mender = self._whisper, self._mender
        if whisper is None or mender is None:
            raise self._why or EngineUnavailable("whisper", "the model is still loading", "try again in a few seconds")
        listening = _Listening(time.monotonic() + SHARE_MAX * sound.seconds)
        job = self._pool.submit(self._listen, whisper, mender, sound, hints, listening)
        try:
            job.result(timeout=max(0.0, listening.seconds_left - _MARGIN_SHARE * SHARE_MAX * sound.seconds))
        except WaitedTooLong:
            listening.cut = True
            job.cancel()
        return replace(_understood(tuple(listening.heard), hints), cut=listening.cut)

    @staticmethod
    def _listen(whisper: Whisper, mender: Mender, sound: Sound, hints: Hints, listening: _Listening) -> None:
        for piece in pieces(_even(sound)):
            if listening.cut:
                return
            guesses = _worded(whisper, whisper.encode(piece), hints, listening)
            if guesses:
                listening.heard.append(_likeliest(guesses, mender, hints))


def _worded(whisper: Whisper, encoded: Encoded, hints: Hints, listening: _Listening) -> Sequence[Guess]:
    """The wordings of a piece; none where there are none, or no time for them.

    Hints and prompt make the right words likelier, and where there are no words at all they are what is made up. So what
    is in doubt is worded once more without them, and only what that confirms is believed.
    """
    language, words = _LANGUAGES[hints.locale], " ".join(hints.words)
    helped = whisper.guesses(encoded, language, _PROMPTS[hints.locale], words, listening.seconds_left)
    if not helped:
        listening.cut = True
        return ()
    best = helped[0]
    echo = len(_letters(best.text)) >= _ECHO_MIN and _letters(best.text) in _letters(_PROMPTS[hints.locale])
    if echo or best.logprob < _DOUBTED_LOGPROB or best.no_speech > _DOUBTED_NO_SPEECH:
        alone = whisper.guesses(encoded, language, "", "", listening.seconds_left)
        if not alone or alone[0].logprob < _NOISE_LOGPROB:
            return ()
        if (echo or len(_letters(best.text)) <= _SHORT_MAX) and not _sound_alike(best.text, alone[0].text):
            helped = alone
        unsure = min(best.logprob, alone[0].logprob)
        return () if is_phantom(helped[0].text, unsure, alone[0].no_speech) else helped
    return () if is_phantom(best.text, best.logprob, best.no_speech) else helped


def _likeliest(guesses: Sequence[Guess], mender: Mender, hints: Hints) -> _Said:
    rivals = [guess for guess in guesses[1:_RIVALS_MAX] if guess.total > guesses[0].total - _RIVAL_WITHIN]
    said = []
    for guess in (guesses[0], *(rivals if hints.locale == "zh-CN" else ())):
        text, repairs = mender.mended(without_loops(simplified(guess.text)), hints)
        said.append(_Said(replace(guesses[0], text=guess.text, total=guess.total), text, repairs))
    return max(said, key=lambda one: one.guess.total + _LIKELIHOOD_WEIGHT * mender.likelihood(one.text))


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def _sound_alike(one: str, other: str) -> bool:
    first, second = _letters(simplified(one)), _letters(simplified(other))
    if not all(map(is_han, first + second)):
        return first == second
    return distance(syllables(first), syllables(second)) <= _ALIKE * len(first)


def _even(sound: Sound) -> Samples:
    """16 kHz, without what is no number."""
    samples = np.clip(np.nan_to_num(sound.samples.astype(np.float32, copy=False)), -1, 1)
    if sound.rate == HEARD_RATE:
        return samples
    import soxr

    resampled: Samples = soxr.resample(samples, sound.rate, HEARD_RATE).astype(np.float32, copy=False)
    return resampled


def _understood(said: Sequence[_Said], hints: Hints) -> Heard:
    joint = _JOINT[hints.locale]
    text = normalised(joint.join(one.text.strip(_EDGES) for one in said), hints.locale, hints.awaited)
    if not text:
        return Heard("", 0.0, "")
    raw = joint.join(one.guess.text.strip(_EDGES) for one in said)
    repairs = [repair for one in said for repair in one.repairs]
    return Heard(text, min(_confidence(one.guess) for one in said), raw, repairs)


def _confidence(guess: Guess) -> float:
    return 1 / (1 + math.exp(-(_SLOPE * guess.logprob + _OFFSET)))
