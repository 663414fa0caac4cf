"""limit.query: how much an account may send a day and a year, and what is left of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, ClassVar

from tools.bank.port import Account
from tools.errors import Refused
from tools.gate.service import Context, FollowUp, Option, Param, Params, Result, Row, Service, TailText
from tools.services.common import STATE, account_option, open_accounts
from tools.wording import Line, Tail, Text, Value, Yuan, line

NONE = Text("您名下没有在用的账户，也就没有限额", "You have no open account, so there is no limit to tell")
UNUSED = Text(
    "尾号 {tail} 每天最多转 {per_day}，今天还没用过",
    "The account ending in {tail} can send {per_day} a day; nothing is used today",
)
USED = Text(
    "尾号 {tail} 每天最多转 {per_day}，今天用了 {used}，还能转 {left}",
    "The account ending in {tail} can send {per_day} a day; {used} is used today and {left} is left",
)
YEAR = Text(
    "每年最多转 {per_year}，今年还能转 {left}", "It can send {per_year} a year, of which {left} is left this year"
)
STOPPED = Text("不过它现在转不出钱，要先恢复", "At present it cannot send money until that is lifted")
ROOM = Text(
    "想改的话，您自己最多可以调到每天 {ceiling}，对我说“提高限额”或“降低限额”就行",
    "You can set it to {ceiling} a day at most by yourself: just say “raise my limit” or “lower my limit”",
)
LOWER = Text("觉得太高，对我说“降低限额”就行", "If that is more than you need, just say “lower my limit”")


class LimitQueryParams(Params):
    """Without an account, all that are open are told."""

    account: Annotated[
        TailText | None, Param("account", Text("账户尾号", "Account"), Text("请问是哪个账户？", "Which account?"))
    ] = None


class LimitQuery(Service[LimitQueryParams]):
    """Limits of one or all of the customer's open accounts; the day and the year are those of Asia/Shanghai."""

    id: ClassVar[str] = "limit.query"
    model: ClassVar[type[Params]] = LimitQueryParams

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        return [account_option(account) for account in open_accounts(ctx)]

    def check(self, params: LimitQueryParams, ctx: Context) -> None:
        if not open_accounts(ctx):
            raise Refused("no_account", Line(NONE))

    def execute(self, params: LimitQueryParams, ctx: Context, key: str) -> Result:
        return Result(facts={account.tail: f"{account.limits.per_day:.2f}" for account in self._meant(params, ctx)})

    def follow_up(self, params: LimitQueryParams, result: Result, ctx: Context) -> FollowUp:
        meant = self._meant(params, ctx)
        said = [one for account in meant for one in _told(account)]
        rows = [row for account in meant for row in _rows(account)]
        roomy = [a for a in meant if a.status == "active" and a.limits.ceiling > a.limits.per_day]
        change = line(ROOM, ceiling=Yuan(roomy[0].limits.ceiling)) if len(roomy) == len(meant) == 1 else Line(LOWER)
        return FollowUp(said=said, rows=rows, next=[change])

    def _meant(self, params: LimitQueryParams, ctx: Context) -> Sequence[Account]:
        if params.account is not None:
            return [ctx.bank.account(ctx.customer.id, params.account)]
        return open_accounts(ctx)


def _told(account: Account) -> Sequence[Line]:
    limits, tail = account.limits, Tail(account.tail)
    text = USED if limits.used_today else UNUSED
    values: dict[str, Value] = {"tail": tail, "per_day": Yuan(limits.per_day)}
    if limits.used_today:
        values |= {"used": Yuan(limits.used_today), "left": Yuan(_left(limits.per_day, limits.used_today))}
    said = [line(text, **values)]
    if limits.per_year is not None:
        left = Yuan(_left(limits.per_year, limits.used_this_year))
        said.append(line(YEAR, per_year=Yuan(limits.per_year), left=left))
    if account.status != "active":
        said += [line(STATE[account.status], tail=tail), Line(STOPPED)]
    return said


def _rows(account: Account) -> Sequence[Row]:
    limits, tail = account.limits, account.tail
    rows = [
        Row(f"per_day.{tail}", Text(f"尾号 {tail} 每日限额", f"Daily limit of {tail}"), Yuan(limits.per_day)),
        Row(
            f"left_today.{tail}",
            Text(f"尾号 {tail} 今天还能转", f"Left today of {tail}"),
            Yuan(_left(limits.per_day, limits.used_today)),
        ),
    ]
    if limits.per_year is not None:
        rows.append(
            Row(f"per_year.{tail}", Text(f"尾号 {tail} 每年限额", f"Yearly limit of {tail}"), Yuan(limits.per_year))
        )
    return rows


def _left(limit: Decimal, used: Decimal) -> Decimal:
    """What is left; nothing when the limit was lowered below what is used."""
    return max(Decimal(0), limit - used)
