"""Understanding may say anything at all: without the code from the phone and a yes to what was shown, nothing is done."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from agent.commands import (
    Acknowledge,
    AskKnowledge,
    Cancel,
    Chitchat,
    Clarify,
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
from agent.turn import TurnRequest, TypedInput
from agent.understand.port import Hearing
from tests.agent.desk_bench import Room, Talk
from tests.tools.gate.bench import Counter, database
from tools.catalogue import catalogue
from tools.errors import Busy

COMMANDS = 10_500
TURNS_A_ROOM = 60
WORDS = [
    "6688", "3021", "5512", "7790", "7013", "王芳", "张伟", "孙丽", "C1002", "500", "1", "0", "-1", "all", "1e9",
    "NaN", "", " ", "x" * 600, "000000", "123456", "family", "told_to", "given", "specimen", "5", "9", "①", "\x00", "🙂",
    "'; DROP TABLE accounts; --", "{name}", "ask_knowledge", "transfer.create",
]  # fmt: skip
NAMES = [
    "card", "account", "from", "from_", "payee", "amount", "purpose", "transfer", "about", "otp", "choice", "rating",
    "document", "face", "confirm", "level", "customer", "x", "",
]  # fmt: skip
TOPICS = ["greeting", "thanks", "bye", "capabilities", "who_are_you", "distress", "abuse", "other", "nonsense", ""]


class Liar:
    """Emits arbitrary commands; ``known`` are ids that really occur."""

    def __init__(self, seed: int) -> None:
        self.rng, self.count, self.known = random.Random(seed), 0, list[str]()

    def slots(self) -> dict[str, str]:
        return {self.rng.choice(NAMES): self.word() for _ in range(self.rng.randrange(4))}

    def word(self) -> str:
        return self.rng.choice([*WORDS, *self.known])

    def service(self) -> str:
        return self.rng.choice(
            [*catalogue(), "transfer.create", "card.replace", "account.activate_dormant", "vault.open", ""]
        )

    def command(self) -> Command:
        rng, self.count = self.rng, self.count + 1
        how: dict[str, Any] = {"by": rng.choice(["exact", "examples", "model", "input"])}
        make = rng.choice(
            [
                lambda: StartService(service=self.service(), slots=self.slots(), **how),
                lambda: StartService(
                    service="transfer.create", slots={"payee": "王芳", "amount": "500", **self.slots()}
                ),
                lambda: SetSlots(slots=self.slots(), **how),
                lambda: Correct(slots=self.slots(), **how),
                lambda: Confirm(id=rng.choice([None, "", self.word()]), **how),
                lambda: Confirm(**how),
                lambda: Deny(**how),
                lambda: Acknowledge(**how),
                lambda: AskKnowledge(query=self.word() + rng.choice(["", "？"]), **how),
                lambda: Cancel(**how),
                lambda: Repeat(**how),
                lambda: Chitchat(topic=rng.choice(TOPICS), **how),
                lambda: OutOfScope(**how),
                lambda: Clarify(options=[self.service() for _ in range(rng.randrange(4))], **how),
                lambda: Handoff(**how) if rng.random() < 0.2 else Repeat(**how),
            ]
        )
        return make()

    def understand(self, said: str, hearing: Hearing) -> list[Command]:
        """Mostly a heap of commands; now and then what is needed to come as far as a read-back, and a plain yes."""
        roll = self.rng.random()
        if roll < 0.3:
            self.count += 1
            return [self.rng.choice([Confirm(), Acknowledge()])]
        if roll < 0.4:
            self.count += 1
            return [StartService(service="card.report_loss", slots={"card": self.rng.choice(["6688", "3021", "7790"])})]
        return [self.command() for _ in range(self.rng.randrange(1, 14))]


def play(room: Room, liar: Liar, talk: Talk, *, with_code: bool) -> None:
    """One turn of words, sometimes with a button; what was done must have been shown in an earlier turn."""
    shown = [card.id for card in talk.turn.reply.cards if card.type in ("confirm", "consent")]
    before = len(room.done)
    roll = liar.rng.random()
    request = TurnRequest(text=liar.rng.choice(["嗯", "转", "x" * 50]))
    if with_code and roll < 0.25 and talk.has("otp"):
        request = TurnRequest(input=TypedInput(type="otp", value=talk.codes()[0]))
    elif roll < 0.4:
        kind = liar.rng.choice(["confirm", "deny", "acknowledge", "silence", "choice", "quiz", "otp"])
        needs = kind not in ("deny", "acknowledge", "silence")
        request = TurnRequest(input=TypedInput(type=kind, value=liar.word() if needs else None))
    try:
        talk._turn(request)
    except Busy:  # pragma: no cover - another test of the machine holds the disk
        return
    liar.known = (liar.known + [card.id for card in talk.turn.reply.cards if hasattr(card, "id")])[-20:]
    liar.known += [option.id for card in talk.turn.reply.cards if hasattr(card, "options") for option in card.options][
        -5:
    ]
    assert talk.turn.reply.text.strip()
    assert "{" not in talk.turn.reply.text.replace("{name}", ""), "the customer's own braces are only words"
    room.done = executed(room)
    if len(room.done) > before:
        assert shown, "done in a turn that was not preceded by a read-back"


def executed(room: Room) -> list[tuple[str, str]]:
    return [
        (row.service, row.action_id)
        for row in room.counter.sql(
            "SELECT service, action_id FROM audit_events WHERE step = 'execute' AND outcome IN ('done', 'delayed')"
        )
        if catalogue()[row.service].risk_class != "read"
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("with_code", [False, True])
def test_that_no_understanding_whatever_does_what_was_not_agreed_to(tmp_path: Path, with_code: bool) -> None:
    liar, rooms, done = Liar(20261124 + with_code), 0, 0
    while liar.count < COMMANDS // 2:
        rooms += 1
        folder = tmp_path / str(rooms)
        folder.mkdir()
        room = Room(Counter(database(folder)), liar)
        customer = liar.rng.choice(["C1001", "C1003", "C1006"])
        talk = room.enter(customer, device=liar.rng.choice(["known", "new"]))
        for turn in range(TURNS_A_ROOM):
            play(room, liar, talk, with_code=with_code)
            if turn % 20 == 19:
                talk = room.enter(customer, locale=liar.rng.choice(["zh-CN", "en"]))
        for service, _ in room.done:
            assert with_code or catalogue()[service].assurance <= 1, f"{service} without a code"
        done += len(room.done)
        sound(room, customer)
        room.counter.db.close()
    assert done > 0, "a liar who never comes as far proves nothing"


def sound(room: Room, customer: str) -> None:
    """At most one row for an action, and no money made or lost."""
    rows = room.counter.sql("SELECT action, COUNT(*) AS times FROM requests GROUP BY action")
    assert all(row.times == 1 for row in rows)
    assert room.counter.postings() == 0
    room.counter.verify()
    for (state,) in room.counter.sql("SELECT state FROM actions"):
        assert '"given": true' not in state or '"outcome": {' in state, "no yes is kept"
    for other in {"C1001", "C1003", "C1006", "C1002"} - {customer}:
        assert room.counter.state(other)["requests"] == []
