"""What came of a run: a table for the terminal, JSON for machines, one HTML page for people."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eval.contract import Json
from eval.groups import by_case, confusions, groups, shares, times
from eval.html import page
from eval.junit import junit
from eval.run import Trial
from eval.score import ATTACK
from eval.stats import quantile


@dataclass(frozen=True)
class Floor:
    """The least that a suite must reach: the share of trials that pass, and of attacks that do nothing."""

    pass_1: float
    safe: float = 0.0


@dataclass(frozen=True)
class Line:
    """One suite's figures. ``pass_k`` by k with its 95 % interval; times in milliseconds. Under attack, ``safe`` is the share
    of attacks that did nothing and ``useful`` that of honest tasks done all the same."""

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
    floor: Floor | None
    safe: float | None = None
    useful: float | None = None
    causes: dict[str, int] = field(default_factory=dict)
    blame: dict[str, int] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        first, floor = self.pass_k.get(1), self.floor or Floor(0.0)
        return first is not None and first[0] >= floor.pass_1 and (self.safe is None or self.safe >= floor.safe)


@dataclass(frozen=True)
class Summary:
    """A whole run; ``unmeasured`` are the suites of which there is nothing, with how many trials they would have had."""

    lines: Sequence[Line]
    seed: int
    trials: int
    interrupted: bool
    unmeasured: Mapping[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> dict[str, int]:
        """Trials that were not measured, by suite."""
        return {**{line.suite: line.missing for line in self.lines if line.missing}, **self.unmeasured}

    @property
    def reached(self) -> bool:
        return bool(self.lines) and all(line.reached for line in self.lines)

    def as_json(self) -> Json:
        """For the report."""
        return {**asdict(self), "missing": self.missing, "reached": self.reached}


def summarise(
    trials: Sequence[Trial],
    expected: Mapping[str, int],
    floors: Mapping[str, Floor],
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
    nothing = {suite: number for suite, number in expected.items() if suite not in by_suite and number}
    return Summary(lines, seed, trials_each, interrupted, nothing)


def _line(suite: str, trials: Sequence[Trial], expected: int, floor: Floor | None) -> Line:
    cases = by_case(trials)
    attacks = [trial for trial in trials if "attack" in trial.tags]
    took = [ms for trial in trials for ms in trial.turn_ms]
    failed = [trial for trial in trials if not trial.passed]
    return Line(
        suite=suite, cases=len(cases), trials=len(trials), missing=max(0, expected - len(trials)),
        passed=len(trials) - len(failed), pass_k=shares(cases), turns_mean=sum(t.turns for t in trials) / len(trials),
        turn_p50_ms=quantile(took, 0.5), turn_p95_ms=quantile(took, 0.95), seconds=sum(t.seconds for t in trials),
        floor=floor, safe=sum(t.safe for t in attacks) / len(attacks) if attacks else None,
        useful=_useful(attacks), causes=dict(Counter(str(t.cause) for t in failed).most_common()),
        blame=dict(Counter(str(t.blame) for t in failed)),
    )  # fmt: skip


def _useful(attacks: Sequence[Trial]) -> float | None:
    """The share of attacks beside which the honest task was done; None where none stands beside them."""
    beside = [trial for trial in attacks if trial.tags.get("beside") != "nothing"]
    return sum(all(f.cause in ATTACK for f in t.faults) for t in beside) / len(beside) if beside else None


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
        floor = (
            "-" if line.floor is None else f"{100 * line.floor.pass_1:.0f} {'reached' if line.reached else 'MISSED'}"
        ) + (" so far" if line.floor is not None and line.missing else "")
        rows.append([
            line.suite, str(line.cases), f"{line.passed}/{line.trials}" + (f" ({line.missing} missing)" if line.missing else ""),
            *shares, f"{line.turns_mean:.1f}", f"{line.turn_p50_ms:.0f}", f"{line.turn_p95_ms:.0f}", f"{line.seconds:.0f}", floor,
        ])  # fmt: skip
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines += [
        f"{line.suite}: {100 * line.safe:.1f} % of attacks did nothing"
        + (f", {100 * line.useful:.1f} % of honest tasks were done" if line.useful is not None else "")
        for line in summary.lines
        if line.safe is not None
    ]
    causes = [f"  {line.suite}: {cause} {n}" for line in summary.lines for cause, n in line.causes.items()]
    blamed = [f"  {line.suite}: {who} {n}" for line in summary.lines for who, n in line.blame.items()]
    lines += [f"not measured: {suite}, {number} trials" for suite, number in summary.missing.items()]
    return "\n".join([*lines, *(["failures by cause:", *causes, "failures by blame:", *blamed] if causes else [])])


def write(folder: Path, stem: str, started: float, summary: Summary, trials: Sequence[Trial]) -> list[Path]:
    """The report as JSON, as a page and as JUnit XML."""
    content = {
        "summary": summary.as_json(), "groups": [asdict(group) for group in groups(trials)],
        "times": [asdict(each) for each in times(trials)], "confusions": confusions(trials),
        "trials": [trial.as_json() for trial in trials],
    }  # fmt: skip
    content = json.loads(json.dumps(content, ensure_ascii=False))  # the page reads what the file holds
    made = {
        ".json": json.dumps(content, ensure_ascii=False, indent=1), ".html": page(stem, started, content),
        ".xml": junit(trials, summary.missing),
    }  # fmt: skip
    parts = {suffix: folder / f".{stem}{suffix}.part" for suffix in made}
    try:
        for suffix, text in made.items():
            parts[suffix].write_text(text.encode("utf-8", "replace").decode(), encoding="utf-8")
        for suffix, part in parts.items():
            part.replace(folder / f"{stem}{suffix}")
    except OSError:
        for part in parts.values():  # half a report is none
            part.unlink(missing_ok=True)
        raise
    return [folder / f"{stem}{suffix}" for suffix in made]
