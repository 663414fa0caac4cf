"""The dossier of a session for a colleague: each action with its parameters, how far it is, and why risk decided so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.errors import AskAgain, Refused
from tools.gate.release import release_rules
from tools.gate.risk.engine import Contribution
from tools.gate.run import Run
from tools.gate.service import Option, ParamKind
from tools.gate.state import Outcome
from tools.wording import Text


@dataclass(frozen=True)
class Filled:
    """One parameter as it stands; ``options`` are the values to choose from, where it is a choice."""

    name: str
    label: Text
    kind: ParamKind
    value: str | None
    options: Sequence[Option]


@dataclass(frozen=True)
class Dossier:
    """An action. ``decidable`` when a colleague may approve or refuse it; ``supervisor`` when only a supervisor may.

    ``why`` explains risk in the words for colleagues; none of it is the customer's to hear.
    """

    action: str
    session: str
    service: str
    name: Text
    risk_class: str
    open: bool
    updated: datetime
    outcome: Outcome | None
    params: Sequence[Filled]
    why: Sequence[Contribution]
    risk: str | None
    approved_by: str | None
    decidable: bool
    supervisor: bool


def dossier(run: Run) -> Dossier:
    """What there is to see of one action; looks and changes nothing."""
    outcome, decided = run.state.outcome, run.state.decision
    risk_class = run.service.entry.risk_class
    return Dossier(
        action=run.row.id,
        session=run.session.id,
        service=run.service.id,
        name=run.named(),
        risk_class=risk_class,
        open=run.row.open,
        updated=run.row.updated,
        outcome=outcome,
        params=[_filled(run, name) for name in run.service.spec()],
        why=[] if decided is None else list(run.parts.risk.explain(decided)),
        risk=None if decided is None else decided.outcome,
        approved_by=None if run.state.approved is None else run.state.approved.staff,
        decidable=outcome is not None and outcome.status == "in_review" and not outcome.executed,
        supervisor=risk_class not in release_rules().may["teller"],
    )


def _filled(run: Run, name: str) -> Filled:
    spec = run.service.spec()[name]
    try:
        options = run.service.options(name, run.state.slots, run.context()) or ()
    except (Refused, AskAgain):
        options = ()
    return Filled(name, spec.label, spec.kind, run.state.slots.get(name), options)
