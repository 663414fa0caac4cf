"""The far end of the voice socket, in a test's hands: what came is looked at, what goes is said by the test.

It says hello as docs/voice-protocol.md has it and nothing else by itself.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import math
import struct
import time
import wave
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import JSONResponse, Response
from starlette.websockets import WebSocketDisconnect, WebSocketState

Json = dict[str, Any]
RATE = 24_000
FRAME_SECONDS = 0.1
HEADER = struct.Struct("<BBHII")


def tone(seconds: float, start: int = 0, rate: int = RATE) -> bytes:
    """Samples of a quiet tone."""
    span = range(start, start + round(seconds * rate))
    return array("h", (int(6000 * math.sin(2 * math.pi * 220 * n / rate)) for n in span)).tobytes()


def _wav(seconds: float) -> str:
    """A file of another rate than the socket's, in base64."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(22_050)
        sound.writeframes(tone(seconds, rate=22_050))
    return base64.b64encode(file.getvalue()).decode("ascii")


@dataclass
class VoiceLine:
    """Levers and records; used from the test's thread while the server runs in another."""

    received: list[Json] = field(default_factory=list)
    sound: bytearray = field(default_factory=bytearray)
    frames: list[int] = field(default_factory=list)  # bytes of each frame
    hellos: int = 0
    keeping: Json | None = None  # what ready says of recordings
    refuse: int | None = None  # close with this code in place of ready
    texts: list[Json] = field(default_factory=list)  # bodies of POST /api/v1/tts
    mute: bool = False  # no speech can be had
    _socket: WebSocket | None = None
    _loop: asyncio.AbstractEventLoop | None = None

    def reset(self) -> None:
        self.received.clear()
        self.sound.clear()
        self.frames.clear()
        self.texts.clear()
        self.hellos, self.refuse, self.mute, self.keeping, self._socket = 0, None, False, None, None

    def install(self, app: FastAPI) -> None:
        @app.websocket("/api/v1/voice")
        async def voice(socket: WebSocket) -> None:
            await socket.accept()
            self._loop = asyncio.get_running_loop()
            try:
                await self._serve(socket)
            except (WebSocketDisconnect, RuntimeError):
                return

        @app.post("/api/v1/tts")
        async def speech(request: Request) -> Response:
            if self.mute:
                return JSONResponse({"type": "/problems/speaking-away", "status": 503}, 503)
            self.texts.append(await request.json())
            seconds = 0.8
            shapes = [
                {"at_s": 0.0, "shape": "open"},
                {"at_s": 0.4, "shape": "round"},
                {"at_s": seconds, "shape": "rest"},
            ]
            return JSONResponse(
                {"audio": _wav(seconds), "format": "wav", "seconds": seconds, "visemes": shapes, "clauses": []}
            )

    async def _serve(self, socket: WebSocket) -> None:
        hello = await socket.receive_json()
        self.received.append(hello)
        self.hellos += 1
        if self.refuse is not None:
            await socket.close(self.refuse)
            return
        self._socket = socket
        await socket.send_json(
            {
                "type": "ready", "version": 1, "session_id": hello["session_id"], "locale": "zh-CN", "mode": hello["mode"],
                "resumed": self.hellos > 1, "keeping": self.keeping, "label": "AI 数字人", "sound": {"rate": RATE, "format": "pcm_s16le"},
                "engines": {"hearing": "ready", "speaking": "ready"}, "limits": {},
            }
        )  # fmt: skip
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("bytes") is not None:
                self.sound += message["bytes"]
                self.frames.append(len(message["bytes"]))
            else:
                received = json.loads(message["text"])
                if received["type"] == "ping":
                    await socket.send_json({"type": "pong", "t": received["t"]})
                else:
                    self.received.append(received)

    # the test's side ----------------------------------------------------------------------------------------------

    def send(self, message: Json) -> None:
        self._do(lambda socket: socket.send_json(message))

    def say(self, clause: int, text: str, seconds: float = 2.0, *, turn: int = 1, now: bool = True) -> None:
        """A clause: its message, and a tone of its length in frames of 100 ms."""
        shapes = ["open", "closed", "wide", "round"]
        visemes = [{"at_s": i * 0.15, "shape": shapes[i % 4]} for i in range(int(seconds / 0.15))]
        self.send(
            {
                "type": "clause", "id": clause, "turn_id": turn, "sentence": 0, "text": text, "caption": text,
                "visemes": [*visemes, {"at_s": seconds, "shape": "rest"}], "seconds": seconds, "engine": "test",
            }
        )  # fmt: skip
        count, size = int(seconds * RATE), int(FRAME_SECONDS * RATE)
        for place in range(0, count, size):
            samples = tone(min(size, count - place) / RATE, place)
            header = HEADER.pack(1, int(place + size >= count), 0, clause, place)
            self._send(header + samples)

    def _send(self, data: bytes) -> None:
        self._do(lambda socket: socket.send_bytes(data))

    def cut(self, code: int = 1011) -> None:
        """End the socket from this side."""
        self._do(lambda socket: socket.close(code))

    def _do(self, act: Callable[[WebSocket], Any]) -> None:
        assert self._loop is not None
        assert self._socket is not None
        assert self._socket.client_state is WebSocketState.CONNECTED
        asyncio.run_coroutine_threadsafe(act(self._socket), self._loop).result(5)

    def came(self, kind: str, within: float = 5.0, **values: object) -> Json:
        """The newest message of a kind (with these values), waited for."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for message in reversed(self.received):
                if message["type"] == kind and all(message.get(name) == value for name, value in values.items()):
                    return message
            time.sleep(0.02)
        raise AssertionError(f"no {kind} {values} came; there was {[m['type'] for m in self.received[-12:]]}")

    def all(self, kind: str) -> list[Json]:
        return [message for message in self.received if message["type"] == kind]
