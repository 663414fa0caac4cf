"""Runs cases: a fresh customer for each trial, everything that was said kept, the end scored."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from eval import score
from eval.case import Case
from eval.contract import Json
from eval.customer import Customer, Lost, Move, Senses
from eval.score import Fault
from eval.system import Session, System, SystemFault

TURNS_MAX = 30


@dataclass
class Trial:
    """One trial as it went. ``blame`` is who is at fault when it failed: system or simulator (a case that no
    system could pass is found by a reader of the transcript)."""

    suite: str
    case: str
    trial: int
    passed: bool
    faults: list[Fault]
    notes: list[str]
    turns: int
    seconds: float
    turn_ms: list[float]
    blame: str | None
    transcript: list[Json] = field(default_factory=list)

    @property
    def cause(self) -> str | None:
        """The fault nearest to the root."""
        if self.passed:
            return None
        for note in ("wrong_service", "gave_up"):
            if note in self.notes and not any(fault.rank < 2 for fault in self.faults):
                return note
        return min(self.faults, key=lambda fault: fault.rank).cause if self.faults else "unknown"

    def as_json(self) -> Json:
        """For the report."""
        return {**asdict(self), "cause": self.cause}


def run_trial(
    system: System, suite: str, case: Case, trial: int, seed: int, sets: Mapping[str, Mapping[str, Sequence[str]]]
) -> Trial:
    """One conversation from hello to its end, scored."""
    began = time.perf_counter()
    customer = Customer(case, trial, seed, sets)
    session: Session | None = None
    faults: list[Fault] = []
    blame = None
    try:
        session = system.open(case)
        faults += _talk(system, session, case, customer)
        faults += _judge(system, session, case)
    except SystemFault as fault:
        faults.append(Fault(f"http_{fault.kind}", fault.what, 0))
    except Lost as lost:
        faults.append(Fault("simulator", str(lost), 0))
        blame = "simulator"
    turns = session.turns if session is not None else []
    return Trial(
        suite=suite, case=case.id, trial=trial, passed=not faults, faults=faults, notes=customer.notes,
        turns=max(0, len(turns) - 1), seconds=time.perf_counter() - began,
        turn_ms=[1000 * s for s in session.seconds] if session is not None else [],
        blame=blame if blame is not None or not faults else "system",
        transcript=[_line(sent, turn) for sent, turn in session.exchanges] if session is not None else [],
    )  # fmt: skip


def _talk(system: System, session: Session, case: Case, customer: Customer) -> list[Fault]:
    def code() -> str | None:
        return system.code(case.customer) if case.customer is not None else None

    senses = Senses(code, lambda: system.quiz_answer(session))
    faults: list[Fault] = []
    turn, move = session.turns[0], customer.begin()
    while len(session.exchanges) <= TURNS_MAX:
        before = turn
        turn = _take(system, session, case, move, turn)
        if len(session.exchanges) == 2 and case.expect.opening is not None:
            faults += score.one_turn(case.expect.opening, turn, before)
        if move.step is not None and move.step.expect is not None:
            faults += score.one_turn(move.step.expect, turn, before)
        following = customer.reply(turn, senses)
        if following is None:
            return faults
        move = following
    return [*faults, Fault("too_many_turns", f"more than {TURNS_MAX} turns", 1)]


def _take(system: System, session: Session, case: Case, move: Move, turn: Json) -> Json:
    if move.body is None:
        system.advance(move.clock)
        return {**turn, "actions": []}
    return system.send(session, move.body, twice=case.behaviour.network == "double")


def _judge(system: System, session: Session, case: Case) -> list[Fault]:
    faults = score.said(case, session.turns)
    if case.customer is not None:
        faults += score.end_state(case, system.state(case.customer))
    faults += score.gate(case, system.audit(session), session.turns)
    return faults + score.forbidden(case, session.turns, system.names())


def _line(sent: Json | None, turn: Json) -> Json:
    """An exchange as a report shows it."""
    return {
        "sent": sent, "text": turn["reply"]["text"], "stage": turn["stage"], "service": turn["service"],
        "understood": turn["understood"], "actions": turn["actions"],
        "cards": [card["type"] for card in turn["reply"]["cards"]], "timings_ms": turn["timings_ms"],
    }  # fmt: skip


def run_suites(
    system: System,
    suites: Mapping[str, Sequence[Case]],
    *,
    trials: int,
    seed: int,
    sets: Mapping[str, Mapping[str, Sequence[str]]],
    tell: Callable[[Trial, int, int], Any] = lambda *_: None,
    kept: list[Trial] | None = None,
) -> list[Trial]:
    """All trials of all cases; ``kept`` is filled as they end, so that an interrupted run keeps what was measured."""
    results: list[Trial] = kept if kept is not None else []
    total = trials * sum(len(cases) for cases in suites.values())
    for suite, cases in suites.items():
        for trial in range(trials):
            for case in cases:
                results.append(run_trial(system, suite, case, trial, seed, sets))
                tell(results[-1], len(results), total)
    return results
