"""The synthesizer: text to clauses of sound, by the first engine that can, never silently mute."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence

from voice.errors import EngineUnavailable
from voice.speaking.clauses import Piece, opening, pieces
from voice.speaking.edges import finished, trimmed
from voice.speaking.engine import Engine, EngineState, Said, Words
from voice.speaking.mouths import mouths
from voice.speaking.normal_en import spoken_en
from voice.speaking.normal_zh import spoken_zh
from voice.speaking.phonemes import Phonemizer
from voice.speaking.port import Clause, Locale
from voice.speaking.store import PhraseStore, Recent

SPEED, ELDER_SPEED = 1.0, 0.82
PAUSE_SECONDS, ELDER_PAUSE_SECONDS = {True: 0.25, False: 0.09}, {True: 0.5, False: 0.22}  # after a sentence or less
REST_SECONDS = 30.0  # an engine that failed is not asked again before
BREATH_SECONDS = 0.03  # in the middle of a clause
_PICTOGRAPHS = re.compile(
    "[\U0001f000-\U0001faff\U00002600-\U000027bf\U0000fe0f\U0000200d\U000020e3\U0001f1e6-\U0001f1ff]+"
)
log = logging.getLogger(__name__)

OnClause = Callable[[str, float, float], object]


def unheard(engine: str, took_s: float, sound_s: float) -> None:
    """Where nobody counts."""


class Speaker:
    """Speaks with one engine after the other until one does.

    Args:
        engines: in the order of preference.
        fixed: clauses that the bank always says in these words; they are kept.
        store: where they are kept; None: nowhere.
        on_clause: hears of each clause that was made: engine, seconds it took, seconds of sound.
        now: a clock that never goes back, in seconds.
    """

    def __init__(
        self,
        engines: Sequence[Engine],
        phonemizer: Phonemizer | None = None,
        *,
        fixed: Collection[str] = (),
        store: PhraseStore | None = None,
        on_clause: OnClause = unheard,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engines, self._phonemizer = list(engines), phonemizer or Phonemizer()
        self._fixed, self._store, self._on_clause, self._now = frozenset(fixed), store, on_clause, now
        self._recent = Recent(now=now)
        self._resting: dict[str, tuple[float, EngineUnavailable]] = {}
        self._lock = threading.Lock()

    def speak(
        self, text: str, locale: Locale, *, elder: bool = False, voice: str | None = None, opens: bool = False
    ) -> Iterator[Clause]:
        cut = pieces(_PICTOGRAPHS.sub(" ", text))
        if opens and cut:
            cut[:1] = self._opening(cut[0], locale, elder=elder, voice=voice)
        for piece in cut:
            clause = self._clause(piece, locale, elder=elder, voice=voice)
            if clause is not None:
                yield clause

    def prepare(self, text: str, locale: Locale, *, elder: bool = False) -> bool:
        """See the port. Nothing is asked of another house before somebody needs it."""
        cut, engine = pieces(text), self._engines[0]
        if not cut or engine.name == "edge" or self._rests(engine) is not None:
            return False
        piece = self._opening(cut[0], locale, elder=elder, voice=None)[0]
        if "{" in piece.text or "}" in piece.text or self._kept(piece, locale, elder=elder, voice=None):
            return False
        words = self.words(_voiced(piece), locale, elder=elder)
        self._of(engine, words, engine.voices(locale)[0], keep=False)
        return True

    def listen(self, on_clause: OnClause) -> None:
        """From now on tell ``on_clause`` of each clause."""
        self._on_clause = on_clause

    def load(self) -> None:
        """Load the engine that is preferred and the dictionaries, and say a word, so that nobody has to wait for them."""
        words = self.words("您好。 Hello.", "zh-CN")
        engine = self._engines[0]
        try:
            engine.load()
            if engine.name != "edge":  # nothing leaves the house before somebody is spoken to
                engine.say(words, engine.voices("zh-CN")[0])
        except EngineUnavailable as unavailable:
            log.warning("%s", unavailable)

    def rehearse(self, text: str, locale: Locale, *, first: bool) -> int:
        """Make and keep the fixed clauses of this text that are not kept yet, with the engine that is preferred; how many.

        Args:
            first: only the clause that it begins with.

        Raises:
            EngineUnavailable: it cannot speak now.
        """
        engine, made = self._engines[0], 0
        if self._store is None or engine.name == "edge":  # nothing is asked of another house before somebody needs it
            return 0
        cut = pieces(text)
        if first and cut:
            cut = cut[:1] if cut[0].text.strip() in self._fixed else opening(cut[0])[:1]
        for piece in cut:
            words = self.words(_voiced(piece), locale)
            if piece.text.strip() not in self._fixed or not any(symbol.isalpha() for symbol in words.phonemes):
                continue
            key = _key(engine, words, engine.voices(locale)[0])
            if self._store.get(*key) is None:
                self._store.keep(trimmed(engine.say(words, engine.voices(locale)[0])), *key)
                made += 1
        return made

    def voices(self, locale: Locale) -> Sequence[str]:
        return self._engines[0].voices(locale)

    def state(self) -> EngineState:
        """Whether it can speak: the state of the first engine that is not missing."""
        return next((state for engine in self._engines if (state := engine.state()) != "missing"), "missing")

    def preferred_state(self) -> EngineState:
        """Of the engine that it should speak with, for those who look after it."""
        return self._engines[0].state()

    def words(self, text: str, locale: Locale, *, elder: bool = False) -> Words:
        """A clause as the engines get it."""
        spoken = (spoken_zh(text) if locale == "zh-CN" else spoken_en(text)).strip()
        return Words(spoken, self._phonemizer.phonemes(spoken), locale, ELDER_SPEED if elder else SPEED)

    def _clause(self, piece: Piece, locale: Locale, *, elder: bool, voice: str | None) -> Clause | None:
        began = self._now()
        words = self.words(_voiced(piece), locale, elder=elder)
        if not any(symbol.isalpha() for symbol in words.phonemes):
            return None  # nothing but punctuation
        engine, said, notice = self._said(words, voice, keep=piece.text.strip() in self._fixed)
        pause = BREATH_SECONDS if piece.goes_on else (ELDER_PAUSE_SECONDS if elder else PAUSE_SECONDS)[piece.sentence]
        sound = finished(said.sound, pause)
        clause = Clause(piece.text, sound, mouths(sound, said.phones, words.phonemes), engine, notice)
        self._on_clause(engine, self._now() - began, sound.seconds)
        return clause

    def _said(self, words: Words, voice: str | None, *, keep: bool) -> tuple[str, Said, str | None]:
        failed: list[EngineUnavailable] = []
        for engine in self._engines:
            resting = self._rests(engine)
            if resting is not None:
                failed.append(resting)
                continue
            names = engine.voices(words.locale)
            name = voice if voice is not None and voice in names else names[0]
            try:
                said = self._of(engine, words, name, keep=keep)
            except EngineUnavailable as unavailable:
                log.warning("%s", unavailable)
                with self._lock:
                    self._resting[engine.name] = (self._now() + REST_SECONDS, unavailable)
                failed.append(unavailable)
                continue
            if len(said.sound.samples):
                return engine.name, said, "; ".join(map(str, failed)) or None
            failed.append(EngineUnavailable(engine.name, "gave silence for words", "write them in another way"))
        raise EngineUnavailable(
            "speaking", "; ".join(f"{each.engine}: {each.why}" for each in failed), failed[0].remedy
        )

    def _opening(self, piece: Piece, locale: Locale, *, elder: bool, voice: str | None) -> list[Piece]:
        """The first piece, in two where its sound has yet to be made and is long."""
        return [piece] if self._kept(piece, locale, elder=elder, voice=voice) else opening(piece)

    def _kept(self, piece: Piece, locale: Locale, *, elder: bool, voice: str | None) -> bool:
        """Whether the engine that is preferred has said it before, so that it sounds at once."""
        words, engine = self.words(_voiced(piece), locale, elder=elder), self._engines[0]
        names = engine.voices(locale)
        key = _key(engine, words, voice if voice is not None and voice in names else names[0])
        kept = self._store is not None and piece.text.strip() in self._fixed and self._store.get(*key) is not None
        return kept or self._recent.get(*key) is not None

    def _of(self, engine: Engine, words: Words, voice: str, *, keep: bool) -> Said:
        key = _key(engine, words, voice)
        kept = self._recent.get(*key)
        if kept is None and keep and self._store is not None:
            kept = self._store.get(*key)
        if kept is not None:
            return kept
        said = trimmed(engine.say(words, voice))
        if len(said.sound.samples):
            if keep and self._store is not None:
                self._store.keep(said, *key)
            self._recent.keep(said, *key)
        return said

    def _rests(self, engine: Engine) -> EngineUnavailable | None:
        with self._lock:
            until, why = self._resting.get(engine.name, (0.0, None))
            return why if self._now() < until else None


def _voiced(piece: Piece) -> str:
    """What is said of it: with a comma where it goes on, so that the voice stays up."""
    return f"{piece.text.rstrip()}, " if piece.goes_on else piece.text


def _key(engine: Engine, words: Words, voice: str) -> tuple[str, ...]:
    """What a clause's sound depends on."""
    return engine.name, voice, words.locale, f"{words.speed}", words.text, words.phonemes
