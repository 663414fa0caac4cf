"""Fixed phrases are said once to nobody, so that they are kept before a customer waits for them.

A phrase that is kept sounds at once; a new one takes two cores about as long as it sounds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from voice.errors import EngineUnavailable
from voice.speaking.port import Locale

PAUSE_SECONDS = 0.2  # between two phrases; time for whoever came in between
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rehearsed:
    """``first``: only the clause that sound begins with; the others are made while it is heard."""

    text: str
    locale: Locale
    first: bool = True


class Rehearsing(Protocol):
    """The part of a speaker that this needs."""

    def rehearse(self, text: str, locale: Locale, *, first: bool) -> int:
        """Make and keep the fixed clauses of this text that are not kept yet; how many that were."""
        ...


def rehearse(
    speaker: Rehearsing,
    phrases: Sequence[Rehearsed],
    *,
    quiet: Callable[[], bool] = lambda: True,
    stop: threading.Event | None = None,
    wait_s: float = 5.0,
    tell: Callable[[int, int], object] = lambda done, of: None,
) -> int:
    """Go through the phrases in order, only while nobody is served; how many clauses were made.

    Args:
        quiet: whether nobody is served now; asked before each phrase.
        stop: set by who ends the program.
        wait_s: how long to wait before asking again whether it is quiet.
        tell: hears how many phrases of how many are done.
    """
    stop = stop or threading.Event()
    made = 0
    for done, phrase in enumerate(phrases, 1):
        while not stop.is_set() and not quiet():
            stop.wait(wait_s)
        if stop.is_set():
            break
        try:
            fresh = speaker.rehearse(phrase.text, phrase.locale, first=phrase.first)
        except EngineUnavailable as unavailable:
            log.warning("phrases are not made ready: %s", unavailable)
            break
        made += fresh
        tell(done, len(phrases))
        if fresh:
            stop.wait(PAUSE_SECONDS)
    return made
