"""Running turns: blocking work in a bounded number of threads, the turns of one session in line, clients free to leave.

A turn that has begun always ends: it runs in a task of its own, and whoever asked for it only listens.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from agent.port import Teller
from agent.turn import Sentence, Turn, TurnRequest
from ui.api.guard import digest
from ui.api.options import ApiOptions
from ui.api.problems import BUSY, TOO_MANY_TURNS, Problem


@dataclass
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


@dataclass(frozen=True)
class Asked:
    """A turn as a client asked for it."""

    session_id: str
    token: str
    request: TurnRequest
    key: str | None = None


class TurnDesk:
    """Hands turns to the teller.

    A lane belongs to a session *and* token: who does not hold the token cannot fill a session's queue, and a session
    with many turns waiting keeps one thread, not all of them.
    """

    def __init__(self, teller: Teller, options: ApiOptions, done: Callable[[Turn], None]) -> None:
        """``done`` is told of every turn that was answered, whether or not its client still listens."""
        self._teller, self._options, self._done = teller, options, done
        self._pool = ThreadPoolExecutor(options.turns_parallel_max, thread_name_prefix="turn")
        self._lanes: dict[bytes, _Lane] = {}
        self._tasks: set[asyncio.Task[Turn]] = set()

    @property
    def in_progress(self) -> int:
        """Turns running or in line."""
        return len(self._tasks)

    def begin(self, asked: Asked, hear: Callable[[Sentence], None] | None = None) -> asyncio.Task[Turn]:
        """Start a turn; ``hear`` is called in the event loop with each sentence. Cancel not the task, but your wait.

        Raises:
            Problem: busy, too-many-turns.
        """
        if len(self._tasks) >= self._options.turns_waiting_max:
            raise Problem(BUSY, headers={"Retry-After": "2"})
        name = digest(asked.session_id, asked.token)
        lane = self._lanes.get(name)
        if lane is not None and lane.waiting >= self._options.session_turns_waiting_max:
            raise Problem(TOO_MANY_TURNS, headers={"Retry-After": "2"})
        task = asyncio.get_running_loop().create_task(self._run(name, asked, hear))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def drain(self, seconds_max: float) -> bool:
        """Wait for the turns in progress (at shutdown); False when some did not end in time."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds_max)
        self._pool.shutdown(wait=False)
        return not self._tasks

    async def _run(self, name: bytes, asked: Asked, hear: Callable[[Sentence], None] | None) -> Turn:
        loop = asyncio.get_running_loop()

        def pass_on(sentence: Sentence) -> None:
            if hear is not None:
                loop.call_soon_threadsafe(hear, sentence)

        def work() -> Turn:
            return self._teller.turn(
                asked.session_id,
                asked.token,
                asked.request,
                key=asked.key,
                on_sentence=None if hear is None else pass_on,
            )

        async with self._in_line(name):
            return await loop.run_in_executor(self._pool, work)

    @asynccontextmanager
    async def _in_line(self, name: bytes) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(name, _Lane())
        lane.waiting += 1
        try:
            async with lane.lock:
                yield
        finally:
            lane.waiting -= 1
            if lane.waiting == 0:
                del self._lanes[name]

    def _ended(self, task: asyncio.Task[Turn]) -> None:
        self._tasks.discard(task)
        # the exception is looked at here, so that a turn nobody waits for any more leaves no warning
        if not task.cancelled() and task.exception() is None:
            self._done(task.result())
