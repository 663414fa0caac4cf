"""What came of a run: a table for the terminal, JSON for machines, one HTML page for people."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eval.contract import Json
from eval.html import page
from eval.run import Trial
from eval.stats import interval, pass_k, quantile


@dataclass(frozen=True)
class Line:
    """One suite's figures. ``pass_k`` by k with its 95 % interval; times in milliseconds."""

    suite: str
    cases: int
    trials: int
    missing: int
    passed: int
    pass_k: dict[int, tuple[float, float, float]]
    turns_mean: float
    turn_p50_ms: float
    turn_p95_ms: float
    seconds: float
    floor: float | None
    causes: dict[str, int] = field(default_factory=dict)
    blame: dict[str, int] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        first = self.pass_k.get(1)
        return first is not None and first[0] >= (self.floor or 0.0)


@dataclass(frozen=True)
class Summary:
    """A whole run."""

    lines: Sequence[Line]
    seed: int
    trials: int
    interrupted: bool

    @property
    def reached(self) -> bool:
        return bool(self.lines) and all(line.reached for line in self.lines)

    def as_json(self) -> Json:
        """For the report."""
        return {**asdict(self), "reached": self.reached}


def summarise(
    trials: Sequence[Trial],
    expected: Mapping[str, int],
    floors: Mapping[str, float],
    *,
    seed: int,
    trials_each: int,
    interrupted: bool = False,
) -> Summary:
    """Figures by suite; ``expected`` is how many trials there should be."""
    by_suite: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        by_suite[trial.suite].append(trial)
    lines = [_line(suite, done, expected.get(suite, len(done)), floors.get(suite)) for suite, done in by_suite.items()]
    return Summary(lines, seed, trials_each, interrupted)


def _line(suite: str, trials: Sequence[Trial], expected: int, floor: float | None) -> Line:
    by_case: dict[str, list[bool]] = defaultdict(list)
    for trial in trials:
        by_case[trial.case].append(trial.passed)
    figures = {}
    for k in range(1, max(len(passed) for passed in by_case.values()) + 1):
        mean, bounds = pass_k(by_case, k), interval(by_case, k)
        if mean is not None and bounds is not None:
            figures[k] = (mean, *bounds)
    times = [ms for trial in trials for ms in trial.turn_ms]
    failed = [trial for trial in trials if not trial.passed]
    return Line(
        suite=suite, cases=len(by_case), trials=len(trials), missing=expected - len(trials),
        passed=len(trials) - len(failed), pass_k=figures, turns_mean=sum(t.turns for t in trials) / len(trials),
        turn_p50_ms=quantile(times, 0.5), turn_p95_ms=quantile(times, 0.95), seconds=sum(t.seconds for t in trials),
        floor=floor, causes=dict(Counter(str(t.cause) for t in failed).most_common()),
        blame=dict(Counter(str(t.blame) for t in failed)),
    )  # fmt: skip


def table(summary: Summary) -> str:
    """For the terminal."""
    ks = sorted({k for line in summary.lines for k in line.pass_k})
    head = [
        "suite",
        "cases",
        "trials",
        *(f"pass^{k} [95 %]" for k in ks),
        "turns",
        "p50 ms",
        "p95 ms",
        "time s",
        "floor",
    ]
    rows = [head]
    for line in summary.lines:
        shares = [
            f"{100 * line.pass_k[k][0]:.1f} [{100 * line.pass_k[k][1]:.1f}, {100 * line.pass_k[k][2]:.1f}]"
            if k in line.pass_k else "-"
            for k in ks
        ]  # fmt: skip
        floor = "-" if line.floor is None else f"{100 * line.floor:.0f} {'reached' if line.reached else 'MISSED'}"
        rows.append([
            line.suite, str(line.cases), f"{line.passed}/{line.trials}" + (f" ({line.missing} missing)" if line.missing else ""),
            *shares, f"{line.turns_mean:.1f}", f"{line.turn_p50_ms:.0f}", f"{line.turn_p95_ms:.0f}", f"{line.seconds:.0f}", floor,
        ])  # fmt: skip
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    causes = [f"  {line.suite}: {cause} {n}" for line in summary.lines for cause, n in line.causes.items()]
    return "\n".join([*lines, *(["failures by cause:", *causes] if causes else [])])


def write(folder: Path, name: str, started: float, summary: Summary, trials: Sequence[Trial]) -> list[Path]:
    """The JSON and the HTML file, named by suite and time."""
    stem = folder / f"{name}-{time.strftime('%Y%m%d-%H%M%S', time.localtime(started))}"
    content = {"summary": summary.as_json(), "trials": [trial.as_json() for trial in trials]}
    paths = [stem.with_suffix(".json"), stem.with_suffix(".html")]
    paths[0].write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    paths[1].write_text(page(name, started, content), encoding="utf-8")
    return paths
