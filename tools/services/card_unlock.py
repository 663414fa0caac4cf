"""card.unlock: a locked card works again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tools.bank.port import CardStatus
from tools.errors import Refused, Settle
from tools.gate.service import Context, FollowUp, Option, Params, Result, Row, Service
from tools.services.common import CardParam, card_option, cards_of, only_card
from tools.wording import Line, Tail, Text, line

NONE = Text("您名下没有锁着的卡", "You have no locked card")
NOT_LOCKED = Text(
    "尾号 {tail} 的卡没有锁，可以正常用。刷不了的话，告诉我机器上提示什么",
    "The card ending in {tail} is not locked and can be used. If it does not work, tell me what the machine says",
)
LOST = Text(
    "尾号 {tail} 的卡是挂失的，解锁没有用。卡找到了、没被别人拿过，可以办解除挂失；找不到了，请带身份证件到网点补卡",
    "The card ending in {tail} is reported lost, so unlocking does not help. If you found it and nobody else had it, the loss report can be cancelled; if it is gone, bring your ID to a branch for a new one",
)
CANCEL_LOSS = Text("解除尾号 {tail} 的挂失", "cancel the loss report of the card ending in {tail}")
WHAT = Text("解锁尾号 {tail} 的卡，马上能用", "Unlock the card ending in {tail}, for use at once")
EFFECT = Text("不收费，随时可以再锁", "It is free, and you can lock it again at any time")
DONE = Text("尾号 {tail} 的卡解锁了，可以用了", "The card ending in {tail} is unlocked and works again")
UNDO = Text("要再锁上，对我说“锁卡”就行", "To lock it again, just tell me “lock my card”")
TIP = Text(
    "卡离开过您的视线，还是挂失换新卡更安全",
    "If the card was ever out of your sight, reporting it lost and getting a new one is safer",
)


class UnlockParams(Params):
    card: CardParam


class CardUnlock(Service[UnlockParams]):
    """Locked → active; a lost card is never unlocked."""

    id: ClassVar[str] = "card.unlock"
    model: ClassVar[type[Params]] = UnlockParams

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        return only_card(slots, ctx, "locked")

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        cards = cards_of(ctx, "locked")
        lost = [card for card in cards if card.status == "lost"]
        if all(card.status != "locked" for card in cards):  # whichever card is meant, this is the answer
            raise _usable(lost[0].tail, "lost") if lost else Refused("not_locked", Line(NONE))
        return [card_option(card) for card in cards]

    def check(self, params: UnlockParams, ctx: Context) -> None:
        status = ctx.bank.card(ctx.customer.id, params.card).status
        if status != "locked":
            raise _usable(params.card, status)

    def preview(self, params: UnlockParams, ctx: Context) -> Sequence[Line]:
        return [line(WHAT, tail=Tail(params.card)), Line(EFFECT)]

    def execute(self, params: UnlockParams, ctx: Context, key: str) -> Result:
        ctx.bank.set_card_status(ctx.customer.id, params.card, "active", key=key)
        return Result()

    def follow_up(self, params: UnlockParams, result: Result, ctx: Context) -> FollowUp:
        tail = Tail(params.card)
        return FollowUp(
            said=[line(DONE, tail=tail)],
            rows=[Row("card", Text("卡号尾号", "Card"), tail)],
            undo=Line(UNDO),
            tip=Line(TIP),
        )


def _usable(card: str, status: CardStatus) -> Refused:
    tail = Tail(card)
    if status == "lost":
        way = Settle("card.cancel_loss", line(CANCEL_LOSS, tail=tail), {"card": card})
        return Refused("card_lost", line(LOST, tail=tail), instead=way)
    return Refused("not_locked", line(NOT_LOCKED, tail=tail))
