"""Words put right by their sound: among what is possible now, and where the bank's sentences make it much likelier.

"王方" is 王芳 where she is a payee, "去人" is 确认, "无败快" is 五百块. What is said at the counter anyway is never touched, nor
is anything where two words would do equally well.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voice.hearing.language import Language
from voice.hearing.latin import mended_latin
from voice.hearing.numbers import amounts
from voice.hearing.port import Hints, Repair
from voice.hearing.syllables import Syllable, coarse, distance, is_han, syllables, unlike
from voice.segmenting import segmenter

WORDS = Path(__file__).parent / "words.toml"
_REPAIRS_MAX = 6
_WINDOW_MAX = 8  # characters; longer hints are sentences, which nobody says word by word
_SEEN_MIN = {2: 8, 3: 6}  # how often characters stood together in the bank's sentences to be a word to it
_COST_PER_SOUND = 6.0  # nats for one syllable that is wholly unlike
_GAIN_MIN_CHARACTER = 6.0  # nats; as the bounds' for words
_CLEAR_BY = 1.5  # nats between the best and the second best
_NAME_GAIN = 7.0
_FIRM = frozenset("给转")  # heard rightly nearly always, and what stands around them depends on it
_HINT_LOGPROB = -2.0  # of each character of a hint: it is on the table
_WORD_FREQUENCY_MIN = 30  # in jieba's dictionary: from there on a word is known to everybody
# after these words comes whom money goes to, and who that is must not be guessed from what others say
_SURNAMES = frozenset(
    "王张李刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟"
)
_NAMED = re.compile(
    rf"(?:给|向|往|叫|收款人是?)(?P<name>[{''.join(sorted(_SURNAMES))}][\u3400-\u9fff]{{1,2}}?)(?=转|汇|打|付|的|那|$|[^\u3400-\u9fff])"
)
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class _Bound:
    """How unlike a word may sound: each of its syllables, and all of them on average; nats it must be likelier by."""

    syllable: float
    mean: float
    gain: float = 4.0


# whom money goes to must not become somebody else: only what accents do not keep apart
_OF_HINTS, _OF_OWN, _OF_SEEN, _OF_NUMBERS = (
    _Bound(0.2, 0.2),
    _Bound(0.45, 0.3),
    _Bound(0.45, 0.25, 6.0),
    _Bound(0.1, 0.1),
)


@dataclass(frozen=True)
class _Entry:
    word: str
    sounds: Sequence[Syllable]
    bound: _Bound
    is_hint: bool = False


@dataclass(frozen=True)
class _Change:
    start: int
    entry: _Entry
    gain: float

    @property
    def end(self) -> int:
        return self.start + len(self.entry.word)


class _State:
    """A text on its way to be right, and which places of it must stay.

    ``right``: places that are right already. A window may not cut in two a word that everybody knows ("去人|民广场").
    """

    def __init__(self, text: str, right: frozenset[int]) -> None:
        self.text, self._right = text, right
        self._inside = _insides(text)
        self._names = frozenset(at for found in _NAMED.finditer(text) for at in range(*found.span("name")))

    def open(self, at: int, size: int) -> bool:
        """Whether these places may be written anew at all."""
        return self._right.isdisjoint(range(at, at + size)) and not self._inside & {at, at + size}

    def unnamed(self, at: int, size: int) -> bool:
        """Whether nobody's name stands there."""
        return self._names.isdisjoint(range(at, at + size))

    def after(self, change: _Change) -> _State:
        text = self.text[: change.start] + change.entry.word + self.text[change.end :]
        return _State(text, self._right | frozenset(range(change.start, change.end)))


