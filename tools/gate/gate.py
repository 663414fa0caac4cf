"""The one door: collect → identity → risk → educate → confirm → execute → audit → follow up.

The order is the tuple ``STEPS``. Every call walks it from the start and stops at the first step that still needs
something, so no input can skip a step: an event only changes the stored state, and what follows is always decided
anew from it. Each call is one transaction; a killed process leaves the action where the last call left it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tools.bank.port import NotAllowed, NotFound, RequestStatus
from tools.errors import AskAgain, BankError, Busy, KeyConflict, Refused, must
from tools.gate import events, phrases, prove, release, teach
from tools.gate.collect import collect, fill
from tools.gate.dossier import Dossier, Filled, dossier
from tools.gate.finish import ended_view, leave_row, refused
from tools.gate.identity import Subject, Verdict
from tools.gate.kept import keep
from tools.gate.records import OUTCOME_CHARS_MAX, ActionRow, ForgetRow
from tools.gate.risk.facts import all_facts
from tools.gate.risk.record import Decided
from tools.gate.run import Parts, Run
from tools.gate.service import Decision
from tools.gate.sessions import info
from tools.gate.state import ActionState, Confirmation, Outcome, digest_of
from tools.gate.views import ConfirmView, EndedView, GateView
from tools.wording import Line, line


@dataclass(frozen=True)
class Begun:
    """An action and what it was opened with."""

    action: str
    service: str
    slots: Mapping[str, str]


class Gate:
    """Opens actions and takes events about them; nothing else changes an account."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def open(self, session_id: str, service: str, slots: Mapping[str, str], said: str, turn: int = -1) -> GateView:
        """Start a service for the session's customer. ``said`` are the customer's words (for what follows from them),
        ``turn`` is the turn they were said in (see :meth:`begun`)."""
        with self._parts.db.transaction() as db:
            now = self._parts.clock.now()
            session = info(db, now, session_id)
            must(session.customer is not None, "only a signed-in customer starts a service")
            before = release.approved_before(db, now, session, service, slots)
            if before is not None:
                return self._walk(self._take_over(db, now, before, session_id, turn, slots))
            row = ActionRow(
                id=f"act_{secrets.token_urlsafe(12)}",
                session=session_id,
                customer=session.customer,
                service=service,
                state=ActionState(said=said[:500], turn=turn, wished=dict(slots)).model_dump(mode="json"),
                open=True,
                created=now,
                updated=now,
            )
            db.add(row)
            db.flush()
            run = self._run(db, now, row)
            run.log_always("collect", "started")
            fill(run, run.service.prefill(dict(slots), said, run.context()))
            return self._walk(run)

    def act(self, session_id: str, action: str, event: events.GateEvent, said: str = "") -> GateView:
        """Take an event; an ended action answers with its end, whatever is said to it. ``said`` are the customer's words
        of this turn, whatever they were about: risk listens to them, and only what they give away is kept."""
        looked = self._looked_at(session_id, action, event)
        with self._parts.db.transaction() as db:
            run = self._load(db, session_id, action)
            if run.state.outcome is not None:
                return ended_view(run)
            heard = {kind for kind, holds in self._parts.risk.listen(said).items() if holds}
            run.state.heard = sorted({*run.state.heard, *heard})
            if run.complete() or isinstance(event, events.Fill | events.Abort):
                self._take(run, event, looked)
            view = self._walk(run)
        if run.service.forgets and isinstance(view, EndedView):
            self.forget_due()
        return view

    def forget_due(self) -> None:
        """Have the verifier delete what it kept of those who withdrew their consent; the due job asks again where it could
        not. Outside of transactions, since a verifier may be elsewhere."""
        with self._parts.db.reading() as db:
            due = list(db.scalars(select(ForgetRow.customer)))
        for customer in due:
            if self._parts.verifier.forget(customer):
                with self._parts.db.transaction() as db:
                    db.execute(delete(ForgetRow).where(ForgetRow.customer == customer))

    def _looked_at(self, session_id: str, action: str, event: events.GateEvent) -> tuple[str, Verdict] | None:
        """What the verifier says to pictures that are awaited, and to which challenge. It takes its time, so it is asked
        before the transaction, which finds out again whether the answer still counts."""
        if not isinstance(event, events.Document | events.Face):
            return None
        with self._parts.db.reading() as db:
            run = self._load(db, session_id, action)
            if run.state.outcome is not None or not run.complete():
                return None
            subject = Subject(run.customer, action, run.now, session_id)
            document = isinstance(event, events.Document) and prove.awaits_document(run)
            challenge = prove.awaits_face(run, event.challenge) if isinstance(event, events.Face) else None
        verifier = self._parts.verifier
        if document:
            return "", verifier.document(subject, event.payload)
        return None if challenge is None else (challenge.id, verifier.face(subject, challenge, event.payload))

    def decide(self, action: str, verdict: release.Verdict) -> GateView:
        """A colleague's decision about an action in review: approved, it walks on (the customer's yes still to come);
        refused, it has ended. Either is done once.

        Raises:
            release.CannotRelease
        """
        with self._parts.db.transaction() as db:
            row = db.get(ActionRow, action)
            if row is None:
                raise release.CannotRelease("not_in_review")
            run = self._run(db, self._parts.clock.now(), row)
            release.decide(run, verdict)
            return self._walk(run)

    def leave(self, session_id: str, service: str) -> None:
        """End what this session's customer left open of a service in other sessions: it goes on here or nowhere. What a
        colleague has approved stays, and is taken up when it is asked for."""
        with self._parts.db.transaction() as db:
            now = self._parts.clock.now()
            query = select(ActionRow).where(
                ActionRow.customer == info(db, now, session_id).customer,
                ActionRow.service == service,
                ActionRow.session != session_id,
                ActionRow.open,
            )
            for row in db.scalars(query).all():
                run = self._run(db, now, row)
                if run.state.approved is not None and now < run.state.approved.until:
                    continue
                run.log_always("collect", "ended:left")
                run.finish(Outcome(status="cancelled", reasons=["left"]))
                run.save()

    def begun(self, session_id: str, turn: int) -> list[Begun]:
        """What was opened in a turn of a session, in order: how a turn that was cut off finds what it had begun."""
        with self._parts.db.reading() as db:
            rows = db.scalars(select(ActionRow).where(ActionRow.session == session_id).order_by(ActionRow.created))
            states = [(row, ActionState.model_validate(row.state)) for row in rows]
            return [Begun(row.id, row.service, state.wished) for row, state in states if state.turn == turn]

    def session_of(self, action: str) -> str | None:
        """The session that an action belongs to now; None when there is no such action."""
        with self._parts.db.reading() as db:
            return db.scalar(select(ActionRow.session).where(ActionRow.id == action))

    def dossiers(self, session_id: str) -> list[Dossier]:
        """Every action of a session for a colleague, oldest first; looking changes nothing."""
        with self._parts.db.reading() as db:
            rows = db.scalars(select(ActionRow).where(ActionRow.session == session_id).order_by(ActionRow.created))
            return [dossier(self._run(db, self._parts.clock.now(), row)) for row in rows]

    def filled(self, session_id: str, action: str) -> list[Filled]:
        """What is known of an action so far."""
        found = [one for one in self.dossiers(session_id) if one.action == action]
        return [param for one in found for param in one.params if param.value is not None]

    def right_quiz_option(self, session_id: str) -> str | None:
        """What an attentive customer would answer to the question that is open in this session (sandbox only)."""
        with self._parts.db.transaction() as db:
            query = select(ActionRow).where(ActionRow.session == session_id, ActionRow.open)
            for row in db.scalars(query.order_by(ActionRow.updated.desc())):
                option = teach.right_option(self._run(db, self._parts.clock.now(), row))
                if option is not None:
                    return option
        return None

    def _take_over(
        self, db: Session, now: datetime, row: ActionRow, session_id: str, turn: int, slots: Mapping[str, str]
    ) -> Run:
        """Go on in this session with what was approved before; it counts as begun by this turn."""
        row.session = session_id
        run = self._run(db, now, row)
        run.state.turn, run.state.wished = turn, dict(slots)
        run.log_always("collect", "resumed")
        return run

    def _load(self, db: Session, session_id: str, action: str) -> Run:
        row = db.get(ActionRow, action)
        must(row is not None and row.session == session_id, "an action belongs to its session")
        assert row is not None  # noqa: S101 - for the type checker; must() holds at run time
        return self._run(db, self._parts.clock.now(), row)

    def _run(self, db: Session, now: datetime, row: ActionRow) -> Run:
        bank = self._parts.bank_of(db)
        return Run(
            parts=self._parts,
            db=db,
            bank=bank,
            now=now,
            session=info(db, now, row.session),
            customer=bank.customer(row.customer),
            row=row,
            state=ActionState.model_validate(row.state),
            service=self._parts.services[row.service],
        )

    def _take(self, run: Run, event: events.GateEvent, looked: tuple[str, Verdict] | None) -> None:
        match event:
            case events.Fill(slots):
                fill(run, slots)
            case events.Otp(code, heard):
                prove.give_otp(run, code, heard=heard)
            case events.ResendOtp():
                prove.resend_otp(run)
            case events.Consent(consent_id, given):
                prove.give_consent(run, consent_id, given)
            case events.Document():
                prove.give_document(run, None if looked is None else looked[1])
            case events.Face():
                prove.give_face(run, *(looked or ("", None)))
            case events.Acknowledge():
                teach.acknowledge(run)
            case events.QuizAnswer(option):
                teach.answer_quiz(run, option)
            case events.Confirm(confirm_id):
                _confirmed(run, confirm_id)
            case events.Abort(reason):
                run.log_always("collect" if run.state.digest is None else "confirm", f"ended:{reason}")
                run.finish(Outcome(status="cancelled", reasons=[reason]))
            case events.Look():
                pass
            case _:
                assert_never(event)

    def _walk(self, run: Run) -> GateView:
        view: GateView | None = ended_view(run) if run.state.outcome is not None else None
        try:
            for step in STEPS if view is None else ():
                view = step(run)
                if view is not None:
                    break
        except Refused as refusal:
            run.log_always("collect", f"refused:{refusal.code}")
            run.finish(refused(refusal))
            view = ended_view(run)
        if run.state.confirmation is not None and run.state.outcome is None:
            run.state.confirmation.given = False  # a yes counts for the call that brought it, or never
        release.settle_row(run)
        run.save()
        must(view is not None, "the last step always answers")
        assert view is not None  # noqa: S101
        return view


