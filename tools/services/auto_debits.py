"""What the services about auto-debits share: how a customer names one, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.bank.port import AutoDebit
from tools.wording import Text

BILLS: Mapping[str, Text] = {
    "燃气费": Text("燃气费", "gas bill"),
    "水费": Text("水费", "water bill"),
    "电费": Text("电费", "electricity bill"),
    "手机话费": Text("手机话费", "mobile phone bill"),
    "宽带费": Text("宽带费", "broadband bill"),
    "物业费": Text("物业费", "property fee"),
    "会员费": Text("会员费", "membership fee"),
}
"""Usual bills in both languages; another one is told as the merchant calls it."""
_SHORT: Mapping[str, Sequence[str]] = {
    "燃气费": ("燃气", "煤气", "天然气", "gas"),
    "水费": ("水费", "water"),
    "电费": ("电费", "electricity", "power bill"),
    "手机话费": ("话费", "手机费", "电话费", "phone", "mobile", "telecom"),
    "宽带费": ("宽带", "网费", "broadband", "internet"),
    "物业费": ("物业", "property"),
    "会员费": ("会员", "membership", "subscription"),
}


def bill(debit: AutoDebit) -> Text:
    """What the merchant takes money for."""
    return BILLS.get(debit.about, Text(debit.about, debit.about))


def names(debit: AutoDebit) -> tuple[str, ...]:
    """What people call it, in full first: 城市燃气, 燃气费, gas bill, 煤气."""
    called = (debit.merchant, debit.about, bill(debit).en, *_SHORT.get(debit.about, ()), debit.merchant[-2:])
    return tuple(dict.fromkeys(called))


def named(said: str, debits: Sequence[AutoDebit]) -> Sequence[AutoDebit]:
    """Those that the words name; a merchant named in full counts before what it is for."""
    low = said.lower()
    whole = [debit for debit in debits if debit.merchant.lower() in low]
    return whole or [debit for debit in debits if any(name.lower() in low for name in names(debit))]
