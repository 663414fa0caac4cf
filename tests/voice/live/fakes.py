"""Engines with known timing: voices are tones whose pitch says which words they are."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI, WebSocket
from pipecat.audio.turn.base_turn_analyzer import BaseTurnAnalyzer, BaseTurnParams, EndOfTurnState
from pipecat.audio.vad.vad_analyzer import VADAnalyzer

from examples.voice_client import Caller
from voice.hearing.port import Awaited, Heard, Hints
from voice.live.conversation import Customer
from voice.live.engines import Engines
from voice.live.framework_log import join_ours
from voice.live.limits import Limits
from voice.live.lobby import Lobby
from voice.live.senses import VOICE
from voice.sound import HEARD_RATE, SPOKEN_RATE, Sound
from voice.speaking.port import Clause, Mouth
from voice.turns import OnSpeech

join_ours()
STEP = 40  # Hz between the pitches of two words


class Speech:
    """Words as tones, and back: what the customer says in the tests."""

    def __init__(self) -> None:
        self._words: list[str] = []

    def of(self, text: str, seconds: float = 0.8) -> np.ndarray:
        if text not in self._words:
            self._words.append(text)
        pitch = 400 + STEP * self._words.index(text)
        at = np.arange(round(seconds * HEARD_RATE)) / HEARD_RATE
        return (0.5 * np.sin(2 * np.pi * pitch * at)).astype(np.float32)

    def words(self, sound: Sound) -> str:
        """The words in the order of their sounds; a pause of more than 100 ms parts two."""
        size = round(0.02 * HEARD_RATE)
        frames = sound.samples[: len(sound.samples) // size * size].reshape(-1, size)
        loud = np.abs(frames).max(axis=1) > 0.1
        found: list[str] = []
        run: list[np.ndarray] = []
        quiet = 0
        for frame, is_loud in [*zip(frames, loud, strict=True), *[(frames[0], False)] * 6]:
            quiet = 0 if is_loud else quiet + 1
            if is_loud:
                run.append(frame)
            elif quiet >= 5 and len(run) >= 3:
                found.append(self._word(np.concatenate(run)))
                run = []
        return "".join(found)

    def _word(self, samples: np.ndarray) -> str:
        spectrum = np.abs(np.fft.rfft(samples, HEARD_RATE))
        place = round((int(spectrum.argmax()) - 400) / STEP)
        return self._words[place] if 0 <= place < len(self._words) else "?"


class FakeRecognizer:
    def __init__(self, speech: Speech, *, seconds: float = 0.05, confidence: float = 0.9) -> None:
        self.speech, self.seconds, self.confidence = speech, seconds, confidence
        self.calls: list[str] = []

    def hear(self, sound: Sound, hints: Hints) -> Heard:
        time.sleep(self.seconds)
        text = self.speech.words(sound)
        self.calls.append(text)
        text = "" if text.startswith("*") else text  # *cough, *noise: a sound that is no speech
        return Heard(text, self.confidence if text else 0.0, text)


class FakeSynthesizer:
    """A clause of half a second for every ten characters of a sentence, each ``seconds`` in the making."""

    def __init__(self, *, seconds: float = 0.02, clause_seconds: float = 0.5) -> None:
        self.seconds, self.clause_seconds = seconds, clause_seconds
        self.prepared: list[str] = []

    def prepare(self, text: str, locale: str, *, elder: bool = False) -> bool:
        self.prepared.append(text)
        time.sleep(self.seconds)
        return True

    def speak(self, text: str, locale: str, *, elder: bool = False, opens: bool = False) -> Iterator[Clause]:
        for start in range(0, len(text), 10):
            time.sleep(self.seconds)
            samples = np.full(round(self.clause_seconds * SPOKEN_RATE), 0.25, np.float32)
            yield Clause(text[start : start + 10], Sound(samples, SPOKEN_RATE), (Mouth(0.0, "open"),), "fake")


class LoudnessVoice(VADAnalyzer):
    def num_frames_required(self) -> int:
        return 512

    def voice_confidence(self, buffer: bytes) -> float:
        return 1.0 if np.abs(np.frombuffer(buffer, np.int16)).max() > 3_000 else 0.0


class ScriptedEnding(BaseTurnAnalyzer):
    """Every pause is the end, unless told otherwise."""

    def __init__(self, finished: Callable[[], bool]) -> None:
        super().__init__()
        self._finished = finished

    @property
    def speech_triggered(self) -> bool:
        return False

    @property
    def params(self) -> BaseTurnParams:
        return BaseTurnParams()

    def append_audio(self, buffer: bytes, is_speech: bool) -> EndOfTurnState:
        return EndOfTurnState.INCOMPLETE

    async def analyze_end_of_turn(self) -> tuple[EndOfTurnState, None]:
        return (EndOfTurnState.COMPLETE if self._finished() else EndOfTurnState.INCOMPLETE), None

    def clear(self) -> None:
        pass


class FakeSenses:
    def __init__(self) -> None:
        self.finished = True

    def voice(self) -> VADAnalyzer:
        return LoudnessVoice(sample_rate=HEARD_RATE, params=VOICE.model_copy(update={"min_volume": 0.0}))

    def ending(self) -> BaseTurnAnalyzer:
        return ScriptedEnding(lambda: self.finished)


def turn(
    number: int, text: str, *, heard: str = "", stage: str = "idle", cards: tuple[Any, ...] = ()
) -> dict[str, Any]:
    return {
        "turn_id": number,
        "heard": heard,
        "understood": [],
        "reply": {"text": text, "speech": text, "cards": list(cards)},
        "citations": [],
        "stage": stage,
        "service": None,
        "actions": [],
        "timings_ms": {},
    }


class FakeTurns:
    """Answers by the script, else with an echo; an error in the script is raised."""

    def __init__(self, script: Mapping[str, str | Exception] | None = None, *, seconds: float = 0.0) -> None:
        self.script, self.seconds = dict(script or {}), seconds
        self.awaited: Awaited | None = None
        self.taken: list[dict[str, Any]] = []
        self.likely: list[str] = []
        self._one = threading.Lock()

    def hints(self) -> Hints:
        return Hints("zh-CN", ("王芳",), self.awaited)

    def openings(self) -> Sequence[str]:
        return self.likely

    def take(
        self,
        request: Mapping[str, Any],
        *,
        heard_out: bool,
        confidence: float | None = None,
        on_speech: OnSpeech | None = None,
        key: str | None = None,
    ) -> Mapping[str, Any]:
        assert self._one.acquire(blocking=False), "turns of one session are taken one at a time"
        try:
            time.sleep(self.seconds)
            said = request.get("text") or request["input"]["type"]
            self.taken.append({"said": said, "heard_out": heard_out, "confidence": confidence, "key": key})
            reply = self.script.get(said, f"好的，{said}。")
            if isinstance(reply, Exception):
                raise reply
            for number, sentence in enumerate(part for part in reply.split("|") if part):
                if on_speech is not None:
                    on_speech(number, sentence, sentence)
            return turn(len(self.taken), reply.replace("|", ""), heard=said)
        finally:
            self._one.release()

    @property
    def said(self) -> list[str]:
        return [taken["said"] for taken in self.taken]


class UnknownSession(Exception):
    pass


class Bank:
    """A server with the lobby alone, in the test's own event loop."""

    def __init__(
        self,
        *,
        turns: FakeTurns | None = None,
        greeting: str = "您好。",
        limits: Limits | None = None,
        recognizer: Any = None,
        synthesizer: Any = None,
        state: Mapping[str, Any] | None = None,
        recorder: Any = None,
    ) -> None:
        self.speech = Speech()
        self.turns = turns or FakeTurns()
        self.greeting, self.recorder = greeting, recorder
        self.senses = FakeSenses()
        self.recognizer = recognizer or FakeRecognizer(self.speech)
        if isinstance(self.recognizer, FakeRecognizer):
            self.speech = self.recognizer.speech
        self.state: dict[str, Any] = {"hearing": "ready", "speaking": "ready", **(state or {})}
        self.engines = Engines(self.recognizer, synthesizer or FakeSynthesizer(), lambda: self.state)
        self.lobby = Lobby(
            self.engines, self._customer, self._problem, self._complain, limits or Limits(), lambda: self.senses
        )
        self.url = ""

    def _customer(self, session_id: str, token: str) -> Customer:
        if token != "right":
            raise UnknownSession
        return Customer(session_id, "zh-CN", False, self.turns, turn(0, self.greeting), self.recorder)

    @staticmethod
    def _problem(error: Exception, locale: str) -> Mapping[str, Any]:
        status = 401 if isinstance(error, UnknownSession) else 500
        return {"type": "/problems/test", "title": "test", "status": status, "detail": "test"}

    @staticmethod
    def _complain(code: str, locale: str) -> Mapping[str, Any]:
        return {"type": f"/problems/{code}", "title": code, "status": 400, "detail": code}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Bank]:
        app = FastAPI()

        @app.websocket("/api/v1/voice")
        async def voice(ws: WebSocket) -> None:
            await self.lobby.serve(ws)

        with socket.socket() as listening:
            listening.setsockopt(
                socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536
            )  # or a client that does not read is not seen
            listening.bind(("127.0.0.1", 0))
            listening.listen(256)
            server = uvicorn.Server(
                uvicorn.Config(app, log_level="warning", lifespan="off", ws_per_message_deflate=False)
            )
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            self.url = f"ws://127.0.0.1:{listening.getsockname()[1]}/api/v1/voice"
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
            try:
                yield self
            finally:
                self.lobby.close()
                server.should_exit = True
                await serving

    def call(self, session: str = "s1", **hello: Any) -> Any:
        return Caller.call(self.url, session, hello.pop("token", "right"), **hello)


def run(test: Callable[[], Any], seconds: float = 120) -> None:
    """A test on an event loop of its own, bounded in time; in a thread, as a browser's tests may have left theirs running."""

    async def bounded() -> None:
        async with asyncio.timeout(seconds):
            await test()

    with ThreadPoolExecutor(1) as alone:
        alone.submit(asyncio.run, bounded()).result()
