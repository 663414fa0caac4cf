"""What the gate asks for next: a closed set, computed afresh from the stored action, so it can always be repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tools.bank.port import RequestStatus
from tools.errors import Settle
from tools.gate.identity import TRIES_HEARD_MIN
from tools.gate.lessons import Lesson, QuizQuestion
from tools.gate.service import AnyService, Option, Row
from tools.wording import Line, Text


@dataclass(frozen=True)
class _View:
    """``problem`` is what was wrong with the last input, said before the question."""

    action: str
    service: AnyService
    problem: Line | None


@dataclass(frozen=True)
class CollectView(_View):
    param: str
    question: Line
    options: Sequence[Option] | None


@dataclass(frozen=True)
class OtpView(_View):
    """``fresh`` when a code was sent just now; ``misheard`` counts spoken codes since, ``left`` the tries before the lock."""

    sent_to: str
    expires_in_s: int
    fresh: bool
    misheard: int
    left: int

    @property
    def by_hand(self) -> bool:
        """Whether only a typed code is tried: the last try before the lock is not spent on what was perhaps misheard."""
        return self.left < TRIES_HEARD_MIN


@dataclass(frozen=True)
class ConsentView(_View):
    """``text`` is what is asked, word for word as it is recorded."""

    id: str
    version: str
    text: Line


@dataclass(frozen=True)
class DocumentView(_View):
    challenge: str


@dataclass(frozen=True)
class FaceView(_View):
    """``steps`` are what the face is asked to do, in this order."""

    challenge: str
    steps: Sequence[Text]


@dataclass(frozen=True)
class LessonView(_View):
    """A lesson to acknowledge, or one question of a quiz with its options as (id, text) in shuffled order."""

    lessons: Sequence[Lesson]
    question: QuizQuestion | None
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ConfirmView(_View):
    """``id`` is bound to exactly these parameters; ``lessons`` are told with it; ``fresh`` when it was made just now."""

    id: str
    rows: Sequence[Row]
    lines: Sequence[Line]
    lessons: Sequence[Lesson]
    fresh: bool


@dataclass(frozen=True)
class EndedView(_View):
    """``said`` tells it whole; ``offer_person`` when a person should be offered now.

    Of a refusal, ``settle`` are the errands that clear the way for the same request, in order, and ``instead`` another
    service that does what is wanted (:class:`tools.errors.Refused`); ``given`` are the parameters so far, to try again.
    """

    status: RequestStatus
    reasons: Sequence[str]
    said: Sequence[Line]
    rows: Sequence[Row] = ()
    facts: tuple[tuple[str, str], ...] = ()
    next: Sequence[Line] = ()
    undo: Line | None = None
    tip: Line | None = None
    offer_person: bool = False
    handoff: bool = False
    recorded: bool = True
    settle: Sequence[Settle] = ()
    instead: Settle | None = None
    given: Mapping[str, str] = field(default_factory=dict)


GateView = CollectView | OtpView | ConsentView | DocumentView | FaceView | LessonView | ConfirmView | EndedView
