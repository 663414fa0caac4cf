"""The turn: what goes in and what comes out, word for word as the HTTP contract (v1) has it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.commands import Command

Stage = Literal["idle", "collect", "identity", "risk", "educate", "confirm", "execute", "follow_up", "handoff"]
InputType = Literal[
    "otp", "confirm", "deny", "acknowledge", "silence", "choice", "quiz", "consent", "document", "face", "rating"
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Option(_Model):
    id: str
    label: str


class NamedValue(_Model):
    name: str
    label: str
    value: str


class TaughtEntry(_Model):
    id: str
    title: str
    text: str


class ChoicesCard(_Model):
    type: Literal["choices"] = "choices"
    question: str
    options: list[Option]


class OfferCard(_Model):
    """A yes-or-no question of 小岚's own (a person, an errand, going on): answered by `acknowledge` or `deny`, or in words."""

    type: Literal["offer"] = "offer"
    question: str
    yes: str
    no: str


class QuizCard(_Model):
    type: Literal["quiz"] = "quiz"
    question: str
    options: list[Option]


class ConsentCard(_Model):
    type: Literal["consent"] = "consent"
    id: str
    title: str
    text: str
    version: str
    alternative: str


class ConfirmCard(_Model):
    """``lines`` says what will happen, what it costs and whether it can be undone."""

    type: Literal["confirm"] = "confirm"
    id: str
    service: str
    params: list[NamedValue]
    lines: list[str] = []


class OtpCard(_Model):
    type: Literal["otp"] = "otp"
    sent_to: str
    expires_in_s: int


class DocumentCard(_Model):
    type: Literal["document"] = "document"
    challenge: str
    steps: list[str]


class FaceCard(_Model):
    type: Literal["face"] = "face"
    challenge: str
    steps: list[str]


class EducationCard(_Model):
    type: Literal["education"] = "education"
    entries: list[TaughtEntry]
    mode: Literal["inform", "acknowledge", "quiz"]


class ReceiptCard(_Model):
    """``rows`` are label/value pairs for the eye; ``next`` is what is best done now; ``undo`` says until when and how, where
    it can be undone."""

    type: Literal["receipt"] = "receipt"
    action: str
    service: str
    status: str
    title: str
    rows: list[NamedValue]
    next: list[str] = []
    undo: str | None = None
    tip: str | None = None


class HandoffCard(_Model):
    type: Literal["handoff"] = "handoff"
    summary: str
    queue: int
    staffed: bool = True


class Citation(_Model):
    id: str
    title: str
    quote: str
    source: str


class CitationsCard(_Model):
    type: Literal["citations"] = "citations"
    citations: list[Citation]


Card = Annotated[
    ChoicesCard
    | OfferCard
    | QuizCard
    | ConsentCard
    | ConfirmCard
    | OtpCard
    | DocumentCard
    | FaceCard
    | EducationCard
    | ReceiptCard
    | HandoffCard
    | CitationsCard,
    Field(discriminator="type"),
]


class Sentence(_Model):
    """One sentence of a reply, as it is streamed."""

    i: int
    text: str
    speech: str


class Reply(_Model):
    text: str
    speech: str
    cards: list[Card] = []


class ActionResult(_Model):
    """An action that ended in this turn."""

    id: str
    service: str
    status: Literal["done", "blocked", "delayed", "in_review", "cancelled", "failed"]
    reason: list[str] = []
    receipt: dict[str, Any] = {}


class Timings(_Model):
    understand: float = 0
    retrieve: float = 0
    gate: float = 0
    generate: float = 0
    total: float = 0


class Turn(_Model):
    turn_id: int
    heard: str
    understood: list[Command] = []
    reply: Reply
    citations: list[Citation] = []
    stage: Stage = "idle"
    service: str | None = None
    actions: list[ActionResult] = []
    timings_ms: Timings = Timings()


class ConsentValue(_Model):
    id: str
    given: bool


class DocumentValue(_Model):
    """Base64 JPEG or PNG."""

    front: str
    back: str | None = None


class FaceValue(_Model):
    challenge: str
    frames: list[str]


class TypedInput(_Model):
    """A button instead of words; which ``value`` belongs to which ``type`` is checked on entry."""

    type: InputType
    value: Any = None


class TurnRequest(_Model):
    """Exactly one of ``text`` and ``input``.

    By voice there is more, which is no part of the contract's body: whether the reply before was heard to its end, and how
    surely the words were recognised (0 to 1).
    """

    text: str | None = None
    input: TypedInput | None = None
    heard_out: bool = Field(default=True, exclude=True)
    confidence: float | None = Field(default=None, exclude=True)


class SessionRequest(_Model):
    customer: str | None = None
    channel: Literal["web", "embed", "api", "eval"] = "api"
    locale: Literal["zh-CN", "en"] = "zh-CN"
    mode: Literal["standard", "elder"] = "standard"
    device: Literal["known", "new"] = "known"


class SessionOpened(_Model):
    session_id: str
    token: str
    turn: Turn


class Transcript(_Model):
    """A session as it was: what a page needs to come back after a refresh."""

    session_id: str
    customer: str | None
    locale: Literal["zh-CN", "en"]
    mode: Literal["standard", "elder"]
    level: int
    ended: bool
    turns: list[Turn]
