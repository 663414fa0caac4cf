"""What a conversation remembers between turns (checkpointed) and what one turn works with (thrown away)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal, NotRequired, TypedDict

from agent.commands import Command
from agent.turn import ActionResult, Card, Citation, Stage, Timings, Turn, TurnRequest
from agent.understand.port import Hearing
from tools.gate.sessions import SessionInfo
from tools.gate.views import GateView
from tools.rendering import render
from tools.wording import Line, Locale, Rendered, Text, Value


class Wish(TypedDict):
    """A service that was asked for and waits for its turn. ``errand`` names it in the words of a refusal that it helps
    to clear (:class:`tools.gate.kept.KeptLine` as JSON); ``tried`` are errands done on the way back to a wish that was
    refused before."""

    service: str
    slots: dict[str, str]
    said: str
    errand: NotRequired[dict[str, Any]]
    tried: NotRequired[list[str]]


class Asked(TypedDict, total=False):
    """A question of 小岚's own (the gate's questions live in the gate)."""

    kind: Literal["clarify", "rating", "person", "resume", "settle"]
    options: list[str]
    slots: dict[str, dict[str, str]]
    said: str
    wish: Wish
    wishes: list[Wish]  # errands in order, and last the way back to what was refused
    service: str


class Answered(TypedDict):
    """A turn with what makes it repeatable; checkpointed with the state that it led to."""

    turn: dict[str, Any]
    key: str | None
    digest: str


class Conversation(TypedDict, total=False):
    """The checkpointed state: small, JSON only. Which action is open is here; how far it is, the gate knows."""

    stack: list[str]  # open actions, the present one last
    queue: list[Wish]
    asked: Asked | None
    misses: int
    last_service: str | None
    presented: str | None  # the read-back that the customer saw last
    before: dict[str, str] | None  # the last question, masked, and the entry that answered it
    said: list[str]  # the customer's last sentences, masked
    done: list[str]  # services done in this session
    told: list[str]  # lessons that were told: their text is not said again
    tried: list[str]  # errands that were done on the way to the open wish
    errand: str | None  # the open action, if it is an errand
    clarified: int  # times in a row that 小岚 asked which service is meant
    last_reply: list[dict[str, str]]  # for "say it again": text and speech
    inbox: list[dict[str, Any]]  # commands of this turn still to be done
    answered: Answered | None  # the last turn, until it is known to be stored


@dataclass(frozen=True)
class Order:
    """A turn that a colleague causes instead of the customer: what 小岚 says first, an action that is taken up again, what is
    done for the customer. ``expects`` is the action that must still be open for it."""

    lines: Sequence[Line] = ()
    commands: Sequence[Command] = ()
    action: str | None = None
    expects: str | None = None


SAID_MAX = 6


@dataclass
class Work:
    """One turn in progress: what came in, and the reply as it grows."""

    session: SessionInfo
    request: TurnRequest
    name: str | None = None
    number: int = 0  # of this turn in its session
    order: Order | None = None  # a colleague's, instead of the customer's words
    key: str | None = None  # the request's Idempotency-Key
    unheard: Turn | None = None  # the turn before, if its reply was made but may never have reached the customer
    begun: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # services that a cut-off turn opened
    touched: str | None = (
        None  # the action that this turn opened or filled: what is said in the same breath waits for it
    )
    given: dict[str, str] = field(default_factory=dict)  # what this turn said of the action that is open
    late: bool = False  # something that ended unheard was told first
    unseen: bool = False  # the question that is open now is not the one that the customer heard last
    hearing: Hearing | None = None
    heard: str = ""
    understood: list[Command] = field(default_factory=list)
    pieces: list[Rendered] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    actions: list[ActionResult] = field(default_factory=list)
    view: GateView | None = None  # what the gate asks now, for the action on top
    stage: Stage = "idle"
    service: str | None = None
    asked_before: Asked | None = None  # 小岚's own question of the turn before
    asked_now: bool = False  # a question was put in this turn: one at a time
    keeps: bool = False  # 小岚's own question of the turn before stays open
    repeats: bool = False  # this reply says the last one again
    told: list[str] = field(default_factory=list)  # lessons that were told before in this session
    timings: Timings = field(default_factory=Timings)

    @property
    def locale(self) -> Locale:
        return self.session.locale

    @property
    def spoken(self) -> bool:
        """Whether the words were made out of speech; typed and tapped ones are what the customer meant."""
        return self.request.text is not None and self.request.confidence is not None

    def contradicts(self, slots: Mapping[str, str]) -> bool:
        """Whether these cannot be of the same action as what this turn said of it already."""
        return any(self.given.get(name, value) != value for name, value in slots.items())

    def say(self, text: Text, **values: Value) -> None:
        """Add a sentence."""
        self.say_line(Line(text, values))

    def say_line(self, said: Line) -> None:
        """Add a line."""
        self.pieces.append(render(said, self.locale))

    def rendered(self, text: Text, **lines: Line) -> Rendered:
        """A sentence that has lines for values."""
        head = text.of(self.locale)
        parts = {name: render(said, self.locale) for name, said in lines.items()}
        return Rendered(
            text=head.format(**{name: part.text for name, part in parts.items()}),
            speech=head.format(**{name: part.speech for name, part in parts.items()}),
        )

    def say_lines(self, lines: Sequence[Line]) -> None:
        """Add several lines."""
        for said in lines:
            self.say_line(said)

    def words(self, said: Line | Text) -> str:
        """A line as text in the customer's language."""
        return render(said if isinstance(said, Line) else Line(said), self.locale).text


class timed:  # noqa: N801 - reads as a statement: with timed(work, "gate")
    """Adds the time spent to one of the turn's stages, in milliseconds."""

    def __init__(self, work: Work, stage: Literal["understand", "retrieve", "gate", "generate"]) -> None:
        self._work, self._stage = work, stage

    def __enter__(self) -> None:
        self._start = perf_counter()

    def __exit__(self, *exc: object) -> None:
        spent = (perf_counter() - self._start) * 1000
        setattr(self._work.timings, self._stage, getattr(self._work.timings, self._stage) + spent)
