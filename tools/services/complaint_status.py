"""complaint.status: where the customer's complaints stand, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tools.bank.port import Complaint
from tools.gate.service import Context, FollowUp, Params, Result, Row, Service
from tools.services.complaint_create import REGULATOR
from tools.wording import Day, Line, Text, line

SHOWN_MAX = 10
SPOKEN_MAX = 2
ABOUT_CHARS_SAID = 20
NONE = Text(
    "您没有登记过投诉。有什么不满意的，对我说“我要投诉”，我马上登记",
    "You have no complaints on record. If anything is wrong, say “I want to complain” and I will register it at once",
)
OPEN = Text(
    "{day}的投诉“{about}”正在处理，最晚 {by} 答复您",
    "Your complaint of {day}, “{about}”, is being looked into. You will have an answer by {by}",
)
OVERDUE = Text(
    "{day}的投诉“{about}”本该在 {by} 前答复，对不起，已经晚了",
    "Your complaint of {day}, “{about}”, should have been answered by {by}. I am sorry that it is late",
)
ANSWERED = Text(
    "{day}的投诉“{about}”已经答复",
    "Your complaint of {day}, “{about}”, has been answered",
)
URGE = Text(
    "我可以帮您转人工催办，您也可以打监管热线 {regulator}",
    "I can hand you to a colleague who will see to it, and you may also call the regulator's line {regulator}",
)
STATUS: Mapping[str, Text] = {
    "open": Text("处理中", "being looked into"),
    "overdue": Text("超过期限", "late"),
    "answered": Text("已答复", "answered"),
}
_SAID: Mapping[str, Text] = {"open": OPEN, "overdue": OVERDUE, "answered": ANSWERED}


class ComplaintStatusParams(Params):
    """Nothing to choose: all of them are told."""


class ComplaintStatus(Service[ComplaintStatusParams]):
    """The newest complaints; a late one is owned up to, with where to turn."""

    id: ClassVar[str] = "complaint.status"
    model: ClassVar[type[Params]] = ComplaintStatusParams

    def execute(self, params: ComplaintStatusParams, ctx: Context, key: str) -> Result:
        return Result(facts={"count": str(len(ctx.bank.complaints(ctx.customer.id)))})

    def follow_up(self, params: ComplaintStatusParams, result: Result, ctx: Context) -> FollowUp:
        complaints = ctx.bank.complaints(ctx.customer.id)[:SHOWN_MAX]
        if not complaints:
            return FollowUp(said=[Line(NONE)])
        late = any(_state(one, ctx) == "overdue" for one in complaints)
        return FollowUp(
            said=[
                line(_SAID[_state(one, ctx)], day=Day(one.at), by=Day(one.reply_by), about=shortened(one.about))
                for one in complaints[:SPOKEN_MAX]
            ],
            rows=[
                Row(f"complaint.{one.id}", Text(f"编号 {one.id}", f"No. {one.id}"), STATUS[_state(one, ctx)])
                for one in complaints
            ],
            next=[line(URGE, regulator=REGULATOR)] if late else (),
            offer_person=late,
        )


def shortened(about: str) -> str:
    """The first words of a story, to know it by."""
    words = " ".join(about.split())
    return words if len(words) <= ABOUT_CHARS_SAID else f"{words[:ABOUT_CHARS_SAID]}…"


def _state(complaint: Complaint, ctx: Context) -> str:
    return "overdue" if complaint.status == "open" and complaint.reply_by < ctx.now else complaint.status
