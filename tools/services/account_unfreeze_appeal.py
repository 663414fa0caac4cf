"""account.unfreeze_appeal: an appeal against a control that the bank put on an account.

Whoever is controlled is told why, what can be done about it and what to bring, and may object; what holds no longer is
lifted at once (Law on Combating Telecom and Online Fraud, article 32). What is said never lets on whether anything was
reported to anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from tools.bank.port import NotFound
from tools.errors import AskAgain, Refused
from tools.gate.service import Context, FollowUp, Option, Param, Params, Result, Row, Service
from tools.services.common import AccountParam, account_option, or_refuse, why_controlled
from tools.services.complaint_create import REGULATOR
from tools.wording import Line, Moment, Tail, Text, line

ABOUT_CHARS_MAX = 2000
KIND = "unfreeze_appeal"
NONE = Text(
    "您名下的账户都没有被管控，可以正常用。如果是哪笔钱转不出去，告诉我，我帮您看",
    "None of your accounts is under a control; all of them can be used. If a payment did not go through, tell me and I will look into it",
)
NOT_THIS_ONE = Text(
    "尾号 {tail} 没有被管控，可以正常用", "The account ending in {tail} is not under a control and can be used"
)
OPEN = Text(
    "尾号 {tail} 的申请 {at} 已经交上去了，正在复核，交上去后 {days} 个工作日内答复您。想补充材料，可以转人工",
    "Your appeal for the account ending in {tail} was sent on {at} and is being reviewed; the answer comes within {days} working days of that. To add papers, ask for a person",
)
ASK_AFTER_REASON = Text(
    "。您有权知道原因，也可以申请解除。请用自己的话说说，这些钱是怎么回事，从哪来、做什么用？",
    ". You have a right to know why and to appeal. In your own words, what happened: where did this money come from, and what was it for?",
)
TELL_MORE = Text(
    "我帮您申请。要说说这些钱从哪来、做什么用，同事才好复核",
    "I will send your appeal. Please tell me where the money came from and what it was for, so that a colleague can review it",
)
WHAT = Text(
    "为尾号 {tail} 申请解除管控，您说的话原样交给同事复核",
    "Appeal against the control of the account ending in {tail}. Your own words go to a colleague for review",
)
EFFECT = Text(
    "{days} 个工作日内答复，不收费。核查通过马上解除；这期间这个账户还是不能转出",
    "You have the answer within {days} working days, free of charge. If all is well the control is lifted at once; until then this account cannot send money",
)
DONE = Text(
    "申请交上去了，同事会复核，{days} 个工作日内答复您",
    "Your appeal is with a colleague, and you have the answer within {days} working days",
)
NEXT = Text(
    "请备好身份证和交易的凭证，像合同、聊天记录、工资单，同事可能会联系您要。不服答复，可以投诉，也可以打监管热线 {regulator}",
    "Please have your ID and papers ready, such as contracts, chats or payslips; a colleague may ask for them. If you do not agree with the answer you may complain, or call the regulator's line {regulator}",
)
TIP = Text("说“花钱就能解冻”的都是骗子", "Whoever offers to lift a control for money is a fraudster")
STORY = Text("情况说明", "Your explanation")
# an opening that already explains, so that it is not asked for again
_EXPLAINS = re.compile(
    r"因为|都是|就是|是我|工资|货款|做生意|摆摊|开店|卖|买|代购|家里|亲戚|朋友|合同|学费|还款|兼职"
    r"|\b(?:because|they (?:are|were)|it (?:is|was)|salary|wages|business|shop|sell|sold|customers?|family|friends?|contract|invoices?|rent|tuition)\b",
    re.IGNORECASE,
)
# a wish that is put again is no explanation: a reviewer could do nothing with it
_ONLY_ASKS = re.compile(
    r"(?:请|麻烦|快点?|赶紧|马上|就|你)*(?:帮我|给我|替我)?(?:申请)?(?:解除|解冻|解控|解封|恢复|放开|解开|申诉)(?:管控|限制|冻结|账户|账号|一下|掉|吧|啊|了|呗)*"
    r"|(?:please |just |i want to )*(?:unfreeze|lift|unblock|release|appeal)(?: (?:it|my account|the control|the restriction|please|now))*",
    re.IGNORECASE,
)
_LONG_ENOUGH = 12  # characters that a reason takes at the least


class AppealParams(Params):
    account: AccountParam
    about: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=ABOUT_CHARS_MAX),
        Param(
            "text",
            STORY,
            Text("请用自己的话说说情况？", "Please explain it in your own words, what happened?"),
            most=ABOUT_CHARS_MAX,
            cut=True,
        ),
    ]


class AccountUnfreezeAppeal(Service[AppealParams]):
    """The control stays until somebody has looked: the row is ``in_review`` and a case carries the words."""

    id: ClassVar[str] = "account.unfreeze_appeal"
    model: ClassVar[type[Params]] = AppealParams

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        """An opening that already explains is the explanation."""
        filled = dict(slots)
        if "about" not in filled and len(said) >= _LONG_ENOUGH and _EXPLAINS.search(said):
            filled["about"] = said
        return filled

    def accept(self, name: str, value: str, ctx: Context) -> None:
        if name == "about" and _ONLY_ASKS.fullmatch(value.strip(" 。.!！，,")):
            raise AskAgain("about", "no_story", Line(TELL_MORE))
        if name != "account":
            return
        try:
            account = ctx.bank.account(ctx.customer.id, value)
        except NotFound:
            return
        if account.status != "restricted":
            raise AskAgain("account", "not_controlled", line(NOT_THIS_ONE, tail=Tail(value)))

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option] | None:
        if name != "account":
            return None
        controlled = [account for account in ctx.bank.accounts(ctx.customer.id) if account.status == "restricted"]
        return or_refuse([account_option(account) for account in controlled], "not_controlled", NONE)

    def question(self, name: str, slots: Mapping[str, str], ctx: Context) -> Line:
        if name == "about" and "account" in slots:
            _not_twice(slots["account"], ctx)
            return _why_and_ask(slots["account"], ctx)
        return super().question(name, slots, ctx)

    def check(self, params: AppealParams, ctx: Context) -> None:
        _not_twice(params.account, ctx)

    def preview(self, params: AppealParams, ctx: Context) -> Sequence[Line]:
        return [line(WHAT, tail=Tail(params.account)), line(EFFECT, days=_days(ctx))]

    def execute(self, params: AppealParams, ctx: Context, key: str) -> Result:
        case = ctx.bank.open_case(ctx.customer.id, KIND, params.about, key=key, subject=params.account)
        return Result("in_review", {"case": case.id})

    def follow_up(self, params: AppealParams, result: Result, ctx: Context) -> FollowUp:
        return FollowUp(
            said=[line(DONE, days=_days(ctx))],
            rows=[
                Row("account", Text("账户尾号", "Account"), Tail(params.account)),
                Row("case", Text("申请编号", "Appeal"), result.facts["case"]),
                Row("days", Text("答复期限（工作日）", "Answer within (working days)"), _days(ctx)),
            ],
            next=[line(NEXT, regulator=REGULATOR)],
            tip=Line(TIP),
        )


def _why_and_ask(tail: str, ctx: Context) -> Line:
    """Why, in words that the customer may be told, and then the question."""
    why = why_controlled(ctx.bank.account(ctx.customer.id, tail))
    return line(Text(why.zh + ASK_AFTER_REASON.zh, why.en + ASK_AFTER_REASON.en), tail=Tail(tail))


def _not_twice(tail: str, ctx: Context) -> None:
    for case in ctx.bank.cases(ctx.customer.id):
        if case.kind == KIND and case.subject == tail and case.status == "open":
            said = line(OPEN, tail=Tail(tail), at=Moment(case.at), days=_days(ctx))
            raise Refused("appeal_open", said)


def _days(ctx: Context) -> int:
    return int(ctx.tariff["appeal.reply_days"])
