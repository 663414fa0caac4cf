"""card.replace: a new card with the same number for a damaged, worn or expired one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from tools.bank.port import Request
from tools.errors import Refused
from tools.gate.service import Context, FollowUp, Option, Params, Result, Row, Service
from tools.services.common import CardParam, card_option, or_refuse
from tools.wording import Line, Moment, Tail, Text, Yuan, line

NO_CARD = Text(
    "您名下没有可以换的卡。如果卡丢了，可以挂失补卡",
    "You have no card that can be replaced. If a card is lost, we can report the loss",
)
LOST = Text(
    "尾号 {tail} 的卡已经挂失，不能换卡，要办挂失补卡，请到网点或转人工",
    "The card ending in {tail} is reported lost, so it needs a new card after a loss: please visit a branch or ask for a person",
)
WHAT = Text("给尾号 {tail} 换一张新卡，卡号不变", "A new card for the one ending in {tail}, with the same number")
COST = Text(
    "工本费 {fee}，{low} 到 {high} 个工作日寄到", "It costs {fee} and arrives by post in {low} to {high} working days"
)
FREE = Text("免工本费，{low} 到 {high} 个工作日寄到", "It is free and arrives by post in {low} to {high} working days")
AGAIN = Text(
    "这张卡 {at} 刚办过换卡，新卡已经在路上，请确认还要再办一张",
    "A new card was ordered for this one at {at} and is on its way; please be sure that you want one more",
)
AGAIN_WITHIN = timedelta(days=1)
DONE = Text("换卡办好了，新卡会寄到您预留的地址", "Your new card is ordered and will be sent to the address on file")
NEXT = Text(
    "收到新卡后先激活，再把旧卡的芯片剪断", "When it arrives, activate it first, then cut through the old card's chip"
)
TIP = Text("寄卡和激活都不会有人向您要验证码", "Nobody will ask you for a code to deliver or activate the card")


class ReplaceParams(Params):
    card: CardParam


class CardReplace(Service[ReplaceParams]):
    """Orders the new card; the old one works until the new one is activated."""

    id: ClassVar[str] = "card.replace"
    model: ClassVar[type[Params]] = ReplaceParams

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        cards = [card for card in ctx.bank.cards(ctx.customer.id) if card.status != "closed"]
        cards.sort(key=lambda card: card.condition == "ok")  # the likely one first
        return or_refuse([card_option(card) for card in cards], "no_card", NO_CARD)

    def check(self, params: ReplaceParams, ctx: Context) -> None:
        if ctx.bank.card(ctx.customer.id, params.card).status == "lost":
            raise Refused("card_lost", line(LOST, tail=Tail(params.card)))

    def preview(self, params: ReplaceParams, ctx: Context) -> Sequence[Line]:
        condition = ctx.bank.card(ctx.customer.id, params.card).condition
        fee = ctx.tariff["fee.card.replace.expired" if condition == "expired" else "fee.card.replace.damaged"]
        days = {"low": int(ctx.tariff["card.delivery_days_min"]), "high": int(ctx.tariff["card.delivery_days_max"])}
        cost = line(COST, fee=Yuan(fee), **days) if fee else line(FREE, **days)
        orders = [order for order in _orders(params, ctx) if ctx.now - order.at < AGAIN_WITHIN]
        again = [line(AGAIN, at=Moment(orders[0].at))] if orders else []
        return [line(WHAT, tail=Tail(params.card)), *again, cost]

    def consequences(self, params: ReplaceParams, ctx: Context) -> Sequence[str]:
        """Where it was ordered from another session since the read-back, it is read back anew and that is said."""
        return [f"ordered:{len(_orders(params, ctx))}"]

    def execute(self, params: ReplaceParams, ctx: Context, key: str) -> Result:
        return Result(facts={"order": ctx.bank.order_card(ctx.customer.id, params.card, key=key)})

    def follow_up(self, params: ReplaceParams, result: Result, ctx: Context) -> FollowUp:
        return FollowUp(
            said=[Line(DONE)],
            rows=[
                Row("card", Text("卡号尾号", "Card"), Tail(params.card)),
                Row("order", Text("制卡单号", "Order"), result.facts["order"]),
            ],
            next=[Line(NEXT)],
            tip=Line(TIP),
        )


def _orders(params: ReplaceParams, ctx: Context) -> Sequence[Request]:
    """The orders for this card so far, newest first."""
    return [
        request
        for request in ctx.bank.requests(ctx.customer.id)
        if (request.service, request.status, request.params.get("card")) == (CardReplace.id, "done", params.card)
    ]
