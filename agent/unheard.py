"""What a turn that was cut off left behind, so that nothing is lost, done twice or answered unseen.

A turn can be cut off at two places that matter: after the gate has done something and before the conversation was
checkpointed (the gate knows more than the conversation), or after the checkpoint and before the turn was stored (the
customer never heard the reply). In both the turn's number is not taken yet, and that is how it is found again.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.commands import Acknowledge, Cancel, Command, Confirm, Correct, Deny, SetSlots, StartService
from agent.state import Conversation, Order, Work
from tools.gate.gate import Gate

ANSWERS = (Acknowledge, Cancel, Confirm, Correct, Deny, SetSlots)


def adopt(gate: Gate, state: Conversation, work: Work) -> bool:
    """Put actions that a cut-off turn opened where they belong; True when there were any."""
    found = False
    for begun in gate.begun(work.session.id, work.number):
        work.begun.append((begun.service, dict(begun.slots)))
        if begun.action in state.get("stack", []):
            continue
        found = True
        state["stack"] = [*state.get("stack", []), begun.action]
        queue = list(state.get("queue", []))
        wish = next((w for w in queue if (w["service"], w["slots"]) == work.begun[-1]), None)
        if wish is not None:
            queue.remove(wish)
        state["queue"] = queue
    return found


def take_up(state: Conversation, order: Order) -> None:
    """Put the action that a colleague has decided about on top; what came of it is told by catching up."""
    stack = [action for action in state.get("stack", []) if action != order.action]
    state["stack"] = stack if order.action is None else [*stack, order.action]


def ended(state: Conversation, work: Work) -> list[str]:
    """The actions whose end was in a reply that was never heard; what that reply read back was not seen either."""
    if work.unheard is None:
        return []
    state["presented"] = None
    return [action.id for action in work.unheard.actions]


def is_unseen(work: Work, heard: str | None) -> bool:
    """Whether the question that is open now is another than the one heard last, that of the action ``heard``."""
    now = None if work.view is None else work.view.action
    return work.unheard is not None or now != heard or (work.late and now is None)


def still_meant(commands: Sequence[Command], work: Work) -> list[Command]:
    """The commands without wishes that were begun already, and without answers to a question that was not heard.

    A yes with the id of a read-back or a consent is always meant: who knows the id has seen it.
    """
    return [
        command
        for command in commands
        if not (work.unseen and isinstance(command, ANSWERS) and not (isinstance(command, Confirm) and command.id))
        and not (isinstance(command, StartService) and (command.service, command.slots) in work.begun)
    ]
