"""account.close: end an account and its card for good; what is on it goes to another own account.

What stands in the way is named item by item, each with the errand that settles it (:class:`tools.errors.Settle`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, ClassVar

from tools.bank.port import Account, Obstacle
from tools.errors import AskAgain, Refused, Settle
from tools.gate.service import Context, Fact, FollowUp, Option, Param, Params, Result, Row, Service, TailText
from tools.services.common import (
    APPEAL,
    CLASS_NAME,
    AccountParam,
    account_option,
    errands_for,
    listed,
    open_accounts,
    or_refuse,
)
from tools.wording import Day, Line, Moment, Tail, Text, Yuan, line

NONE = Text("您名下没有可以销的账户", "You have no account that could be closed")
CLOSED = Text(
    "尾号 {tail} 已经销户了，不用再办", "The account ending in {tail} is closed already; nothing needs to be done"
)
NOT_YET = Text("尾号 {tail} 现在还不能销户", "The account ending in {tail} cannot be closed yet")
RESTRICTED = Text("它受到管控，要先申请解除", "it is under a control, which has to be lifted first")
LOST = Text(
    "它的卡是挂失的，找到了就解除挂失，找不到请带身份证件到网点办",
    "its card is reported lost: cancel the report if you found it, or bring your ID to a branch",
)
LOST_ERRAND = Text("解除尾号 {tail} 的挂失", "cancel the loss report of the card ending in {tail}")
BOUND = Text(
    "尾号 {tail} 的账户绑在它上面，要先销掉", "the account ending in {tail} is bound to it and has to be closed first"
)
BOUND_ERRAND = Text("销掉尾号 {tail} 的账户", "close the account ending in {tail}")
DEBIT = Text("{merchant}的代扣还没解约", "the auto-debit of {merchant} is still in force")
DEBIT_ERRAND = Text("取消{merchant}的代扣", "cancel the auto-debit of {merchant}")
PENDING = Text(
    "给{payee}的 {amount} 还没到账，可以撤销，或者等到 {until}",
    "the {amount} to {payee} has not arrived: it can be cancelled, or arrives on {until}",
)
PENDING_ERRAND = Text("撤销给{payee}的 {amount}", "cancel the {amount} to {payee}")
LOAN = Text("您的贷款还有 {amount} 没还清，从这个账户扣", "your loan of {amount} is repaid from this account")
LOAN_ERRAND = Text("提前还清贷款", "repay the loan early")
TERM = Text(
    "您有 {amount} 定期，{due} 到期，本息要付到这个账户",
    "your term deposit of {amount}, due on {due}, is paid out to this account",
)
TERM_ERRAND = Text("提前支取定期", "withdraw the term deposit early")
MONEY = Text(
    "里面还有 {balance}，您没有别的账户能接，要先转走",
    "there is {balance} on it and no other account of yours to take it, so it has to be sent elsewhere first",
)
MONEY_ERRAND = Text("把里面的 {balance} 转走", "send the {balance} elsewhere")
LATER = Text(
    "里面的 {balance} 不用先动，销户时转到您的另一个账户",
    "The {balance} on it can stay; it goes to another account of yours when it is closed",
)
NOTHING_TO_PAY = Text("这个账户里没有钱，不用转", "There is no money on this account, so nothing has to be moved")
CANNOT_TAKE = Text("尾号 {tail} 现在收不了这笔钱", "The account ending in {tail} cannot take this money at present")
WHAT = Text("销掉尾号 {tail} 的{cls}，它的卡一起停用", "Close the {cls} account ending in {tail}, and its card with it")
PAY = Text("里面的 {balance} 转到您自己尾号 {to} 的账户", "The {balance} on it goes to your own account ending in {to}")
EFFECT = Text(
    "不收费。销了就恢复不了，别人再转来的钱会退回去",
    "It is free. It cannot be undone, and money sent there later is returned",
)
DONE = Text("尾号 {tail} 的账户销好了", "The account ending in {tail} is closed")
PAID = Text("里面的 {amount} 已经在您尾号 {to} 的账户里", "The {amount} on it is in your account ending in {to}")
NEXT = Text(
    "把旧卡的芯片剪断，发工资、退税的单位记得告诉新账号",
    "Cut through the old card's chip, and tell your employer and others who pay you your other account",
)
TIP = Text(
    "有人让您销户、把钱转给他，是诈骗，打 96110",
    "Whoever has you close an account and send him the money is a fraudster: call 96110",
)


class CloseParams(Params):
    account: AccountParam
    to: Annotated[
        TailText | None,
        Param("account", Text("余额转到", "Balance to"), Text("里面的钱转到您自己的哪个账户？", "Which of your own accounts shall the money go to?")),
    ] = None  # fmt: skip


class AccountClose(Service[CloseParams]):
    """Active or dormant → closed. A dormant account need not be woken for it."""

    id: ClassVar[str] = "account.close"
    model: ClassVar[type[Params]] = CloseParams
    fact_names: ClassVar[frozenset[str]] = frozenset({"paid_out", "last_account"})

    def required(self, slots: Mapping[str, str], ctx: Context) -> Sequence[str]:
        """Where the money goes is asked only when there is some and nothing else stands in the way."""
        tail = slots.get("account")
        if tail is None or ctx.bank.obstacles(ctx.customer.id, tail):
            return ["account"]
        account = ctx.bank.account(ctx.customer.id, tail)
        return ["account", "to"] if account.balance and _takers(account, ctx) else ["account"]

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        if name == "to" and "account" in slots:
            account = ctx.bank.account(ctx.customer.id, slots["account"])
            return [account_option(other) for other in _takers(account, ctx)]
        return or_refuse([account_option(account) for account in open_accounts(ctx)], "no_account", NONE)

    def check(self, params: CloseParams, ctx: Context) -> None:
        account = ctx.bank.account(ctx.customer.id, params.account)
        tail = Tail(account.tail)
        if account.status == "closed":
            raise Refused("already_closed", line(CLOSED, tail=tail))
        found = [_told(obstacle, ctx) for obstacle in ctx.bank.obstacles(ctx.customer.id, account.tail)]
        if account.balance and not _takers(account, ctx):
            found.append(_money(account))
        if found:
            paid = line(LATER, balance=Yuan(account.balance)) if account.balance and _takers(account, ctx) else None
            reasons = listed(NOT_YET, [reason for reason, _ in found], paid, tail=tail)
            errands = {(one.service, *one.slots.values()): one for _, several in found for one in several}
            raise Refused("not_clear", reasons, list(errands.values()))
        if params.to is not None and not account.balance:
            raise AskAgain("to", "nothing_to_pay", Line(NOTHING_TO_PAY))
        if params.to is not None and params.to not in [other.tail for other in _takers(account, ctx)]:
            raise AskAgain("to", "cannot_take", line(CANNOT_TAKE, tail=Tail(params.to)))

    def facts(self, params: CloseParams, ctx: Context) -> dict[str, Fact]:
        return {"paid_out": params.to is not None, "last_account": len(open_accounts(ctx)) == 1}

    def preview(self, params: CloseParams, ctx: Context) -> Sequence[Line]:
        account = ctx.bank.account(ctx.customer.id, params.account)
        lines = [line(WHAT, tail=Tail(account.tail), cls=CLASS_NAME[account.cls]), Line(EFFECT)]
        if params.to is not None:
            lines.insert(1, line(PAY, balance=Yuan(account.balance), to=Tail(params.to)))
        return lines

    def consequences(self, params: CloseParams, ctx: Context) -> Sequence[str]:
        return [f"{ctx.bank.account(ctx.customer.id, params.account).balance}"]

    def execute(self, params: CloseParams, ctx: Context, key: str) -> Result:
        balance = ctx.bank.account(ctx.customer.id, params.account).balance
        ctx.bank.close_account(ctx.customer.id, params.account, to=params.to, key=key)
        return Result(facts={} if params.to is None else {"paid_out": f"{balance:.2f}"})

    def follow_up(self, params: CloseParams, result: Result, ctx: Context) -> FollowUp:
        said, rows = [line(DONE, tail=Tail(params.account))], list(self.shown(params, ctx))
        if params.to is not None:
            paid = Yuan(Decimal(result.facts["paid_out"]))
            said.append(line(PAID, amount=paid, to=Tail(params.to)))
            rows.append(Row("paid_out", Text("转出余额", "Paid out"), paid))
        return FollowUp(said=said, rows=rows, next=[Line(NEXT)], tip=Line(TIP))


def _takers(account: Account, ctx: Context) -> Sequence[Account]:
    """The customer's other accounts that may take what is on this one; a Ⅲ account has a highest balance."""
    return [
        other
        for other in ctx.bank.accounts(ctx.customer.id)
        if other.tail != account.tail and other.status == "active" and _may_hold(other, account.balance, ctx)
    ]


