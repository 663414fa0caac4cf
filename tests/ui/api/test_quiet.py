"""Whether nobody is served now."""

from __future__ import annotations

from fastapi import FastAPI, WebSocket
from fastapi.testclient import TestClient

from ui.api.quiet import Quiet, Watch


def test_turns_and_conversations_by_voice_break_the_quiet() -> None:
    time = [0.0]
    quiet = Quiet(60, now=lambda: time[0])
    app, seen = FastAPI(), []

    @app.post("/turns")
    def turn() -> None:
        seen.append(quiet())

    @app.get("/page")
    def page() -> None:
        seen.append(quiet())

    @app.websocket("/voice")
    async def voice(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive_text()

    app.add_middleware(Watch, quiet=quiet)
    client = TestClient(app)
    assert not quiet()
    time[0] = 61
    client.get("/page")
    assert seen == [True]
    client.post("/turns")
    assert seen == [True, False]
    assert not quiet()
    time[0] = 130
    with client.websocket_connect("/voice") as socket:
        assert not quiet()
        time[0] = 300
        assert not quiet()
        socket.send_text("bye")
    time[0] = 400
    assert quiet()
