"""The way out to one client: in order, bounded, and closed with a reason."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Write = Callable[[str | bytes], Awaitable[None]]


class Outlet:
    """``put`` never blocks; a client that does not read fills it, and that ends the connection."""

    def __init__(self, write: Write, unread_max: int, unread_seconds_max: float) -> None:
        self._write, self._seconds = write, unread_seconds_max
        self._queue: asyncio.Queue[str | bytes] = asyncio.Queue(unread_max)
        self._closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def put(self, message: Mapping[str, Any] | bytes) -> None:
        """Send a message or a frame of sound; after closing it goes nowhere."""
        if self._closed.done():
            return
        try:
            self._queue.put_nowait(
                message
                if isinstance(message, bytes)
                else json.dumps(message, ensure_ascii=False, separators=(",", ":"))
            )
        except asyncio.QueueFull:
            self.close(4408)

    def close(self, code: int) -> None:
        """Close the connection once what is queued has gone; the first code counts."""
        if not self._closed.done():
            self._closed.set_result(code)

    @property
    def closing(self) -> bool:
        return self._closed.done()

    async def run(self) -> int:
        """Write until closed; the close code."""
        while True:
            getting = asyncio.ensure_future(self._queue.get())
            either: set[asyncio.Future[Any]] = {getting, self._closed}
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if not getting.done():
                    return await self._rest(self._closed.result())
            finally:
                getting.cancel()  # does nothing to what is done
            if not await self._written(getting.result()):
                return 4408

    async def _rest(self, code: int) -> int:
        while code != 4408 and not self._queue.empty():
            if not await self._written(self._queue.get_nowait()):
                break
        return code

    async def _written(self, message: str | bytes) -> bool:
        try:
            async with asyncio.timeout(self._seconds):
                await self._write(message)
        except TimeoutError:
            self.close(4408)
            return False
        return True
