"""Hear: buttons and words become commands; what is awaited decides how short answers are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agent import phrases
from agent.commands import (
    Acknowledge,
    Cancel,
    Command,
    Confirm,
    Correct,
    Deny,
    Handoff,
    OutOfScope,
    Repeat,
    SetSlots,
    StartService,
)
from agent.state import Asked, Conversation, Wish, Work
from agent.turn import TypedInput
from agent.understand import awaited
from agent.understand.labels import URGENT_FIRST
from agent.understand.port import Choice, Hearing, Pending
from agent.understand.slots import service_slots
from tools.bank.port import CoreBank
from tools.catalogue import catalogue
from tools.errors import must
from tools.gate.views import (
    CollectView,
    ConfirmView,
    ConsentView,
    DocumentView,
    FaceView,
    GateView,
    LessonView,
    OtpView,
)
from tools.rendering import render
from tools.services import built_services
from tools.wording import Line, Locale, Moment, Text, Yuan

RESEND = re.compile(
    r"重发|重新发|再发|没收到|收不到|没有收到|resend|send (it )?again|did ?n.?t (get|come|receive)|not received",
    re.IGNORECASE,
)
HOLD = re.compile(
    r"等等|等一下|等会|等下|稍等|先别|先不|慢着|且慢|再想想|考虑(一下|考虑)|不太?确定|拿不准|没想好|\b(wait|hold on|hang on|not yet|not sure|let me think|one moment|just a (moment|second))\b",
    re.IGNORECASE,
)
DROP = re.compile(r"取消|算了|不(?:办|弄|做|要|转)了|别(?:办|弄)了|cancel|never ?mind|forget it|drop it", re.IGNORECASE)
NOT_FOR_NOW = re.compile(r"先不(?:办|弄|要|用|做)|not (?:for )?now", re.IGNORECASE)
SLOWER = re.compile(
    r"慢(?:一?点|些)|(?:说|讲|念)(?:得)?(?:太|好)快|听不过来|跟不上|\b(?:slow(?:er|ly| down)|too fast|not so fast)\b",
    re.IGNORECASE,
)
CHOICES_MAX, ONE_AND_NONE = 3, 2
YES_OR_NO = ("person", "resume", "settle")  # 小岚's own questions that a yes or a no answers
_TRANSFER = Text("给{payee}的 {amount}，{until} 到账", "{amount} to {payee}, arriving {until}")


def describe(state: Conversation, work: Work, bank: CoreBank | None) -> Hearing:
    """Everything the cascade may use besides the words."""
    view, customer, locale = work.view, work.session.customer, work.locale
    coded = isinstance(view, OtpView) and awaited.is_code(work.request.text or "")  # whatever was asked in between
    pending, slot, choices = _pending({} if coded else state, view, locale)
    if work.late and view is None:  # the words answer what has ended meanwhile, not what was not asked yet
        pending, slot, choices = "nothing" if work.begun else "confirm", None, ()
    service = None if view is None else view.service
    own: dict[str, Any] = {}
    if bank is not None and customer is not None:
        own = {
            "accounts": tuple(a.tail for a in bank.accounts(customer) if a.status != "closed"),
            "dormant": tuple(a.tail for a in bank.accounts(customer) if a.status == "dormant"),
            "classes": {a.tail: a.cls for a in bank.accounts(customer) if a.status != "closed"},
            "cards": tuple(c.tail for c in bank.cards(customer) if c.status != "closed"),
            "payees": tuple(p.name for p in bank.payees(customer)),
            "pending_transfers": tuple(
                Choice(
                    t.id,
                    render(
                        Line(_TRANSFER, {"payee": t.payee, "amount": Yuan(t.amount), "until": Moment(t.arrives)}),
                        locale,
                    ).text,
                    (t.payee, f"{t.amount:.2f}"),
                )
                for t in bank.transfers(customer)
                if t.status == "pending"
            ),
        }
    return Hearing(
        locale=locale,
        pending=pending,
        slot=slot,
        slot_kind=service.spec()[slot].kind if service is not None and slot is not None else None,
        choices=choices,
        service=None if service is None else service.id,
        params={} if service is None else {name: spec.kind for name, spec in service.spec().items()},
        last_service=state.get("last_service"),
        **own,
    )


def read_out(said: str, hearing: Hearing) -> list[Command]:
    """A label said word for word is a choice, whatever its words are about; nothing where it is none."""
    chosen = next((choice.id for choice in hearing.choices if choice.label == said.strip()), None)
    return [] if chosen is None else [SetSlots(slots={hearing.slot or "choice": chosen})]


def typed(entry: TypedInput, state: Conversation, view: GateView | None) -> list[Command] | None:
    """A button as commands; None when it is not awaited now (it changes nothing, the question is put again)."""
    value = entry.value
    asked = state.get("asked")
    match entry.type, view:
        case "silence", _:
            return [Repeat(by="input")]
        case "otp", OtpView():
            return [SetSlots(slots={"otp": value}, by="input")]
        case "confirm", ConfirmView(id=expected):
            return [Confirm(id=value, by="input")] if value == expected else None
        case "deny", ConfirmView() | LessonView() | ConsentView():
            return [Deny(by="input")]
        case "acknowledge", LessonView(question=None):
            return [Acknowledge(by="input")]
        case "quiz", LessonView(options=options) if any(value == option for option, _ in options):
            return [SetSlots(slots={"choice": value}, by="input")]
        case "choice", _ if asked is not None and value in asked.get("options", []):
            return [SetSlots(slots={"choice": value}, by="input")]
        case "choice", CollectView(options=list() | tuple() as options) if any(value == o.value for o in options):
            return [SetSlots(slots={"choice": value}, by="input")]
        case "consent", ConsentView(id=expected) if value["id"] == expected:
            return [Confirm(id=value["id"], by="input") if value["given"] else Deny(by="input")]
        case "document", DocumentView():
            return [SetSlots(slots={"document": "given"}, by="input")]
        case "face", FaceView(challenge=expected) if value == "specimen" or value["challenge"] == expected:
            return [SetSlots(slots={"face": "given"}, by="input")]
        case "rating", None if asked is not None and asked["kind"] == "rating":
            return [SetSlots(slots={"rating": str(value)}, by="input")]
        case ("deny", None) if asked is not None:
            return [Deny(by="input")]
        case ("confirm" | "acknowledge", None) if asked is not None and asked["kind"] in YES_OR_NO:
            return None if entry.type == "confirm" else [Acknowledge(by="input")]
        case _:
            return None


def clarification(options: Sequence[str], work: Work, *, person: bool = False) -> Asked:
    """Which of these is meant? What was said of each is kept, so that choosing one does not ask for it again.

    With ``person``, a person takes the place of the last choice and of "none of these".
    """
    said = work.request.text or ""
    known = [option for option in options if option in built_services()]
    hearing = work.hearing
    slots = {} if hearing is None else {option: service_slots(option, said, hearing) for option in known}
    offered = [*options[: CHOICES_MAX - 1], "human.handoff"] if person else [*options, "none"]
    return Asked(kind="clarify", options=offered, said=said, slots=slots)


def wish_options(asked: Asked, locale: Locale) -> list[Choice]:
    """The labels of a clarification as choices."""

    choices = []
    for option in asked.get("options", []):
        entry = catalogue().get(option)
        own = {"human.handoff": phrases.CLARIFY_PERSON, "ask_knowledge": phrases.CLARIFY_QUESTION}
        none = phrases.CLARIFY_NONE if len(asked["options"]) > ONE_AND_NONE else phrases.OFFER_NO
        text = own.get(option) or (entry.name if entry else none)
        choices.append(Choice(option, text.of(locale)))
    return choices


def _pending(
    state: Conversation, view: GateView | None, locale: Locale
) -> tuple[Pending, str | None, Sequence[Choice]]:
    asked = state.get("asked")
    if asked is not None and asked["kind"] == "clarify":
        choices = wish_options(asked, locale)
        return "options", None, choices[:1] if len(choices) == ONE_AND_NONE else choices  # a yes is to the one
    match view:
        case CollectView(param=param, options=options):
            choices = [Choice(o.value, render(o.label, locale).text, tuple(o.say)) for o in options or ()]
            return "slot", param, choices
        case OtpView():
            return "otp", None, ()
        case ConsentView():
            return "consent", None, ()
        case DocumentView():
            return "document", None, ()
        case FaceView():
            return "face", None, ()
        case LessonView(question=None):
            return "acknowledge", None, ()
        case LessonView(options=options):
            return "quiz", None, [Choice(i, label) for i, label in options]
        case ConfirmView():
            return "confirm", None, ()
    if asked is None:
        return "nothing", None, ()
    if asked["kind"] == "rating":
        return "rating", None, ()
    return ("confirm", None, ()) if asked["kind"] in YES_OR_NO else ("nothing", None, ())


def in_turn(queue: Sequence[Wish]) -> list[Wish]:
    """What waits, urgent wishes first, the rest as it was said; errands stay before the wish that they clear."""
    return sorted(queue, key=lambda wish: not (catalogue()[wish["service"]].urgent and "errand" not in wish))


def in_order(commands: Sequence[Command]) -> list[Command]:
    """A person before all else; among services what is urgent first, the rest as it was said.

    A yes beside a change or a no is none: what was agreed to is not what is meant now.
    """
    commands = [
        OutOfScope(by=command.by)
        if isinstance(command, StartService) and command.service not in catalogue()
        else command
        for command in commands
    ]
    handoffs: list[Command] = [command for command in commands if isinstance(command, Handoff)]
    if handoffs:
        return handoffs[:1]
    if any(isinstance(command, SetSlots | Correct | Deny | Cancel) for command in commands):
        commands = [command for command in commands if not isinstance(command, Confirm)]
    services = iter(
        sorted(
            (command for command in commands if isinstance(command, StartService)),
            key=lambda command: command.service not in URGENT_FIRST and not catalogue()[command.service].urgent,
        )
    )
    return [next(services) if isinstance(command, StartService) else command for command in commands]


def payload(work: Work) -> object:
    """The pictures (or the specimen) that a button brought."""
    must(work.request.input is not None, "pictures come by button")
    return work.request.input.value if work.request.input is not None else None
