"""fraud.report: a scam, seen or suspected. What is still on its way is stopped first; a case is opened; a person is offered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from tools.bank.port import NotAllowed, Transfer
from tools.gate.service import Context, FollowUp, Option, Param, Params, Result, Row, Service, ShortText
from tools.services.transfer_cancel import pending_options
from tools.wording import Code, Line, Text, Yuan, line

SCAM = Text(
    "先别转钱，这很像诈骗：公检法和银行都没有“安全账户”",
    "Please do not send any money. This looks like a scam: no police, court or bank has a “safe account”",
)
NOT_YOURS = Text(
    "这些钱不是您花的，我马上登记，请同事跟进。卡还没停的话，说“挂失”就行",
    "That was not you spending. I will report it at once and a colleague will follow up. If the card still works, just say “report it lost”",
)
STOP = Text(
    "您有一笔 {amount} 还没到账，我现在就能拦下来",
    "You have {amount} on its way that has not arrived. I can stop it right now",
)
CASE = Text("我马上登记，请同事跟进", "I will report it at once and a colleague will follow up")
CALL = Text(
    "请同时打 {police} 报警，或打反诈专线 {hotline}",
    "Please also call the police on {police}, or the anti-fraud line {hotline}",
)
STOPPED = Text(
    "拦住了，{amount} 没有转出去，已经登记",
    "Stopped. The {amount} did not leave your account, and the case is on record",
)
TOO_LATE = Text(
    "这笔钱已经不在途中，拦不下来了，我已经登记，同事会马上跟进",
    "That transfer is no longer on its way, so I could not stop it. The case is on record and a colleague will follow up at once",
)
OPENED = Text("已经登记，同事会尽快联系您", "It is on record, and a colleague will contact you soon")
NEXT = Text(
    "请挂断对方电话，不要再联系，保留聊天和转账记录，打 {police} 或 {hotline}。已经转出去的钱，能不能追回要看警方办案",
    "Hang up, break off contact, keep the chats and transfer records, and call {police} or {hotline}. Whether money that has left comes back depends on the police",
)
NEXT_CARD = Text(
    "请留好消费短信和交易记录，打 {police} 或 {hotline}，要一张报警回执。刷走的钱怎么赔，要等查清楚",
    "Please keep the payment texts and the transaction records, call {police} or {hotline} and ask for a police receipt. Who bears the loss is settled once it has been looked into",
)
TIP = Text("让您共享屏幕、告诉验证码的，都是骗子", "Whoever asks you to share your screen or a code is a fraudster")
_BY_CARD = re.compile(
    r"盗刷|冒刷|(?:卡|钱包|包)[^，。]{0,8}(?:偷|丢|抢|盗|捡|不见|找不)|(?:偷|丢|抢|盗|捡)[^，。]{0,6}(?:卡|钱包)|刷(?:我|了|走|卡)|\bcards?\b|\bwallet\b|\bpurse\b",
    re.I,
)
_BY_TALK = re.compile(
    r"骗|诈|转账|转了|转给|汇|电话|公安|检察|法院|验证码|链接|投资|屏幕|安全账户|陌生|网友|群|\b(?:scam\w*|trick\w*|cheat\w*|conned|transfer\w*|sent|send|call\w*|rang|phone\w*|police|officer|court|code|link|invest\w*|screen|safe account|online|stranger|gift)\b",
    re.I,
)
POLICE, HOTLINE = Code("110"), Code("96110")


class FraudParams(Params):
    transfer: Annotated[
        ShortText | None,
        Param("transfer", Text("要拦下的转账", "Transfer to stop"), Text("是哪一笔转账？", "Which transfer is it?")),
    ] = None
    about: Annotated[
        ShortText,
        Param("text", Text("事情经过", "What happened"), Text("请告诉我发生了什么？", "What happened? Please tell me")),
    ]


class FraudReport(Service[FraudParams]):
    """Stops the pending transfer, if there is one, and opens a case; never delayed by education."""

    id: ClassVar[str] = "fraud.report"
    model: ClassVar[type[Params]] = FraudParams

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option] | None:
        return pending_options(ctx) if name == "transfer" else None

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        """The words are the report; the flagged, else the newest, transfer on its way is the one to stop."""
        filled = dict(slots)
        if said.strip():
            filled.setdefault("about", said.strip()[:500])
        pending = [t for t in ctx.bank.transfers(ctx.customer.id) if t.status == "pending"]
        pending.sort(key=lambda transfer: not transfer.flagged)
        if pending:
            filled.setdefault("transfer", pending[0].id)
        return filled

    def shown(self, params: FraudParams, ctx: Context) -> Sequence[Row]:
        transfer = _transfer(params, ctx)
        if transfer is None:
            return [Row("about", Text("事情经过", "What happened"), params.about)]
        return [
            Row("payee", Text("收款人", "To"), transfer.payee),
            Row("amount", Text("金额", "Amount"), Yuan(transfer.amount)),
            Row("transfer", Text("转账编号", "Reference"), transfer.id),
        ]

    def preview(self, params: FraudParams, ctx: Context) -> Sequence[Line]:
        transfer = _transfer(params, ctx)
        if transfer is None and _is_by_card(params.about):
            return [Line(NOT_YOURS), line(CALL, police=POLICE, hotline=HOTLINE)]
        on_its_way = transfer is not None and transfer.status == "pending" and transfer.arrives > ctx.now
        what = line(STOP, amount=Yuan(transfer.amount)) if transfer is not None and on_its_way else Line(CASE)
        return [Line(SCAM), what, line(CALL, police=POLICE, hotline=HOTLINE)]

    def execute(self, params: FraudParams, ctx: Context, key: str) -> Result:
        transfer, facts = _transfer(params, ctx), {}
        if transfer is not None and transfer.status == "pending":
            try:
                ctx.bank.cancel_transfer(ctx.customer.id, transfer.id, key=f"{key}:stop")
                facts["stopped"] = f"{transfer.amount:.2f}"
            except NotAllowed:  # it arrived this very moment; the case is opened all the same
                pass
        case = ctx.bank.open_case(ctx.customer.id, "fraud", params.about, key=f"{key}:case")
        return Result(facts={**facts, "case": case.id})

    def follow_up(self, params: FraudParams, result: Result, ctx: Context) -> FollowUp:
        transfer = _transfer(params, ctx)
        by_card = transfer is None and _is_by_card(params.about)
        if transfer is None:
            said = Line(OPENED)
        elif "stopped" in result.facts:
            said = line(STOPPED, amount=Yuan(transfer.amount))
        else:
            said = Line(TOO_LATE)
        return FollowUp(
            said=[said],
            rows=[
                *(self.shown(params, ctx) if transfer else ()),
                Row("case", Text("登记编号", "Case"), result.facts["case"]),
            ],
            next=[line(NEXT_CARD if by_card else NEXT, police=POLICE, hotline=HOTLINE)],
            tip=Line(TIP),
            offer_person=True,
        )


def _transfer(params: FraudParams, ctx: Context) -> Transfer | None:
    wanted = params.transfer
    return None if wanted is None else ctx.bank.transfer(ctx.customer.id, wanted)


def _is_by_card(about: str) -> bool:
    """Whether a card was spent from and nobody was talked into paying: who stole a card has no safe account."""
    return _BY_CARD.search(about) is not None and _BY_TALK.search(about) is None
