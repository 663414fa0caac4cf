"""transfer.create: pay one of the customer's payees, at once or, to a stranger, after the bank's 24 hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from tools.bank.port import NotFound, Payee, Transfer
from tools.errors import AskAgain
from tools.gate.service import (
    AmountText,
    Context,
    Fact,
    FollowUp,
    Option,
    Param,
    Params,
    Result,
    Row,
    Service,
    ShortText,
    TailText,
)
from tools.services.common import account_option, controlled, must_be_active, or_refuse
from tools.wording import Line, Moment, Tail, Text, Value, Yuan, line

NO_ACCOUNT = Text("您名下没有可以转账的账户", "You have no account that can send money at present")
NO_PAYEE = Text(
    "您还没有收款人，请先在手机银行里添加，或者转人工",
    "You have no payees yet. Please add one in our mobile app, or ask for a person",
)
UNKNOWN_PAYEE = Text(
    "您的收款人里没有“{name}”。新收款人请先在手机银行里添加",
    "“{name}” is not among your payees. Please add a new payee in our mobile app first",
)
ONESELF = Text("不能转给自己的同一个账户，请选一位收款人", "You cannot pay yourself. Please choose a payee")
TOO_MUCH = Text(
    "尾号 {tail} 可用 {available}，不够转 {amount}",
    "The account ending in {tail} has {available} available, less than {amount}",
)
OVER_DAY = Text(
    "尾号 {tail} 今天还能转 {left}，请说一个不超过它的金额",
    "The account ending in {tail} can still send {left} today. Please tell me an amount within that",
)
OVER_YEAR = Text(
    "尾号 {tail} 今年还能转 {left}，请说一个不超过它的金额",
    "The account ending in {tail} can still send {left} this year. Please tell me an amount within that",
)
WHAT = Text(
    "从尾号 {tail} 给{payee}转 {amount}，对方账户尾号 {to}",
    "Send {amount} from the account ending in {tail} to {payee}, whose account ends in {to}",
)
AT_ONCE = Text("免手续费，马上到账，到账后撤不回来", "No fee. It arrives at once and cannot be called back then")
DELAYED = Text(
    "免手续费。第一次给这位收款人转账，按我行规定 {hours} 小时后到账，{until} 前都可以撤销",
    "No fee. As your first payment to this payee it arrives in {hours} hours under our bank's policy, and you can cancel it until {until}",
)
DELAYED_UNUSUAL = Text(
    "免手续费。这笔和您平时不一样，按我行规定 {hours} 小时后到账，{until} 前都可以撤销",
    "No fee. As it is unlike your usual payments it arrives in {hours} hours under our bank's policy, and you can cancel it until {until}",
)
AGAIN = Text(
    "您 {at} 刚给{payee}转过同样的金额，请确认不是重复的一笔",
    "You sent {payee} the same amount at {at}; please be sure that you mean to send it again",
)
HOW = Text("。想申请，对我说“申请解除管控”", ". To appeal, tell me “I appeal against the control”")
DONE = Text("转好了，{amount} 已经到{payee}的账户", "Done. {amount} has arrived in {payee}'s account")
WAITING = Text(
    "已经受理，{amount} 将在 {until} 到{payee}的账户", "Accepted. {amount} will arrive in {payee}'s account on {until}"
)
UNDO = Text("{until} 前想反悔，对我说“撤销转账”就行", "Until {until} just tell me “cancel the transfer” to stop it")
TIP = Text(
    "收款人催您、不让您告诉家人，多半是诈骗，先打 96110 问一问",
    "If a payee hurries you or tells you to keep it secret, it is probably a scam: call 96110 first",
)
OTP_FOR = Text("给{payee}转账 {amount}", "sending {amount} to {payee}")
PURPOSE_ASK = Text(
    "第一次给{payee}转账，这笔钱是用来做什么的？", "It is your first payment to {payee}. What is it for?"
)
PURPOSES = {
    "family": Text("亲友往来", "Family or friends"),
    "goods": Text("买东西或服务", "Goods or services"),
    "rent": Text("房租或学费", "Rent, tuition and the like"),
    "investment": Text("投资理财", "Investment"),
    "told_to": Text("有人让我转的（客服、公安、领导）", "Somebody told me to (service, police, boss)"),
}
USUAL_SINCE, LATELY = timedelta(days=180), timedelta(days=1)
SAME_WITHIN = timedelta(minutes=10)
USUAL_AT_LEAST = Decimal(1000)  # yuan; what is no more than a few times that is never unusual
ORDINARY_BELOW = 3  # times the usual
MOST_FROM, MOST_PERCENT = Decimal(1000), 70


class TransferParams(Params):
    payee: Annotated[str, Param("payee", Text("收款人", "To"), Text("请问转给谁？", "Who shall I send it to?"))]
    amount: Annotated[
        AmountText, Param("amount", Text("金额", "Amount"), Text("请问转多少？", "How much shall I send?"))
    ]
    from_: Annotated[
        TailText, Param("account", Text("付款账户", "From"), Text("请问从哪个账户转？", "From which account?"))
    ] = Field(alias="from")
    purpose: Annotated[
        ShortText | None, Param("text", Text("用途", "Purpose"), Text("这笔钱是用来做什么的？", "What is it for?"))
    ] = None


class TransferCreate(Service[TransferParams]):
    """A payment to a payee on file; risk may delay, review or block it."""

    id: ClassVar[str] = "transfer.create"
    model: ClassVar[type[Params]] = TransferParams
    binds_otp: ClassVar[bool] = True
    can_wait: ClassVar[bool] = True
    fact_names: ClassVar[frozenset[str]] = frozenset(
        {
            "amount", "first_payee", "known_payee", "payee_flagged", "purpose", "investment", "amount_times_usual",
            "most_of_balance", "ordinary", "transfers_last_hour", "sent_last_day", "first_payees_last_day",
        }
    )  # fmt: skip

    def required(self, slots: Mapping[str, str], ctx: Context) -> Sequence[str]:
        names = ["payee", "amount", "from"]
        payee = _payee(ctx, slots.get("payee"))
        return [*names, "purpose"] if payee is not None and not payee.known else names

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option] | None:
        if name == "payee":
            payees = [
                Option(payee.name, Line(Text(payee.name, payee.name)), say=(payee.tail,))
                for payee in ctx.bank.payees(ctx.customer.id)
            ]
            return or_refuse(payees, "no_payee", NO_PAYEE)
        if name == "from":
            accounts = ctx.bank.accounts(ctx.customer.id)
            active = [account_option(account) for account in accounts if account.status == "active"]
            asleep = [account for account in accounts if account.status in ("restricted", "dormant")]
            if not active and asleep:
                must_be_active(asleep[0], ctx)
            return or_refuse(active, "no_account", NO_ACCOUNT)
        if name == "purpose":
            return [Option(value, Line(label)) for value, label in PURPOSES.items()]
        return None

    def question(self, name: str, slots: Mapping[str, str], ctx: Context) -> Line:
        if name == "purpose":
            return line(PURPOSE_ASK, payee=slots["payee"])
        return super().question(name, slots, ctx)

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        """The one active Ⅰ account pays unless another is named; the read-back shows it."""
        filled = dict(slots)
        main = [a for a in ctx.bank.accounts(ctx.customer.id) if a.cls == "I" and a.status == "active"]
        if "from" not in filled and len(main) == 1:
            filled["from"] = main[0].tail
        return filled

    def accept(self, name: str, value: str, ctx: Context) -> None:
        if name == "from":
            _not_controlled(value, ctx)
        if name != "payee":
            return
        if value == ctx.customer.name or value in ("自己", "我自己", "myself", "me"):
            raise AskAgain("payee", "oneself", Line(ONESELF))
        if _payee(ctx, value) is None:
            raise AskAgain("payee", "unknown_payee", line(UNKNOWN_PAYEE, name=value[:30]))

    def check(self, params: TransferParams, ctx: Context) -> None:
        account, amount = ctx.bank.account(ctx.customer.id, params.from_), Decimal(params.amount)
        must_be_active(account, ctx)
        tail = Tail(account.tail)
        if amount > account.available:
            said = line(TOO_MUCH, tail=tail, available=Yuan(account.available), amount=Yuan(amount))
            raise AskAgain("amount", "insufficient_funds", said)
        limits = account.limits
        if limits.used_today + amount > limits.per_day:
            left = max(Decimal(0), limits.per_day - limits.used_today)
            raise AskAgain("amount", "daily_limit", line(OVER_DAY, tail=tail, left=Yuan(left)))
        if limits.per_year is not None and limits.used_this_year + amount > limits.per_year:
            left = max(Decimal(0), limits.per_year - limits.used_this_year)
            raise AskAgain("amount", "yearly_limit", line(OVER_YEAR, tail=tail, left=Yuan(left)))

    def facts(self, params: TransferParams, ctx: Context) -> dict[str, Fact]:
        payee, amount = ctx.bank.payee(ctx.customer.id, params.payee), Decimal(params.amount)
        available = ctx.bank.account(ctx.customer.id, params.from_).available
        usual, sent = max(_usual(ctx), USUAL_AT_LEAST), _lately(ctx)
        today = amount + sum(transfer.amount for transfer in sent if transfer.payee == payee.name)
        return {
            "amount": amount,
            "first_payee": not payee.known,
            "known_payee": payee.known,
            "payee_flagged": payee.flagged,
            "purpose": "none" if params.purpose is None else params.purpose if params.purpose in PURPOSES else "other",
            "investment": params.purpose == "investment",
            "amount_times_usual": int(amount / usual),
            "most_of_balance": amount >= MOST_FROM and amount >= available * MOST_PERCENT / 100,
            "ordinary": payee.known and today < usual * ORDINARY_BELOW,  # in parts, too
            **_sums(sent, payee, ctx),
        }

    def shown(self, params: TransferParams, ctx: Context) -> Sequence[Row]:
        rows = [row for row in super().shown(params, ctx) if row.name != "purpose"]
        purpose = params.purpose
        return rows if purpose is None else [*rows, Row("purpose", Text("用途", "Purpose"), _purpose(purpose))]

    def otp_purpose(self, params: TransferParams, ctx: Context) -> Line:
        return line(OTP_FOR, payee=params.payee, amount=Yuan(Decimal(params.amount)))

    def preview(self, params: TransferParams, ctx: Context) -> Sequence[Line]:
        payee = ctx.bank.payee(ctx.customer.id, params.payee)
        amount = Yuan(Decimal(params.amount))
        what = line(WHAT, tail=Tail(params.from_), payee=payee.name, to=Tail(payee.tail), amount=amount)
        hours = ctx.decision.delay_hours if ctx.decision is not None else 0
        same = [transfer for transfer in _same(params, ctx) if ctx.now - transfer.created < SAME_WITHIN]
        again = [line(AGAIN, at=Moment(same[0].created), payee=params.payee)] if same else []
        if not hours:
            return [what, *again, Line(AT_ONCE)]
        why = DELAYED_UNUSUAL if payee.known else DELAYED
        return [what, *again, line(why, hours=hours, until=Moment(ctx.now + timedelta(hours=hours)))]

    def consequences(self, params: TransferParams, ctx: Context) -> Sequence[str]:
        """Where the same was sent from another session since the read-back, it is read back anew and that is said."""
        return [f"same:{len(_same(params, ctx))}"]

    def execute(self, params: TransferParams, ctx: Context, key: str) -> Result:
        hours = ctx.decision.delay_hours if ctx.decision is not None else 0
        arrives = ctx.now + timedelta(hours=hours) if hours else None
        made = ctx.bank.create_transfer(
            ctx.customer.id, params.from_, params.payee, Decimal(params.amount), arrives=arrives, key=key
        )
        return Result("delayed" if hours else "done", {"transfer": made.id}, made.id)

    def follow_up(self, params: TransferParams, result: Result, ctx: Context) -> FollowUp:
        made = ctx.bank.transfer(ctx.customer.id, result.facts["transfer"])
        amount, until = Yuan(made.amount), Moment(made.arrives)
        rows = [
            Row("amount", Text("金额", "Amount"), amount),
            Row("payee", Text("收款人", "To"), made.payee),
            Row("from", Text("付款账户", "From"), Tail(made.source)),
            Row("arrives", Text("到账时间", "Arrives"), until),
        ]
        if result.status == "delayed":
            return FollowUp(
                said=[line(WAITING, amount=amount, until=until, payee=params.payee)],
                rows=rows,
                undo=line(UNDO, until=until),
                tip=Line(TIP),
            )
        return FollowUp(said=[line(DONE, amount=amount, payee=params.payee)], rows=rows, tip=Line(TIP))


def _not_controlled(tail: str, ctx: Context) -> None:
    """Raises AskAgain with the reason and the customer's rights when this is an own account under a control."""
    for account in ctx.bank.accounts(ctx.customer.id):
        if account.tail == tail and account.status == "restricted":
            told = controlled(account, ctx.tariff)
            raise AskAgain("from", "controlled", Line(Text(told.text.zh + HOW.zh, told.text.en + HOW.en), told.values))


