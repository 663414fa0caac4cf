"""card.report_loss: stop a lost or stolen card at once. Nothing may delay it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from tools.errors import Refused
from tools.gate.service import Context, FollowUp, Option, Params, Result, Row, Service
from tools.services.common import CardParam, card_option, or_refuse
from tools.wording import Line, Moment, Tail, Text, line

NO_CARD = Text("您名下没有需要挂失的卡", "You have no card that needs to be stopped")
ALREADY = Text(
    "尾号 {tail} 的卡已经挂失了，现在谁也用不了", "The card ending in {tail} is already stopped; nobody can use it"
)
WHAT = Text("马上停用尾号 {tail} 的卡", "Stop the card ending in {tail} at once")
EFFECT = Text(
    "停用后取现、刷卡、快捷支付都用不了，账户里的钱不受影响",
    "After that nobody can withdraw or pay with it; the money in your account is safe",
)
DONE = Text("尾号 {tail} 的卡已经停用", "The card ending in {tail} is stopped")
NEXT = Text(
    "接下来：看看最近的交易有没有不是您做的，有就告诉我；要新卡，可以到网点补卡；找到了旧卡，可以带证件解除挂失",
    "What next: check your recent transactions and tell me of any that are not yours; for a new card, visit a branch; if you find the old card, the stop can be lifted with your ID",
)
TIP = Text(
    "有人来电说捡到了您的卡，要验证码的都是骗子",
    "Anyone who calls to say they found your card and asks for a code is a fraudster",
)


class LossParams(Params):
    card: CardParam


class CardReportLoss(Service[LossParams]):
    """The card's status becomes ``lost``; the account stays as it is."""

    id: ClassVar[str] = "card.report_loss"
    model: ClassVar[type[Params]] = LossParams

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        cards = [card for card in ctx.bank.cards(ctx.customer.id) if card.status in ("active", "locked")]
        asked = slots.get("card")
        if asked is None and not cards:
            cards = [card for card in ctx.bank.cards(ctx.customer.id) if card.status == "lost"]
        return or_refuse([card_option(card) for card in cards], "no_card", NO_CARD)

    def check(self, params: LossParams, ctx: Context) -> None:
        if ctx.bank.card(ctx.customer.id, params.card).status == "lost":
            raise Refused("already_lost", line(ALREADY, tail=Tail(params.card)))

    def preview(self, params: LossParams, ctx: Context) -> Sequence[Line]:
        return [line(WHAT, tail=Tail(params.card)), Line(EFFECT)]

    def execute(self, params: LossParams, ctx: Context, key: str) -> Result:
        ctx.bank.set_card_status(ctx.customer.id, params.card, "lost", key=key)
        return Result(facts={"stopped": ctx.now.isoformat()})

    def follow_up(self, params: LossParams, result: Result, ctx: Context) -> FollowUp:
        return FollowUp(
            said=[line(DONE, tail=Tail(params.card))],
            rows=[
                Row("card", Text("卡号尾号", "Card"), Tail(params.card)),
                Row("stopped", Text("停用时间", "Stopped"), Moment(datetime.fromisoformat(result.facts["stopped"]))),
            ],
            next=[Line(NEXT)],
            tip=Line(TIP),
        )
