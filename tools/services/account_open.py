"""account.open: a Ⅱ or Ⅲ account at once, bound to an own Ⅰ one; a Ⅰ account as an application with a time at a branch.

One Ⅰ account per person and bank (银发〔2016〕261号); Ⅱ and Ⅲ bound to an own Ⅰ one (银发〔2015〕392号). Who is not of age
opens an account together with a guardian at a branch (民法典 articles 19, 23; 银发〔2016〕302号).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tools.bank.port import Account, AccountClass
from tools.clock import SHANGHAI
from tools.errors import Refused, Settle
from tools.gate.service import Context, Fact, FollowUp, Option, Param, Params, Result, Row, Service, TailText
from tools.services.common import CLASS_NAME, STATE, account_option, age_of, errands_for, open_accounts
from tools.wording import Line, Moment, Tail, Text, Yuan, line

APPOINTMENT_HOUR = 10
MINOR = Text(
    "您还没满 {age} 岁，开户要监护人一起来：带上您和监护人的证件，还有户口本这类关系证明，到任一网点就能办",
    "As you are under {age}, an account is opened together with your guardian: bring your ID, your guardian's and proof of guardianship to any branch",
)
LABEL: Mapping[AccountClass, Text] = {
    "I": Text("Ⅰ类户，要到网点办", "Class I, finished at a branch"),
    "II": Text("Ⅱ类户，日常用，带一张电子卡", "Class II, for everyday use, with a virtual card"),
    "III": Text("Ⅲ类户，小额支付用", "Class III, for small payments"),
}
LABEL_HAS_ONE = Text("Ⅰ类户，每人只能一个，您已经有了", "Class I, one per person, which you have")
SAY: Mapping[AccountClass, Sequence[str]] = {
    "I": ("一类", "一类户", "Ⅰ类户", "class one", "class 1"),
    "II": ("二类", "二类户", "Ⅱ类户", "class two", "class 2"),
    "III": ("三类", "三类户", "Ⅲ类户", "class three", "class 3"),
}
SECOND = Text(
    "一个人在我行只能有一个Ⅰ类户，您已经有尾号 {tail} 的了，不能再开。日常用可以开Ⅱ类户，马上就能用",
    "One person can have one Class I account with us, and you have the one ending in {tail}. For everyday use a Class II account can be opened at once",
)
OPEN_TWO = Text("开一个Ⅱ类户", "open a Class II account")
APPLIED = Text(
    "您已经申请过Ⅰ类户了，约的是 {at}，带身份证件原件到{branch}就行",
    "You have applied for a Class I account already; the appointment is on {at} at {branch}, with your original ID",
)
TOO_MANY = Text(
    "{cls}每人最多 {most} 个，您已经有 {most} 个了。不用的可以先销掉一个",
    "There can be {most} {cls} accounts per person, and you have {most}. You can close one that you do not use first",
)
NO_MAIN = Text(
    "{cls}要绑定您自己的Ⅰ类户，您在我行还没有。可以先申请Ⅰ类户，我帮您约网点",
    "A {cls} account is bound to a Class I account of your own, which you do not have with us. You can apply for one first; I will book a branch visit",
)
APPLY = Text("申请一个Ⅰ类户", "apply for a Class I account")
MAIN_STATE = Text(
    "{cls}要绑定您的Ⅰ类户。{state}，要先恢复", "A {cls} account is bound to your Class I one. {state}; that comes first"
)
WHAT = Text(
    "开一个{cls}，绑定您尾号 {tail} 的Ⅰ类户",
    "Open a {cls} account, bound to your Class I account ending in {tail}",
)
CARD = Text("带一张电子卡，不寄实体卡", "It comes with a virtual card; no plastic one is sent")
NO_CARD = Text("没有卡，里面最多放 {most}", "It has no card and holds {most} at most")
LIMITS = Text("每天最多转 {per_day}，每年最多 {per_year}", "It can send {per_day} a day and {per_year} a year")
COST = Text("不收费，马上能用，不想要了随时可以销户", "It is free, works at once, and can be closed at any time")
WHAT_APPLY = Text(
    "申请一个Ⅰ类户。按规定要见到您本人", "Apply for a Class I account. The rules want us to see you in person"
)
WHEN = Text(
    "我帮您约在 {at}，{branch}，请带身份证件原件。不收费",
    "I book {at} at {branch} for you; please bring your original ID. It is free",
)
BRANCH = Text("中心支行", "our Central Branch")
DONE = Text("{cls}开好了，尾号是 {tail}，现在就能用", "Your {cls} account is open. It ends in {tail} and works now")
NEXT = Text(
    "要用的时候，在手机银行里从尾号 {main} 转钱进去就行。查余额、限额，跟我说一声",
    "To use it, move money in from the account ending in {main} in our mobile app. For its balance or limit, just ask me",
)
TIP = Text(
    "账户只给自己用，借给、卖给别人都是违法的",
    "Use the account yourself only: lending or selling it is against the law",
)
APPLIED_NOW = Text(
    "申请收下了，{at} 请到{branch}，带身份证件原件",
    "I have your application. Please come to {branch} on {at} with your original ID",
)
APPLIED_NEXT = Text(
    "同事核对过证件就当场开好。时间不合适，对我说“转人工”改约",
    "A colleague checks your ID and opens it on the spot. If the time does not suit you, ask me for a person to change it",
)


class OpenParams(Params):
    cls: Annotated[
        Literal["I", "II", "III"],
        Param("class", Text("账户类别", "Class"), Text("想开哪一类账户？", "Which kind of account would you like?")),
    ] = Field(alias="class")
    bound_to: Annotated[
        TailText | None,
        Param("account", Text("绑定账户", "Bound to"), Text("绑定您的哪个Ⅰ类户？", "Which of your Class I accounts shall it be bound to?")),
    ] = None  # fmt: skip


class AccountOpen(Service[OpenParams]):
    """Ⅱ and Ⅲ accounts are there when it ends; a Ⅰ account is applied for and stays ``in_review``."""

    id: ClassVar[str] = "account.open"
    model: ClassVar[type[Params]] = OpenParams
    fact_names: ClassVar[frozenset[str]] = frozenset({"account_class", "accounts_open"})

    def required(self, slots: Mapping[str, str], ctx: Context) -> Sequence[str]:
        several = len(_mains(ctx)) > 1 and slots.get("class") in ("II", "III")
        return ["class", "bound_to"] if several else ["class"]

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        if name == "bound_to":
            return [account_option(account) for account in _mains(ctx)]
        of_age = int(ctx.tariff["limits.accounts.own_from_age"])
        if age_of(ctx) < of_age:
            raise Refused("minor", line(MINOR, age=of_age))
        labels = {**LABEL, "I": LABEL_HAS_ONE} if _of_class(ctx, "I") else LABEL
        return [Option(cls, Line(labels[cls]), SAY[cls]) for cls in ("II", "III", "I")]

    def check(self, params: OpenParams, ctx: Context) -> None:
        existing = _of_class(ctx, params.cls)
        if params.cls == "I":
            _one_main_only(existing, ctx)
            return
        name, most = CLASS_NAME[params.cls], int(ctx.tariff[f"limits.accounts.class_{params.cls}_max"])
        if len(existing) >= most:
            raise Refused("too_many", line(TOO_MANY, cls=name, most=most))
        if _mains(ctx):
            return
        asleep = _of_class(ctx, "I")
        if not asleep:
            way = Settle("account.open", Line(APPLY), {"class": "I"})
            raise Refused("no_main", line(NO_MAIN, cls=name), instead=way)
        state = STATE[asleep[0].status]
        said = Line(
            Text(MAIN_STATE.zh.replace("{state}", state.zh), MAIN_STATE.en.replace("{state}", state.en)),
            {"cls": name, "tail": Tail(asleep[0].tail)},
        )
        raise Refused("main_not_active", said, errands_for(asleep[0]))

    def facts(self, params: OpenParams, ctx: Context) -> dict[str, Fact]:
        return {"account_class": params.cls, "accounts_open": len(open_accounts(ctx))}

    def shown(self, params: OpenParams, ctx: Context) -> Sequence[Row]:
        rows = [Row("class", self.spec()["class"].label, params.cls)]
        if params.cls == "I":
            return [*rows, Row("appointment", Text("预约时间", "Appointment"), Moment(_appointment(ctx)))]
        return [*rows, Row("bound_to", self.spec()["bound_to"].label, Tail(_main(params, ctx)))]

    def preview(self, params: OpenParams, ctx: Context) -> Sequence[Line]:
        if params.cls == "I":
            return [Line(WHAT_APPLY), line(WHEN, at=Moment(_appointment(ctx)), branch=BRANCH)]
        key = f"limits.class_{params.cls}"
        per_day, per_year = Yuan(ctx.tariff[f"{key}.per_day"]), Yuan(ctx.tariff[f"{key}.per_year"])
        card = Line(CARD) if params.cls == "II" else line(NO_CARD, most=Yuan(ctx.tariff[f"{key}.balance"]))
        return [
            line(WHAT, cls=CLASS_NAME[params.cls], tail=Tail(_main(params, ctx))),
            card,
            line(LIMITS, per_day=per_day, per_year=per_year),
            Line(COST),
        ]

    def consequences(self, params: OpenParams, ctx: Context) -> Sequence[str]:
        return [_appointment(ctx).isoformat() if params.cls == "I" else _main(params, ctx)]

    def execute(self, params: OpenParams, ctx: Context, key: str) -> Result:
        if params.cls == "I":
            at = _appointment(ctx)
            made = ctx.bank.book_appointment(ctx.customer.id, self.id, at, key=key)
            return Result("in_review", {"appointment": made.id, "at": at.isoformat()})
        main = _main(params, ctx)
        opened = ctx.bank.open_account(ctx.customer.id, params.cls, bound_to=main, key=key)
        return Result(facts={"account": opened.tail, "bound_to": main})

    def follow_up(self, params: OpenParams, result: Result, ctx: Context) -> FollowUp:
        cls = Row("class", self.spec()["class"].label, params.cls)
        if params.cls == "I":
            at = Moment(datetime.fromisoformat(result.facts["at"]))
            return FollowUp(
                said=[line(APPLIED_NOW, at=at, branch=BRANCH)],
                rows=[cls, Row("at", Text("预约时间", "Appointment"), at), Row("branch", Text("网点", "Branch"), BRANCH)],
                next=[Line(APPLIED_NEXT)],
                tip=Line(TIP),
            )  # fmt: skip
        tail, main = Tail(result.facts["account"]), Tail(result.facts["bound_to"])
        return FollowUp(
            said=[line(DONE, cls=CLASS_NAME[params.cls], tail=tail)],
            rows=[
                cls,
                Row("account", Text("新账户尾号", "New account"), tail),
                Row("bound_to", Text("绑定账户", "Bound to"), main),
            ],
            next=[line(NEXT, main=main)],
            tip=Line(TIP),
        )


def _one_main_only(existing: Sequence[Account], ctx: Context) -> None:
    """Raises Refused when there is a Ⅰ account, or an application for one."""
    if existing:
        way = Settle("account.open", Line(OPEN_TWO), {"class": "II"})
        raise Refused("second_class_I", line(SECOND, tail=Tail(existing[0].tail)), instead=way)
    for appointment in ctx.bank.appointments(ctx.customer.id):
        if appointment.purpose == AccountOpen.id:
            raise Refused("already_applied", line(APPLIED, at=Moment(appointment.at), branch=BRANCH))


def _of_class(ctx: Context, cls: AccountClass) -> Sequence[Account]:
    return [account for account in open_accounts(ctx) if account.cls == cls]


def _mains(ctx: Context) -> Sequence[Account]:
    """The Ⅰ accounts that another can be bound to."""
    return [account for account in _of_class(ctx, "I") if account.status == "active"]


def _main(params: OpenParams, ctx: Context) -> str:
    return params.bound_to or _mains(ctx)[0].tail


def _appointment(ctx: Context) -> datetime:
    """The first free morning: the tariff's working days from today. Holidays are the branch's to move."""
    day = ctx.now.astimezone(SHANGHAI).replace(hour=APPOINTMENT_HOUR, minute=0, second=0, microsecond=0)
    left = int(ctx.tariff["branch.appointment_days"])
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day
