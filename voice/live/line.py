"""One socket's pipeline: wire, voice detection, ear, turn taking, agent; and the way out beside it."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import WebSocket
from pipecat.audio.turn.base_turn_analyzer import BaseTurnAnalyzer
from pipecat.audio.vad.vad_analyzer import VADAnalyzer
from pipecat.frames.frames import OutputTransportMessageUrgentFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_turn_processor import UserTurnProcessor
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner

from voice.live.agent import Agent, Complain
from voice.live.conversation import Conversation
from voice.live.ear import Ear
from voice.live.engines import Engines
from voice.live.limits import Limits
from voice.live.messages import Hello
from voice.live.outlet import Outlet
from voice.live.socket import close
from voice.live.turn_taking import BreakingIn, Ending
from voice.live.wire import Wire
from voice.sound import HEARD_RATE, SPOKEN_RATE

_STUCK_SECONDS = 15.0  # longer than any recognition: a turn in which nothing is heard any more ends without words


class Line:
    """Runs until the client leaves or is sent away, and closes the socket with the code that says why."""

    def __init__(
        self,
        socket: WebSocket,
        hello: Hello,
        conversation: Conversation,
        engines: Engines,
        limits: Limits,
        complain: Complain,
        voice: VADAnalyzer,
        ending: BaseTurnAnalyzer,
        began: float,
    ) -> None:
        self._socket, self._limits, self._conversation = socket, limits, conversation
        wire = Wire(hello.audio.rate, hello.mode, hello.microphone, limits, began)
        self._transport = FastAPIWebsocketTransport(
            socket,
            FastAPIWebsocketParams(
                serializer=wire,
                audio_in_enabled=True,
                audio_in_sample_rate=HEARD_RATE,
                audio_out_enabled=False,
                allowed_origins=[],
            ),
        )
        self.outlet = Outlet(self._write, limits.unread_messages_max, limits.unread_seconds_max)
        self._agent = Agent(conversation, self.outlet, limits, complain, engines.figures)
        turns = UserTurnProcessor(
            user_turn_strategies=UserTurnStrategies(start=[BreakingIn(conversation)], stop=[Ending(ending)]),
            user_turn_stop_timeout=limits.engine_seconds_max + _STUCK_SECONDS,
        )
        ear = Ear(conversation, engines, limits)
        pipeline = Pipeline(
            [
                self._transport.input(),
                VADProcessor(vad_analyzer=voice),
                ear,
                turns,
                self._agent,
                self._transport.output(),
            ]
        )
        self._worker = PipelineWorker(
            pipeline,
            params=PipelineParams(audio_in_sample_rate=HEARD_RATE, audio_out_sample_rate=SPOKEN_RATE),
            idle_timeout_secs=None,
            enable_rtvi=False,
            enable_turn_tracking=False,
            check_dangling_tasks=False,
        )
        self._gone = asyncio.Event()

        async def gone(*_: Any) -> None:
            self._gone.set()

        self._transport.add_event_handler("on_client_disconnected", gone)

    async def run(self) -> None:
        """Everything, until it is over."""
        runner = WorkerRunner(handle_sigint=False, check_dangling_tasks=False)
        await runner.add_workers(self._worker)
        running = asyncio.create_task(runner.run())
        out, pinging = asyncio.create_task(self.outlet.run()), asyncio.create_task(self._ping())
        leaving = asyncio.create_task(self._gone.wait())
        try:
            await asyncio.wait({running, out, leaving}, return_when=asyncio.FIRST_COMPLETED)
            await close(self._socket, out.result() if out.done() else 1000)  # before the framework does, with its code
        finally:
            self._conversation.detach(self.outlet)
            for task in (out, pinging, leaving):
                task.cancel()
            await runner.cancel()
            await running

    async def _write(self, message: str | bytes) -> None:
        await self._transport.output().send_message(OutputTransportMessageUrgentFrame(message))

    async def _ping(self) -> None:
        loop = asyncio.get_running_loop()
        self._agent.ponged = loop.time()
        while True:
            await asyncio.sleep(self._limits.ping_seconds)
            if loop.time() - self._agent.ponged > self._limits.pong_seconds_max:
                self.outlet.close(4408)
            self.outlet.put({"type": "ping", "t": round(loop.time(), 3)})
