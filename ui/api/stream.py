"""A turn as server-sent events: each sentence as soon as it is said, then the whole turn, or a problem."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse

from agent.turn import Sentence, Turn
from ui.api.turns import Asked, TurnDesk

_FIRST_WAIT_SECONDS_MAX = 5.0
HEADERS = {"X-Accel-Buffering": "no"}  # proxies that would hold events back

Heard = Sentence | Turn | Exception


def wants_stream(request: Request) -> bool:
    """Whether the client accepts an event stream (and does not say ``q=0``)."""
    for part in ",".join(request.headers.getlist("accept")).lower().split(","):
        media, _, params = part.strip().partition(";")
        if media.strip() == "text/event-stream":
            return params.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


async def stream_turn(
    desk: TurnDesk, asked: Asked, *, keep_alive_seconds: float, problem: Callable[[Exception], dict[str, Any]]
) -> StreamingResponse:
    """The event stream of a turn. ``problem`` makes the document for an error.

    Raises:
        Exception: the turn failed before anything was said, so that the answer can have its proper status.
    """
    heard: asyncio.Queue[Heard] = asyncio.Queue()
    task = desk.begin(asked, heard.put_nowait)

    def end(finished: asyncio.Task[Turn]) -> None:
        if finished.cancelled():
            heard.put_nowait(RuntimeError("the turn was cancelled"))
            return
        error = finished.exception()
        if isinstance(error, Exception):
            heard.put_nowait(error)
        else:
            heard.put_nowait(finished.result())

    task.add_done_callback(end)
    first = await _next(heard, _FIRST_WAIT_SECONDS_MAX)
    if isinstance(first, Exception):
        raise first
    return StreamingResponse(
        _events(heard, first, keep_alive_seconds, problem), media_type="text/event-stream", headers=HEADERS
    )


async def _next(heard: asyncio.Queue[Heard], seconds: float) -> Heard | None:
    try:
        async with asyncio.timeout(seconds):
            return await heard.get()
    except TimeoutError:
        return None


async def _events(
    heard: asyncio.Queue[Heard],
    first: Heard | None,
    keep_alive_seconds: float,
    problem: Callable[[Exception], dict[str, Any]],
) -> AsyncIterator[str]:
    said = 0
    item = first
    while True:
        match item:
            case None:
                yield ": still here\n\n"
            case Sentence():
                said += 1
                yield _event("sentence", item.model_dump_json())
            case Turn():
                if said == 0:  # a repeated turn comes from the store in one piece
                    whole = Sentence(i=0, text=item.reply.text, speech=item.reply.speech)
                    yield _event("sentence", whole.model_dump_json())
                yield _event("turn", item.model_dump_json())
                return
            case Exception():
                yield _event("problem", json.dumps(problem(item), ensure_ascii=False))
                return
        item = await _next(heard, keep_alive_seconds)


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
