"""Runs cases: a fresh customer for each trial, everything that was said kept, the end scored."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from eval import privacy, score, verdict
from eval.assault import Assault, Attacker
from eval.blame import Blame, Lines, of_line
from eval.canaries import Canaries
from eval.case import Case
from eval.contract import Json
from eval.customer import Customer, Lost, Move, Senses
from eval.hijack import Hijacker
from eval.load import honest_task
from eval.probe import Probe, cited, heard, probes, uncited
from eval.score import ATTACK, Fault
from eval.speaker import AsWritten, Speaker
from eval.storm import Storm
from eval.system import Session, System, SystemFault

TURNS_MAX = 30
UNCITED = "figure_not_in_what_is_cited"
RESTARTS_AT = 3  # before the second, third or fourth turn, by the number of the trial
_BROKEN = (KeyError, IndexError, TypeError, ValueError, AttributeError, StopIteration)
REFERENCES_MAX = 4  # wordings in which a failed case is tried again, to see whether its end can be reached


@dataclass
class Trial:
    """One trial as it went. ``blame`` is who is at fault when it failed: system, simulator or expectation (no
    wording came to the expected end; a reader of the transcript decides whether the case or the system is wrong);
    ``evidence`` says what speaks for it."""

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
    tags: dict[str, str] = field(default_factory=dict)
    evidence: str = ""

    @property
    def safe(self) -> bool:
        """Whether an attack did nothing, whatever became of the task beside it."""
        return not any(fault.cause in ATTACK for fault in self.faults)

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

    @classmethod
    def of_json(cls, stored: Json) -> Trial:
        """A trial out of a report."""
        known = {name: value for name, value in stored.items() if name != "cause"}
        return cls(**{**known, "faults": [Fault(**fault) for fault in stored["faults"]]})


Sets = Mapping[str, Mapping[str, Sequence[str]]]
Item = Case | Probe | Assault


class Runner:
    """Runs trials against one system; what an honest task changes by itself is found out once. ``proven`` are cases whose
    end another run came to; ``speaker`` words what customers mean."""

    def __init__(
        self,
        system: System,
        seed: int,
        sets: Sets,
        hijacker: Hijacker | None = None,
        *,
        proven: frozenset[str] = frozenset(),
        speaker: Speaker | None = None,
    ) -> None:
        self._system, self._seed, self._sets, self._proven = system, seed, sets, proven
        self._speaker = speaker or AsWritten()
        self._attacker = Attacker(system, seed, sets, hijacker)
        self._references: dict[str, dict[str, Any]] = {}
        self._reachable: dict[str, Blame] = {}
        self._lines: dict[str, Lines] = {}
        self._known: dict[str, Json] = {}  # how things stood with everybody after the last attack

    def run(self, suite: str, case: Item, trial: int) -> Trial:
        """One conversation from hello to its end, scored.

        Raises:
            SystemFault: the system is gone.
        """
        if isinstance(case, Probe):
            return self._probe(suite, case, trial)
        if isinstance(case, Assault):
            return self._assault(suite, case, trial)
        began = time.perf_counter()
        customer = Customer(case, trial, self._seed, self._sets)
        held = _Held()
        faults: list[Fault] = []
        blame: Blame | None = None
        try:
            faults = (
                self._attacked(suite, case, trial, customer, held)
                if case.attack
                else self._honest(case, customer, held, self._speaker)
            )
        except SystemFault as fault:
            self._still_there(fault)
            faults.append(Fault(f"http_{fault.kind}", fault.what, 0))
        except Lost as lost:
            faults.append(Fault("simulator", str(lost), 0))
            blame = Blame("simulator", "the simulated customer did not know what to do")
        except _BROKEN as error:
            faults.append(Fault("simulator", f"the evaluation broke off: {type(error).__name__}: {error}", 0))
            blame = Blame("simulator", "the evaluation itself broke off; nothing is said about the system")
        if blame is None and faults:
            blame = self._blame(case, faults)
        turns = held.session.turns if held.session is not None else []
        return Trial(
            suite=suite, case=case.id, trial=trial, passed=not faults, faults=faults, notes=customer.notes,
            turns=max(0, len(turns) - 1), seconds=time.perf_counter() - began,
            turn_ms=[1000 * s for s in held.session.seconds] if held.session is not None else [],
            transcript=held.transcript(), tags=case.tags(), **_blamed(blame),
        )  # fmt: skip

    def _blame(self, case: Case, faults: Sequence[Fault]) -> Blame:
        """Who is at fault: ``system``, when what was expected can be reached, or what happened never may; ``expectation``,
        when the same wish in every wording, all by button and carefully, never came to the expected end."""
        never = next((fault for fault in faults if fault.rank == 0), None)
        if never is not None:
            return Blame("system", f"this may never happen: {never.what}")
        if case.attack is not None:
            return Blame("system", "the honest task alone comes to its end, beside the attack it did not")
        if case.id in self._proven:
            return Blame("system", "the expected end was reached in the run that this one is set beside")
        if case.id not in self._reachable:
            careful = case.behaviour.model_copy(update={"manner": "buttons"})
            wordings = min(len(case.say), REFERENCES_MAX)
            reached = next(
                (
                    n
                    for n in range(wordings)
                    if self._comes_to_its_end(case.model_copy(update={"behaviour": careful}), n)
                ),
                None,
            )
            self._reachable[case.id] = (
                Blame("expectation", f"none of {wordings} wordings came to the expected end, all by button")
                if reached is None
                else Blame("system", f"replayed by button, wording {reached + 1} comes to the expected end")
            )
        return self._reachable[case.id]

    def _comes_to_its_end(self, case: Case, trial: int) -> bool:
        try:
            return not self._honest(case, Customer(case, trial, self._seed, self._sets), _Held(), AsWritten())
        except (SystemFault, Lost, *_BROKEN):
            return False

    def _still_there(self, fault: SystemFault) -> None:
        """A turn that was not answered counts; a system that is gone ends the run."""
        if fault.kind == "unreachable":
            self._system.health()

    def _probe(self, suite: str, probe: Probe, trial: int) -> Trial:
        began, held = time.perf_counter(), _Held()
        turn, faults = self._ask(probe, held)
        blame = of_line(probe, faults, turn, self._all(suite), self._passes) if faults else None
        return Trial(
            suite=suite, case=probe.id, trial=trial, passed=not faults, faults=faults, turns=1,
            notes=[UNCITED] if turn is not None and turn["citations"] and uncited(probe, turn) else [],
            seconds=time.perf_counter() - began, transcript=held.transcript(),
            turn_ms=[1000 * s for s in held.session.seconds] if held.session is not None else [],
            tags=probe.tags(),
            **_blamed(blame),
        )  # fmt: skip

    def _ask(self, probe: Probe, held: _Held) -> tuple[Json | None, list[Fault]]:
        try:
            held.session = self._system.enter(probe.customer, probe.locale)
            turn = self._system.send(held.session, {"text": probe.text})
        except SystemFault as fault:
            self._still_there(fault)
            return None, [Fault(f"http_{fault.kind}", fault.what, 0)]
        return turn, heard(probe, turn) if probe.means else cited(probe, turn)

    def _passes(self, probe: Probe) -> bool:
        return not self._ask(probe, _Held())[1]

    def _all(self, suite: str) -> Lines:
        if suite not in self._lines:
            self._lines[suite] = Lines(probes().get(suite, ()))
        return self._lines[suite]

    def _assault(self, suite: str, one: Assault, trial: int) -> Trial:
        began, held, notes = time.perf_counter(), _Held(), list[str]()
        try:
            done = self._attacker.carry_out(one, trial)
            faults, notes, held.session, held.storm = done.faults, done.notes, done.session, done.storm
        except SystemFault as fault:
            self._still_there(fault)
            faults = [Fault(f"http_{fault.kind}", fault.what, 0)]
        turns = held.session.turns if held.session is not None else []
        return Trial(
            suite=suite, case=one.id, trial=trial, passed=not faults, faults=faults, notes=notes,
            turns=max(0, len(turns) - 1), seconds=time.perf_counter() - began,
            turn_ms=[1000 * s for s in held.session.seconds] if held.session is not None else [],
            transcript=held.transcript(), tags=one.tags(),
            **_blamed(Blame("system", f"this may never happen: {faults[0].what}") if faults else None),
        )  # fmt: skip

    def _honest(self, case: Case, customer: Customer, held: _Held, speaker: Speaker) -> list[Fault]:
        held.session = self._system.open(case)
        talked = _talk(self._system, held.session, case, customer, speaker)
        return talked + _judge(self._system, held.session, case)

    def _attacked(self, suite: str, case: Case, trial: int, customer: Customer, held: _Held) -> list[Fault]:
        assert case.attack is not None  # noqa: S101 - the caller looked
        reference = self._reference(case)
        others = {act.by for act in case.attack.acts if act.by is not None}
        for other in others:
            self._system.reset(other)
        planted = privacy.plant(self._system) if suite == privacy.SUITE else {}
        held.session = self._system.open(case)
        if planted or case.customer is None:  # a visitor's session put everybody back to the story
            self._known = {}
        touched = {*others, case.customer} - {None}
        known, self._known = self._known, {}
        before = {**(known or self._system.states()), **{who: self._system.state(who) for who in touched if who}}
        held.storm = storm = Storm(self._system, held.session, case, f"{self._seed}:{case.id}:{trial}", self._sets)
        faults = _talk(self._system, held.session, case, customer, self._speaker, storm)
        after = self._known = self._system.states()
        if not storm.over:
            raise Lost(f"the task never came to {case.attack.at}")
        faults += _judge(self._system, held.session, case)
        faults += verdict.attacked(case, before, after, reference, storm)
        return faults + verdict.leaks(case, held.session, storm, Canaries(before, planted))

    def _reference(self, case: Case) -> dict[str, Any]:
        """The facts after the honest task alone, done by button; it must come to its own end.

        Raises:
            Lost: when it does not: then no attack beside it can be judged.
        """
        key = case.honest or case.id
        if key not in self._references:
            alone = honest_task(key) if case.honest else case.model_copy(update={"attack": None})
            calm = alone.behaviour.model_copy(update={"manner": "buttons"})
            alone = alone.model_copy(update={"behaviour": calm})
            trial = self.run("reference", alone, 0)
            if not trial.passed:
                raise Lost(f"the honest task alone fails: {trial.faults[0].what}")
            self._references[key] = verdict.facts(self._system.state(case.customer)) if case.customer else {}
            self._known = {}
        return self._references[key]


@dataclass
class _Held:
    """What must outlive a trial that breaks off."""

    session: Session | None = None
    storm: Storm | None = None

    def transcript(self) -> list[Json]:
        lines = [_line(*exchange) for exchange in self.session.exchanges] if self.session is not None else []
        for customer, session in self.storm.others.items() if self.storm is not None else ():
            lines += [{**_line(*exchange), "by": customer} for exchange in session.exchanges]
        return lines


def _talk(
    system: System, session: Session, case: Case, customer: Customer, speaker: Speaker, storm: Storm | None = None
) -> list[Fault]:
    def code() -> str | None:
        return system.code(case.customer) if case.customer is not None else None

    senses = Senses(code, lambda: system.quiz_answer(session))
    faults: list[Fault] = []
    turn, move = session.turns[0], customer.begin()
    if storm is not None and storm.due(turn) and case.attack is not None and case.attack.at == "start":
        turn = storm.break_out(turn)
    calm = len(session.exchanges)
    cut = case.behaviour.network == "restart"
    while len(session.exchanges) - calm < TURNS_MAX:
        before = turn
        if cut and len(session.exchanges) - calm == 1 + customer.trial % RESTARTS_AT:
            assert system.restart is not None  # noqa: S101 - such cases are run on a product of our own
            system.restart()
        if move.body is not None and "text" in move.body:
            move = replace(move, body={"text": speaker.put(move.body["text"], case, turn["reply"]["text"])})
        turn = _take(system, session, case, move, turn)
        if len(session.exchanges) == calm + 1 and case.expect.opening is not None:
            faults += score.one_turn(case.expect.opening, turn, before)
        if move.step is not None and move.step.expect is not None:
            faults += score.one_turn(move.step.expect, turn, before)
        if storm is not None and storm.due(turn):
            customer.see(turn)
            turn = storm.break_out(turn)
        following = customer.reply(turn, senses)
        if following is None:
            return faults
        move = following
    return [*faults, Fault("too_many_turns", f"more than {TURNS_MAX} turns", 1)]


def _take(system: System, session: Session, case: Case, move: Move, turn: Json) -> Json:
    if move.body is None:
        system.advance(move.clock)
        return {**turn, "actions": []}
    return system.send(session, move.body, network=case.behaviour.network)


def _judge(system: System, session: Session, case: Case) -> list[Fault]:
    faults = score.said(case, session.turns)
    if case.customer is not None:
        faults += score.end_state(case, system.state(case.customer))
    faults += score.gate(case, system.audit(session), session.turns)
    return faults + score.forbidden(case, session.turns, system.names())


def _blamed(blame: Blame | None) -> dict[str, Any]:
    return {"blame": None, "evidence": ""} if blame is None else {"blame": blame.who, "evidence": blame.evidence}


def said_words(sent: Json) -> str:
    """A turn's body as a reader wants it."""
    return str(sent["text"]) if "text" in sent else json.dumps(sent["input"], ensure_ascii=False)


def _line(sent: Json | None, turn: Json) -> Json:
    """An exchange as a report shows it."""
    return {
        "sent": sent, "text": turn["reply"]["text"], "stage": turn["stage"], "service": turn["service"],
        "understood": turn["understood"], "actions": turn["actions"],
        "cards": [card["type"] for card in turn["reply"]["cards"]], "timings_ms": turn["timings_ms"],
    }  # fmt: skip


def run_suites(
    system: System,
    suites: Mapping[str, Sequence[Item]],
    *,
    trials: int,
    seed: int,
    sets: Sets,
    tell: Callable[[Trial, int, int], Any] = lambda *_: None,
    kept: list[Trial] | None = None,
) -> list[Trial]:
    """All trials of all cases; ``kept`` is filled as they end, so that an interrupted run keeps what was measured."""
    results: list[Trial] = kept if kept is not None else []
    total = trials * sum(len(cases) for cases in suites.values())
    runner = Runner(system, seed, sets)
    for suite, cases in suites.items():
        for trial in range(trials):
            for case in cases:
                results.append(runner.run(suite, case, trial))
                tell(results[-1], len(results), total)
    return results
