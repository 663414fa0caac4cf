"""limit.raise: a higher daily limit, as far as the account's class and the customer's rating let it go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, ClassVar

from tools.bank.port import Account
from tools.errors import AskAgain, Refused, Settle
from tools.gate.service import AmountText, Context, Fact, FollowUp, Option, Param, Params, Result, Row, Service
from tools.services.common import (
    CLASS_NAME,
    AccountParam,
    account_option,
    age_of,
    must_be_active,
    open_accounts,
    or_refuse,
)
from tools.wording import Line, Tail, Text, Yuan, line

NONE = Text("您名下没有在用的账户", "You have no open account")
HOW_MUCH = Text(
    "尾号 {tail} 现在每天 {now}，自己最多能调到 {ceiling}。想提到多少？",
    "The account ending in {tail} has {now} a day and can be set to {ceiling} at most. What shall it be?",
)
SAME = Text(
    "尾号 {tail} 的每日限额本来就是 {now}，不用改",
    "The daily limit of the account ending in {tail} is {now} already, so nothing needs to change",
)
LOWER_THAN_NOW = Text(
    "尾号 {tail} 现在每天 {now}，比您说的 {wanted} 还高。想要 {wanted} 的话，那是降低限额，不用核验",
    "The account ending in {tail} has {now} a day, which is more than {wanted}. If you want {wanted}, that is lowering the limit and needs no check",
)
LOWER = Text(
    "把尾号 {tail} 的每日限额降到 {wanted}", "lower the daily limit of the account ending in {tail} to {wanted}"
)
CLASS_MAX = Text(
    "尾号 {tail} 是{cls}，每天最多 {now}，这是监管统一规定的，不能再高。要多转，请用Ⅰ类户",
    "The account ending in {tail} is {cls}: {now} a day is the most the regulator allows, so it cannot go higher. To send more, use a Class I account",
)
AT_CEILING = Text(
    "尾号 {tail} 现在每天 {now}，已经是您自己能调的最高了。要更高，请带身份证件和用途材料到网点，柜面转账也不受这个限额管",
    "The account ending in {tail} has {now} a day, the most you can set by yourself. For more, bring your ID and proof of purpose to a branch; counter transfers are not bound by this limit",
)
ABOVE = Text(
    "{wanted} 超过了您自己能调的最高 {ceiling}，更高的要带身份证件和用途材料到网点办",
    "{wanted} is above {ceiling}, the most you can set by yourself; for more, bring your ID and proof of purpose to a branch",
)
MINOR = Text(
    "{age} 岁以后才能自己提额。现在要提，请和爸爸妈妈或监护人一起到网点，带上两个人的证件",
    "One can raise a limit alone from the age of {age}. To do it now, come to a branch with a parent or guardian, and bring both IDs",
)
WHAT = Text(
    "把尾号 {tail} 的每日转账限额从 {now} 提到 {wanted}",
    "Raise the daily transfer limit of the account ending in {tail} from {now} to {wanted}",
)
EFFECT = Text("马上生效，不收费，随时可以调低", "It works at once, is free, and can be lowered at any time")
OTP_FOR = Text(
    "把尾号 {tail} 的每日限额提到 {wanted}", "raising the daily limit of the account ending in {tail} to {wanted}"
)
DONE = Text(
    "提好了，尾号 {tail} 现在每天最多转 {wanted}", "Done. The account ending in {tail} can now send {wanted} a day"
)
UNDO = Text("随时对我说“降低限额”，马上就能调回去", "Just say “lower my limit” at any time; it works at once")
TIP = Text(
    "大额的钱付完就把限额调低，这样最安全",
    "Once the large payment is made, lower the limit again: that is safest",
)


class RaiseParams(Params):
    account: AccountParam
    per_day: Annotated[
        AmountText,
        Param("amount", Text("每日限额", "Daily limit"), Text("想提到每天多少？", "What shall the daily limit be?")),
    ]


class LimitRaise(Service[RaiseParams]):
    """Raises the daily limit up to :attr:`tools.bank.port.Limits.ceiling`; beyond that a branch decides."""

    id: ClassVar[str] = "limit.raise"
    model: ClassVar[type[Params]] = RaiseParams
    binds_otp: ClassVar[bool] = True
    fact_names: ClassVar[frozenset[str]] = frozenset({"per_day", "limit_rise"})

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        """The one account that has room to be raised; where none has, the one Ⅰ account, to tell why not."""
        accounts = open_accounts(ctx)
        roomy = [a for a in accounts if a.status == "active" and a.limits.ceiling > a.limits.per_day]
        meant = roomy or [a for a in accounts if a.cls == "I"]
        return {"account": meant[0].tail, **slots} if len(meant) == 1 else dict(slots)

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option] | None:
        if name != "account":
            return None
        return or_refuse([account_option(account) for account in open_accounts(ctx)], "no_account", NONE)

    def question(self, name: str, slots: Mapping[str, str], ctx: Context) -> Line:
        """Raises Refused: nobody is asked how far an account shall go that cannot go any further."""
        if name != "per_day":
            return super().question(name, slots, ctx)
        account = ctx.bank.account(ctx.customer.id, slots["account"])
        _must_have_room(account, None, ctx)
        now, ceiling = Yuan(account.limits.per_day), Yuan(account.limits.ceiling)
        return line(HOW_MUCH, tail=Tail(account.tail), now=now, ceiling=ceiling)

    def check(self, params: RaiseParams, ctx: Context) -> None:
        account, wanted = ctx.bank.account(ctx.customer.id, params.account), Decimal(params.per_day)
        limits, tail = account.limits, Tail(account.tail)
        _must_have_room(account, params.per_day, ctx)
        if wanted < limits.per_day:
            slots = {"account": params.account, "per_day": params.per_day}
            way = Settle("limit.lower", line(LOWER, tail=tail, wanted=Yuan(wanted)), slots)
            said = line(LOWER_THAN_NOW, tail=tail, now=Yuan(limits.per_day), wanted=Yuan(wanted))
            raise Refused("lower_than_now", said, instead=way)
        if wanted > limits.ceiling:
            said = line(ABOVE, wanted=Yuan(wanted), ceiling=Yuan(limits.ceiling))
            raise AskAgain("per_day", "above_ceiling", said)

    def facts(self, params: RaiseParams, ctx: Context) -> dict[str, Fact]:
        now, wanted = ctx.bank.account(ctx.customer.id, params.account).limits.per_day, Decimal(params.per_day)
        return {"per_day": wanted, "limit_rise": wanted - now}

    def otp_purpose(self, params: RaiseParams, ctx: Context) -> Line:
        return line(OTP_FOR, tail=Tail(params.account), wanted=Yuan(Decimal(params.per_day)))

    def preview(self, params: RaiseParams, ctx: Context) -> Sequence[Line]:
        now = ctx.bank.account(ctx.customer.id, params.account).limits.per_day
        wanted = Yuan(Decimal(params.per_day))
        return [line(WHAT, tail=Tail(params.account), now=Yuan(now), wanted=wanted), Line(EFFECT)]

    def consequences(self, params: RaiseParams, ctx: Context) -> Sequence[str]:
        return [f"{ctx.bank.account(ctx.customer.id, params.account).limits.per_day}"]

    def execute(self, params: RaiseParams, ctx: Context, key: str) -> Result:
        before = ctx.bank.account(ctx.customer.id, params.account).limits.per_day
        ctx.bank.set_daily_limit(ctx.customer.id, params.account, Decimal(params.per_day), key=key)
        return Result(facts={"before": f"{before:.2f}"})

    def follow_up(self, params: RaiseParams, result: Result, ctx: Context) -> FollowUp:
        wanted = Yuan(Decimal(params.per_day))
        return FollowUp(
            said=[line(DONE, tail=Tail(params.account), wanted=wanted)],
            rows=[
                *self.shown(params, ctx),
                Row("before", Text("原来的限额", "Before"), Yuan(Decimal(result.facts["before"]))),
            ],
            undo=Line(UNDO),
            tip=Line(TIP),
        )


def _must_have_room(account: Account, wanted: str | None, ctx: Context) -> None:
    """Raises Refused when the account cannot be raised at all, or is at the wanted limit already."""
    if age_of(ctx) < ctx.tariff["limits.raise.from_age"]:
        raise Refused("minor", line(MINOR, age=int(ctx.tariff["limits.raise.from_age"])))
    must_be_active(account, ctx)
    limits, tail = account.limits, Tail(account.tail)
    now = Yuan(limits.per_day)
    if wanted is not None and Decimal(wanted) == limits.per_day:
        raise Refused("same", line(SAME, tail=tail, now=now))
    if limits.ceiling > limits.per_day or (wanted is not None and Decimal(wanted) < limits.per_day):
        return
    if account.cls == "I":
        raise Refused("at_ceiling", line(AT_CEILING, tail=tail, now=now))
    raise Refused("class_max", line(CLASS_MAX, tail=tail, cls=CLASS_NAME[account.cls], now=now))
