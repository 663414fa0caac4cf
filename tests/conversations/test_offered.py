"""What approved entries tell the customer to say is understood and done here, and nothing that is done here is left out:
else an entry that was written before a service sends to a branch for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from knowledge.library import ENTRIES
from knowledge.loader import load
from knowledge.port import Locale
from knowledge.schema import Entry
from tests.conversations.talk import Talk
from tools.services import built_services

Open = Callable[..., Talk]
_QUOTED: dict[Locale, re.Pattern[str]] = {
    "zh-CN": re.compile(r"说“([^”，。！？…]+)”"),
    "en": re.compile(r"\b(?:say|tell me) \"([^\",.!?]+)\"", re.IGNORECASE),
}


def _offered(locale: Locale) -> Iterator[tuple[str, Entry]]:
    """Words that an entry tells the customer to say; where scams are told it may be the fraudster who says them."""
    for entry in load(ENTRIES).entries:
        texts = (entry.short.of(locale), entry.long.of(locale))
        found = [words for text in texts for words in _QUOTED[locale].findall(text)]
        yield from ((words, entry) for words in found if not entry.id.startswith("scam."))


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_that_what_entries_tell_to_say_begins_what_is_built(talk: Open, locale: Locale) -> None:
    begun: dict[str, set[str]] = {}
    for words, entry in _offered(locale):
        if words not in begun:
            understood = talk("C1001", locale=locale).say(words)["understood"]
            begun[words] = {one["service"] for one in understood if one["command"] == "start_service"}
        declined = begun[words] - set(built_services())
        assert not declined, f"{entry.id}: “{words}” begins {declined}, which is not built"
        if words in entry.short.of(locale):
            other = begun[words] - set(entry.services)
            assert not other, f"{entry.id}: “{words}” begins {other}, which the entry does not go with"
    missing = set(built_services()) - set().union(*begun.values())
    assert not missing, "built, and no entry says with which words it begins"
