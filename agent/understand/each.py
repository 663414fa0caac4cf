"""One wish for several of one's own cards or accounts ("6688和3021都挂失", "两张都丢了"): one command for each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.commands import Command, SetSlots, StartService
from agent.understand import corrections, guards
from agent.understand.contrast import contrast
from agent.understand.grammar.identifiers import find_tails
from agent.understand.grammar.numbers import spoken_digits
from agent.understand.port import Hearing, ParamKind
from agent.understand.slots import affirmed, params_of

EACH_MAX = 4
KINDS: tuple[ParamKind, ...] = ("card", "account")
_ALL = re.compile(
    r"(?:所有|全部|每(?:一)?张|名下)(?:的)?(?:银行)?(?:卡|账户)|(?:卡|账户|两张|两个|几张|三张)(?:全|都)(?!不|没)|^(?:全|都)(?:丢|要|挂|锁|是|换|办)|"
    r"\b(?:all (?:of )?(?:my |the )?(?:bank )?(?:cards|accounts|of them)|both(?: of (?:them|my cards))?(?: cards| accounts)?|every card)\b",
    re.I,
)


def each(commands: list[Command], text: str, hearing: Hearing) -> list[Command]:
    """The same commands, the one that opens a service for one card put in their place once for each that is meant."""
    if len(commands) != 1 or not isinstance(commands[0], StartService):
        return commands
    wish = commands[0]
    name = next((name for name, kind in params_of(wish.service).items() if kind in KINDS and name != "from"), None)
    if name is None or wish.service == hearing.service:
        return commands
    kind = params_of(wish.service)[name]
    found = _meant(text, hearing, hearing.cards if kind == "card" else hearing.accounts)
    return [wish.model_copy(update={"slots": {**wish.slots, name: one}}) for one in found] or commands


def each_asked(text: str, hearing: Hearing) -> list[Command] | None:
    """Where it was asked which one: the first of those meant, and the others as wishes of their own; None where it is one."""
    if hearing.pending != "slot" or hearing.slot is None or hearing.slot_kind not in KINDS or hearing.service is None:
        return None
    if hearing.slot == "from":
        return None
    found = _meant(text, hearing, [choice.id for choice in hearing.choices])
    if not found:
        return None
    others = [StartService(service=hearing.service, slots={hearing.slot: one}) for one in found[1:]]
    return [SetSlots(slots={hearing.slot: found[0]}), *others]


def _meant(text: str, hearing: Hearing, own: Sequence[str]) -> list[str]:
    """The two or more of one's own that are meant; empty where it is one or where something is taken back."""
    if corrections.marks_correction(text) or contrast(text) is not None or guards.is_about(text):
        return []
    tails = [tail.digits for tail in find_tails(affirmed(spoken_digits(text)), own) if tail.own]
    found = list(dict.fromkeys(tails))
    if len(found) < 2 and _ALL.search(text) and (not found or len(own) == 2):
        found = list(own)
    return found[:EACH_MAX] if 2 <= len(found) <= EACH_MAX else []
