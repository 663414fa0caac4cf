"""Figures for the people who run it (Prometheus); labels are closed sets, and no id is ever one of them."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from agent.turn import Turn
from voice.live.figures import Outcome, Sounded

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 4, 8, 16, 32)


class Metrics:
    """One registry per application, so that two in one process do not share figures."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter(
            "skyteller_turns", "Turns by what they ended in", ["stage", "service", "outcome"], registry=self.registry
        )
        self._actions = Counter(
            "skyteller_actions", "Actions that ended", ["service", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "skyteller_turn_seconds", "Time of a turn by part", ["part"], buckets=_SECONDS, registry=self.registry
        )
        self._problems = Counter(
            "skyteller_problems", "Problem documents sent", ["type", "status"], registry=self.registry
        )
        self._requests = Histogram(
            "skyteller_request_seconds",
            "Time of a request by route",
            ["route", "method", "status"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._recognitions = Histogram(
            "skyteller_recognition_seconds",
            "Time of a recognition by what came of it",
            ["outcome"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._syntheses = Histogram(
            "skyteller_synthesis_seconds",
            "Time of a spoken clause by engine",
            ["engine"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._spoken = Counter(
            "skyteller_spoken_seconds", "Seconds of sound spoken by engine", ["engine"], registry=self.registry
        )
        self._voices = Gauge("skyteller_voices", "Customers by voice", ["state"], registry=self.registry)
        self._sounds = Counter(
            "skyteller_voice_sounds",
            "Sounds of customers by what they were taken for",
            ["what"],
            registry=self.registry,
        )
        self._spoken_turns = Histogram(
            "skyteller_voice_seconds",
            "From the end of a customer's speech until a stage of the answer was done",
            ["stage"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_progress = Gauge("skyteller_turns_in_progress", "Turns running or in line", registry=self.registry)

    def turn(self, turn: Turn) -> None:
        """A turn that was answered."""
        outcome = turn.actions[-1].status if turn.actions else "said"
        self._turns.labels(turn.stage, turn.service or "none", outcome).inc()
        for action in turn.actions:
            self._actions.labels(action.service, action.status).inc()
        for part, milliseconds in turn.timings_ms.model_dump().items():
            self._seconds.labels(part).observe(milliseconds / 1000)

    def problem(self, slug: str, status: int) -> None:
        """A problem document that was sent."""
        self._problems.labels(slug, str(status)).inc()

    def recognition(self, outcome: Outcome, seconds: float) -> None:
        """A sound that was listened to."""
        self._recognitions.labels(outcome).observe(seconds)

    def voices(self, talking: int, waiting: int) -> None:
        """Customers by voice from now on."""
        self._voices.labels("talking").set(talking)
        self._voices.labels("waiting").set(waiting)

    def sounded(self, what: Sounded) -> None:
        """What a sound of a customer's was taken for."""
        self._sounds.labels(what).inc()

    def spoken(self, stages_ms: Mapping[str, int]) -> None:
        """A spoken turn whose answer has begun."""
        for stage, milliseconds in stages_ms.items():
            self._spoken_turns.labels(stage).observe(milliseconds / 1000)

    def clause(self, engine: str, took_s: float, sound_s: float) -> None:
        """A clause that was spoken."""
        self._syntheses.labels(engine).observe(took_s)
        self._spoken.labels(engine).inc(sound_s)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request that was answered; ``route`` is its pattern."""
        self._requests.labels(route, method, str(status)).observe(seconds)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)
