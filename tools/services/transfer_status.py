"""transfer.status: whether a transfer has arrived, and when it will."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from tools.bank.port import Transfer
from tools.gate.service import Context, FollowUp, Option, Param, Params, Result, Row, Service, ShortText
from tools.services.common import or_refuse
from tools.wording import Line, Moment, Tail, Text, Value, Yuan, line

OFFERED_MAX = 6
NONE = Text(
    "您最近没有转账。更早的进出，对我说“查交易明细”就能看",
    "You have made no transfers lately. For earlier movements just say “my transactions”",
)
LABEL = {
    "pending": Text("给{payee}的 {amount}，还没到账", "{amount} to {payee}, still on its way"),
    "done": Text("给{payee}的 {amount}，{at} 转的", "{amount} to {payee}, made on {at}"),
    "cancelled": Text("给{payee}的 {amount}，已撤销", "{amount} to {payee}, cancelled"),
}
STATUS = {
    "pending": Text("还没到账", "on its way"),
    "done": Text("已到账", "arrived"),
    "cancelled": Text("已撤销", "cancelled"),
}
PENDING = Text(
    "给{payee}的 {amount} 还在路上，{until} 到账", "The {amount} to {payee} is on its way and arrives on {until}"
)
STOP = Text("在那之前想撤回，对我说“撤销转账”就行", "To stop it before then, just tell me “cancel the transfer”")
FLAGGED = Text(
    "这个收款账户被人举报过。如果是别人让您转的，请马上撤销，也可以打 96110 问一问",
    "This payee's account has been reported by others. If somebody told you to pay, cancel it at once; you can also call 96110",
)
ARRIVED = Text("给{payee}的 {amount} 已经在 {at} 到账了", "The {amount} to {payee} arrived on {at}")
ARRIVED_NEXT = Text(
    "对方说没收到的话，请他看看尾号 {tail} 的明细",
    "If they say it is not there, ask them to look at the account ending in {tail}",
)
CANCELLED = Text(
    "给{payee}的 {amount} 已经撤销，钱没有转出去，还在您的账户里",
    "The {amount} to {payee} was cancelled; it never left your account",
)


class StatusParams(Params):
    transfer: Annotated[
        ShortText, Param("transfer", Text("转账", "Transfer"), Text("您问的是哪一笔？", "Which transfer do you mean?"))
    ]


class TransferStatus(Service[StatusParams]):
    """Where one of the customer's own transfers stands."""

    id: ClassVar[str] = "transfer.status"
    model: ClassVar[type[Params]] = StatusParams

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        """The one to a payee named in the words; with nobody named, the one that is still on its way."""
        made = ctx.bank.transfers(ctx.customer.id)
        payees = [payee.name for payee in ctx.bank.payees(ctx.customer.id) if payee.name.lower() in said.lower()]
        meant = [
            transfer.id for transfer in made if (transfer.payee in payees if payees else transfer.status == "pending")
        ]
        return {"transfer": meant[0], **slots} if len(meant) == 1 else dict(slots)

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        made = sorted(ctx.bank.transfers(ctx.customer.id), key=lambda transfer: transfer.status != "pending")
        return or_refuse([_option(transfer) for transfer in made[:OFFERED_MAX]], "no_transfer", NONE)

    def execute(self, params: StatusParams, ctx: Context, key: str) -> Result:
        return Result(facts={"status": _transfer(params, ctx).status})

    def follow_up(self, params: StatusParams, result: Result, ctx: Context) -> FollowUp:
        transfer = _transfer(params, ctx)
        payee, amount = transfer.payee, Yuan(transfer.amount)
        rows = [
            Row("payee", Text("收款人", "To"), payee),
            Row("amount", Text("金额", "Amount"), amount),
            Row("from", Text("付款账户", "From"), Tail(transfer.source)),
            Row("status", Text("状态", "Status"), STATUS[transfer.status]),
            Row("created", Text("发起时间", "Made"), Moment(transfer.created)),
        ]
        if transfer.status == "cancelled":
            return FollowUp(said=[line(CANCELLED, payee=payee, amount=amount)], rows=rows)
        rows.append(Row("arrives", Text("到账时间", "Arrives"), Moment(transfer.arrives)))
        if transfer.status == "done":
            tail = next(own.tail for own in ctx.bank.payees(ctx.customer.id) if own.name == payee)
            said = line(ARRIVED, payee=payee, amount=amount, at=Moment(transfer.arrives))
            return FollowUp(said=[said], rows=rows, next=[line(ARRIVED_NEXT, tail=Tail(tail))])
        return FollowUp(
            said=[line(PENDING, payee=payee, amount=amount, until=Moment(transfer.arrives))],
            rows=rows,
            next=[Line(FLAGGED)] if transfer.flagged else [],
            undo=Line(STOP),
        )


def _option(transfer: Transfer) -> Option:
    values: dict[str, Value] = {"payee": transfer.payee, "amount": Yuan(transfer.amount)}
    if transfer.status == "done":
        values["at"] = Moment(transfer.created)
    return Option(transfer.id, line(LABEL[transfer.status], **values), (transfer.payee, f"{transfer.amount:.2f}"))


def _transfer(params: StatusParams, ctx: Context) -> Transfer:
    return ctx.bank.transfer(ctx.customer.id, params.transfer)
