"""account.transactions: the latest lines of an account's statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tools.bank.port import Movement
from tools.clock import SHANGHAI
from tools.gate.service import Context, FollowUp, Option, Params, Result, Row, Service
from tools.services.common import AccountParam, account_option
from tools.wording import Day, Line, Tail, Text, Yuan, line

SHOWN_MAX = 10
SPOKEN_MAX = 3
HEAD = Text(
    "尾号 {tail} 最近 {count} 笔交易在这里",
    "Here are the latest transactions of the account ending in {tail}, {count} in all",
)
NONE = Text("尾号 {tail} 最近没有交易", "There are no recent transactions on the account ending in {tail}")
IN = Text("{day}，{about}，收入 {amount}", "{day}, {about}, {amount} in")
OUT = Text("{day}，{about}，支出 {amount}", "{day}, {about}, {amount} out")
ABOUT = {
    "transfer_out": Text("转账给{who}", "transfer to {who}"),
    "transfer_in": Text("{who}转来", "transfer from {who}"),
    "salary": Text("工资", "salary"),
    "pension": Text("养老金", "pension"),
    "atm": Text("取现", "cash withdrawal"),
    "cash": Text("现金", "cash"),
    "fee": Text("费用", "fee"),
    "interest": Text("利息", "interest"),
    "purchase": Text("消费", "purchase"),
    "auto_debit": Text("自动扣款", "auto-debit"),
    "opening": Text("期初余额", "opening balance"),
    "closing": Text("销户结清", "paid out of a closed account"),
    "reversal": Text("冲正", "reversal"),
}


class TransactionsParams(Params):
    account: AccountParam


class AccountTransactions(Service[TransactionsParams]):
    """The newest statement lines; the first few are said, all are shown."""

    id: ClassVar[str] = "account.transactions"
    model: ClassVar[type[Params]] = TransactionsParams

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        return [account_option(account) for account in ctx.bank.accounts(ctx.customer.id)]

    def execute(self, params: TransactionsParams, ctx: Context, key: str) -> Result:
        return Result(facts={"lines": str(len(self._movements(params, ctx)))})

    def follow_up(self, params: TransactionsParams, result: Result, ctx: Context) -> FollowUp:
        movements = self._movements(params, ctx)
        if not movements:
            return FollowUp(said=[line(NONE, tail=Tail(params.account))])
        said = [line(HEAD, tail=Tail(params.account), count=len(movements))]
        said += [_line(movement) for movement in movements[:SPOKEN_MAX]]
        rows = [
            Row(
                f"line.{i}",
                _label(movement),
                Yuan(movement.amount),
            )
            for i, movement in enumerate(movements)
        ]
        return FollowUp(said=said, rows=rows)

    def _movements(self, params: TransactionsParams, ctx: Context) -> Sequence[Movement]:
        return ctx.bank.movements(ctx.customer.id, params.account, SHOWN_MAX)


def _label(movement: Movement) -> Text:
    local, about = movement.at.astimezone(SHANGHAI), _about(movement)
    return Text(f"{local:%m-%d} {about.zh}", f"{local:%d %b} {about.en}")


def _about(movement: Movement) -> Text:
    text = ABOUT.get(movement.about, Text("交易", "transaction"))
    who = movement.counterparty or ""
    return Text(text.zh.replace("{who}", who), text.en.replace("{who}", who))


def _line(movement: Movement) -> Line:
    text = IN if movement.amount >= 0 else OUT
    return line(text, day=Day(movement.at), about=_about(movement), amount=Yuan(abs(movement.amount)))
