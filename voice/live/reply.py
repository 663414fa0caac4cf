"""A reply as it is spoken: its sentences, the clauses made of them, and how much of each was really heard."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from voice.speaking.port import Clause

HEARD_OUT_SECONDS = 0.4  # so little left unplayed is as good as heard: reports come every 250 ms
_EXTRAPOLATED_SECONDS_MAX = 0.6
STAGES = ("pause", "recognised", "ended", "decided", "synthesised", "sent")


@dataclass
class Timings:
    """When each stage of a spoken turn was done, in seconds of the event loop's clock; ``end`` is the last sound."""

    end: float
    done: dict[str, float] = field(default_factory=dict)

    def mark(self, stage: str, at: float) -> None:
        """The first time counts."""
        self.done.setdefault(stage, at)

    def as_ms(self) -> Mapping[str, int]:
        """Milliseconds since the last sound, by stage."""
        return {stage: round((self.done[stage] - self.end) * 1000) for stage in STAGES if stage in self.done}


@dataclass(frozen=True)
class Sentence:
    """One sentence of a reply: for the eyes and for the ears."""

    number: int
    text: str
    speech: str


@dataclass
class Spoken:
    """A clause on its way to the customer's ear."""

    id: int
    sentence: int
    caption: str | None
    clause: Clause
    played: float = 0.0
    pcm: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.pcm = (np.clip(self.clause.sound.samples, -1.0, 1.0) * 32_767).astype("<i2").tobytes()

    @property
    def seconds(self) -> float:
        return self.clause.sound.seconds

    @property
    def left(self) -> float:
        """Seconds of it that were not heard yet."""
        return max(0.0, self.seconds - self.played)

    def message(self, turn_id: int | None) -> dict[str, Any]:
        """The ``clause`` message."""
        return {
            "type": "clause",
            "id": self.id,
            "turn_id": turn_id,
            "sentence": self.sentence,
            "text": self.clause.text,
            "caption": self.caption,
            "visemes": [{"at_s": round(mouth.at_s, 3), "shape": mouth.shape} for mouth in self.clause.mouths],
            "seconds": round(self.seconds, 3),
            "engine": self.clause.engine,
        }


@dataclass
class Reply:
    """``made``: no clause comes any more. ``over``: it was played to its end, or broken off (``broken``)."""

    timings: Timings | None = None
    turn_id: int | None = None
    released: asyncio.Event = field(default_factory=asyncio.Event)
    sentences: asyncio.Queue[Sentence | None] = field(default_factory=asyncio.Queue)
    clauses: list[Spoken] = field(default_factory=list)
    made: bool = False
    sent: int = 0  # clauses handed to the network whole
    over: bool = False
    broken: bool = False
    reported_at: float | None = None

    def played(self, clause: int, seconds: float, now: float) -> None:
        """The client's report; a clause that has begun means that those before it were played."""
        if not any(spoken.id == clause for spoken in self.clauses):
            return
        self.reported_at = now
        for spoken in self.clauses:
            if spoken.id == clause:
                spoken.played = max(spoken.played, min(seconds, spoken.seconds))
                return
            spoken.played = spoken.seconds

    @property
    def left(self) -> float:
        """Seconds that were made and, by the client's reports, not heard."""
        return sum(spoken.left for spoken in self.clauses)

    def is_heard_out(self, now: float) -> bool:
        """Whether the customer has heard all of it, or all but its last breath."""
        if not self.made or self.broken:
            return False
        reported = now if self.reported_at is None else self.reported_at
        since = min(max(0.0, now - reported), _EXTRAPOLATED_SECONDS_MAX)
        return self.left - since <= HEARD_OUT_SECONDS

    def position(self) -> tuple[int | None, float]:
        """The clause that is being heard, and how much of it."""
        begun = [spoken for spoken in self.clauses if spoken.played > 0]
        return (begun[-1].id, round(begun[-1].played, 3)) if begun else (None, 0.0)
