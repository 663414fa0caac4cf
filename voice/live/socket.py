"""A socket that may be gone, or closing, or not reading."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState

log = logging.getLogger(__name__)
_SEND_SECONDS_MAX, _CLOSE_SECONDS_MAX = 10.0, 1.0


async def send(socket: WebSocket, message: Mapping[str, Any]) -> None:
    """Send, outside the pipeline.

    Raises:
        WebSocketDisconnect: the client is gone, or does not read.
    """
    try:
        async with asyncio.timeout(_SEND_SECONDS_MAX):
            await socket.send_json(dict(message))
    except (TimeoutError, RuntimeError) as error:
        raise WebSocketDisconnect(1006) from error


async def close(socket: WebSocket, code: int) -> None:
    """Close, if it is open; the first code counts."""
    if WebSocketState.DISCONNECTED in (socket.application_state, socket.client_state):
        return
    try:
        async with asyncio.timeout(_CLOSE_SECONDS_MAX):
            await socket.close(code)
    except (TimeoutError, RuntimeError):
        log.debug("the client was gone before it could be told")