def risk(run: Run) -> GateView | None:
    """Decide anew on every call, so that what happened meanwhile counts; block and review end it here."""
    if run.service.entry.risk_class in ("read", "none"):
        run.log("risk", "allow")
        return None
    facts, state = all_facts(run), run.state
    decision = release.eased(run, run.parts.risk.decide(facts))
    state.risk = Decided.of(run.now, facts, decision)
    fresh = run.log("risk", ":".join([decision.outcome, *decision.reasons])[:OUTCOME_CHARS_MAX])
    if decision.outcome in ("block", "review"):
        status: RequestStatus = "blocked" if decision.outcome == "block" else "in_review"
        leave_row(run, status, None)
        run.finish(Outcome(status=status, reasons=list(decision.reasons), recorded=True, handoff=status == "in_review"))
        return ended_view(run)
    state.level = max(state.level, decision.level)
    if fresh and decision.level > run.session.level:
        run.problem = run.problem or _why_more(run, decision)
    return None


def confirm(run: Run) -> GateView | None:
    """Read back the exact parameters; pass only on a yes to this very read-back."""
    if run.service.entry.risk_class == "read":
        return None
    decision = run.state.decision
    must(decision is not None, "risk comes before confirmation")
    assert decision is not None  # noqa: S101
    consequences = run.service.consequences(run.params(), run.context())
    digest = digest_of(run.service.id, run.row_params(), decision.outcome, str(decision.delay_hours), *consequences)
    given = run.state.confirmation
    if given is not None and given.given and given.digest == digest:
        run.log("confirm", "given")
        return None
    told = [lesson for lesson in teach.lessons_for(run) if lesson.mode == "inform"]
    if not run.service.entry.urgent:
        run.log("educate", "informed" if told else "not_required")
    if given is None or given.digest != digest:
        run.state.confirmation = Confirmation(id=f"cfm_{secrets.token_urlsafe(12)}", digest=digest)
        run.fresh_confirm = True
        run.log_always("confirm", "asked")
    assert run.state.confirmation is not None  # noqa: S101
    ctx = run.context()
    return ConfirmView(
        run.row.id,
        run.service,
        run.problem,
        id=run.state.confirmation.id,
        rows=run.service.shown(run.params(), ctx),
        lines=run.service.preview(run.params(), ctx),
        lessons=told,
        fresh=run.fresh_confirm,
    )


