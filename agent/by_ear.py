"""What words are worth when they were heard rather than read: an interrupted read-back and a doubtful word count for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from agent import phrases
from agent.commands import Acknowledge, Clarify, Command, Confirm, Repeat, SetSlots, StartService
from agent.state import Work
from tools.catalogue import catalogue
from tools.gate.views import LessonView
from tools.wording import Text

SURE = 0.5  # recognised less surely, words start nothing before they were asked back


def by_ear(commands: Sequence[Command], work: Work) -> list[Command]:
    """The commands that stand.

    A yes to what was not heard to its end, or one that was hardly heard itself, has it said again; so has an answer to a
    question whose options were not all heard. A service that was hardly heard is asked back. Buttons always count: who
    presses one has read what it is about.
    """
    request = work.request
    unsure = request.confidence is not None and request.confidence < SURE
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


def _starts(command: Command) -> bool:
    """Whether it begins something that may end in an action."""
    if not isinstance(command, StartService):
        return False
    entry = catalogue().get(command.service)
    return entry is not None and entry.risk_class not in ("read", "none")
