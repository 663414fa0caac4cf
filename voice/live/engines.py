"""What all voice sessions of a process share: the engines, and few threads, since two cores carry them all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

from voice.hearing.port import Recognizer
from voice.live.figures import Figures, NoFigures
from voice.speaking.port import Clause, Synthesizer

State = Literal["ready", "loading", "missing", "off"]


@dataclass(frozen=True)
class Engines:
    """``state`` says for ``hearing`` and ``speaking`` whether they can be used now; must answer at once."""

    recognizer: Recognizer
    synthesizer: Synthesizer
    state: Callable[[], Mapping[str, State]]
    hearing_threads: int = 1
    speaking_threads: int = 1
    figures: Figures = field(default_factory=NoFigures)
    recognising: ThreadPoolExecutor = field(init=False)
    synthesising: ThreadPoolExecutor = field(init=False)
    deciding: ThreadPoolExecutor = field(init=False)
    talking: set[object] = field(init=False, default_factory=set)  # conversations that have a client now
    _waited_for: set[object] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        object.__setattr__(self, "recognising", ThreadPoolExecutor(self.hearing_threads, "recognise"))
        object.__setattr__(self, "synthesising", ThreadPoolExecutor(self.speaking_threads, "synthesise"))
        object.__setattr__(self, "deciding", ThreadPoolExecutor(4, "voice-turn"))

    async def synthesise(self, work: Callable[[], Clause | None]) -> Clause | None:
        """Done in the thread that speaks, for somebody who waits for it."""
        waiting = object()
        self._waited_for.add(waiting)
        try:
            return await asyncio.get_running_loop().run_in_executor(self.synthesising, work)
        finally:
            self._waited_for.discard(waiting)

    @property
    def nobody_waits(self) -> bool:
        """Whether there is time for what may be needed later: two cores have none to spare where a second customer talks."""
        return not self._waited_for and len(self.talking) <= 1

    def close(self) -> None:
        """Let the threads end."""
        for pool in (self.recognising, self.synthesising, self.deciding):
            pool.shutdown(wait=False, cancel_futures=True)
