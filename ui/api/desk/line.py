"""The plain line between a customer and their colleague, for where no call from browser to browser comes about: text and
voice over one WebSocket each, passed on by this server.

``WS /api/v1/sessions/{id}/desk/line`` and ``WS /api/v1/desk/cases/{id}/line``. The first message proves who it is
(``{"token"}``, a colleague's page ``{"csrf"}`` beside its cookie); then ``{"text"}``, ``{"talk": true|false}`` and frames
of sound (16 bit, 16 kHz, one channel) go in, ``{"type": "ready"|"state"|"events"|"turn"|"talk"|"problem", …}`` and the
other end's sound come out. Sound is passed on while both ends talk, and kept nowhere.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import anyio
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from agent.casework.bell import Ring
from agent.casework.queue import DeskRefusal
from agent.casework.staff import Member, is_csrf
from agent.port import IdempotencyConflict, SessionEnded, SessionUnknown, Teller
from agent.turn import TurnRequest
from tools.errors import Busy
from ui.api.desk.parts import DeskParts
from ui.api.desk.signin import COOKIE, from_our_page
from ui.api.guard import is_opaque

Side = Literal["customer", "staff"]
TEXT_CHARS_MAX = 2_000
MESSAGE_BYTES_MAX = 8_192
FRAMES_WAITING_MAX = 40  # of 32 ms: what a slow line cannot carry is not sent late
HELLO_S_MAX = 10.0
SIGN_OF_LIFE_S = 15.0
PROTOCOL, NO_ENTRY, OVER = 4400, 4401, 4410


@dataclass
class _End:
    """One end of a line; ``out`` is what it is to be sent."""

    out: asyncio.Queue[dict[str, Any] | bytes] = field(default_factory=lambda: asyncio.Queue(400))
    talks: bool = False

    def tell(self, message: dict[str, Any] | bytes) -> None:
        sound = isinstance(message, bytes)
        if not (self.out.full() or (sound and self.out.qsize() > FRAMES_WAITING_MAX)):
            self.out.put_nowait(message)


class _Refused(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class DeskLines:
    """Both ends of every line of this process."""

    def __init__(self, parts: DeskParts, teller: Teller) -> None:
        self._parts, self._teller = parts, teller
        self._ends: dict[tuple[str, Side], _End] = {}

    def install(self, app: FastAPI) -> None:
        """Add the sockets to ``app``."""
        for path, serve in (
            ("/api/v1/sessions/{session_id}/desk/line", self._customer),
            ("/api/v1/desk/cases/{case}/line", self._staff),
        ):
            app.router.routes.append(WebSocketRoute(path, serve))

    async def _customer(self, socket: WebSocket) -> None:
        session = str(socket.path_params["session_id"])
        hello = await _hello(socket)
        token = hello.get("token") if hello is not None else None
        queue = self._parts.work.queue

        async def enter() -> str:
            if not (isinstance(token, str) and is_opaque(session)):
                raise _Refused(NO_ENTRY)
            await run_in_threadpool(self._parts.view.authenticate, session, token)
            row = await run_in_threadpool(queue.case_of, session)
            if row is None or row.status not in ("waiting", "taken"):
                raise _Refused(OVER)
            return row.id

        async def says(text: str) -> dict[str, Any]:
            turn = await run_in_threadpool(self._teller.turn, session, token or "", TurnRequest(text=text))
            return {"type": "turn", "turn": turn.model_dump(mode="json")}

        def state(case: str, after: int) -> tuple[dict[str, Any], int]:
            told = self._parts.view.customers(session)
            events = self._parts.view.events(case, after, customers=True)
            queue.waits(session)
            return {"type": "state", **told, "events": events}, _last(events, after)

        await self._serve(socket, "customer", enter, says, state)

    async def _staff(self, socket: WebSocket) -> None:
        case = str(socket.path_params["case"])
        hello = await _hello(socket)
        who: Member | None = None

        async def enter() -> str:
            nonlocal who
            who = None if hello is None else await run_in_threadpool(self._member, socket, hello)
            if who is None or not is_opaque(case):
                raise _Refused(NO_ENTRY)
            return (await run_in_threadpool(self._parts.work.held, who, case)).id

        async def says(text: str) -> None:
            if who is not None:
                await run_in_threadpool(self._parts.work.say, who, case, text)

        def state(case: str, after: int) -> tuple[dict[str, Any], int]:
            if who is not None:
                self._parts.work.held(who, case)
                self._parts.staff.present(who.id)
                self._parts.work.queue.seen(who.id)
            events = self._parts.view.events(case, after)
            return {"type": "events", "events": events}, _last(events, after)

        await self._serve(socket, "staff", enter, says, state)

    def _member(self, socket: WebSocket, hello: dict[str, Any]) -> Member | None:
        """The colleague: by bearer token, or by the cookie and the page's secret."""
        token, csrf = hello.get("token"), hello.get("csrf")
        if isinstance(token, str):
            staff = self._parts.tokens.verify(token)
            return None if staff is None else self._parts.staff.member(staff)
        cookie = socket.cookies.get(COOKIE, "")
        if not (isinstance(csrf, str) and from_our_page(Request({**socket.scope, "type": "http"}))):
            return None
        return self._parts.staff.who(cookie) if is_csrf(cookie, csrf) else None

    async def _serve(
        self,
        socket: WebSocket,
        side: Side,
        enter: Callable[[], Awaitable[str]],
        says: Callable[[str], Awaitable[dict[str, Any] | None]],
        state: Callable[[str, int], tuple[dict[str, Any], int]],
    ) -> None:
        try:
            case = await enter()
        except (SessionUnknown, DeskRefusal):
            await _close(socket, NO_ENTRY)
            return
        except SessionEnded:
            await _close(socket, OVER)
            return
        except _Refused as refused:
            await _close(socket, refused.code)
            return
        end = _End()
        self._ends[case, side] = end
        await socket.send_json({"type": "ready", "case": case})
        news = asyncio.Event()
        loop = asyncio.get_running_loop()

        def rung(ring: Ring) -> None:
            if ring.case == case and not loop.is_closed():
                loop.call_soon_threadsafe(news.set)

        quiet = self._parts.work.queue.bell.listen(rung)
        news.set()
        code: int | None = None
        try:
            async with anyio.create_task_group() as group:

                async def until_over(part: Awaitable[int | None]) -> None:
                    nonlocal code
                    code = await part
                    group.cancel_scope.cancel()

                group.start_soon(until_over, self._hear(socket, case, side, end, says))
                group.start_soon(until_over, _send(socket, end))
                group.start_soon(until_over, _watch(end, case, state, news))
        finally:
            quiet()
            if self._ends.get((case, side)) is end:
                del self._ends[case, side]
                self._tell_other(case, side, {"type": "talk", "on": False})
        await _close(socket, code or 1000)

    async def _hear(
        self,
        socket: WebSocket,
        case: str,
        side: Side,
        end: _End,
        says: Callable[[str], Awaitable[dict[str, Any] | None]],
    ) -> int | None:
        """What comes in, until it ends; returns the code to close with."""
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            sound, text = message.get("bytes"), message.get("text")
            if len(sound or text or "") > MESSAGE_BYTES_MAX:
                return PROTOCOL
            if sound is not None:
                other = self._other(case, side)
                if end.talks and other is not None and other.talks:
                    other.tell(sound)
                continue
            said = _read(text or "")
            if said is None:
                return PROTOCOL
            if isinstance(said.get("talk"), bool):
                end.talks = said["talk"]
                self._tell_other(case, side, {"type": "talk", "on": end.talks})
            words = said.get("text")
            if isinstance(words, str) and 0 < len(words.strip()) <= TEXT_CHARS_MAX:
                try:
                    answer = await says(words.strip())
                except (DeskRefusal, SessionUnknown, SessionEnded):
                    return OVER
                except (Busy, IdempotencyConflict):
                    answer = {"type": "problem", "code": "busy"}
                if answer is not None:
                    end.tell(answer)

    def _other(self, case: str, side: Side) -> _End | None:
        return self._ends.get((case, "staff" if side == "customer" else "customer"))

    def _tell_other(self, case: str, side: Side, message: dict[str, Any]) -> None:
        other = self._other(case, side)
        if other is not None:
            other.tell(message)