def execute(run: Run) -> EndedView:
    """Do it once. A refusal of the core rolls the savepoint back and is recorded as failed."""
    key = f"{run.row.id}:{run.state.digest}"
    params = run.params()
    try:
        with run.db.begin_nested():
            result = run.service.execute(params, run.context(), key)
    except (Busy, KeyConflict):
        raise
    except (BankError, NotAllowed, NotFound) as error:
        code = getattr(error, "code", "not_found")
        run.log_always("execute", f"failed:{code}")
        if run.service.entry.risk_class != "read":
            leave_row(run, "failed", None)
        outcome = refused(error) if isinstance(error, Refused) else Outcome(status="failed", reasons=[code])
        if isinstance(error, AskAgain):
            outcome.said = keep([error.said])
        outcome.recorded = run.service.entry.risk_class != "read"
        run.finish(outcome)
        return ended_view(run)
    run.log_always("execute", result.status)
    if run.service.forgets:
        run.db.merge(ForgetRow(customer=run.customer.id, since=run.now))
    recorded = run.service.entry.risk_class not in ("read", "none")
    if recorded:
        leave_row(run, result.status, result.transfer)
    run.finish(
        Outcome(
            status=result.status,
            reasons=[] if run.state.risk is None else list(run.state.risk.reasons),
            facts=dict(result.facts),
            transfer=result.transfer,
            recorded=recorded,
            executed=True,
        )
    )
    run.log_always("follow_up", "told")
    return ended_view(run)


def step_up(run: Run) -> GateView | None:
    """Risk asked for a higher level: the next proof only."""
    return prove.identity(run) if run.state.risk is not None and run.state.risk.level else None


STEPS: tuple[Callable[[Run], GateView | None], ...] = (
    collect,
    prove.identity,
    risk,
    step_up,
    teach.educate,
    confirm,
    execute,
)


def _why_more(run: Run, decision: Decision) -> Line | None:
    """Why more is asked for than the service itself needs, said before the next proof."""
    code = next((code for code in decision.reasons if run.parts.risk.outcome(code) == "step_up"), None)
    return None if code is None else Line(run.parts.risk.wording(code))


def _confirmed(run: Run, confirm_id: str) -> None:
    if run.state.confirmation is not None and run.state.confirmation.id == confirm_id:
        run.state.confirmation.given = True
    else:
        run.problem = line(phrases.STALE_CONFIRM)
