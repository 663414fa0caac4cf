"""The end of an action: its row, its notice, and what is said about it afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from tools.bank.port import RequestStatus
from tools.errors import Refused, must
from tools.gate import phrases
from tools.gate.kept import keep, keep_errand
from tools.gate.notices import tell_phone
from tools.gate.run import Outcome, Run
from tools.gate.service import FollowUp, Result
from tools.gate.views import EndedView
from tools.wording import Line, line


def leave_row(run: Run, status: RequestStatus, transfer: str | None) -> None:
    """The one row in ``requests``, and the notice of it."""
    params = run.row_params()
    if run.state.reviewed:
        run.bank.update_request(run.customer.id, run.row.id, status, params, transfer=transfer)
    else:
        run.bank.record_request(run.customer.id, run.row.id, run.service.id, params, status, transfer=transfer)
    tell_phone(run, status)


def refused(refusal: Refused) -> Outcome:
    """How an action ends that cannot be done, with everything that was said and offered."""
    return Outcome(
        status="failed",
        reasons=[refusal.code],
        said=keep([refusal.said]),
        settle=[keep_errand(one) for one in refusal.settle],
        instead=None if refusal.instead is None else keep_errand(refusal.instead),
    )


def ended_view(run: Run) -> EndedView:
    """What is said about an action that has ended; the same whenever it is asked for."""
    outcome = run.state.outcome
    must(outcome is not None, "only an ended action has an end")
    assert outcome is not None  # noqa: S101 - for the type checker
    if outcome.executed:
        told = run.service.follow_up(
            run.params(), Result(outcome.status, outcome.facts, outcome.transfer), run.context()
        )
    else:
        said = [kept.line() for kept in outcome.said] or _why(run, outcome.status, outcome.reasons)
        told = FollowUp(said=said, offer_person=outcome.status != "cancelled" and not run.state.reviewed)
    return EndedView(
        run.row.id,
        run.service,
        run.problem,
        status=outcome.status,
        reasons=tuple(outcome.reasons),
        said=told.said,
        rows=told.rows,
        facts=tuple(outcome.facts.items()),
        next=told.next,
        undo=told.undo,
        tip=told.tip,
        offer_person=told.offer_person,
        handoff=outcome.handoff,
        recorded=outcome.recorded,
        settle=[kept.settle() for kept in outcome.settle],
        instead=None if outcome.instead is None else outcome.instead.settle(),
        given=dict(run.state.slots),
    )


def _why(run: Run, status: RequestStatus, reasons: Sequence[str]) -> list[Line]:
    if status == "cancelled":
        return [line(phrases.CANCELLED, service=run.named())]
    if status == "failed":
        return [Line(phrases.NOT_POSSIBLE.get(reason, phrases.NOT_POSSIBLE["system"])) for reason in reasons[:1]]
    return [Line(run.parts.risk.wording(reason)) for reason in reasons[:1]]
