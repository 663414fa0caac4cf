"""Understanding as the graph sees it: text and what is known in, commands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from agent.commands import Command
from tools.wording import Locale

ParamKind = Literal["account", "card", "payee", "amount", "transfer", "text", "choice", "class", "phone"]
Pending = Literal[
    "nothing", "slot", "options", "otp", "consent", "document", "face", "acknowledge", "quiz", "confirm", "rating"
]


@dataclass(frozen=True)
class Choice:
    """Something the customer may pick now; ``say`` are further names for it ("6688", "damaged one", "张伟")."""

    id: str
    label: str
    say: Sequence[str] = ()


@dataclass(frozen=True)
class Hearing:
    """Everything understanding may use besides the words; slots are grounded in this and in the words only.

    ``pending`` is what the last reply asked for (``slot`` with ``slot``/``slot_kind``; ``options`` and ``quiz`` with
    ``choices``). ``service`` and ``params`` (name → kind) are the active service's.
    ``accounts``, ``dormant`` (those of them that sleep), ``classes`` (tail → I, II or III), ``cards`` (tails) and ``payees`` (names) are the session customer's own. ``last_service`` is the one
    ended before, for "再来一笔" and elliptical questions.
    """

    locale: Locale
    pending: Pending = "nothing"
    slot: str | None = None
    slot_kind: ParamKind | None = None
    choices: Sequence[Choice] = ()
    service: str | None = None
    params: dict[str, ParamKind] = field(default_factory=dict)
    accounts: Sequence[str] = ()
    dormant: Sequence[str] = ()
    classes: Mapping[str, str] = field(default_factory=dict)
    cards: Sequence[str] = ()
    payees: Sequence[str] = ()
    pending_transfers: Sequence[Choice] = ()
    last_service: str | None = None


class Understanding(Protocol):
    """The cascade: exact forms → examples classifier → language model."""

    def understand(self, said: str, hearing: Hearing) -> list[Command]:
        """Commands in the order of doing (urgent first); never empty: nonsense is ``OutOfScope`` or ``Clarify``.

        A choice of an option is ``SetSlots({"choice": <Choice.id>})`` when ``pending`` is options or quiz; a rating
        is ``SetSlots({"rating": "5"})``; consent in words is ``Confirm`` or ``Deny``.
        """
        ...
