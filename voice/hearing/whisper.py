"""Whisper by CTranslate2: one piece of speech in, its likeliest wordings out.

The encoder is given the piece and a little silence instead of whisper's usual 30 seconds: the same words in a fifth of the
time for what a customer says in one go.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voice.errors import EngineUnavailable
from voice.sound import HEARD_RATE, Samples

PIECE_SECONDS_MAX = 28.0  # whisper's window is 30
_FRAMES_PER_SECOND = 100
_FRAMES_MIN, _FRAMES_MAX, _FRAMES_SPARE = 800, 3000, 200  # below 8 s it begins to repeat short words
_BEAMS = 5
_HINT_TOKENS_MAX, _PROMPT_TOKENS_MAX = 96, 96
_TOKENS_PER_SECOND = 12  # nobody speaks faster; more is a loop
_TOKENS_SPARE, _TOKENS_MAX = 8, 200
# every letter but those of the language; Chinese has Latin ones in it too
_FOREIGN = {
    "zh": re.compile(r"[^\W\d_a-zA-Z\u3400-\u9fff\uff21-\uff3a\uff41-\uff5a]"),
    "en": re.compile(r"[^\W\d_a-zA-Zéèêëàâçïîôöüñ]"),
}
_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")


@dataclass(frozen=True)
class Guess:
    """``logprob``: mean per token; ``total``: of all of them; ``no_speech``: the model's own doubt that this is speech."""

    text: str
    logprob: float
    no_speech: float
    total: float


@dataclass(frozen=True)
class Encoded:
    """What the encoder made of ``seconds`` of sound."""

    states: Any
    seconds: float


class Whisper:
    """Not thread-safe: one piece at a time."""

    def __init__(self, folder: Path, threads: int) -> None:
        """
        Raises:
            EngineUnavailable: the model is not in ``folder``, or cannot be loaded.
        """
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise EngineUnavailable("whisper", f"{folder} lacks {', '.join(missing)}", "run `make models`")
        from faster_whisper import WhisperModel  # half a second to import

        try:
            self._model: Any = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
        except (RuntimeError, ValueError) as error:
            raise EngineUnavailable(
                "whisper", f"the model in {folder} cannot be loaded", "run `make models`"
            ) from error
        self._tokenizers: dict[str, Any] = {}
        self._silenced: dict[str, list[int]] = {}
        self._step_s = 0.03  # what one more token costs; measured as it goes

    def encode(self, samples: Samples) -> Encoded:
        """A piece of at most ``PIECE_SECONDS_MAX`` at 16 kHz, ready to be worded, once or again with other hints."""
        frames = self._model.feature_extractor(samples, chunk_length=None)[:, :-1]
        width = min(_FRAMES_MAX, max(_FRAMES_MIN, frames.shape[-1] + _FRAMES_SPARE))
        width += width % 2  # the encoder halves it
        frames = frames[:, :width]
        padded = np.pad(frames, ((0, 0), (0, width - frames.shape[-1]))).astype(np.float32)
        return Encoded(self._model.encode(padded), len(samples) / HEARD_RATE)

    def guesses(
        self,
        encoded: Encoded,
        language: str,
        prompt: str,
        words: str,
        seconds_max: float,
        tokens_max: int = _TOKENS_MAX,
    ) -> list[Guess]:
        """Likeliest first; empty where ``seconds_max`` does not suffice.

        Args:
            prompt: sets style and field; written as the answer should be.
            words: what may well be said, separated by spaces.
            seconds_max: from now on; the number of tokens is bounded by it.
        """
        tokenizer = self._tokenizer(language)
        start = self._prompt(tokenizer, prompt, words)
        spoken = int(encoded.seconds * _TOKENS_PER_SECOND) + _TOKENS_SPARE
        bound = min(tokens_max, spoken, int(seconds_max / self._step_s))
        if bound < 1:
            return []
        began = time.monotonic()
        result = self._model.model.generate(
            encoded.states, [start], beam_size=_BEAMS, num_hypotheses=_BEAMS, max_length=len(start) + bound,
            sampling_temperature=0, return_scores=True, return_no_speech_prob=True, suppress_blank=True,
            suppress_tokens=self._never(language),
        )[0]  # fmt: skip
        steps = 1 + max(len(ids) for ids in result.sequences_ids)
        self._step_s = 0.8 * self._step_s + 0.2 * (time.monotonic() - began) / steps
        return [
            Guess(
                tokenizer.decode(ids).replace("\ufffd", "").strip(),
                score * len(ids) / (len(ids) + 1),
                result.no_speech_prob,
                score * len(ids),
            )
            for ids, score in zip(result.sequences_ids, result.scores, strict=True)
        ]

    def _never(self, language: str) -> list[int]:
        """Tokens of other scripts: a short word in Chinese is else written in Korean now and then."""
        if language not in self._silenced:
            vocabulary = self._model.hf_tokenizer
            written = ((id_, vocabulary.decode([id_])) for id_ in range(vocabulary.get_vocab_size()))
            self._silenced[language] = [-1, *(id_ for id_, text in written if _FOREIGN[language].search(text))]
        return self._silenced[language]

    def _prompt(self, tokenizer: Any, prompt: str, words: str) -> list[int]:
        hints = tokenizer.encode(" " + words.strip())[:_HINT_TOKENS_MAX] if words.strip() else []
        context = tokenizer.encode(" " + prompt)[:_PROMPT_TOKENS_MAX] if prompt else []
        before = [tokenizer.sot_prev, *hints, *context] if hints or context else []
        return [*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]

    def _tokenizer(self, language: str) -> Any:
        if language not in self._tokenizers:
            from faster_whisper.tokenizer import Tokenizer

            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=language
            )
        return self._tokenizers[language]
