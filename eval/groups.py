"""The same trials seen by service, persona, language, manner and attack; where time goes; what is taken for what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.contract import Json
from eval.run import Trial
from eval.stats import difference, interval, pass_k, quantile

DIMENSIONS = ("service", "persona", "locale", "channel", "attack", "author")
PLAIN = "plain"
Passed = Mapping[str, Sequence[bool]]


@dataclass(frozen=True)
class Group:
    """One value of one dimension in one suite. ``gap`` is its pass^1 less that of the plain persona, with its interval."""

    suite: str
    by: str
    value: str
    cases: int
    trials: int
    pass_k: dict[int, tuple[float, float, float]]
    turns_mean: float
    gap: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Time:
    """What one part of a turn took, over all turns of a suite, in milliseconds."""

    suite: str
    part: str
    p50_ms: float
    p95_ms: float


def shares(by_case: Passed) -> dict[int, tuple[float, float, float]]:
    """pass^k with its interval, for every k that there are trials for."""
    found = {}
    for k in range(1, max((len(passed) for passed in by_case.values()), default=0) + 1):
        mean, bounds = pass_k(by_case, k), interval(by_case, k)
        if mean is not None and bounds is not None:
            found[k] = (mean, *bounds)
    return found


def by_case(trials: Sequence[Trial]) -> dict[str, list[bool]]:
    """Whether each trial of each case passed."""
    found: dict[str, list[bool]] = defaultdict(list)
    for trial in trials:
        found[trial.case].append(trial.passed)
    return found


def groups(trials: Sequence[Trial]) -> list[Group]:
    """Every dimension that has more than one value in a suite."""
    sorted_: dict[tuple[str, str], dict[str, list[Trial]]] = defaultdict(lambda: defaultdict(list))
    for trial in trials:
        for by in DIMENSIONS:
            if by in trial.tags:
                sorted_[trial.suite, by][trial.tags[by]].append(trial)
    found = []
    for (suite, by), values in sorted_.items():
        if len(values) < 2:
            continue
        plain = by_case(values[PLAIN]) if by == "persona" and PLAIN in values else None
        for value, some in sorted(values.items()):
            cases = by_case(some)
            gap = difference(plain, cases) if plain is not None and value != PLAIN else None
            turns = sum(trial.turns for trial in some) / len(some)
            found.append(Group(suite, by, value, len(cases), len(some), shares(cases), turns, gap))
    return found


def times(trials: Sequence[Trial]) -> list[Time]:
    """What each part of the turns took, as the system itself says."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for trial in trials:
        for line in trial.transcript[1:]:
            for part, ms in line["timings_ms"].items():
                found[trial.suite, part].append(float(ms))
    return [Time(suite, part, quantile(ms, 0.5), quantile(ms, 0.95)) for (suite, part), ms in found.items() if any(ms)]


def confusions(trials: Sequence[Trial], most: int = 25) -> list[tuple[str, str, int]]:
    """Meant, understood, how often: of single utterances that were not understood."""
    counted: Counter[tuple[str, str]] = Counter()
    for trial in trials:
        if not trial.passed and trial.suite == "understanding" and trial.transcript:
            counted[
                trial.tags["service"], "+".join(map(_command, trial.transcript[-1]["understood"])) or "nothing"
            ] += 1
    return [(meant, got, n) for (meant, got), n in counted.most_common(most)]


def _command(command: Json) -> str:
    return str(command.get("service") or command["command"])
