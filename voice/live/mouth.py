"""The mouth: makes clauses of a reply's sentences, sends them at the pace of speech, holds, goes on and breaks off."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from voice.errors import EngineUnavailable
from voice.live.engines import Engines
from voice.live.limits import Limits
from voice.live.messages import sound_frame
from voice.live.reply import Reply, Sentence, Spoken, Timings
from voice.sound import SPOKEN_RATE, Sound
from voice.speaking.port import Clause, Locale

log = logging.getLogger(__name__)
Send = Callable[[Mapping[str, Any] | bytes], None]
CHUNK_SAMPLES = SPOKEN_RATE // 10
CLAUSES_AHEAD_MAX = 3  # made and not sent: what an interruption throws away
_UNREPORTED_SECONDS = 0.3
_REPORT_SECONDS_MAX = 3.0


class Mouth:
    """Speaks one reply at a time. All methods are called in the event loop and do not block."""

    def __init__(
        self, engines: Engines, limits: Limits, locale: Locale, *, elder: bool, send: Send, on_over: Callable[[], None]
    ) -> None:
        """``on_over`` is told when a reply has been played to its end."""
        self._engines, self._limits, self._locale, self._elder = engines, limits, locale, elder
        self._send, self._on_over = send, on_over
        self._reply: Reply | None = None
        self._maker: asyncio.Task[None] | None = None
        self._sender: asyncio.Task[None] | None = None
        self._running, self._progress = asyncio.Event(), asyncio.Event()
        self._running.set()
        self._until = 0.0  # when what was sent will have been played
        self._held_at = 0.0
        self._next = 1

    @property
    def speaking(self) -> bool:
        """Whether something is being said, or about to be."""
        return self._reply is not None and not self._reply.over

    @property
    def sounding(self) -> bool:
        """Whether sound has gone out that may still be heard, so that a voice now breaks in."""
        return self.speaking and self._reply is not None and bool(self._reply.clauses) and not self.heard_out

    @property
    def held(self) -> bool:
        return not self._running.is_set()

    @property
    def heard_out(self) -> bool:
        """Whether the last reply was heard to its end."""
        now = self._held_at if self.held else self._now()  # while she is silent nothing more is heard
        return self._reply is None or self._reply.is_heard_out(now)

    async def made(self) -> None:
        """Wait until all of the last reply is made, or it was dropped."""
        if self._maker is not None:
            await asyncio.wait({self._maker})

    @property
    def spare_s(self) -> float:
        """Seconds that she will go on speaking without anything to be made for it."""
        reply = self._reply
        return 0.0 if reply is None or not self.speaking or self.held or not reply.made else reply.left

    def begin(self, timings: Timings | None = None) -> Reply:
        """A new reply; what was being said is dropped without a word (break it off before)."""
        self._cancel()
        self._running.set()
        self._reply = Reply(timings=timings)
        self._maker = asyncio.create_task(self._make(self._reply))
        self._sender = asyncio.create_task(self._speak(self._reply))
        return self._reply

    def played(self, clause: int, seconds: float) -> None:
        """The client's report of what was heard."""
        if self._reply is not None:
            self._reply.played(clause, seconds, self._now())
            self._progress.set()

    def hold(self) -> None:
        """Somebody may be breaking in: be silent, keep the place."""
        if self.speaking and not self.held:
            self._held_at = self._now()
            self._until -= self._held_at  # what is left of it
            self._running.clear()
            self._send({"type": "hold", "clause": self._position()[0]})

    def go_on(self) -> None:
        """It was nothing: go on from the same place."""
        if self.held:
            self._until = max(0.0, self._until) + self._now()
            self._running.set()
            if self.speaking:
                self._send({"type": "go_on", "clause": self._position()[0]})

    def break_off(self) -> None:
        """Stop; nothing of this reply is said any more."""
        reply = self._reply
        if reply is None or reply.over:
            return
        self._cancel()
        reply.over = reply.broken = True
        self._running.set()
        self._until = 0.0
        clause, seconds = reply.position()
        heard = "".join(spoken.clause.text for spoken in reply.clauses if not spoken.left)
        self._send(
            {
                "type": "interrupted",
                "turn_id": reply.turn_id,
                "clause": clause,
                "seconds": seconds,
                "heard": heard,
                "heard_out": False,
            }
        )

    def detach(self) -> None:
        """The network went: nothing is sent, what is being made is made."""
        if self._sender is not None:
            self._sender.cancel()
        self._sender = None

    def resume(self) -> bool:
        """Say again, from the beginning of its clause, what was not heard; False when there is nothing to say."""
        reply = self._reply
        if reply is None or reply.over:
            return False
        reply.sent = next((n for n, spoken in enumerate(reply.clauses) if spoken.left), len(reply.clauses))
        self._running.set()
        self._until = 0.0
        self._sender = asyncio.create_task(self._speak(reply))
        return True

    def close(self) -> None:
        """The conversation is over."""
        self._cancel()

    # making -----------------------------------------------------------------------------------------------------

    async def _make(self, reply: Reply) -> None:
        while (sentence := await reply.sentences.get()) is not None:
            await self._clauses(reply, sentence)
        reply.made = True
        self._progress.set()

    async def _clauses(self, reply: Reply, sentence: Sentence) -> None:
        caption: str | None = sentence.text
        try:
            clauses = self._engines.synthesizer.speak(
                sentence.speech, self._locale, elder=self._elder, opens=not reply.clauses
            )
            while (clause := await self._engines.synthesise(lambda: next(clauses, None))) is not None:
                if clause.notice is not None:
                    log.warning("speaking: %s", clause.notice)
                await self._add(reply, sentence, caption, clause)
                caption = None
        except EngineUnavailable as error:
            log.warning("cannot speak: %s", error)
        if caption is not None:  # nothing came: it is shown
            silent = Clause(sentence.speech, Sound(np.zeros(0, np.float32), SPOKEN_RATE), (), "none")
            await self._add(reply, sentence, caption, silent)

    async def _add(self, reply: Reply, sentence: Sentence, caption: str | None, clause: Clause) -> None:
        spoken = Spoken(self._next, sentence.number, caption, clause)
        self._next += 1
        reply.clauses.append(spoken)
        if reply.timings is not None:
            reply.timings.mark("synthesised", self._now())
        self._progress.set()
        while len(reply.clauses) - reply.sent > CLAUSES_AHEAD_MAX:
            await self._moved()

    # sending ----------------------------------------------------------------------------------------------------

    async def _speak(self, reply: Reply) -> None:
        await reply.released.wait()
        while True:
            if reply.sent < len(reply.clauses):
                await self._send_clause(reply, reply.clauses[reply.sent])
                reply.sent += 1
                self._progress.set()
            elif reply.made:
                break
            else:
                await self._moved()
        last = reply.clauses[-1].id if reply.clauses else None
        timings = {} if reply.timings is None else reply.timings.as_ms()
        if "sent" in timings:
            self._engines.figures.spoken(timings)
        self._send({"type": "said", "turn_id": reply.turn_id, "clause": last, "timings_ms": timings})
        await self._played_out(reply)
        reply.over = True
        self._on_over()

    async def _send_clause(self, reply: Reply, spoken: Spoken) -> None:
        await self._running.wait()
        self._send(spoken.message(reply.turn_id))
        samples = len(spoken.pcm) // 2
        for start in range(0, samples, CHUNK_SAMPLES):
            await self._in_time(first=spoken is reply.clauses[0])
            end = min(start + CHUNK_SAMPLES, samples)
            self._send(sound_frame(spoken.id, start, spoken.pcm[2 * start : 2 * end], last=end == samples))
            if reply.timings is not None:
                reply.timings.mark("sent", self._now())
            self._until = max(self._until, self._now()) + (end - start) / SPOKEN_RATE

    async def _in_time(self, *, first: bool) -> None:
        """Wait until the next sound may go: not while held, and not too far ahead."""
        while True:
            await self._running.wait()
            ahead = self._until - self._now() - self._limits.sent_ahead_seconds_max
            if first or ahead <= 0:
                return
            await asyncio.sleep(min(ahead, 0.1))

    async def _played_out(self, reply: Reply) -> None:
        """Wait until all was heard: by the client's reports, or by the clock where it gives none."""
        while reply.left > 0.02:
            await self._running.wait()
            slack = _UNREPORTED_SECONDS if reply.reported_at is None else _REPORT_SECONDS_MAX
            wait = self._until + slack - self._now()
            if wait <= 0:
                return
            try:
                async with asyncio.timeout(min(wait, 0.5)):
                    await self._moved()
            except TimeoutError:
                continue

    async def _moved(self) -> None:
        self._progress.clear()
        await self._progress.wait()

    def _position(self) -> tuple[int | None, float]:
        return (None, 0.0) if self._reply is None else self._reply.position()

    def _cancel(self) -> None:
        for task in (self._maker, self._sender):
            if task is not None and task is not _current():
                task.cancel()
        self._maker = self._sender = None

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _current() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
