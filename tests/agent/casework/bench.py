"""The desk on the gate's bench: two colleagues, customers who ask for a person, everything real but understanding."""

from __future__ import annotations

from agent.casework.casework import Casework
from agent.casework.staff import SANDBOX, Listed, Member, StaffBook, hashed
from agent.casework.view import DeskView
from agent.commands import Handoff, StartService
from tests.agent.desk_bench import Room, Talk
from tests.tools.gate.bench import Counter

PASSWORD = "a password of the tests"
HASHED = hashed(PASSWORD)
TELLER, SUPERVISOR = (
    Member("S001", "周晓晴", "Zhou Xiaoqing", "teller"),
    Member("S002", "郑凯", "Zheng Kai", "supervisor"),
)


class Office(Room):
    """A room with a desk."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(counter)
        self.queue = self.desk.queue
        listed = [Listed(id=i, name=zh, name_en=en, role=role, password=HASHED) for i, zh, en, role in SANDBOX]
        self.staff = StaffBook(counter.db, counter.clock, listed)
        self.work = Casework(counter.db, counter.clock, counter.gate, self.teller, self.queue)
        self.view = DeskView(counter.db, counter.clock, counter.bank_of, counter.gate, self.queue, self.staff)

    def waiting(self, customer: str | None = "C1001", **how: str) -> Talk:
        """A customer who asked for a person."""
        talk = self.enter(customer, **how)
        talk.hear(Handoff(), text="转人工")
        return talk

    def take(self, member: Member = TELLER) -> str:
        row = self.queue.take(member)
        assert row is not None
        return row.id

    def reviewed(self) -> tuple[Talk, str]:
        """A transfer that risk sent to a colleague; returns the talk and the action."""
        talk = self.enter("C1001")
        slots = {"from": "6688", "payee": "张伟", "amount": "300.00", "purpose": "family"}
        talk.hear(StartService(service="transfer.create", slots=slots), text="他在电话里教我转")
        while not talk.turn.actions:
            talk.give_code() if talk.has("otp") else talk.press("acknowledge")
        assert talk.turn.actions[0].status == "in_review"
        assert talk.turn.stage == "handoff"
        return talk, talk.turn.actions[0].id
