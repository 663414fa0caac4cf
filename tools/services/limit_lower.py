"""limit.lower: a lower daily limit, for whoever wants less at risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, ClassVar

from tools.bank.port import Limits
from tools.errors import Refused, Settle
from tools.gate.service import AmountText, Context, FollowUp, Option, Param, Params, Result, Row, Service
from tools.services.common import AccountParam, account_option, open_accounts, or_refuse
from tools.wording import Line, Tail, Text, Value, Yuan, line

NONE = Text("您名下没有在用的账户", "You have no open account")
HOW_MUCH = Text(
    "尾号 {tail} 现在每天 {now}，想降到多少？",
    "The account ending in {tail} has {now} a day. What shall it be lowered to?",
)
SAME = Text(
    "尾号 {tail} 的每日限额本来就是 {now}，不用改",
    "The daily limit of the account ending in {tail} is {now} already, so nothing needs to change",
)
HIGHER = Text(
    "尾号 {tail} 现在每天 {now}，比您说的 {wanted} 低。想要 {wanted} 的话，那是提高限额，要核实证件和本人",
    "The account ending in {tail} has {now} a day, which is less than {wanted}. If you want {wanted}, that is raising the limit, with your ID and a live check",
)
TOO_HIGH = Text(
    "尾号 {tail} 现在每天 {now}，已经比您说的 {wanted} 低了，不用再降",
    "The account ending in {tail} has {now} a day, which is below {wanted} already; there is nothing to lower",
)
RAISE = Text(
    "把尾号 {tail} 的每日限额提到 {wanted}", "raise the daily limit of the account ending in {tail} to {wanted}"
)
WHAT = Text(
    "把尾号 {tail} 的每日转账限额从 {now} 降到 {wanted}",
    "Lower the daily transfer limit of the account ending in {tail} from {now} to {wanted}",
)
EFFECT = Text(
    "马上生效，不收费。以后想再提高，要核实证件和本人",
    "It works at once and is free. Raising it again needs your ID and a live check",
)
USED_UP = Text(
    "今天已经转了 {used}，所以今天不能再转了，明天零点起按新的限额算",
    "You have sent {used} today, so no more can be sent today; from midnight the new limit counts",
)
LEFT = Text("今天已经转了 {used}，还能转 {left}", "You have sent {used} today, and {left} is left")
DONE = Text(
    "降好了，尾号 {tail} 现在每天最多转 {wanted}", "Done. The account ending in {tail} can now send {wanted} a day"
)
UNDO = Text("要用大额的时候，对我说“提高限额”就行", "When you need more, just say “raise my limit”")
TIP = Text("平时限额留低一点，万一出事损失也小", "A low limit keeps the loss small if something goes wrong")


class LowerParams(Params):
    account: AccountParam
    per_day: Annotated[
        AmountText,
        Param("amount", Text("每日限额", "Daily limit"), Text("想降到每天多少？", "What shall the daily limit be?")),
    ]


class LimitLower(Service[LowerParams]):
    """Lowers the daily limit of any open account, also of one that cannot send at present."""

    id: ClassVar[str] = "limit.lower"
    model: ClassVar[type[Params]] = LowerParams

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        """The one account whose limit is above the wanted one."""
        if "per_day" not in slots or not _is_amount(slots["per_day"]):
            return dict(slots)
        above = [a.tail for a in open_accounts(ctx) if a.limits.per_day > Decimal(slots["per_day"])]
        return {"account": above[0], **slots} if len(above) == 1 else dict(slots)

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option] | None:
        if name != "account":
            return None
        return or_refuse([account_option(account) for account in open_accounts(ctx)], "no_account", NONE)

    def question(self, name: str, slots: Mapping[str, str], ctx: Context) -> Line:
        if name != "per_day":
            return super().question(name, slots, ctx)
        now = ctx.bank.account(ctx.customer.id, slots["account"]).limits.per_day
        return line(HOW_MUCH, tail=Tail(slots["account"]), now=Yuan(now))

    def check(self, params: LowerParams, ctx: Context) -> None:
        account, wanted = ctx.bank.account(ctx.customer.id, params.account), Decimal(params.per_day)
        limits, tail = account.limits, Tail(account.tail)
        if account.status == "closed":
            raise Refused("wrong_state", Line(NONE))
        if wanted == limits.per_day:
            raise Refused("same", line(SAME, tail=tail, now=Yuan(limits.per_day)))
        if wanted > limits.per_day:
            values: dict[str, Value] = {"tail": tail, "now": Yuan(limits.per_day), "wanted": Yuan(wanted)}
            if account.status != "active" or wanted > limits.ceiling:
                raise Refused("higher_than_now", line(TOO_HIGH, **values))
            slots = {"account": params.account, "per_day": params.per_day}
            way = Settle("limit.raise", line(RAISE, tail=tail, wanted=Yuan(wanted)), slots)
            raise Refused("higher_than_now", line(HIGHER, **values), instead=way)

    def preview(self, params: LowerParams, ctx: Context) -> Sequence[Line]:
        limits = self._limits(params, ctx)
        wanted, used = Decimal(params.per_day), limits.used_today
        what = line(WHAT, tail=Tail(params.account), now=Yuan(limits.per_day), wanted=Yuan(wanted))
        if not used:
            return [what, Line(EFFECT)]
        today = (
            line(USED_UP, used=Yuan(used)) if used >= wanted else line(LEFT, used=Yuan(used), left=Yuan(wanted - used))
        )
        return [what, today, Line(EFFECT)]

    def consequences(self, params: LowerParams, ctx: Context) -> Sequence[str]:
        return [f"{self._limits(params, ctx).per_day}"]

    def execute(self, params: LowerParams, ctx: Context, key: str) -> Result:
        before = self._limits(params, ctx).per_day
        ctx.bank.set_daily_limit(ctx.customer.id, params.account, Decimal(params.per_day), key=key)
        return Result(facts={"before": f"{before:.2f}"})

    def follow_up(self, params: LowerParams, result: Result, ctx: Context) -> FollowUp:
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

    def _limits(self, params: LowerParams, ctx: Context) -> Limits:
        return ctx.bank.account(ctx.customer.id, params.account).limits


def _is_amount(raw: str) -> bool:
    return raw.replace(".", "", 1).isdecimal()
