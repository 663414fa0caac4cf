"""Who may have a machine's ear or voice by HTTP, how often, and how many at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from agent.port import Teller
from ui.api.guard import Rate, bearer, digest, session_path
from ui.api.problems import BUSY, Kind, Problem


class Admission:
    """One for each of the two. In production a session and its token are asked for, so that nobody else can use the machine up.

    Args:
        parallel_max: worked on at once; ``waiting_max``: admitted at all, those included.
        per_minute_max: of one session; ``too_many`` says so.
    """

    def __init__(
        self, teller: Teller, *, sandbox: bool, parallel_max: int, waiting_max: int, per_minute_max: int, too_many: Kind
    ) -> None:
        self._teller, self._sandbox, self._waiting_max = teller, sandbox, waiting_max
        self._running, self._waiting = asyncio.Semaphore(parallel_max), 0
        self._rate = Rate(per_minute_max, too_many)

    async def admit(self, request: Request, session_id: str | None) -> None:
        """
        Raises:
            Problem: token-missing, session-unknown, rate; SessionUnknown where session and token do not belong together.
        """
        if self._sandbox:
            return
        session, token = session_path(session_id or ""), bearer(request)
        self._rate.take(digest(session, token))
        await run_in_threadpool(self._teller.transcript, session, token)

    @asynccontextmanager
    async def in_line(self, **headers: str) -> AsyncIterator[None]:
        """A place in line; ``headers`` go out with the answer where there is none.

        Raises:
            Problem: busy.
        """
        if self._waiting >= self._waiting_max:
            raise Problem(BUSY, headers={"Retry-After": "2", **headers})
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    @property
    def turn(self) -> asyncio.Semaphore:
        """Enter it to be worked on."""
        return self._running
