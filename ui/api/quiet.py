"""Whether nobody is served now: work that can wait is done then."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Quiet:
    """Counts what is under way. Called, it says whether nobody has wanted anything for ``seconds``.

    Args:
        now: a clock that never goes back, in seconds.
    """

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._now = seconds, now
        self._open, self._last = 0, now()

    def __call__(self) -> bool:
        return self._open == 0 and self._now() - self._last >= self._seconds

    def begin(self) -> None:
        """Somebody wants something."""
        self._open += 1

    def end(self) -> None:
        """They have it."""
        self._open -= 1
        self._last = self._now()


class Watch:
    """ASGI middleware: tells ``quiet`` of turns and of voice conversations. A page that only looks (GET) disturbs nothing."""

    def __init__(self, app: ASGIApp, *, quiet: Quiet) -> None:
        self._app, self._quiet = app, quiet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" and scope.get("method", "GET") == "GET":
            await self._app(scope, receive, send)
            return
        self._quiet.begin()
        try:
            await self._app(scope, receive, send)
        finally:
            self._quiet.end()
