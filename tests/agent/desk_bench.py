"""The teller on the gate's bench: real graph, real gate, real database; what is understood is written by the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from agent.answers import Answers
from agent.commands import Command, OutOfScope
from agent.conversations import SqlConversations
from agent.desk import Desk
from agent.nodes import Nodes
from agent.policy import Policy
from agent.teller import SkyTeller
from agent.turn import SessionRequest, Turn, TurnRequest, TypedInput
from agent.understand.port import Hearing, Understanding
from knowledge.port import Answer, Before, Citation, Lesson, Locale
from knowledge.record import NoRecord
from tests.tools.gate.bench import Counter
from tools.bank.sandbox import phone
from tools.tariff import load_tariff


@dataclass
class Scripted:
    """Understands what it is told to; an unscripted sentence fails."""

    script: dict[str, Sequence[Command]] = field(default_factory=dict)
    otherwise: Callable[[str, Hearing], list[Command]] | None = None
    heard: list[Hearing] = field(default_factory=list)

    def understand(self, said: str, hearing: Hearing) -> list[Command]:
        self.heard.append(hearing)
        if said in self.script:
            return list(self.script[said])
        if self.otherwise is None:
            raise AssertionError(f"unscripted: {said!r}")
        return self.otherwise(said, hearing) or [OutOfScope()]


class OnePage:
    """Knows one answer."""

    def ask(
        self, query: str, locale: Locale, on: date, *, service: str | None = None, before: Before | None = None
    ) -> Answer | None:
        if "?" not in query and "？" not in query:
            return None
        cited = Citation("e1", "标题", "原文", "海岚银行规定 第1条")
        return Answer("e1", "标题", "短答。", "长答。", [cited], [], 0.9)

    def lessons(self, service: str, facts: frozenset[str], locale: Locale, on: date) -> Sequence[Lesson]:
        return ()

    def entry(self, entry: str, locale: Locale, on: date) -> Answer | None:
        return None


class Room:
    """A teller and its counter."""

    def __init__(self, counter: Counter, mind: Understanding | None = None, answers: Answers | None = None) -> None:
        self.counter, self.mind = counter, Scripted()
        self.done: list[tuple[str, str]] = []  # what was executed, for tests that follow it
        self.desk = Desk(counter.db, counter.clock, counter.bank_of)
        nodes = Nodes(
            db=counter.db,
            bank_of=counter.bank_of,
            gate=counter.gate,
            understanding=mind or self.mind,
            answers=answers
            or Answers(
                db=counter.db,
                bank_of=counter.bank_of,
                clock=counter.clock,
                tariff=load_tariff(),
                knowledge=OnePage(),
                record=NoRecord(),
            ),
            desk=self.desk,
            policy=Policy.from_file(),
        )
        self.teller = SkyTeller(
            db=counter.db,
            bank_of=counter.bank_of,
            clock=counter.clock,
            nodes=nodes,
            store=SqlConversations(counter.db),
            checkpointer=InMemorySaver(),
            queue=self.desk.queue,
        )

    def enter(self, customer: str | None = "C1001", **how: Any) -> Talk:
        return Talk(self, customer or "", self.teller.open(SessionRequest(customer=customer, **how)))


class Talk:
    """One conversation; ``turn`` is the last one."""

    def __init__(self, room: Room, customer: str, opened: Any) -> None:
        self.room, self.customer, self.opened = room, customer, opened
        self.turn: Turn = opened.turn

    def hear(self, *commands: Command, text: str = "…") -> Turn:
        """Words that mean these commands."""
        self.room.mind.script = {text: commands}
        return self._turn(TurnRequest(text=text))

    def say(self, text: str) -> Turn:
        """Words that the understanding is not asked about."""
        self.room.mind.script = {}
        return self._turn(TurnRequest(text=text))

    def press(self, kind: Any, value: Any = None) -> Turn:
        return self._turn(TurnRequest(input=TypedInput(type=kind, value=value)))

    def _turn(self, request: TurnRequest) -> Turn:
        self.turn = self.room.teller.turn(self.opened.session_id, self.opened.token, request)
        return self.turn

    @property
    def text(self) -> str:
        return self.turn.reply.text

    def card(self, kind: str) -> Any:
        found = [card for card in self.turn.reply.cards if card.type == kind]
        assert found, (kind, [card.type for card in self.turn.reply.cards], self.text)
        return found[-1]

    def has(self, kind: str) -> bool:
        return any(card.type == kind for card in self.turn.reply.cards)

    def codes(self) -> list[str]:
        """Codes on the phone, newest first."""
        with self.room.counter.db.reading() as db:
            return [str(message["code"]) for message in phone(db, self.customer) if message["kind"] == "otp"]

    def give_code(self) -> Turn:
        return self.press("otp", self.codes()[0])

    def confirm(self) -> Turn:
        return self.press("confirm", self.card("confirm").id)

    def requests(self) -> list[tuple[str, str]]:
        return [(row["service"], row["status"]) for row in self.room.counter.state(self.customer)["requests"]]
