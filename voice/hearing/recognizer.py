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
from voice.hearing.normal import normalised
from voice.hearing.port import Heard, Hints, Locale
from voice.hearing.repair import Mender
from voice.hearing.speech import pieces
from voice.hearing.whisper import Guess, Whisper
from voice.hearing.wording import LANGUAGES, PROMPTS, Said, likeliest, worded
from voice.sound import HEARD_RATE, Samples, Sound

State = Literal["loading", "ready", "missing"]
SHARE_MAX = 1.5  # of the sound's length: what hearing may take
_MARGIN_SHARE = 0.1  # of that: kept for handing over
_JOINT: dict[Locale, str] = {"zh-CN": "，", "en": " "}
_EDGES = ' ,.，。:：、()（）[]【】“”"'
# the share of utterances heard with at most 15 % of their characters wrong, by mean log-probability: a logistic curve
# fitted on 65 recordings; bench/hearing.py fits it anew
_SLOPE, _OFFSET = 8.8, 3.8
# an answer that is on the table, whole and long enough not to come about by chance: "去人办理" where 确认办理 may be said
_ANSWER_MIN, SURE_OF_ANSWER = 3, 0.6


@dataclass
class _Listening:
    """One sound on its way; ``heard`` grows piece by piece."""

    deadline: float
    heard: list[Said] = field(default_factory=list)
    cut: bool = False

    def seconds_left(self) -> float:
        return self.deadline - time.monotonic()


class WhisperRecognizer:
    """Implements :class:`voice.hearing.port.Recognizer`; :meth:`load` takes seconds and belongs into a thread of its own.

    Args:
        model: finds the folder with whisper for CTranslate2 (``model.bin``, ``config.json``, ``tokenizer.json``,
            ``vocabulary.txt``); may block, may raise EngineUnavailable.
        sentences: as the bank's customers say them, in both languages: what repair judges by.
        threads: CPU threads of one recognition; several sounds are heard one after the other. More than one wait for each other
            by spinning: on a machine that does other things besides, 0.7 s of work were seen to become 11 s.
        share_max: how long hearing may take, as a share of the sound's length.
    """

    def __init__(
        self,
        model: Callable[[], Path],
        sentences: Callable[[], Iterable[str]] = tuple,
        *,
        threads: int = 1,
        share_max: float = SHARE_MAX,
    ) -> None:
        self._model, self._sentences, self._threads, self._share_max = model, sentences, threads, share_max
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
            for locale, language in LANGUAGES.items():
                whisper.guesses(whisper.encode(silence), language, PROMPTS[locale], "", seconds_max=60, tokens_max=4)
            self._whisper, self._why = whisper, None

    def close(self) -> None:
        """Hear nothing any more; what is being heard ends."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def hear(self, sound: Sound, hints: Hints) -> Heard:
        whisper, mender = self._whisper, self._mender
        if whisper is None or mender is None:
            raise self._why or EngineUnavailable("whisper", "the model is still loading", "try again in a few seconds")
        allowed = max(self._share_max * sound.seconds, hints.patience_s)
        listening = _Listening(time.monotonic() + allowed)
        job = self._pool.submit(self._listen, whisper, mender, sound, hints, listening)
        try:
            job.result(timeout=max(0.0, listening.seconds_left() - _MARGIN_SHARE * allowed))
        except WaitedTooLong:
            listening.cut = True
            job.cancel()
        return replace(understood(tuple(listening.heard), hints), cut=listening.cut)

    @staticmethod
    def _listen(whisper: Whisper, mender: Mender, sound: Sound, hints: Hints, listening: _Listening) -> None:
        for piece in pieces(_even(sound)):
            if listening.cut:
                return
            guesses = worded(whisper, whisper.encode(piece), hints, listening.seconds_left)
            if guesses is None:
                listening.cut = True
            elif guesses:
                listening.heard.append(likeliest(guesses, mender, hints))


def _even(sound: Sound) -> Samples:
    """16 kHz, without what is no number."""
    samples = np.clip(np.nan_to_num(sound.samples.astype(np.float32, copy=False)), -1, 1)
    if sound.rate == HEARD_RATE:
        return samples
    import soxr

    resampled: Samples = soxr.resample(samples, sound.rate, HEARD_RATE).astype(np.float32, copy=False)
    return resampled


def understood(said: Sequence[Said], hints: Hints) -> Heard:
    """The pieces of one sound as one text, and how sure of it one can be."""
    joint = _JOINT[hints.locale]
    text = normalised(joint.join(one.text.strip(_EDGES) for one in said), hints.locale, hints.awaited)
    if not text:
        return Heard("", 0.0, "")
    raw = joint.join(one.guess.text.strip(_EDGES) for one in said)
    repairs = [repair for one in said for repair in one.repairs]
    confidence = min(_confidence(one.guess) for one in said)
    if hints.awaited is not None and len(text) >= _ANSWER_MIN and text in hints.words:
        confidence = max(confidence, SURE_OF_ANSWER)
    return Heard(text, confidence, raw, repairs)


def _confidence(guess: Guess) -> float:
    return 1 / (1 + math.exp(-(_SLOPE * guess.logprob + _OFFSET)))
