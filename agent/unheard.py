"""What a turn that was cut off left behind, so that nothing is lost, done twice or answered unseen.

A turn can be cut off at two places that matter: after the gate has done something and before the conversation was
checkpointed (the gate knows more than the conversation), or after the checkpoint and before the turn was stored (the
customer never heard the reply). In both the turn's number is not taken yet, and that is how it is found again.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.commands import Acknowledge, Cancel, Command, Confirm, Correct, Deny, SetSlots, StartService
from agent.state import Conversation, Work
from agent.turn import ReceiptCard
from tools.gate.gate import Gate
from tools.wording import Rendered

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


def tell(state: Conversation, work: Work) -> None:
    """Say what a reply that was never heard said had ended; a read-back that nobody saw cannot be confirmed."""
    turn = work.unheard
    if turn is None:
        return
    state["presented"] = None
    if turn.actions:
        work.late = True
        work.pieces.append(Rendered(text=turn.reply.text, speech=turn.reply.speech))
        work.cards += [card for card in turn.reply.cards if isinstance(card, ReceiptCard)]
        work.actions += turn.actions


def still_meant(commands: Sequence[Command], work: Work) -> list[Command]:
    """The commands without answers to a question that has ended unheard, and without wishes that were begun already."""
    return [
        command
        for command in commands
        if not (work.late and isinstance(command, ANSWERS))
        and not (isinstance(command, StartService) and (command.service, command.slots) in work.begun)
    ]
