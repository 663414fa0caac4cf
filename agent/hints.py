"""What a customer may say now, for whoever has to make out spoken words: told from the last reply and the customer's own things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from agent.turn import ChoicesCard, ConsentCard, OtpCard, QuizCard, Turn
from tools.bank.port import CoreBank
from tools.catalogue import catalogue
from tools.services import built_services
from tools.wording import Locale, Text

Awaited = Literal["confirm", "otp", "amount", "tail", "name", "choice", "rating"]
TAIL_DIGITS = 4
_YES_NO: dict[Literal["confirm", "educate", "consent"], Sequence[Text]] = {
    "confirm": (
        Text("确认", "confirm"),
        Text("确认办理", "go ahead"),
        Text("取消", "cancel"),
        Text("不对", "that is wrong"),
    ),
    "educate": (Text("知道了", "I understand"), Text("明白了", "got it"), Text("没明白", "I don't understand")),
    "consent": (Text("同意", "I agree"), Text("不同意", "I do not agree")),
}
_ALWAYS = (
    Text("转人工", "a person"),
    Text("再说一遍", "say it again"),
    Text("小岚", "Xiaolan"),
    Text("尾号", "ending in"),
    Text("验证码", "code"),
)  # fmt: skip


@dataclass(frozen=True)
class Sayable:
    """``words`` as they are written, likeliest first; ``awaited``: the kind of answer to the open question."""

    locale: Locale
    words: Sequence[str]
    awaited: Awaited | None


class Hinting(Protocol):
    def sayable(self, session_id: str, token: str) -> Sayable:
        """What this session's customer may say now.

        Raises:
            SessionUnknown, SessionEnded
        """
        ...

    def openings(self, session_id: str, token: str) -> Sequence[str]:
        """What the next answer may begin with, likeliest first. See :mod:`agent.openings`.

        Raises:
            SessionUnknown, SessionEnded
        """
        ...


def sayable(turn: Turn, locale: Locale, bank: CoreBank | None, customer: str | None) -> Sayable:
    """After the reply ``turn``; without a customer there are no payees and cards."""
    payees: list[str] = []
    tails: list[str] = []
    if bank is not None and customer is not None:
        payees = [payee.name for payee in bank.payees(customer)]
        tails = [account.tail for account in bank.accounts(customer) if account.status != "closed"]
        tails += [card.tail for card in bank.cards(customer) if card.status != "closed" and card.tail not in tails]
    options = [
        option for card in turn.reply.cards if isinstance(card, ChoicesCard | QuizCard) for option in card.options
    ]
    answers = [*(option.label for option in options), *(words.of(locale) for words in _answers(turn))]
    services = [catalogue()[service].name.of(locale) for service in built_services()]
    always = [words.of(locale) for words in _ALWAYS]
    awaited = _awaited(turn, [option.id for option in options], payees)
    return Sayable(locale, tuple(dict.fromkeys([*answers, *payees, *tails, *always, *services])), awaited)


def _answers(turn: Turn) -> Iterator[Text]:
    if any(isinstance(card, ConsentCard) for card in turn.reply.cards):
        yield from _YES_NO["consent"]
    elif turn.stage in ("confirm", "educate"):
        yield from _YES_NO["confirm" if turn.stage == "confirm" else "educate"]


def _awaited(turn: Turn, options: Sequence[str], payees: Sequence[str]) -> Awaited | None:
    if any(isinstance(card, OtpCard) for card in turn.reply.cards):
        return "otp"
    if any(isinstance(card, ConsentCard) for card in turn.reply.cards):
        return "confirm"
    if options:
        if all(len(option) == TAIL_DIGITS and option.isdigit() for option in options):
            return "tail"
        return "name" if set(options) <= set(payees) else "choice"
    match turn.stage:
        case "confirm" | "educate":
            return "confirm"
        case "collect" if turn.service in built_services():
            kinds = {spec.kind for spec in built_services()[turn.service].spec().values()}
            return "amount" if "amount" in kinds else None
        case "follow_up":
            return "rating"
        case _:
            return None
