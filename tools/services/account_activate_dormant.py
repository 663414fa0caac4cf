"""account.activate_dormant: wake an account that was not used for a long time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tools.gate.service import Context, FollowUp, Option, Params, Result, Row, Service
from tools.services.common import AccountParam, account_option, or_refuse
from tools.wording import Line, Tail, Text, line

NONE = Text("您名下没有睡眠户，都可以正常使用", "You have no dormant account; all of them can be used")
WHAT = Text("恢复尾号 {tail} 的睡眠户，马上可以用", "Reactivate the dormant account ending in {tail}, for use at once")
COST = Text("不收费。不想要了也可以随时销户", "There is no fee. If you no longer want it you can close it at any time")
DONE = Text("尾号 {tail} 的账户已经恢复，可以正常用了", "The account ending in {tail} is active again")
NEXT = Text(
    "恢复后限额和原来一样，请核对一下预留的手机号",
    "Its limits are as before; please check that your phone number on file is right",
)
TIP = Text(
    "账户和卡只给自己用，借给、卖给别人都是违法的",
    "Use your account and card yourself only: lending or selling them is against the law",
)


class ActivateParams(Params):
    account: AccountParam


class AccountActivateDormant(Service[ActivateParams]):
    """Dormant → active, after level 3 and a question on what dormant accounts are abused for."""

    id: ClassVar[str] = "account.activate_dormant"
    model: ClassVar[type[Params]] = ActivateParams

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        dormant = [account for account in ctx.bank.accounts(ctx.customer.id) if account.status == "dormant"]
        return or_refuse([account_option(account) for account in dormant], "not_dormant", NONE)

    def preview(self, params: ActivateParams, ctx: Context) -> Sequence[Line]:
        return [line(WHAT, tail=Tail(params.account)), Line(COST)]

    def execute(self, params: ActivateParams, ctx: Context, key: str) -> Result:
        ctx.bank.activate_account(ctx.customer.id, params.account, key=key)
        return Result()

    def follow_up(self, params: ActivateParams, result: Result, ctx: Context) -> FollowUp:
        return FollowUp(
            said=[line(DONE, tail=Tail(params.account))],
            rows=[Row("account", Text("账户尾号", "Account"), Tail(params.account))],
            next=[Line(NEXT)],
            tip=Line(TIP),
        )
