"""What several services share: their choices among the customer's own accounts and cards, and common words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from tools.bank.port import Account, AccountStatus, Card, CardStatus
from tools.clock import age_at
from tools.errors import Refused, Settle
from tools.gate.service import Context, Option, Param, TailText
from tools.tariff import Tariff
from tools.wording import Line, Tail, Text, Value, line

CLASS_NAME = {
    "I": Text("Ⅰ类户", "Class I"),
    "II": Text("Ⅱ类户", "Class II"),
    "III": Text("Ⅲ类户", "Class III"),
}
ACCOUNT_LABEL = Text("尾号 {tail}（{cls}）", "ending in {tail} ({cls})")
CARD_LABEL = Text("尾号 {tail}", "ending in {tail}")
CARD_DAMAGED = Text("尾号 {tail}（登记有损坏）", "ending in {tail} (on record as damaged)")
CARD_EXPIRED = Text("尾号 {tail}（已到期）", "ending in {tail} (expired)")
CARD_LOCKED = Text("尾号 {tail}（已锁）", "ending in {tail} (locked)")
CARD_LOST = Text("尾号 {tail}（已挂失）", "ending in {tail} (reported lost)")
ACTIVATE = Text("激活尾号 {tail} 的睡眠户", "reactivate the dormant account ending in {tail}")
APPEAL = Text("为尾号 {tail} 申请解除管控", "appeal against the control of the account ending in {tail}")
STATE: Mapping[AccountStatus, Text] = {
    "dormant": Text("尾号 {tail} 现在是睡眠户", "The account ending in {tail} is dormant at present"),
    "restricted": Text("尾号 {tail} 现在受到管控", "The account ending in {tail} is under a control at present"),
    "closed": Text("尾号 {tail} 已经销户了", "The account ending in {tail} is closed"),
}
CONTROLLED: Mapping[str, Text] = {
    "rapid_in_out": Text(
        "尾号 {tail} 短时间里进出的笔数很多，按我行的账户安全规定先限制了转出。钱还在您账户里",
        "On the account ending in {tail} a great many payments came in and went out in a short time, so under our account safety rules it cannot send money for now. The money is still yours and still there",
    ),
}
CONTROLLED_OTHERWISE = Text(
    "尾号 {tail} 按我行的账户安全规定先限制了转出。钱还在您账户里",
    "Under our account safety rules the account ending in {tail} cannot send money for now. The money is still yours and still there",
)
RIGHTS = Text(
    "。您有权知道原因，也可以申请解除，{days} 个工作日内答复，不收费",
    ". You have a right to know why and to appeal; the answer comes within {days} working days, free of charge",
)
_COUNTED = "一二三四五六七八九十"
_PLACE = re.compile(r"\{(\w+)\}")

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
    by_condition = {"damaged": CARD_DAMAGED, "expired": CARD_EXPIRED}.get(card.condition, CARD_LABEL)
    label = {"locked": CARD_LOCKED, "lost": CARD_LOST}.get(card.status, by_condition)
    return Option(card.tail, line(label, tail=Tail(card.tail)), (card.tail,))


def cards_of(ctx: Context, wanted: CardStatus) -> Sequence[Card]:
    """The customer's cards that are not closed, those in the wanted state first."""
    cards = [card for card in ctx.bank.cards(ctx.customer.id) if card.status != "closed"]
    return sorted(cards, key=lambda card: card.status != wanted)


def only_card(slots: Mapping[str, str], ctx: Context, wanted: CardStatus) -> dict[str, str]:
    """The slots, with the one card that is in the wanted state where none was named."""
    cards = [card.tail for card in cards_of(ctx, wanted) if card.status == wanted]
    return {"card": cards[0], **slots} if len(cards) == 1 else dict(slots)


def open_accounts(ctx: Context) -> Sequence[Account]:
    """The customer's accounts that are not closed."""
    return [account for account in ctx.bank.accounts(ctx.customer.id) if account.status != "closed"]


def errands_for(account: Account) -> Sequence[Settle]:
    """What brings an account back that is dormant or under a control."""
    tail, slots = Tail(account.tail), {"account": account.tail}
    if account.status == "dormant":
        return [Settle("account.activate_dormant", line(ACTIVATE, tail=tail), slots)]
    if account.status == "restricted":
        return [Settle("account.unfreeze_appeal", line(APPEAL, tail=tail), slots)]
    return []


def why_controlled(account: Account) -> Text:
    """Why the bank controls an account, in words that the customer may be told; takes {tail}."""
    return CONTROLLED.get(account.note, CONTROLLED_OTHERWISE)


def controlled(account: Account, tariff: Tariff) -> Line:
    """The reason of a control and the customer's rights: to know it, and to appeal."""
    why = why_controlled(account)
    text = Text(why.zh + RIGHTS.zh, why.en + RIGHTS.en)
    return line(text, tail=Tail(account.tail), days=int(tariff["appeal.reply_days"]))


def must_be_active(account: Account, ctx: Context) -> None:
    """Raises Refused with the account's state, why it is controlled where it is, and what brings it back."""
    if account.status == "restricted":
        raise Refused("wrong_state", controlled(account, ctx.tariff), errands_for(account))
    if account.status != "active":
        raise Refused("wrong_state", line(STATE[account.status], tail=Tail(account.tail)), errands_for(account))


def listed(head: Text, items: Sequence[Line], after: Line | None = None, **values: Value) -> Line:
    """What ``head`` says, then several things, counted when there is more than one, then ``after``."""
    zh, en, filled = [], [], dict(values)
    for n, item in enumerate(items):
        filled |= {f"{name}_{n}": value for name, value in item.values.items()}
        count = f"{_COUNTED[n]}是" if len(items) > 1 and n < len(_COUNTED) else ""
        zh.append(count + _PLACE.sub(rf"{{\g<1>_{n}}}", item.text.zh))
        en.append(_PLACE.sub(rf"{{\g<1>_{n}}}", item.text.en))
    told = Text(f"{head.zh}：{'；'.join(zh)}", f"{head.en}: {'; '.join(en)}")
    if after is None:
        return Line(told, filled)
    return Line(Text(f"{told.zh}。{after.text.zh}", f"{told.en}. {after.text.en}"), {**filled, **after.values})


def age_of(ctx: Context) -> int:
    """The customer's age in full years."""
    return age_at(ctx.customer.born, ctx.now)


def or_refuse(options: Sequence[Option], code: str, said: Text) -> Sequence[Option]:
    """The options, or the reason why there is nothing to choose.

    Raises:
        Refused
    """
    if not options:
        raise Refused(code, Line(said))
    return options
