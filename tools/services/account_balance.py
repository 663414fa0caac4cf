"""account.balance: what is in the accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from tools.bank.port import Account
from tools.gate.service import Context, FollowUp, Option, Param, Params, Result, Row, Service, TailText
from tools.services.common import CLASS_NAME, account_option
from tools.wording import Line, Tail, Text, Yuan, line

ONE = Text("尾号 {tail} 的{cls}余额是 {balance}", "Your {cls} account ending in {tail} holds {balance}")
HELD = Text("其中 {held} 正在处理中，可用 {available}", "Of this {held} is on hold, so {available} is available")
STATE = {
    "dormant": Text("这个账户现在是睡眠户", "This account is dormant at present"),
    "restricted": Text("这个账户现在受到管控", "This account is under a control at present"),
    "closed": Text("这个账户已经销户", "This account is closed"),
}


class BalanceParams(Params):
    """Without an account, all of them are told."""

    account: Annotated[
        TailText | None, Param("account", Text("账户尾号", "Account"), Text("请问是哪个账户？", "Which account?"))
    ] = None


class AccountBalance(Service[BalanceParams]):
    """Balances of one or all of the customer's own accounts."""

    id: ClassVar[str] = "account.balance"
    model: ClassVar[type[Params]] = BalanceParams

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        return [account_option(account) for account in ctx.bank.accounts(ctx.customer.id)]

    def execute(self, params: BalanceParams, ctx: Context, key: str) -> Result:
        return Result(facts={account.tail: f"{account.balance:.2f}" for account in self._meant(params, ctx)})

    def follow_up(self, params: BalanceParams, result: Result, ctx: Context) -> FollowUp:
        said: list[Line] = []
        rows: list[Row] = []
        for account in self._meant(params, ctx):
            cls = CLASS_NAME[account.cls]
            said.append(line(ONE, tail=Tail(account.tail), cls=cls, balance=Yuan(account.balance)))
            if account.available != account.balance:
                held = Yuan(account.balance - account.available)
                said.append(line(HELD, held=held, available=Yuan(account.available)))
            if account.status in STATE:
                said.append(Line(STATE[account.status]))
            label = Text(f"尾号 {account.tail} 余额", f"Balance of {account.tail}")
            rows.append(Row(f"balance.{account.tail}", label, Yuan(account.balance)))
        return FollowUp(said=said, rows=rows)

    def _meant(self, params: BalanceParams, ctx: Context) -> Sequence[Account]:
        if params.account is not None:
            return [ctx.bank.account(ctx.customer.id, params.account)]
        return ctx.bank.accounts(ctx.customer.id)
