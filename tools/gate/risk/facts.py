"""What rules and lessons look at: facts that hold for every service, and those that a service adds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta

from sqlalchemy import select

from tools.catalogue import catalogue
from tools.clock import SHANGHAI, age_at
from tools.gate.records import SessionRow
from tools.gate.risk.schema import RuleSet
from tools.gate.run import Run
from tools.gate.service import AnyService, Fact
from tools.gate.sessions import SILENCE_MAX

ADULT_YEARS, YOUNG_YEARS_MAX, ELDER_YEARS = 18, 25, 60
NIGHT_FROM, NIGHT_UNTIL = 23, 6  # hours in Asia/Shanghai
PHONE_COUNTS, REQUESTS_COUNT = timedelta(days=3), timedelta(days=1)
COMMON = frozenset(
    {
        "service", "risk_class", "urgent", "can_wait", "device", "new_device", "several_sessions", "age", "elder",
        "young", "minor", "hour", "night", "quiz_failed", "first_time", "phone_changed", "limit_raised",
        "blocked_before", "controlled",
    }
)  # fmt: skip
OF_THE_DECISION = frozenset({"delayed", "high_risk"})
"""Facts that lessons know besides: what risk decided just now."""
NOT_IF_ORDINARY = ("night", "phone_changed", "limit_raised", "blocked_before")
"""What makes a request doubtful, unless it is what this customer does every month."""


def all_facts(run: Run) -> dict[str, Fact]:
    """The facts of one request; a service's own come last."""
    own = run.service.facts(run.params(), run.context())
    facts = {**_who(run), **_where_and_when(run), **_before(run), **_words(run), **own}
    if facts.get("ordinary") is True:
        facts |= dict.fromkeys(NOT_IF_ORDINARY, False)
    return facts


def of_the_decision(run: Run) -> set[str]:
    """Which of :data:`OF_THE_DECISION` hold."""
    decision = run.state.decision
    if decision is None:
        return set()
    holds = {"delayed": decision.delay_hours > 0, "high_risk": decision.band in ("high", "severe")}
    return {name for name, value in holds.items() if value}


def provided(service: AnyService, rules: RuleSet) -> frozenset[str]:
    """Names of all facts that a service's requests have."""
    return COMMON | rules.words.kinds.keys() | service.fact_names


def unknown(rules: RuleSet, services: Iterable[AnyService]) -> Iterator[str]:
    """What a version of the rules names that does not exist, one line each: facts and services."""
    known: Collection[str] = frozenset().union(*(provided(service, rules) for service in services))
    for code, fact, condition in rules.conditions():
        if fact not in known:
            yield f"{code}: nobody provides the fact {fact}"
        if fact == "service":
            for id_ in condition.any_of or [str(condition.is_)]:
                if id_ not in catalogue():
                    yield f"{code}: there is no service {id_}"


def _who(run: Run) -> dict[str, Fact]:
    age = age_at(run.customer.born, run.now)
    return {
        "age": age,
        "elder": age >= ELDER_YEARS or run.session.mode == "elder",
        "young": age <= YOUNG_YEARS_MAX,
        "minor": age < ADULT_YEARS,
        "controlled": run.bank.is_controlled(run.customer.id),
    }


def _where_and_when(run: Run) -> dict[str, Fact]:
    hour = run.now.astimezone(SHANGHAI).hour
    return {
        "service": run.service.id,
        "risk_class": run.service.entry.risk_class,
        "urgent": run.service.entry.urgent,
        "can_wait": run.service.can_wait,
        "device": run.session.device,
        "new_device": run.session.device == "new",
        "several_sessions": _several_sessions(run),
        "hour": hour,
        "night": hour >= NIGHT_FROM or hour < NIGHT_UNTIL,
    }


def _before(run: Run) -> dict[str, Fact]:
    requests = run.bank.requests(run.customer.id)
    recent = [request for request in requests if run.now - request.at < REQUESTS_COUNT]
    changed = run.bank.phone_changed_at(run.customer.id)
    return {
        "quiz_failed": run.state.quiz_failed,
        "first_time": not any(
            request.service == run.service.id and request.status in ("done", "delayed", "cancelled")
            for request in requests
        ),
        "phone_changed": changed is not None and run.now - changed < PHONE_COUNTS,
        "limit_raised": any(request.service == "limit.raise" and request.status == "done" for request in recent),
        "blocked_before": any(request.status == "blocked" for request in recent),
    }


def _words(run: Run) -> dict[str, Fact]:
    """Of what was said when it was asked for and since, and of what was told as a text."""
    spec = run.service.spec()
    texts = [value for name, value in run.row_params().items() if spec[name].kind == "text"]
    return {**run.parts.risk.listen("。".join([run.state.said, *texts])), **dict.fromkeys(run.state.heard, True)}


def _several_sessions(run: Run) -> bool:
    """Whether another session of this customer has been active since this one began: a page that was opened anew leaves
    the old session silent, somebody else's does not. One in which nothing was said is nobody's: a page that opens two at once
    uses one of them."""
    began = run.db.get_one(SessionRow, run.session.id).opened
    query = select(SessionRow.id).where(
        SessionRow.customer == run.customer.id,
        SessionRow.id != run.session.id,
        SessionRow.ended.is_(None),
        SessionRow.last_turn > SessionRow.opened,
        SessionRow.last_turn > max(began, run.now - SILENCE_MAX),
    )
    return run.db.scalar(query.limit(1)) is not None
