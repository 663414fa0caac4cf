"""A small client of the voice socket: talks with 小岚 from WAV files and plays nothing but the clock.

    python examples/voice_client.py --customer C1001 hello.wav yes.wav

opens a session, says each file at the pace of speech when it is the customer's turn, and prints what was said. As a module it is a
whole client without a loudspeaker: a microphone that never stops, a player that reports what it has played.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import struct
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
import numpy as np
import soundfile
import soxr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

RATE, FRAME_SECONDS, REPORT_SECONDS = 16_000, 0.02, 0.25
Message = dict[str, Any]


class Caller:
    """One customer at the telephone. ``log`` has every message with its time, ``at`` the times of the sound frames."""

    def __init__(self, socket: ClientConnection, *, reports: bool = True) -> None:
        self._socket, self._reports = socket, reports
        self.log: list[tuple[float, Message]] = []
        self.at: list[tuple[float, int]] = []
        self.sound: dict[int, bytes] = {}
        self.played: dict[int, float] = {}
        self.code: int | None = None
        self._news = asyncio.Event()
        self._mouth: list[np.ndarray] = []  # what the customer is about to say
        self._said = asyncio.Event()
        self._clauses: list[Message] = []
        self._held = False
        self._tasks = [asyncio.create_task(work()) for work in (self._listen, self._microphone, self._player)]

    @classmethod
    @asynccontextmanager
    async def call(
        cls, url: str, session_id: str, token: str, *, reports: bool = True, **hello: Any
    ) -> AsyncIterator[Self]:
        """Open the socket and say hello; ``url`` ends in /api/v1/voice."""
        async with connect(url, max_size=None) as socket:
            await socket.send(json.dumps({"type": "hello", "session_id": session_id, "token": token, **hello}))
            caller = cls(socket, reports=reports)
            try:
                yield caller
            finally:
                for task in caller._tasks:
                    task.cancel()
                await asyncio.gather(*caller._tasks, return_exceptions=True)

    async def send(self, message: Message | bytes) -> None:
        """A message of the protocol, or raw sound."""
        await self._socket.send(message if isinstance(message, bytes) else json.dumps(message))

    async def say(self, samples: np.ndarray) -> float:
        """Speak (float32 at 16 kHz) and wait until it is said; the loop's time of its last sample."""
        self._said.clear()
        self._mouth.append(samples)
        await self._said.wait()
        return now()

    async def until(self, wanted: Callable[[Message], bool] | str, *, since: int = 0, seconds: float = 30.0) -> Message:
        """The first message that is wanted (a type, or a test), from the ``since``-th on."""
        test = (lambda message: message["type"] == wanted) if isinstance(wanted, str) else wanted
        async with asyncio.timeout(seconds):
            while True:
                for _, message in self.log[since:]:
                    if test(message):
                        return message
                self._news.clear()
                await self._news.wait()

    async def turn_over(self, *, since: int = 0, seconds: float = 60.0) -> None:
        """Wait until it is the customer's turn again."""
        await self.until(lambda m: m["type"] == "state" and m["state"] == "waiting", since=since, seconds=seconds)

    def all(self, kind: str, since: int = 0) -> list[Message]:
        """The messages of a type."""
        return [message for _, message in self.log[since:] if message["type"] == kind]

    async def closed(self, seconds: float = 10.0) -> int | None:
        """Wait for the end; the close code."""
        async with asyncio.timeout(seconds):
            await self._tasks[0]
        return self.code

    async def _listen(self) -> None:
        try:
            async for data in self._socket:
                if isinstance(data, bytes):
                    _, _, _, clause, _ = struct.unpack_from("<BBHII", data)
                    self.sound[clause] = self.sound.get(clause, b"") + data[12:]
                    self.at.append((now(), clause))
                    continue
                message = json.loads(data)
                self.log.append((now(), message))
                await self._heed(message)
                self._news.set()
        except ConnectionClosed:
            pass
        self.code = self._socket.close_code
        self._news.set()

    async def _heed(self, message: Message) -> None:
        match message["type"]:
            case "clause":
                self._clauses.append(message)
            case "hold":
                self._held = True
            case "go_on":
                self._held = False
            case "interrupted":
                self._held = False
                self._clauses.clear()
            case "ping":
                await self.send({"type": "pong", "t": message["t"]})

    async def _microphone(self) -> None:
        """20 ms every 20 ms: what is to be said, else quiet."""
        size, due = round(RATE * FRAME_SECONDS), now()
        while True:
            frame = np.zeros(size, np.float32)
            if self._mouth:
                frame[: len(self._mouth[0][:size])] = self._mouth[0][:size]
                self._mouth[0] = self._mouth[0][size:]
                if not len(self._mouth[0]):
                    self._mouth.pop(0)
            try:
                await self.send((np.clip(frame, -1, 1) * 32_767).astype("<i2").tobytes())
            except ConnectionClosed:
                return
            if not self._mouth:
                self._said.set()
            due += FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - now()))

    async def _player(self) -> None:
        """Plays by the clock, clause after clause, and reports."""
        reported = 0.0
        while True:
            await asyncio.sleep(FRAME_SECONDS)
            if self._held or not self._clauses:
                continue
            clause = self._clauses[0]
            ready = len(self.sound.get(clause["id"], b"")) / 2 / 24_000
            heard = min(self.played.get(clause["id"], 0.0) + FRAME_SECONDS, ready)
            over = heard >= clause["seconds"] - 0.001
            self.played[clause["id"]] = heard
            if over:
                self._clauses.pop(0)
            if self._reports and (over or now() - reported >= REPORT_SECONDS):
                reported = now()
                await self.send({"type": "played", "clause": clause["id"], "seconds": round(heard, 3)})


def now() -> float:
    """The event loop's time."""
    return asyncio.get_running_loop().time()


def load(path: str) -> np.ndarray:
    """A WAV file as one channel at 16 kHz."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(samples.mean(axis=1), rate, RATE), np.float32)


async def converse(base: str, customer: str | None, locale: str, files: list[str]) -> None:
    """Open a session and say the files, each at the customer's turn."""
    async with httpx.AsyncClient(base_url=base) as http:
        opened = (
            (await http.post("/api/v1/sessions", json={"customer": customer, "locale": locale}))
            .raise_for_status()
            .json()
        )
    url = base.replace("http", "ws", 1) + "/api/v1/voice"
    async with Caller.call(url, opened["session_id"], opened["token"]) as caller:
        await caller.turn_over()
        print("小岚:", opened["turn"]["reply"]["text"])
        for path in files:
            since = len(caller.log)
            await caller.say(load(path))
            turn = (await caller.until("turn", since=since))["turn"]
            print(f"heard: {turn['heard']}\n小岚: {turn['reply']['text']}")
            await caller.turn_over(since=since)
        await caller.send({"type": "bye"})
        await caller.closed()


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Talk with Xiaolan from WAV files.")
    parser.add_argument("files", nargs="+", help="what the customer says, one WAV file a turn")
    parser.add_argument("--base", default="http://127.0.0.1:7860")
    parser.add_argument("--customer", default=None, help="in the sandbox: who it is")
    parser.add_argument("--locale", default="zh-CN", choices=("zh-CN", "en"))
    given = parser.parse_args()
    asyncio.run(converse(given.base, given.customer, given.locale, given.files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
