"""Knowledge as the agent and the gate see it: approved entries in, answers and lessons with citations out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Locale = Literal["zh-CN", "en"]


class CannotServe(Exception):
    """Nothing can be found; the message says why and what to do."""


@dataclass(frozen=True)
class Citation:
    """Where an answer comes from: ``quote`` is the article's own words where they are at hand, else the approved
    wording, ``source`` document, number and article."""

    id: str
    title: str
    quote: str
    source: str


@dataclass(frozen=True)
class Answer:
    """``short`` is for the ear, ``long`` for the eye; ``services`` can be started from it.

    ``verbatim``: said word for word only, as it warns, teaches or names a number to call.
    """

    entry: str
    title: str
    short: str
    long: str
    citations: Sequence[Citation]
    services: Sequence[str]
    score: float
    verbatim: bool = False


@dataclass(frozen=True)
class QuizOption:
    text: str
    right: bool


@dataclass(frozen=True)
class QuizQuestion:
    """``id`` is stable; ``why`` is said after a wrong answer."""

    id: str
    question: str
    options: Sequence[QuizOption]
    why: str


@dataclass(frozen=True)
class Lesson:
    """What a customer is taught before a service; questions only where ``mode`` is quiz (two or more)."""

    id: str
    title: str
    text: str
    mode: Literal["inform", "acknowledge", "quiz"]
    questions: Sequence[QuizQuestion]
    citation: Citation


@dataclass(frozen=True)
class Before:
    """What was asked and answered just before: a follow-up ("那手续费呢？") leans on it."""

    question: str
    entry: str


class Knowledge(Protocol):
    """Only approved entries in force on ``on`` are ever returned, in the asked language."""

    def ask(
        self, query: str, locale: Locale, on: date, *, service: str | None = None, before: Before | None = None
    ) -> Answer | None:
        """The best answer, or None where nothing fits well enough. ``service`` is the one in progress and ``before``
        the last question: they help elliptical ones ("那手续费呢？")."""
        ...

    def lessons(self, service: str, facts: frozenset[str], locale: Locale, on: date) -> Sequence[Lesson]:
        """What applies before ``service`` given ``facts`` about the customer and this request (such as
        ``first_payee``, ``elder``), most important first."""
        ...

    def entry(self, entry: str, locale: Locale, on: date) -> Answer | None: ...
