"""Who may call, and how often: bearer tokens, idempotency keys and rates."""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from starlette.requests import Request

from ui.api.problems import BAD_KEY, SESSION_UNKNOWN, TOKEN_MISSING, Kind, Problem

TOKEN_CHARS_MAX = 8_192
_BEARER = re.compile(rf"bearer +([\x21-\x7e]{{1,{TOKEN_CHARS_MAX}}})\Z", re.IGNORECASE)
_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")
_OPAQUE = re.compile(r"[\x21-\x7e]{1,128}\Z")


def bearer(request: Request) -> str:
    """The token of the one Authorization header.

    Raises:
        Problem: token-missing.
    """
    given = request.headers.getlist("authorization")
    match = _BEARER.match(given[0].strip()) if len(given) == 1 else None
    if match is None:
        raise Problem(TOKEN_MISSING)
    return match.group(1)


def session_path(session_id: str) -> str:
    """A session id from the address; what cannot be one is answered as one that does not exist.

    Raises:
        Problem: session-unknown.
    """
    if _OPAQUE.match(session_id) is None:
        raise Problem(SESSION_UNKNOWN)
    return session_id


def is_opaque(text: str) -> bool:
    """Whether ``text`` can be an id at all."""
    return _OPAQUE.match(text) is not None


def idempotency_key(request: Request) -> str | None:
    """The Idempotency-Key, if there is one.

    Raises:
        Problem: invalid-idempotency-key.
    """
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    if len(given) > 1 or _KEY.match(given[0]) is None:
        raise Problem(BAD_KEY)
    return given[0]


def digest(*parts: str) -> bytes:
    """A fixed-size name for secrets, so that no table holds a token."""
    return hashlib.sha256("\0".join(parts).encode()).digest()


class Rate:
    """Token buckets: each caller may act ``per_minute_max`` times at once and then as fast as a minute refills them.

    The oldest of more than ``callers_max`` callers is forgotten, which can only be in its favour.
    """

    def __init__(
        self, per_minute_max: int, kind: Kind, *, callers_max: int = 20_000, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._capacity, self._kind, self._callers_max, self._now = float(per_minute_max), kind, callers_max, now
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def take(self, caller: bytes) -> None:
        """One action of ``caller``.

        Raises:
            Problem: 429 with Retry-After.
        """
        now = self._now()
        left, since = self._buckets.pop(caller, (self._capacity, now))
        left = min(self._capacity, left + (now - since) * self._capacity / 60)
        allowed = left >= 1
        self._buckets[caller] = (left - 1 if allowed else left, now)
        if len(self._buckets) > self._callers_max:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = ceil((1 - left) * 60 / self._capacity)
            raise Problem(self._kind, headers={"Retry-After": str(max(1, wait))})
