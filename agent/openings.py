"""What the next answer may begin with for this customer: our own sentences about an account, with the customer's own tails in them.

Such a beginning is known before the answer is, so that whoever speaks it can have its sound ready.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from agent.say import MARKS
from agent.spoken import texts_of
from tools.bank.port import Account
from tools.rendering import spoken
from tools.services import built_services
from tools.services.common import CLASS_NAME
from tools.wording import Locale, Tail, Text

_TAIL, _CLASS = "{tail}", "{cls}"
_OFTEN = ("account.balance", "account.transactions", "transfer.status", "limit.query", "card.report_loss")
"""What is asked for most; only these beside the service in progress, since each takes a second to make."""


def openings(service: str | None, accounts: Sequence[Account], locale: Locale) -> list[str]:
    """As they are spoken, likeliest first; places that are not known yet are left in braces.

    Args:
        service: the one in progress; its own sentences come first.
        accounts: the customer's own.
    """
    first = [text for each in (service, *_OFTEN) if each is not None for text in _of_service(each)]
    about = [text for text in dict.fromkeys(first) if _TAIL in text.of(locale)]
    open_ones = [account for account in accounts if account.status != "closed"]
    filled = [_filled(text, account, locale) for text in about for account in open_ones]
    stop = "。" if locale == "zh-CN" else "."
    return list(dict.fromkeys(said if said[-1] in MARKS else said + stop for said in filled))


def _of_service(service: str) -> Iterable[Text]:
    built = built_services().get(service)
    return [] if built is None else texts_of(sys.modules[type(built).__module__])


def _filled(text: Text, account: Account, locale: Locale) -> str:
    said = text.of(locale).replace(_TAIL, spoken(Tail(account.tail), locale))
    return said.replace(_CLASS, CLASS_NAME[account.cls].of(locale))
