"""autodebit.cancel: a merchant may take nothing by itself any more; what is owed to it stays owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from tools.bank.port import AutoDebit
from tools.errors import Refused
from tools.gate.service import Context, FollowUp, Option, Param, Params, Result, Row, Service, ShortText
from tools.services.auto_debits import bill, named, names
from tools.services.common import or_refuse
from tools.wording import Items, Line, Tail, Text, line

NONE = Text(
    "您没有签任何代扣，不用取消。如果有钱被扣走，说一声，我帮您看明细",
    "You have no auto-debits, so there is nothing to cancel. If money was taken, tell me and I will show your transactions",
)
GONE = Text(
    "这个代扣已经取消过了，商户扣不了钱", "This auto-debit is cancelled already; the merchant cannot take money"
)
LABEL = Text("{merchant}（{about}，扣尾号 {tail}）", "{merchant} ({about}, from the account ending in {tail})")
WHAT = Text(
    "取消{merchant}的代扣（{about}），以后不能再从尾号 {tail} 自动扣钱",
    "End the auto-debit of {merchant} ({about}); it can take nothing more from the account ending in {tail}",
)
EFFECT = Text(
    "{about}本身还是要交，和商户的合同没有变。取消不收费",
    "The {about} itself is still to be paid, and your contract with the merchant stays. Ending the auto-debit is free",
)
DONE = Text("{merchant}的代扣取消好了", "The auto-debit of {merchant} has ended")
NEXT = Text(
    "这期的{about}请记得换个方式交，免得欠费。不想再用这项服务，请找商户退订",
    "Remember to pay the {about} another way, so that nothing is overdue. To end the service itself, tell the merchant",
)
OTHERS = Text("您还有这些代扣：{others}", "You still have these auto-debits: {others}")
UNDO = Text("想恢复的话，在商户那里重新签约就行", "To have it back, sign up again with the merchant")
TIP = Text(
    "取消不用点链接、不用交押金，让您这么做的都是骗子",
    "Ending one takes no link and no deposit; whoever asks for them is a fraudster",
)


class CancelAutodebitParams(Params):
    autodebit: Annotated[
        ShortText,
        Param("choice", Text("代扣", "Auto-debit"), Text("要取消哪一个代扣？", "Which auto-debit shall I cancel?")),
    ]


class AutodebitCancel(Service[CancelAutodebitParams]):
    """Ends one of the customer's own; it no longer stands in the way of closing the account."""

    id: ClassVar[str] = "autodebit.cancel"
    model: ClassVar[type[Params]] = CancelAutodebitParams

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        """The one whose merchant, bill or account is named in the words, if it is only one."""
        filled = dict(slots)
        meant = named(said, ctx.bank.auto_debits(ctx.customer.id))
        if "autodebit" not in filled and len(meant) == 1:
            filled["autodebit"] = meant[0].id
        return filled

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        options = [
            Option(
                debit.id,
                line(LABEL, merchant=debit.merchant, about=bill(debit), tail=Tail(debit.account)),
                names(debit),
            )
            for debit in ctx.bank.auto_debits(ctx.customer.id)
        ]
        return or_refuse(options, "no_auto_debit", NONE)

    def check(self, params: CancelAutodebitParams, ctx: Context) -> None:
        if all(debit.id != params.autodebit for debit in ctx.bank.auto_debits(ctx.customer.id)):
            raise Refused("already_cancelled", Line(GONE))

    def shown(self, params: CancelAutodebitParams, ctx: Context) -> Sequence[Row]:
        debit = _debit(params, ctx)
        return [
            Row("merchant", Text("商户", "Merchant"), debit.merchant),
            Row("about", Text("项目", "For"), bill(debit)),
            Row("account", Text("扣款账户", "From"), Tail(debit.account)),
        ]

    def preview(self, params: CancelAutodebitParams, ctx: Context) -> Sequence[Line]:
        debit = _debit(params, ctx)
        return [
            line(WHAT, merchant=debit.merchant, about=bill(debit), tail=Tail(debit.account)),
            line(EFFECT, about=bill(debit)),
        ]

    def execute(self, params: CancelAutodebitParams, ctx: Context, key: str) -> Result:
        debit = ctx.bank.cancel_auto_debit(ctx.customer.id, params.autodebit, key=key)
        return Result(facts={"merchant": debit.merchant})

    def follow_up(self, params: CancelAutodebitParams, result: Result, ctx: Context) -> FollowUp:
        debit = _debit(params, ctx)
        others = [other.merchant for other in ctx.bank.auto_debits(ctx.customer.id)]
        following = [line(NEXT, about=bill(debit))]
        if others:
            following.append(line(OTHERS, others=Items(others)))
        return FollowUp(
            said=[line(DONE, merchant=debit.merchant)],
            rows=self.shown(params, ctx),
            next=following,
            undo=Line(UNDO),
            tip=Line(TIP),
        )


def _debit(params: CancelAutodebitParams, ctx: Context) -> AutoDebit:
    return ctx.bank.auto_debit(ctx.customer.id, params.autodebit)
