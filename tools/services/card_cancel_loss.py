"""card.cancel_loss: a card that was reported lost and found again works as before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tools.bank.port import CardStatus
from tools.errors import Refused, Settle
from tools.gate.service import Context, FollowUp, Option, Params, Result, Row, Service
from tools.services.common import CardParam, card_option, cards_of, only_card
from tools.wording import Line, Tail, Text, line

NONE = Text("您名下没有挂失的卡", "You have no card that is reported lost")
NOT_LOST = Text(
    "尾号 {tail} 的卡没有挂失，可以正常用", "The card ending in {tail} is not reported lost and can be used"
)
LOCKED = Text(
    "尾号 {tail} 的卡没有挂失，只是锁着，解锁就能用",
    "The card ending in {tail} is not reported lost, only locked; unlocking is all it needs",
)
UNLOCK = Text("解锁尾号 {tail} 的卡", "unlock the card ending in {tail}")
WHAT = Text(
    "解除尾号 {tail} 的挂失，卡马上能用", "Cancel the loss report of the card ending in {tail}; it works at once"
)
EFFECT = Text(
    "不收费，原来的卡和密码照旧。卡被别人拿过的话，请别解挂，补一张新卡更安全",
    "It is free, and card and PIN stay as they are. If somebody else had the card, take a new one instead: that is safer",
)
DONE = Text(
    "尾号 {tail} 的挂失解除了，卡可以用了", "The loss report of the card ending in {tail} is cancelled; it works again"
)
NEXT = Text(
    "请看看挂失前后有没有不是您做的交易，有就马上告诉我",
    "Please check for transactions around that time that are not yours, and tell me of any at once",
)
UNDO = Text("不放心的话，随时对我说“挂失”", "If in doubt, just tell me “report it lost” at any time")
TIP = Text(
    "有人让您解挂后把卡寄给他，一定是骗子",
    "Whoever wants you to cancel the report and send him the card is a fraudster",
)


class CancelLossParams(Params):
    card: CardParam


class CardCancelLoss(Service[CancelLossParams]):
    """Lost → active, after document and live face, so that a finder cannot pose as the owner."""

    id: ClassVar[str] = "card.cancel_loss"
    model: ClassVar[type[Params]] = CancelLossParams

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        return only_card(slots, ctx, "lost")

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        cards = cards_of(ctx, "lost")
        locked = [card for card in cards if card.status == "locked"]
        if all(card.status != "lost" for card in cards):  # whichever card is meant, this is the answer
            raise _not_lost(locked[0].tail, "locked") if locked else Refused("not_lost", Line(NONE))
        return [card_option(card) for card in cards]

    def check(self, params: CancelLossParams, ctx: Context) -> None:
        status = ctx.bank.card(ctx.customer.id, params.card).status
        if status != "lost":
            raise _not_lost(params.card, status)

    def preview(self, params: CancelLossParams, ctx: Context) -> Sequence[Line]:
        return [line(WHAT, tail=Tail(params.card)), Line(EFFECT)]

    def execute(self, params: CancelLossParams, ctx: Context, key: str) -> Result:
        ctx.bank.set_card_status(ctx.customer.id, params.card, "active", key=key)
        return Result()

    def follow_up(self, params: CancelLossParams, result: Result, ctx: Context) -> FollowUp:
        tail = Tail(params.card)
        return FollowUp(
            said=[line(DONE, tail=tail)],
            rows=[Row("card", Text("卡号尾号", "Card"), tail)],
            next=[Line(NEXT)],
            undo=Line(UNDO),
            tip=Line(TIP),
        )


def _not_lost(card: str, status: CardStatus) -> Refused:
    tail = Tail(card)
    if status == "locked":
        way = Settle("card.unlock", line(UNLOCK, tail=tail), {"card": card})
        return Refused("not_lost", line(LOCKED, tail=tail), instead=way)
    return Refused("not_lost", line(NOT_LOST, tail=tail))
