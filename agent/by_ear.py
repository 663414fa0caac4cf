"""What words are worth when they were heard rather than read: an interrupted read-back and a doubtful word count for nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent import phrases
from agent.commands import (
    Acknowledge,
    AskKnowledge,
    Clarify,
    Command,
    Confirm,
    OutOfScope,
    Repeat,
    SetSlots,
    StartService,
)
from agent.state import Work
from tools.catalogue import catalogue
from tools.gate.views import ConfirmView, LessonView, OtpView
from tools.wording import Text

SURE = 0.5  # recognised less surely, words start nothing before they were asked back
# a yes to what moves money or cannot be undone; above what a whole answer put right by its sound is worth (voice.hearing: 0.6)
SURE_OF_HIGH_RISK = 0.7
_OF_A_CODE = re.compile(
    r"\d|[零〇一二三四五六七八九幺]{2}|码|\bcode\b|\b(?:zero|one|two|three|four|five|six|seven|eight|nine)\b", re.I
)
_ASKS = re.compile(
    r"[吗嘛么呢怎啥哪几没收发]|什么|多久|不[是对能会]|\b(?:how|what|why|when|where|which|not|no|did|didn't|does|is it|resend|again|long|get|got|come|came)\b",
    re.I,
)


def by_ear(commands: Sequence[Command], work: Work) -> list[Command]:
    """The commands that stand.

    A yes to what was not heard to its end, or one that was hardly heard itself, has it said again; before an action of high risk
    so has one that is not beyond doubt, as a yes that was put right by its sound. So has an answer to a question whose options were
    not all heard. A service that was hardly heard is asked back. Buttons always count: who
    presses one has read what it is about.
    """
    request = work.request
    commands = [
        _a_code(command) if isinstance(command, AskKnowledge) and was_a_code(work) else command for command in commands
    ]
    unsure = request.confidence is not None and request.confidence < SURE
    if request.confidence is not None and request.confidence < SURE_OF_HIGH_RISK and _is_high_risk(work):
        commands = [
            _instead(command, work, unsure=unsure) if isinstance(command, Confirm | Acknowledge) else command
            for command in commands
        ]
    if request.text is None or (request.heard_out and not unsure):
        return list(commands)
    doubted = [command for command in commands if unsure and _starts(command)]
    if doubted:
        work.say(phrases.HEARD_AS, said=Text(work.heard, work.heard))
    return [_instead(command, work, unsure=unsure) for command in commands]


def _instead(command: Command, work: Work, *, unsure: bool) -> Command:
    match command:
        case Confirm() | Acknowledge():
            return Repeat(by=command.by, confidence=command.confidence)
        case SetSlots() if not work.request.heard_out and isinstance(work.view, LessonView):
            return Repeat(by=command.by, confidence=command.confidence)
        case StartService(service=service) if unsure and _starts(command):
            return Clarify(options=[service], by=command.by, confidence=command.confidence)
        case _:
            return command


def _is_high_risk(work: Work) -> bool:
    """Whether the read-back that is open is of something that moves money or cannot be undone."""
    return isinstance(work.view, ConfirmView) and work.view.service.entry.risk_class == "high"


def _starts(command: Command) -> bool:
    """Whether it begins something that may end in an action."""
    if not isinstance(command, StartService):
        return False
    entry = catalogue().get(command.service)
    return entry is not None and entry.risk_class not in ("read", "none")


def _a_code(command: Command) -> Command:
    """A question that nobody asked: half a code is near the entries on codes."""
    return OutOfScope(by=command.by, confidence=command.confidence)


def was_a_code(work: Work) -> bool:
    """Whether spoken words that ask and mean nothing else were the code that is asked for, badly made out."""
    text = work.request.text or ""
    asked = work.spoken and isinstance(work.view, OtpView)
    return asked and _OF_A_CODE.search(text) is not None and _ASKS.search(text) is None
