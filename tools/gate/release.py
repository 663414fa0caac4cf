"""Release: what a colleague decides about a request that risk sent to review.

An approval executes nothing. It lets the action walk on from where risk had stopped it, for the parameters that the
colleague saw, for the reasons that stood against it then, and for a day: the lessons, the read-back and the customer's
own yes still come, and whatever is new is looked at anew. A refusal is an end, with its reason and a notice. Either
way the row that the review left in ``requests`` is the one that is changed; there is never a second.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.gate.kept import keep
from tools.gate.records import ActionRow
from tools.gate.run import Outcome, Run
from tools.gate.service import Decision
from tools.gate.sessions import SessionInfo, info
from tools.gate.state import ActionState, Approval
from tools.rendering import render
from tools.wording import Line, Moment, Text, line

RULES_FILE = Path(__file__).parent / "desk.toml"
Role = Literal["teller", "supervisor"]
RiskClass = Literal["read", "low", "medium", "high", "none"]

APPROVED = Text(
    "【海岚银行】您申请的{service}，同事已经同意。请在{until}之前回到小岚这里，核对无误再确认，确认了才会办。",
    "[Hailan Bank] A colleague has agreed to your request: {service}. Please come back to Xiaolan before {until}, check it and confirm; only then is it done.",
)
REFUSED = Text(
    "【海岚银行】您申请的{service}没有办：{reason}。您的钱和账户都没有变动。",
    "[Hailan Bank] Your request was not done: {service}. {reason}. Your money and accounts are unchanged.",
)


class CannotRelease(Exception):
    """It is not this colleague's to decide, or no longer anybody's: ``not_in_review`` (decided or taken back meanwhile),
    ``supervisor_needed``, ``own_proposal`` (four eyes), ``unknown_reason``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Refusal(_Model):
    """A reason for a refusal."""

    code: str
    zh: str
    en: str


class _Eyes(_Model):
    classes: list[RiskClass]


class ReleaseRules(_Model):
    """The file, checked when it is read."""

    approval_hours: int
    may: Mapping[Role, list[RiskClass]]
    four_eyes: _Eyes
    refusal: list[Refusal]

    def reason(self, code: str) -> Text:
        """What the customer is told.

        Raises:
            CannotRelease: there is no such reason.
        """
        found = next((one for one in self.refusal if one.code == code), None)
        if found is None:
            raise CannotRelease("unknown_reason")
        return Text(found.zh, found.en)


@cache
def release_rules() -> ReleaseRules:
    """``desk.toml``."""
    return ReleaseRules.model_validate(tomllib.loads(RULES_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Verdict:
    """``reason`` only of a refusal; ``prepared`` is whether this colleague put the request together themselves."""

    staff: str
    role: Role
    approve: bool
    reason: str | None = None
    prepared: bool = False


def decide(run: Run, verdict: Verdict) -> None:
    """Approve or refuse, within the caller's transaction; the caller walks on.

    Raises:
        CannotRelease
    """
    outcome, rules = run.state.outcome, release_rules()
    if outcome is None or outcome.status != "in_review" or outcome.executed:
        raise CannotRelease("not_in_review")
    risk_class = run.service.entry.risk_class
    if risk_class not in rules.may[verdict.role]:
        raise CannotRelease("supervisor_needed")
    if verdict.approve and verdict.prepared and risk_class in rules.four_eyes.classes:
        raise CannotRelease("own_proposal")
    run.state.outcome, run.state.reviewed, run.state.logged = None, True, []
    if verdict.approve:
        _approve(run, verdict, outcome)
    else:
        _refuse(run, verdict, rules.reason(verdict.reason or ""))


def eased(run: Run, decision: Decision) -> Decision:
    """Risk's decision, with a review that a colleague has done already taken out of it."""
    given = run.state.approved
    if decision.outcome != "review" or given is None or run.now >= given.until or given.digest != run.state.digest:
        return decision
    if not set(decision.reasons) <= set(given.reasons):
        return decision
    hours = decision.delay_hours if run.service.can_wait else 0
    told = tuple(code for code in decision.reasons if run.parts.risk.outcome(code) != "review")
    return replace(
        decision,
        outcome="delay" if hours else "step_up" if decision.level else "allow",
        reasons=told,
        delay_hours=hours,
    )


def settle_row(run: Run) -> None:
    """What was approved and did not come about after all leaves its row, changed, and no second one."""
    outcome = run.state.outcome
    if run.state.reviewed and outcome is not None and not outcome.recorded:
        run.bank.update_request(run.customer.id, run.row.id, outcome.status)


def approved_before(
    db: Session, now: datetime, session: SessionInfo, service: str, slots: Mapping[str, str]
) -> ActionRow | None:
    """The customer's approved action that this wish asks for once more: it waits in this session or in one that has
    ended, and nothing that was said now contradicts it."""
    query = select(ActionRow).where(
        ActionRow.customer == session.customer, ActionRow.service == service, ActionRow.open
    )
    for row in db.scalars(query.order_by(ActionRow.updated.desc())):
        state = ActionState.model_validate(row.state)
        good = state.approved is not None and now < state.approved.until
        same = all(state.slots.get(name) == value for name, value in slots.items())
        if good and same and (row.session == session.id or info(db, now, row.session).ended):
            return row
    return None


def _approve(run: Run, verdict: Verdict, outcome: Outcome) -> None:
    until = run.now + timedelta(hours=release_rules().approval_hours)
    run.state.approved = Approval(
        staff=verdict.staff, digest=run.state.digest or "", reasons=list(outcome.reasons), until=until
    )
    run.state.confirmation, run.row.open = None, True
    if run.state.quiz is not None:  # a person has explained it
        run.state.taught.append(run.state.quiz.lesson)
        run.state.quiz = None
        run.log_always("educate", f"explained:{verdict.staff}")
    run.log_always("risk", f"approved:{verdict.staff}")
    _tell(run, line(APPROVED, service=run.named(), until=Moment(until)))


def _refuse(run: Run, verdict: Verdict, reason: Text) -> None:
    run.log_always("risk", f"refused:{verdict.staff}:{verdict.reason}")
    run.bank.update_request(run.customer.id, run.row.id, "blocked")
    run.finish(Outcome(status="blocked", reasons=[verdict.reason or ""], said=keep([Line(reason)]), recorded=True))
    _tell(run, line(REFUSED, service=run.named(), reason=reason))


def _tell(run: Run, said: Line) -> None:
    run.bank.send_message(run.customer.id, "notice", render(said, run.customer.locale).text)
