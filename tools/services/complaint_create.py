"""complaint.create: a complaint goes on record in the customer's own words. It is never turned away and never weighed.

How long the bank has, and where a customer goes who is not content, follow the Measures for handling complaints in
banking and insurance (CBIRC Order 3 of 2020); the figures stand in the tariff.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from tools.gate.service import Context, FollowUp, Param, Params, Result, Row, Service
from tools.wording import Code, Day, Line, Text, line

ABOUT_CHARS_MAX = 2000
REGULATOR = Code("12378")  # the regulator's line for consumers of banks and insurers
ASK = Text("对不起，让您不满意了。请告诉我发生了什么事？", "I am sorry about this. Please tell me, what happened?")
WHAT = Text(
    "我把您的话原样登记成投诉，交给消费者权益保护部，不是办事的那个部门自己查",
    "I will put your own words on record as a complaint. It goes to our consumer protection team, not to those it is about",
)
BY = Text("最晚 {by} 给您答复，不收费", "You will have an answer by {by}, free of charge")
DONE = Text(
    "投诉登记好了，消费者权益保护部会查，最晚 {by} 答复您",
    "Your complaint is on record. Our consumer protection team looks into it and answers you by {by}",
)
NEXT = Text(
    "想看进度，随时对我说“投诉进度”。对答复不满意，先打银行卡背面的客服电话，再不行可以打监管热线 {regulator}",
    "To follow it, just ask me about your complaint. If the answer does not satisfy you, call the number on the back of your card, and after that the regulator's line {regulator}",
)
TIP = Text(
    "处理投诉不会向您要密码、验证码，也不会让您先转钱",
    "Nobody who handles a complaint will ask for a password or a code, or for money first",
)
NOTICE = Text(
    "【海岚银行】{at}，我们收到了您的投诉，会按时答复您。如果不是您本人提的，请{remedy}。",
    "[Hailan Bank] {at}: we have received your complaint and will answer in time. If this was not you, {remedy}.",
)
HANDLER = Text("消费者权益保护部", "Consumer protection team")
# the wish alone says nothing of what happened, so it is asked for
_WISH = re.compile(
    r"投诉|举报|反映|反应|意见|登记|记录?|提交?|立案|受理|问题|不满意?|情况|你们(?:银行)?|银行|客服|小岚|帮我|给我|麻烦|请|您?好|我要|我想|我|要|想|个|件|一下|一个|一条|一份|事儿?|的|了|吧|呢|啊|呀"
    r"|\b(?:i|i'd|i'm|like|want|would|wish|need|to|make|file|lodge|submit|raise|register|log|have|a|an|the|my|formal|complaints?|complain|complaining|about|against|you|your|bank|please|can|could|me|let|it|this|something|hi|hello)\b",
    re.IGNORECASE,
)
_SAYS_SOMETHING = 3  # letters that must be left of the words besides the wish


class ComplaintParams(Params):
    about: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=ABOUT_CHARS_MAX),
        Param("text", Text("投诉内容", "Your complaint"), ASK, most=ABOUT_CHARS_MAX, cut=True),
    ]


class ComplaintCreate(Service[ComplaintParams]):
    """One row in complaints, with the date by which it is answered."""

    id: ClassVar[str] = "complaint.create"
    model: ClassVar[type[Params]] = ComplaintParams
    notice: ClassVar[Text | None] = NOTICE

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        """The words are the complaint when they tell more than that there is one."""
        filled = {name: value for name, value in slots.items() if name != "about" or tells(value)}
        if "about" not in filled and tells(said):
            filled["about"] = said
        return filled

    def preview(self, params: ComplaintParams, ctx: Context) -> Sequence[Line]:
        by = ctx.now + timedelta(days=int(ctx.tariff["complaint.reply_days"]))
        return [Line(WHAT), line(BY, by=Day(by))]

    def execute(self, params: ComplaintParams, ctx: Context, key: str) -> Result:
        complaint = ctx.bank.file_complaint(ctx.customer.id, params.about, key=key)
        return Result(facts={"complaint": complaint.id, "reply_by": complaint.reply_by.isoformat()})

    def follow_up(self, params: ComplaintParams, result: Result, ctx: Context) -> FollowUp:
        by = Day(datetime.fromisoformat(result.facts["reply_by"]))
        return FollowUp(
            said=[line(DONE, by=by)],
            rows=[
                Row("complaint", Text("投诉编号", "Complaint"), result.facts["complaint"]),
                Row("reply_by", Text("最晚答复", "Answer by"), by),
                Row("handler", Text("处理部门", "Handled by"), HANDLER),
            ],
            next=[line(NEXT, regulator=REGULATOR)],
            tip=Line(TIP),
        )


def tells(words: str) -> bool:
    """Whether the words say what happened, and not only that somebody wants to complain."""
    rest = re.sub(r"[\W_]", "", _WISH.sub("", words))
    return len(rest) >= _SAYS_SOMETHING
