"""Live news for a page: server-sent events fed by the desk's bell. What was missed is read again from the database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.responses import StreamingResponse

from agent.casework.bell import Bell, Ring
from ui.api.stream import HEADERS

TICK_S = 15.0
RINGS_MAX = 500  # a page that reads so slowly reads the state anew


async def stream(
    bell: Bell,
    wanted: Callable[[Ring], bool],
    first: Callable[[], Awaitable[list[tuple[str, Any]]]],
    news: Callable[[Ring], Awaitable[list[tuple[str, Any]]]],
    tick: Callable[[], Awaitable[bool]],
) -> StreamingResponse:
    """``first`` is sent at once, ``news`` of every ring that is ``wanted``; ``tick`` says every 15 s whether it goes on."""
    loop = asyncio.get_running_loop()
    rung: asyncio.Queue[Ring] = asyncio.Queue(RINGS_MAX)

    def put(ring: Ring) -> None:
        if not rung.full():
            rung.put_nowait(ring)

    end = bell.listen(lambda ring: _call(loop, put, ring) if wanted(ring) else None)

    async def told() -> AsyncIterator[str]:
        try:
            for name, data in await first():
                yield _event(name, data)
            due = loop.time() + TICK_S
            while True:
                try:
                    async with asyncio.timeout_at(due):
                        ring = await rung.get()
                except TimeoutError:
                    if not await tick():
                        return
                    due = loop.time() + TICK_S
                    yield ": still here\n\n"
                    continue
                for name, data in await news(ring):
                    yield _event(name, data)
        finally:
            end()

    return StreamingResponse(told(), media_type="text/event-stream", headers=HEADERS)


def _call(loop: asyncio.AbstractEventLoop, put: Callable[[Ring], None], ring: Ring) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(put, ring)


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