async def _hello(socket: WebSocket) -> dict[str, Any] | None:
    await socket.accept()
    try:
        async with asyncio.timeout(HELLO_S_MAX):
            return _read(await socket.receive_text())
    except (TimeoutError, WebSocketDisconnect, KeyError):
        return None


async def _send(socket: WebSocket, end: _End) -> int | None:
    """What goes out, until the other side has gone."""
    while True:
        message = await end.out.get()
        try:
            if isinstance(message, bytes):
                await socket.send_bytes(message)
            else:
                await socket.send_text(json.dumps(message, ensure_ascii=False))
        except WebSocketDisconnect:
            return None


async def _watch(
    end: _End, case: str, state: Callable[[str, int], tuple[dict[str, Any], int]], news: asyncio.Event
) -> int:
    """Tell how the case stands whenever it changes, and give a sign of life; ends when the case is somebody else's."""
    seen = 0
    while True:
        news.clear()
        try:
            told, seen = await run_in_threadpool(state, case, seen)
        except DeskRefusal:
            return OVER
        end.tell(told)
        if told.get("status") in ("done", "left", "reset", "callback"):
            return OVER
        try:
            async with asyncio.timeout(SIGN_OF_LIFE_S):
                await news.wait()
        except TimeoutError:
            continue


async def _close(socket: WebSocket, code: int) -> None:
    if socket.application_state is WebSocketState.CONNECTED and socket.client_state is WebSocketState.CONNECTED:
        await socket.close(code)


def _last(events: list[dict[str, Any]], after: int) -> int:
    return max([after, *(int(event["seq"]) for event in events)])


def _read(text: str) -> dict[str, Any] | None:
    if len(text) > MESSAGE_BYTES_MAX:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
