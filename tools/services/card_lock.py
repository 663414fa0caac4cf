"""card.lock: a card stops working for a while, until its owner unlocks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tools.errors import Refused
from tools.gate.service import Context, FollowUp, Option, Params, Result, Row, Service
from tools.services.common import CardParam, card_option, cards_of, only_card
from tools.wording import Line, Tail, Text, line

NONE = Text("您名下没有可以锁的卡", "You have no card to lock")
ALREADY = Text(
    "尾号 {tail} 的卡已经锁着了，现在谁也刷不了", "The card ending in {tail} is locked already; nobody can pay with it"
)
LOST = Text(
    "尾号 {tail} 的卡已经挂失，谁也用不了，不用再锁",
    "The card ending in {tail} is reported lost and nobody can use it, so there is no need to lock it",
)
WHAT = Text("锁住尾号 {tail} 的卡，马上生效", "Lock the card ending in {tail}, at once")
EFFECT = Text(
    "锁了以后刷卡、取现、网上用卡都停，收钱和自动扣款照常。不收费，一直锁到您解锁",
    "Card payments, cash and online purchases stop; incoming money and auto-debits go on. It is free and lasts until you unlock it",
)
DONE = Text("尾号 {tail} 的卡锁好了", "The card ending in {tail} is locked")
UNDO = Text("要用的时候，对我说“解锁”就行", "When you need it, just tell me “unlock my card”")
TIP = Text(
    "卡要是真丢了或被偷了，请说“挂失”，那样更稳妥",
    "If the card is really lost or stolen, say “report it lost”: that is safer",
)


class LockParams(Params):
    card: CardParam


class CardLock(Service[LockParams]):
    """Active → locked; the account stays as it is."""

    id: ClassVar[str] = "card.lock"
    model: ClassVar[type[Params]] = LockParams

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        return only_card(slots, ctx, "active")

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        cards = cards_of(ctx, "active")
        if not cards:
            raise Refused("no_card", Line(NONE))
        if all(card.status != "active" for card in cards):
            raise _stopped(cards[0].tail, lost=cards[0].status == "lost")
        return [card_option(card) for card in cards]

    def check(self, params: LockParams, ctx: Context) -> None:
        status = ctx.bank.card(ctx.customer.id, params.card).status
        if status != "active":
            raise _stopped(params.card, lost=status == "lost")

    def preview(self, params: LockParams, ctx: Context) -> Sequence[Line]:
        return [line(WHAT, tail=Tail(params.card)), Line(EFFECT)]

    def execute(self, params: LockParams, ctx: Context, key: str) -> Result:
        ctx.bank.set_card_status(ctx.customer.id, params.card, "locked", key=key)
        return Result()

    def follow_up(self, params: LockParams, result: Result, ctx: Context) -> FollowUp:
        tail = Tail(params.card)
        return FollowUp(
            said=[line(DONE, tail=tail)],
            rows=[Row("card", Text("卡号尾号", "Card"), tail)],
            undo=Line(UNDO),
            tip=Line(TIP),
        )


def _stopped(tail: str, *, lost: bool) -> Refused:
    return Refused("card_lost" if lost else "already_locked", line(LOST if lost else ALREADY, tail=Tail(tail)))
