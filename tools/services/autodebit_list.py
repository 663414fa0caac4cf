"""autodebit.list: which merchants may take money by themselves, and from which account."""

from __future__ import annotations

from typing import ClassVar

from tools.gate.service import Context, FollowUp, Params, Result, Row, Service
from tools.services.auto_debits import bill
from tools.wording import Line, Tail, Text, line

NONE = Text("您没有签任何代扣，没有商户能自动扣您的钱", "You have no auto-debits; no merchant can take money by itself")
SOME = Text("您签了 {count} 个代扣", "Your auto-debits are these, {count} in all")
ONE = Text("{merchant}的{about}，扣尾号 {tail}", "{merchant} ({about}) from the account ending in {tail}")
NEXT = Text(
    "不想要哪个，对我说“取消”和商户名就行；有您没见过的商户，也告诉我",
    "To end one, say “cancel” and the merchant's name; if there is one you do not know, tell me",
)


class AutodebitListParams(Params):
    """Nothing to choose: all of them are told."""


class AutodebitList(Service[AutodebitListParams]):
    """The auto-debits in force."""

    id: ClassVar[str] = "autodebit.list"
    model: ClassVar[type[Params]] = AutodebitListParams

    def execute(self, params: AutodebitListParams, ctx: Context, key: str) -> Result:
        return Result(facts={"count": str(len(ctx.bank.auto_debits(ctx.customer.id)))})

    def follow_up(self, params: AutodebitListParams, result: Result, ctx: Context) -> FollowUp:
        debits = ctx.bank.auto_debits(ctx.customer.id)
        if not debits:
            return FollowUp(said=[Line(NONE)])
        told = [line(ONE, merchant=debit.merchant, about=bill(debit), tail=Tail(debit.account)) for debit in debits]
        rows = [
            Row(f"autodebit.{i}", Text(debit.merchant, debit.merchant), Tail(debit.account))
            for i, debit in enumerate(debits)
        ]
        return FollowUp(said=[line(SOME, count=len(debits)), *told], rows=rows, next=[Line(NEXT)])
