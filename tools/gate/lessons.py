"""What the gate teaches before an action; the knowledge base is behind this port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, Protocol

from tools.wording import Locale


class QuizOption(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def right(self) -> bool: ...


class QuizQuestion(Protocol):
    """A comprehension question; ``why`` explains after a wrong answer."""

    @property
    def id(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def options(self) -> Sequence[QuizOption]: ...
    @property
    def why(self) -> str: ...


class LessonCitation(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def quote(self) -> str: ...
    @property
    def source(self) -> str: ...


class Lesson(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def mode(self) -> Literal["inform", "acknowledge", "quiz"]: ...
    @property
    def questions(self) -> Sequence[QuizQuestion]: ...
    @property
    def citation(self) -> LessonCitation: ...


class LessonBook(Protocol):
    """Approved lessons in force on a day."""

    def lessons(self, service: str, facts: frozenset[str], locale: Locale, on: date) -> Sequence[Lesson]: ...
