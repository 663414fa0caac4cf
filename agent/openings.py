"""What the next answer may begin with for this customer: our own sentences about an account or a transfer that is on its way,
with the customer's own tails, payees and amounts in them.

Such a beginning is known before the answer is, so that whoever speaks it can have its sound ready.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

from agent.say import MARKS
from agent.spoken import texts_of
from tools.bank.port import Account, Transfer
from tools.rendering import spoken
from tools.services import built_services
from tools.services.common import CLASS_NAME
from tools.wording import Locale, Tail, Text, Yuan

_OFTEN = ("account.balance", "account.transactions", "transfer.status", "limit.query", "card.report_loss")
"""What is asked for most; only these beside the service in progress, since each takes a second to make."""


def openings(
    service: str | None, accounts: Sequence[Account], transfers: Sequence[Transfer], locale: Locale
) -> list[str]:
    """As they are spoken, likeliest first; places that are not known yet are left in braces.

    Args:
        service: the one in progress; its own sentences come first.
        accounts: the customer's own.
        transfers: likewise; those that are on their way count.
    """
    first = [text for each in (service, *_OFTEN) if each is not None for text in _of_service(each)]
    known = [_of_account(account, locale) for account in accounts if account.status != "closed"]
    known += [_of_transfer(transfer, locale) for transfer in transfers if transfer.status == "pending"]
    filled = [
        _filled(text.of(locale), values)
        for text in dict.fromkeys(first)
        for values in known
        if next(iter(values)) in text.of(locale)
    ]
    stop = "。" if locale == "zh-CN" else "."
    return list(dict.fromkeys(said if said[-1] in MARKS else said + stop for said in filled))


def _of_service(service: str) -> Iterable[Text]:
    built = built_services().get(service)
    return [] if built is None else texts_of(sys.modules[type(built).__module__])


def _of_account(account: Account, locale: Locale) -> dict[str, str]:
    """Its places, the one that says that it is meant first."""
    return {"{tail}": spoken(Tail(account.tail), locale), "{cls}": CLASS_NAME[account.cls].of(locale)}


def _of_transfer(transfer: Transfer, locale: Locale) -> dict[str, str]:
    return {"{payee}": transfer.payee, "{amount}": spoken(Yuan(transfer.amount), locale)}


def _filled(said: str, values: Mapping[str, str]) -> str:
    for place, value in values.items():
        said = said.replace(place, value)
    return said
