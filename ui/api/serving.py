"""The web server around the API: it says goodbye to those who talk before it hangs up."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

KEEP_ALIVE_S, GRACE_S = 30, 10
GOODBYE_S = 0.3  # for the last message to go out


class Server(uvicorn.Server):
    """Serves ``api`` until told to stop. ``api.state.goodbyes`` are called in the event loop before sockets are closed."""

    def __init__(self, api: FastAPI, host: str, port: int) -> None:
        self._goodbyes: list[Callable[[], None]] = api.state.goodbyes
        config = uvicorn.Config(
            api, host=host, port=port, log_config=None, server_header=False, access_log=False, timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S, ws_per_message_deflate=False,  # speech does not get smaller by it
        )  # fmt: skip
        super().__init__(config)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See the class."""
        for goodbye in self._goodbyes:
            goodbye()
        if self._goodbyes and self.server_state.connections:
            await asyncio.sleep(GOODBYE_S)
        await super().shutdown(sockets)
