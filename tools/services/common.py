"""What several services share: their choices among the customer's own accounts and cards, and common words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from tools.bank.port import Account, Card
from tools.errors import Refused
from tools.gate.service import Option, Param, TailText
from tools.wording import Line, Tail, Text, line

CLASS_NAME = {
    "I": Text("Ⅰ类户", "Class I"),
    "II": Text("Ⅱ类户", "Class II"),
    "III": Text("Ⅲ类户", "Class III"),
}
ACCOUNT_LABEL = Text("尾号 {tail}（{cls}）", "ending in {tail} ({cls})")
CARD_LABEL = Text("尾号 {tail}", "ending in {tail}")
CARD_DAMAGED = Text("尾号 {tail}（登记有损坏）", "ending in {tail} (on record as damaged)")
CARD_EXPIRED = Text("尾号 {tail}（已到期）", "ending in {tail} (expired)")

CardParam = Annotated[TailText, Param("card", Text("卡号尾号", "Card"), Text("请问是哪张卡？", "Which card is it?"))]
AccountParam = Annotated[
    TailText, Param("account", Text("账户尾号", "Account"), Text("请问是哪个账户？", "Which account is it?"))
]


def account_option(account: Account) -> Option:
    """An account as a choice."""
    return Option(
        account.tail, line(ACCOUNT_LABEL, tail=Tail(account.tail), cls=CLASS_NAME[account.cls]), (account.tail,)
    )


def card_option(card: Card) -> Option:
    """A card as a choice; what is wrong with it helps to tell which one is meant."""
    label = {"damaged": CARD_DAMAGED, "expired": CARD_EXPIRED}.get(card.condition, CARD_LABEL)
    return Option(card.tail, line(label, tail=Tail(card.tail)), (card.tail,))


def or_refuse(options: Sequence[Option], code: str, said: Text) -> Sequence[Option]:
    """The options, or the reason why there is nothing to choose.

    Raises:
        Refused
    """
    if not options:
        raise Refused(code, Line(said))
    return options
