"""The recognizer that ships: silero finds the speech, whisper its words, what is possible now puts them right."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as WaitedTooLong
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from voice.errors import EngineUnavailable
from voice.hearing.normal import normalised
from voice.hearing.phantoms import is_phantom, without_loops
from voice.hearing.port import Heard, Hints, Locale
from voice.hearing.speech import pieces
from voice.hearing.whisper import Encoded, Guess, Whisper
from voice.sound import HEARD_RATE, Samples, Sound

State = Literal["loading", "ready", "missing"]
SHARE_MAX = 1.5  # of the sound's length: what hearing may take
_MARGIN_SHARE = 0.1  # of that: kept for handing over
_LANGUAGES: dict[Locale, str] = {"zh-CN": "zh", "en": "en"}
# field and style; numbers of many sizes, so that none of them is a likelier answer than another
_PROMPTS: dict[Locale, str] = {
    "zh-CN": "银行柜台的普通话对话：转账两千三百块，限额五万，余额九十六块，尾号、验证码。确认，取消，挂失，销户，换卡，转人工。",
    "en": "A conversation at a bank counter: transfer, balance, limit, card ending in, the code is, confirm, cancel.",
}
_JOINT: dict[Locale, str] = {"zh-CN": "，", "en": " "}
_DOUBTED_LOGPROB, _DOUBTED_NO_SPEECH = -0.5, 0.3
_NOISE_LOGPROB = -1.2  # of wording without help: noise and many voices at once stay below
# the share of utterances that are right, by mean log-probability: a logistic curve fitted by bench/hearing.py
_SLOPE, _OFFSET = 5.0, 2.5


@dataclass
class _Listening:
    """One sound on its way; ``heard`` grows piece by piece."""

    deadline: float
    heard: list[Guess] = field(default_factory=list)
    given_up: bool = False

    @property
    def seconds_left(self) -> float:
        return self.deadline - time.monotonic()


class WhisperRecognizer:
    """Implements :class:`voice.hearing.port.Recognizer`; :meth:`load` takes seconds and belongs into a thread of its own.

    Args:
        model: finds the folder with whisper for CTranslate2 (``model.bin``, ``config.json``, ``tokenizer.json``,
            ``vocabulary.txt``); may block, may raise EngineUnavailable.
        threads: CPU threads of one recognition; several sounds are heard one after the other.
    """

    def __init__(self, model: Callable[[], Path], threads: int = 2) -> None:
        self._model, self._threads = model, threads
        self._whisper: Whisper | None = None
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
            silence = np.zeros(HEARD_RATE, np.float32)
            pieces(silence)
            for locale, language in _LANGUAGES.items():
                whisper.guesses(whisper.encode(silence), language, _PROMPTS[locale], "", seconds_max=60, tokens_max=4)
            self._whisper, self._why = whisper, None

    def close(self) -> None:
        """Hear nothing any more; what is being heard ends."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def hear(self, sound: Sound, hints: Hints) -> Heard:
        whisper = self._whisper
        if whisper is None:
            raise self._why or EngineUnavailable("whisper", "the model is still loading", "try again in a few seconds")
        listening = _Listening(time.monotonic() + SHARE_MAX * sound.seconds)
        job = self._pool.submit(self._listen, whisper, sound, hints, listening)
        try:
            job.result(timeout=max(0.0, listening.seconds_left - _MARGIN_SHARE * SHARE_MAX * sound.seconds))
        except WaitedTooLong:
            listening.given_up = True
            job.cancel()
        return _understood(tuple(listening.heard), hints)

    def _listen(self, whisper: Whisper, sound: Sound, hints: Hints, listening: _Listening) -> None:
        for piece in pieces(_even(sound)):
            if listening.given_up:
                return
            guess = self._worded(whisper, whisper.encode(piece), hints, listening)
            if guess is not None:
                listening.heard.append(guess)

    def _worded(self, whisper: Whisper, encoded: Encoded, hints: Hints, listening: _Listening) -> Guess | None:
        """The words of a piece; None where there are none, or no time for them.

        Hints and prompt make the right words likelier, and where there are no words at all they are what is made up. So
        what is in doubt is worded once more without them, and only what that confirms is believed.
        """
        language, words = _LANGUAGES[hints.locale], " ".join(hints.words)
        helped = whisper.guesses(encoded, language, _PROMPTS[hints.locale], words, listening.seconds_left)
        if not helped:
            return None
        best = helped[0]
        if best.logprob < _DOUBTED_LOGPROB or best.no_speech > _DOUBTED_NO_SPEECH:
            alone = whisper.guesses(encoded, language, "", "", listening.seconds_left)
            if not alone or alone[0].logprob < _NOISE_LOGPROB:
                return None
            best = replace(best, logprob=min(best.logprob, alone[0].logprob), no_speech=alone[0].no_speech)
        return None if is_phantom(best.text, best.logprob, best.no_speech) else best


def _even(sound: Sound) -> Samples:
    """16 kHz, without what is no number."""
    samples = np.clip(np.nan_to_num(sound.samples.astype(np.float32, copy=False)), -1, 1)
    if sound.rate == HEARD_RATE:
        return samples
    import soxr

    resampled: Samples = soxr.resample(samples, sound.rate, HEARD_RATE).astype(np.float32, copy=False)
    return resampled


def _understood(guesses: Sequence[Guess], hints: Hints) -> Heard:
    if not guesses:
        return Heard("", 0.0, "")
    raw = _JOINT[hints.locale].join(guess.text.strip(" ,.，。:：、") for guess in guesses)
    text = normalised(without_loops(raw), hints.locale, hints.awaited)
    return Heard(text, min(_confidence(guess) for guess in guesses) if text else 0.0, raw)


def _confidence(guess: Guess) -> float:
    return 1 / (1 + math.exp(-(_SLOPE * guess.logprob + _OFFSET)))
