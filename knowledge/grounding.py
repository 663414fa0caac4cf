"""Whether a text that a language model wrote says what the cited passages say, and nothing else.

Deliberately strict: what cannot be traced is unsupported, and the approved text is said in its place. A sentence is held
against the passages clause by clause, so that a figure or a "not" of one rule does not vouch for another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from knowledge.figures import figures, vouched, without_figures
from knowledge.port import Locale
from knowledge.rule_words import STRICT, WEAKER, negations, rule_words, without_rule_words
from knowledge.words import content, foreign_form, names

Why = Literal["figure", "date", "article", "name", "rule", "content", "form", "left out"]
OVERLAP_MIN = {"zh-CN": 0.55, "en": 0.6}  # share of a sentence's content that the passages must hold
REORDERED = 0.7
TIE = 0.85  # clauses of the passages nearly as near as the nearest count as near
GROWTH_MAX = 1.5  # a rewording may be this much longer than what it rewords
_SENTENCE = re.compile(r"[^。！？!?\n]*?(?:[。！？!?\n]+|(?<!\b[A-Z])\.(?=\s|$)|$)[”’」\"']*")
_CLAUSE = re.compile(
    r"[，；：;:—]|,(?!\d)|\s-\s|\b(?:and|but|while|whereas|which|because|so that)\b|而且|但是?|并且|否则|、(?=[每单一])",
    re.I,
)


@dataclass(frozen=True)
class Unsupported:
    """``said`` is what no passage supports, in ``sentence``; ``why`` what kind of thing it is."""

    why: Why
    said: str
    sentence: str


@dataclass(frozen=True)
class _Clause:
    """A clause with what it states; ``context`` is the content of its whole sentence."""

    words: frozenset[str]
    figures: frozenset[str]
    rules: frozenset[str]
    context: frozenset[str]


def sentences(text: str) -> list[str]:
    """The sentences of a text in either language."""
    return [part.strip() for part in _SENTENCE.findall(text) if part.strip()]


def check(
    said: str | Sequence[str], passages: Sequence[str], locale: Locale, *, sources: Sequence[str] = ()
) -> list[Unsupported]:
    """Everything in ``said`` that ``passages`` do not support; empty where all of it holds.

    Args:
        said: a text, or its sentences.
        passages: the approved texts and, where at hand, the words of what they cite.
        sources: names of the cited documents: they support documents, articles and dates, nothing else.
    """
    known = _Known(passages, sources, locale)
    found: list[Unsupported] = []
    for sentence in sentences(said) if isinstance(said, str) else said:
        found += known.problems(sentence)
    return found


def left_out(said: str, approved: str, locale: Locale) -> list[Unsupported]:
    """Figures, dates and rule words of the approved text that a rewording no longer has; also one that ran on."""
    english = locale == "en"
    kept = figures(said)
    found = [Unsupported("left out", one.said, said) for one in figures(approved) if not vouched(one, kept)]
    rules = rule_words(said, english=english)
    for name, word in rule_words(approved, english=english).items():
        if name in STRICT and name not in rules and not (WEAKER.get(name, set()) & set(rules)):
            found.append(Unsupported("left out", word, said))
    if negations(said, english=english) != negations(approved, english=english):
        found.append(Unsupported("left out", "a negation", said))
    if len(said) > GROWTH_MAX * len(approved):
        found.append(Unsupported("form", f"{len(said)} characters", said))
    return found


class _Known:
    """What the passages hold, prepared once for all sentences."""

    def __init__(self, passages: Sequence[str], sources: Sequence[str], locale: Locale) -> None:
        self._locale, self._english = locale, locale == "en"
        self._text = "\n".join(passages)
        self._named = "\n".join([*passages, *sources])
        self._figures = figures(self._text)
        self._cited = [one for one in figures("\n".join(sources)) if one.kind != "figure"]
        self._clauses = [one for passage in passages for one in self._split(passage)]
        self._clauses += [replace(one, figures=frozenset()) for source in sources for one in self._split(source)]
        self._characters = frozenset(self._named)
        self._words = frozenset[str]().union(*(one.words for one in self._clauses))

    def _split(self, text: str) -> Iterator[_Clause]:
        for sentence in sentences(text):
            whole = frozenset(self._about(sentence))
            for part in clauses(sentence):
                yield _Clause(
                    frozenset(self._about(part)),
                    frozenset(one.value for one in figures(part)),
                    frozenset(rule_words(part, english=self._english)),
                    whole,
                )

    def _about(self, text: str) -> list[str]:
        """What is talked of: content without figures and rule words, which are compared by themselves."""
        return content(without_rule_words(without_figures(text), english=self._english), self._locale)

    def problems(self, sentence: str) -> list[Unsupported]:
        """What one sentence states beyond the passages."""
        form = foreign_form(sentence, self._text, self._locale)
        if form is not None:
            return [Unsupported("form", form, sentence)]
        found = [
            Unsupported(figure.kind, figure.said, sentence)
            for figure in figures(sentence)
            if not vouched(figure, [*self._figures, *self._cited])
        ]
        found += [Unsupported("name", name, sentence) for name in names(sentence, self._named, self._locale)]
        said = self._about(sentence)
        held = sum(self._held(word) for word in said)
        if said and held < OVERLAP_MIN[self._locale] * len(said):
            found.append(Unsupported("content", f"{held:.0f} of {len(said)}", sentence))
        if not found:
            found += self._misplaced(sentence)
        return found

    def _held(self, word: str) -> float:
        """A word that the passages have counts in full; a Chinese pair of which they have both characters, in part."""
        if word in self._words:
            return 1.0
        return REORDERED if not self._english and set(word) <= self._characters else 0.0

    def _misplaced(self, sentence: str) -> Iterator[Unsupported]:
        """Figures and rule words that the passages have, but about something else."""
        here = rule_words(sentence, english=self._english)
        for clause in self._split(sentence):
            near = self._nearest(clause)
            allowed = frozenset[str]().union(*(one.rules for one in near or self._clauses))
            for rule in sorted(clause.rules - allowed):
                if rule == "after" and "before" not in allowed:
                    continue  # "three wrong ones lock it", "it is locked after three wrong ones"
                if not ({rule} | {wider for wider, narrower in WEAKER.items() if rule in narrower}) & allowed:
                    yield Unsupported("rule", here.get(rule, rule), sentence)
            yield from self._dropped(clause, near, here, sentence)
            yield from self._swapped(clause, sentence)

    def _dropped(
        self, clause: _Clause, near: Sequence[_Clause], here: Collection[str], sentence: str
    ) -> Iterator[Unsupported]:
        """A "not" or "only" of the clause that this one rewords must still stand in the sentence."""
        if not near or len(clause.words) < 2:
            return
        best = _alike(clause.words, clause, near[0])[0]
        as_near = [one for one in self._clauses if _alike(clause.words, clause, one)[0] >= TIE * best]
        agreed = frozenset.intersection(near[0].rules, *(one.rules for one in as_near))
        for rule in sorted((agreed & STRICT) - set(here)):
            if not WEAKER.get(rule, set()) & set(here):
                yield Unsupported("rule", f"without: {rule}", sentence)

    def _swapped(self, clause: _Clause, sentence: str) -> Iterator[Unsupported]:
        """A figure told of something that the passages tell another figure of."""
        for value in sorted(clause.figures):
            homes = [one for one in self._clauses if value in one.figures]
            others = [one for one in self._clauses if one.figures and value not in one.figures]
            own = frozenset[str]().union(*(one.words for one in homes))
            free = frozenset[str]().union(*(one.words for one in self._clauses if not one.figures))
            theirs = frozenset[str]().union(*(one.words for one in others if not one.figures & clause.figures))
            mixed = (clause.words & theirs) - own - free
            if homes and mixed:
                yield Unsupported("figure", f"{value}: {sorted(mixed)[0]}", sentence)

    def _nearest(self, clause: _Clause) -> list[_Clause]:
        """The clauses of the passages that this one rewords, the nearest first; they cover what it shares with them."""
        left, near = set(clause.words), list[_Clause]()
        while left and len(near) < 2:
            best = max(self._clauses, key=lambda one: _alike(left, clause, one))
            if not left & best.words and not clause.figures & best.figures:
                break
            near.append(best)
            left -= best.words
            if len(left) < 0.4 * len(clause.words):
                break
        return near


def clauses(sentence: str) -> list[str]:
    """A sentence at its commas and conjunctions."""
    return [part.strip() for part in _CLAUSE.split(sentence) if part and part.strip(" 。.！!？?")]


def _alike(left: Collection[str], clause: _Clause, other: _Clause) -> tuple[float, int]:
    shared = len(set(left) & other.words) + len(clause.figures & other.figures)
    size = len(clause.words | other.words) + len(clause.figures | other.figures) or 1
    return shared / size + len(clause.rules & other.rules) * 0.01, shared


@lru_cache(maxsize=1)
def warm_up() -> bool:
    """Load the dictionary of Chinese words ahead of the first customer."""
    return names("您好。", "", "zh-CN") == []
