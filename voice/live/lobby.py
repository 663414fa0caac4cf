"""The door to the voice: who may come in, who waits in line, and whose conversation is kept while the network is away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect

from voice.hearing.port import Locale
from voice.live import words
from voice.live.conversation import Conversation, Customer, Problem
from voice.live.engines import Engines
from voice.live.framework_log import join_ours
from voice.live.limits import Limits
from voice.live.messages import VERSION, BadMessage, Hello, Tap, Typed, parse
from voice.live.socket import close, send
from voice.sound import SPOKEN_RATE

if TYPE_CHECKING:  # the framework takes a second to import: not before somebody wants to talk
    from voice.live.line import Line
    from voice.live.senses import Senses

log = logging.getLogger(__name__)
Authenticate = Callable[[str, str], Customer]  # session and token; blocking; raises what `Problem` knows
LABEL = {"zh-CN": "AI 数字人", "en": "AI digital human"}
_PLACE_SECONDS = 1.0


class Lobby:
    """Serves every voice socket of the process."""

    def __init__(
        self,
        engines: Engines,
        authenticate: Authenticate,
        problem: Problem,
        complain: Callable[[str, Locale], Mapping[str, Any]],
        limits: Limits | None = None,
        senses: Callable[[], Senses] | None = None,
    ) -> None:
        """``senses`` are loaded when the first customer wants to talk. ``problem`` makes a problem document of an error, ``complain`` of one of the socket's own codes."""
        self._engines, self._authenticate, self._problem, self._complain = engines, authenticate, problem, complain
        self._limits = limits or Limits()
        self._kept: dict[str, Conversation] = {}
        self._forgetting: dict[str, asyncio.TimerHandle] = {}
        self._lines: dict[str, Line] = {}
        self._queue: list[object] = []
        self._talking = 0
        self._senses: Senses | None = None
        self._load = senses or _load_senses

    @property
    def talking(self) -> int:
        """Customers who are heard and spoken to at this moment."""
        return self._talking

    async def serve(self, socket: WebSocket) -> None:
        """One socket from its opening to its end."""
        await socket.accept()
        try:
            hello = await self._hello(socket)
            if hello is None:
                return
            began = asyncio.get_running_loop().time()  # from here on the client may send, however long loading takes
            customer = await self._customer(socket, hello)
            if customer is not None:
                await self._let_in(socket, hello, customer, began)
        except WebSocketDisconnect:
            log.debug("the client left")
        finally:
            await close(socket, 1000)

    def close(self) -> None:
        """Let everybody go; the server stops."""
        for line in self._lines.values():
            line.outlet.put({"type": "ended", "why": "shutdown"})
            line.outlet.close(1001)
        for timer in self._forgetting.values():
            timer.cancel()
        for conversation in self._kept.values():
            conversation.close()  # first: what speaks needs the threads
        self._engines.close()

    # the door ------------------------------------------------------------------------------------------------------

    async def _hello(self, socket: WebSocket) -> Hello | None:
        try:
            async with asyncio.timeout(self._limits.hello_seconds_max):
                received = await socket.receive()
        except TimeoutError:
            await close(socket, 4408)
            return None
        text = received.get("text")
        try:
            if received["type"] == "websocket.disconnect":
                return None
            if text is None or len(text) > self._limits.message_bytes_max:
                raise BadMessage
            message = parse(text)
            if not isinstance(message, Hello):
                raise BadMessage
        except BadMessage:
            await send(socket, {"type": "problem", "problem": self._complain("voice-hello", "en"), "fatal": True})
            await close(socket, 4400)
            return None
        return message

    async def _customer(self, socket: WebSocket, hello: Hello) -> Customer | None:
        try:
            return await asyncio.to_thread(self._authenticate, hello.session_id, hello.token)
        except Exception as error:
            problem = self._problem(error, "en")
            await send(socket, {"type": "problem", "problem": problem, "fatal": True})
            await close(socket, {401: 4401, 410: 4410}.get(int(problem.get("status", 500)), 1011))
            return None

    async def _let_in(self, socket: WebSocket, hello: Hello, customer: Customer, began: float) -> None:
        await self._replace(customer.session_id)
        if self._talking >= self._limits.sessions_max:
            if not await self._wait(socket, customer):
                return
            began = asyncio.get_running_loop().time()  # what was said in line is not listened to
        self._talking += 1
        self._count()
        try:
            await self._talk(socket, hello, customer, began)
        finally:
            self._talking -= 1
            self._count()

    def _count(self) -> None:
        self._engines.figures.voices(self._talking, len(self._queue))

    async def _replace(self, session_id: str) -> None:
        """A session is at one place: the one that came last."""
        former = self._lines.get(session_id)
        if former is not None:
            former.outlet.put({"type": "ended", "why": "replaced"})
            former.outlet.close(1000)
            for _ in range(100):
                if self._lines.get(session_id) is not former:
                    break
                await asyncio.sleep(0.05)

    # the line ------------------------------------------------------------------------------------------------------

    async def _wait(self, socket: WebSocket, customer: Customer) -> bool:
        """In line until there is room; False when the customer leaves or the line itself is full."""
        if len(self._queue) >= self._limits.queue_max:
            await send(
                socket, {"type": "problem", "problem": self._complain("voice-full", customer.locale), "fatal": True}
            )
            await close(socket, 4429)
            return False
        ticket, told = object(), 0
        self._queue.append(ticket)
        self._count()
        typing = asyncio.create_task(self._typed_meanwhile(socket, customer))
        try:
            while self._talking >= self._limits.sessions_max or self._queue[0] is not ticket:
                place = self._queue.index(ticket) + 1
                if place != told:
                    told = place
                    message = words.said("queued", customer.locale, place=place)
                    await send(socket, {"type": "queued", "place": place, "message": message})
                done, _ = await asyncio.wait({typing}, timeout=_PLACE_SECONDS)
                if done:
                    return False
            return True
        finally:
            self._queue.remove(ticket)
            self._count()
            typing.cancel()
            await asyncio.gather(typing, return_exceptions=True)

    async def _typed_meanwhile(self, socket: WebSocket, customer: Customer) -> None:
        """While waiting, words and buttons work as ever; sound is not listened to. Ends when the client leaves."""
        conversation = self._conversation(customer)[0]
        bad = 0
        while bad <= self._limits.bad_messages_max:
            received = await socket.receive()
            if received["type"] == "websocket.disconnect":
                return
            try:
                request = _typed_request(received.get("text"))
            except BadMessage:
                bad += 1
                await send(
                    socket,
                    {"type": "problem", "problem": self._complain("voice-message", customer.locale), "fatal": False},
                )
                continue
            if request is not None:
                await send(socket, await conversation.take_in_writing(*request))
        await close(socket, 4400)

    # talking -------------------------------------------------------------------------------------------------------

    async def _talk(self, socket: WebSocket, hello: Hello, customer: Customer, began: float) -> None:
        if self._senses is None:
            self._senses = await asyncio.to_thread(self._load)
        from voice.live.line import Line

        voice = await asyncio.to_thread(self._senses.voice)
        conversation, resumed = self._conversation(customer)
        line = Line(
            socket,
            hello,
            conversation,
            self._engines,
            self._limits,
            self._complain,
            voice,
            self._senses.ending(),
            began,
        )
        self._lines[customer.session_id] = line
        conversation.attach(line.outlet)
        conversation.send(self._ready(hello, conversation, resumed=resumed))
        if resumed:
            conversation.resume()
        else:
            conversation.open(say=hello.say == "last")
        if hello.microphone in ("none", "refused"):
            conversation.notice(f"microphone-{hello.microphone}")
        try:
            await line.run()
        finally:
            if self._lines.get(customer.session_id) is line:
                del self._lines[customer.session_id]
            self._keep(conversation)

    def _conversation(self, customer: Customer) -> tuple[Conversation, bool]:
        """The customer's conversation, and whether it goes on."""
        timer = self._forgetting.pop(customer.session_id, None)
        if timer is not None:
            timer.cancel()
        kept = self._kept.get(customer.session_id)
        if kept is not None:
            return kept, kept.begun
        conversation = Conversation(customer, self._engines, self._limits, self._problem)
        self._kept[customer.session_id] = conversation
        return conversation, False

    def _keep(self, conversation: Conversation) -> None:
        session_id = conversation.customer.session_id

        def forget() -> None:
            self._forgetting.pop(session_id, None)
            if session_id not in self._lines and self._kept.get(session_id) is conversation:
                del self._kept[session_id]
                conversation.close()

        loop = asyncio.get_running_loop()
        self._forgetting[session_id] = loop.call_later(self._limits.kept_seconds, forget)

    def _ready(self, hello: Hello, conversation: Conversation, *, resumed: bool) -> dict[str, Any]:
        limits, customer = self._limits, conversation.customer
        return {
            "type": "ready",
            "version": VERSION,
            "session_id": customer.session_id,
            "locale": customer.locale,
            "mode": hello.mode,
            "resumed": resumed,
            "label": LABEL[customer.locale],
            "sound": {"rate": SPOKEN_RATE, "format": "pcm_s16le"},
            "engines": dict(self._engines.state()),
            "keeping": conversation.keeping.offer,
            "limits": {
                "frame_bytes_max": limits.frame_bytes_max,
                "ahead_seconds_max": limits.ahead_seconds_max,
                "turn_seconds_max": limits.turn_seconds_max,
                "message_bytes_max": limits.message_bytes_max,
                "input_bytes_max": limits.input_bytes_max,
            },
        }


def _load_senses() -> Senses:
    join_ours()
    from voice.live.senses import EmbeddedSenses

    return EmbeddedSenses()


def _typed_request(data: str | None) -> tuple[Mapping[str, Any], str | None] | None:
    """What was typed or tapped while waiting; None for what has no meaning yet.

    Raises:
        BadMessage: it is no message.
    """
    if data is None:
        return None
    match parse(data):
        case Typed(text=text):
            return {"text": text}, None
        case Tap(input=entry, key=key):
            return {"input": entry}, key
        case _:
            return None