class Mender:
    """Built once (a second or two for the bank's sentences), then only read.

    Args:
        sentences: as customers say them; without any, only what is possible now is repaired.
    """

    def __init__(self, sentences: Iterable[str] = ()) -> None:
        words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
        chinese: dict[str, Any] = words["zh"]
        self._english: Sequence[str] = words["en"]["words"]
        lines = list(sentences)
        self._common = _common_english(lines)
        numbers = dict.fromkeys(amounts())
        self._language = Language([*lines, *(f"转{number}" for number in numbers)] if lines else ())
        self._own = frozenset(chinese["words"])
        self._index: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
        known = dict.fromkeys([*chinese["words"], *chinese["characters"], *self._language.words(_SEEN_MIN)])
        for word in known:
            if word not in numbers and (word in self._own or not set(word) & _SURNAMES):
                bound = _OF_OWN if word in self._own else _OF_SEEN
                self._add(self._index, _Entry(word, syllables(word), bound))
        for number in numbers:
            self._add(self._index, _Entry(number, syllables(number), _OF_NUMBERS))

    def likelihood(self, text: str) -> float:
        """How much ``text`` is like what customers say, as a logarithm; what is not Chinese counts nothing."""
        return sum(self._language.logprob("", run, "") for run in _HAN_RUN.findall(text))

    def mended(self, text: str, hints: Hints) -> tuple[str, list[Repair]]:
        """``text`` put right, and what was changed."""
        if hints.locale == "en":
            return mended_latin(text, [*hints.words, *self._english], self._common)
        possible, state = self._possible(hints.words), _State(text, self._protected(text, hints.words))
        for _ in range(_REPAIRS_MAX):
            change = self._best(state, possible)
            if change is None:
                break
            state = state.after(change)
        return state.text, _repairs(text, state.text)

    def _possible(self, words: Sequence[str]) -> dict[tuple[str, ...], list[_Entry]]:
        index: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
        for word in dict.fromkeys(words):
            if 2 <= len(word) <= _WINDOW_MAX and all(map(is_han, word)):
                self._add(index, _Entry(word, syllables(word), _OF_HINTS, is_hint=True))
        return index

    @staticmethod
    def _add(index: dict[tuple[str, ...], list[_Entry]], entry: _Entry) -> None:
        index[coarse(entry.sounds)].append(entry)

    def _protected(self, text: str, words: Sequence[str]) -> frozenset[int]:
        """Places of what is said rightly already."""
        kept: set[int] = set()
        for word in (*words, *self._own):
            if len(word) > 1:
                for found in re.finditer(re.escape(word), text):
                    kept |= set(range(found.start(), found.end()))
        return frozenset(kept)

    def _best(self, state: _State, possible: dict[tuple[str, ...], list[_Entry]]) -> _Change | None:
        changes = sorted(self._changes(state, possible), key=lambda change: -change.gain)
        for best in changes:
            if not any(
                other.gain > best.gain - _CLEAR_BY and other.start < best.end and best.start < other.end
                and _differ(best, other) for other in changes
            ):  # fmt: skip
                return best
        return None

    def _changes(self, state: _State, possible: dict[tuple[str, ...], list[_Entry]]) -> Iterator[_Change]:
        for run in _HAN_RUN.finditer(state.text):
            sounds = syllables(run.group())
            for start in range(len(sounds)):
                for end in range(start + 1, min(len(sounds), start + _WINDOW_MAX) + 1):
                    at, size = run.start() + start, end - start
                    if not state.open(at, size):
                        continue
                    key = coarse(sounds[start:end])
                    others = self._index.get(key, ()) if state.unnamed(at, size) else ()
                    for entry in (*possible.get(key, ()), *others):
                        gain = self._gain(run.group(), start, sounds[start:end], entry)
                        if gain is not None:
                            yield _Change(at, entry, gain)

    def _gain(self, run: str, start: int, heard: Sequence[Syllable], entry: _Entry) -> float | None:
        """How much likelier it gets, in nats; None where it sounds too unlike, or not enough is gained."""
        written, bound = run[start : start + len(entry.word)], entry.bound
        if written == entry.word or any(
            unlike(a, b) > bound.syllable for a, b in zip(heard, entry.sounds, strict=True)
        ):
            return None
        apart = distance(heard, entry.sounds)
        if apart > bound.mean * len(written):
            return None
        before, after = run[:start], run[start + len(written) :]
        if entry.is_hint:
            gain = self._gain_of_hint(before, written, entry.word)
        elif (bound is _OF_SEEN and _FIRM & set(written)) or (apart > 0 and is_known(written)):
            return None  # a known word gives way to one that sounds the same, not to one that sounds nearly so
        else:
            gain = self._language.logprob(before, entry.word, after) - self._language.logprob(before, written, after)
        gain -= _COST_PER_SOUND * apart
        return gain if gain >= (bound.gain if len(written) > 1 else _GAIN_MIN_CHARACTER) else None

    def _gain_of_hint(self, before: str, written: str, word: str) -> float:
        if {written[0], word[0]} <= _SURNAMES:  # one name for another that sounds the same: there is nothing to weigh
            return 0.0 if is_known(written) else _NAME_GAIN
        if any(self._language.seen(written[i : i + 2]) >= _SEEN_MIN[2] for i in range(len(written) - 1)):
            return 0.0  # said at the counter anyway
        return _HINT_LOGPROB * len(written) - self._language.logprob(before, written, None)


def _differ(one: _Change, other: _Change) -> bool:
    """Whether two overlapping changes want different characters at some place."""
    for place in range(max(one.start, other.start), min(one.end, other.end)):
        if one.entry.word[place - one.start] != other.entry.word[place - other.start]:
            return True
    return False


def _segments(text: str) -> list[tuple[int, str]]:
    return [(start, word) for word, start, _ in segmenter().tokenize(text)]


def is_known(word: str) -> bool:
    """Whether everybody knows this word of two characters or more."""
    return len(word) > 1 and (segmenter().dt.FREQ.get(word) or 0) >= _WORD_FREQUENCY_MIN


def _insides(text: str) -> frozenset[int]:
    """Places in the middle of known words."""
    return frozenset(start + i for start, word in _segments(text) if is_known(word) for i in range(1, len(word)))


def _repairs(heard: str, meant: str) -> list[Repair]:
    """What was changed, word by word; both are of one length."""
    return [
        Repair(heard[start : start + len(word)], word) for start, word in _segments(meant)
        if heard[start : start + len(word)] != word
    ]  # fmt: skip


def _common_english(lines: Iterable[str]) -> frozenset[str]:
    times: dict[str, int] = defaultdict(int)
    for line in lines:
        for word in re.findall(r"[a-z']+", line.lower()):
            times[word] += 1
    return frozenset(word for word, count in times.items() if count > 2)
