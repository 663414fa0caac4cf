"""transfer.cancel: stop a transfer that has not arrived yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from tools.bank.port import Transfer
from tools.gate.service import Context, FollowUp, Option, Param, Params, Result, Row, Service, ShortText
from tools.services.common import or_refuse
from tools.wording import Line, Moment, Text, Yuan, line

NONE = Text(
    "您没有还没到账的转账。已经到账的撤不回来，如果怀疑被骗，请马上告诉我",
    "You have no transfer that is still on its way. One that has arrived cannot be called back; if you fear a scam, tell me at once",
)
LABEL = Text("给{payee}的 {amount}，{until} 到账", "{amount} to {payee}, arriving {until}")
WHAT = Text("撤销给{payee}的 {amount}", "Cancel the {amount} to {payee}")
EFFECT = Text("撤销后钱马上回到可用余额，不收费", "The money is available to you again at once, free of charge")
DONE = Text("撤销好了，{amount} 没有转出去", "Cancelled. The {amount} did not leave your account")
TIP = Text(
    "如果是有人教您转的这笔钱，请告诉我，我帮您登记",
    "If somebody talked you into this transfer, tell me and I will report it",
)


class CancelParams(Params):
    transfer: Annotated[
        ShortText, Param("transfer", Text("转账", "Transfer"), Text("要撤销哪一笔？", "Which transfer shall I cancel?"))
    ]


class TransferCancel(Service[CancelParams]):
    """Releases the hold; what has arrived stays where it is."""

    id: ClassVar[str] = "transfer.cancel"
    model: ClassVar[type[Params]] = CancelParams

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        return or_refuse(pending_options(ctx), "nothing_pending", NONE)

    def preview(self, params: CancelParams, ctx: Context) -> Sequence[Line]:
        transfer = _transfer(params, ctx)
        return [line(WHAT, payee=transfer.payee, amount=Yuan(transfer.amount)), Line(EFFECT)]

    def shown(self, params: CancelParams, ctx: Context) -> Sequence[Row]:
        transfer = _transfer(params, ctx)
        return [
            Row("payee", Text("收款人", "To"), transfer.payee),
            Row("amount", Text("金额", "Amount"), Yuan(transfer.amount)),
            Row("transfer", Text("转账编号", "Reference"), transfer.id),
        ]

    def execute(self, params: CancelParams, ctx: Context, key: str) -> Result:
        transfer = _transfer(params, ctx)
        ctx.bank.cancel_transfer(ctx.customer.id, transfer.id, key=key)
        return Result()

    def follow_up(self, params: CancelParams, result: Result, ctx: Context) -> FollowUp:
        transfer = _transfer(params, ctx)
        return FollowUp(said=[line(DONE, amount=Yuan(transfer.amount))], rows=self.shown(params, ctx), tip=Line(TIP))


def pending_options(ctx: Context) -> Sequence[Option]:
    """The customer's transfers that have not arrived, newest first."""
    return [
        Option(
            transfer.id,
            line(LABEL, payee=transfer.payee, amount=Yuan(transfer.amount), until=Moment(transfer.arrives)),
            (transfer.payee, f"{transfer.amount:.2f}"),
        )
        for transfer in ctx.bank.transfers(ctx.customer.id)
        if transfer.status == "pending"
    ]


def _transfer(params: CancelParams, ctx: Context) -> Transfer:
    return ctx.bank.transfer(ctx.customer.id, params.transfer)