def _same(params: TransferParams, ctx: Context) -> Sequence[Transfer]:
    """This payment as it was made before, newest first: same payee, same amount, not cancelled."""
    return [
        transfer
        for transfer in ctx.bank.transfers(ctx.customer.id)
        if (transfer.payee, transfer.amount) == (params.payee, Decimal(params.amount))
        and transfer.status != "cancelled"
    ]


def _usual(ctx: Context) -> Decimal:
    """The largest payment of half a year; what was paid since yesterday does not count, so that nobody is led up step by
    step."""
    return ctx.bank.largest_payment(ctx.customer.id, ctx.now - USUAL_SINCE, ctx.now - LATELY)


def _lately(ctx: Context) -> Sequence[Transfer]:
    """What was sent within 24 hours before, over midnight too."""
    transfers = ctx.bank.transfers(ctx.customer.id)
    return [one for one in transfers if one.status != "cancelled" and ctx.now - one.created < LATELY]


def _sums(sent: Sequence[Transfer], payee: Payee, ctx: Context) -> dict[str, Fact]:
    """How much and how often was sent lately, and to how many others for the first time."""
    new = {other.name for other in ctx.bank.payees(ctx.customer.id) if not other.known and other.name != payee.name}
    return {
        "transfers_last_hour": sum(ctx.now - transfer.created < timedelta(hours=1) for transfer in sent),
        "sent_last_day": sum((transfer.amount for transfer in sent), Decimal(0)),
        "first_payees_last_day": len(new & {transfer.payee for transfer in sent}),
    }


def _payee(ctx: Context, name: str | None) -> Payee | None:
    try:
        return None if name is None else ctx.bank.payee(ctx.customer.id, name)
    except NotFound:
        return None


def _purpose(purpose: str) -> Value:
    return PURPOSES.get(purpose, purpose)