def _may_hold(account: Account, more: Decimal, ctx: Context) -> bool:
    most = ctx.tariff.get(f"limits.class_{account.cls}.balance")
    return most is None or account.balance + more <= most


def _money(account: Account) -> tuple[Line, Sequence[Settle]]:
    """Money and nowhere of one's own to pay it: it is sent elsewhere, from an account that can send."""
    balance = Yuan(account.balance)
    send = Settle("transfer.create", line(MONEY_ERRAND, balance=balance), {"from": account.tail})
    return line(MONEY, balance=balance), [*errands_for(account), send]


def _told(obstacle: Obstacle, ctx: Context) -> tuple[Line, Sequence[Settle]]:
    """An obstacle in words, and what settles it."""
    customer, subject = ctx.customer.id, obstacle.subject
    tail = Tail(subject)
    match obstacle.kind:
        case "restricted":
            errand = Settle("account.unfreeze_appeal", line(APPEAL, tail=tail), {"account": subject})
            return Line(RESTRICTED), [errand]
        case "lost_card":
            return Line(LOST), [Settle("card.cancel_loss", line(LOST_ERRAND, tail=tail), {"card": subject})]
        case "bound_account":
            errand = Settle("account.close", line(BOUND_ERRAND, tail=tail), {"account": subject})
            return line(BOUND, tail=tail), [errand]
        case "auto_debit":
            merchant = ctx.bank.auto_debit(customer, subject).merchant
            errand = Settle("autodebit.cancel", line(DEBIT_ERRAND, merchant=merchant), {"autodebit": subject})
            return line(DEBIT, merchant=merchant), [errand]
        case "pending_transfer":
            transfer = ctx.bank.transfer(customer, subject)
            payee, amount = transfer.payee, Yuan(transfer.amount)
            said = line(PENDING, payee=payee, amount=amount, until=Moment(transfer.arrives))
            errand = Settle("transfer.cancel", line(PENDING_ERRAND, payee=payee, amount=amount), {"transfer": subject})
            return said, [errand]
        case "loan" | "term_deposit":
            return _contract(subject, ctx)


def _contract(subject: str, ctx: Context) -> tuple[Line, Sequence[Settle]]:
    contract = next(found for found in ctx.bank.contracts(ctx.customer.id) if found.id == subject)
    amount = Yuan(contract.amount)
    if contract.due is None:
        return line(LOAN, amount=amount), [Settle("loan.repay_early", Line(LOAN_ERRAND))]
    said = line(TERM, amount=amount, due=Day(contract.due))
    return said, [Settle("deposit.withdraw_early", Line(TERM_ERRAND))]
