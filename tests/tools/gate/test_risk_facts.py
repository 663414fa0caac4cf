"""Facts: each that a rule or a lesson asks for is provided, and comes about when it should."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from knowledge.library import ENTRIES
from knowledge.loader import load
from tests.tools.gate.bench import Counter, FixedLessons, Taught, Visit
from tools.clock import age_at
from tools.gate import events, sessions
from tools.gate.risk import RuleEngine
from tools.gate.risk.facts import COMMON, OF_THE_DECISION, provided
from tools.gate.risk.record import Decided
from tools.gate.service import Decision, Fact, Service
from tools.gate.views import ConfirmView, EndedView
from tools.services import built_services
from tools.wording import Locale

ENGINE = RuleEngine.from_file()
EDUCATION = [education for entry in load(ENTRIES).entries for education in entry.education]
NAMED = {fact for education in EDUCATION for fact in (*education.when, *education.unless)}


@dataclass
class Listener(FixedLessons):
    """A book without pages that remembers what it was asked with."""

    seen: list[frozenset[str]] = field(default_factory=list)

    def lessons(self, service: str, facts: frozenset[str], locale: Locale, on: date) -> Sequence[Taught]:
        self.seen.append(facts)
        return ()


def listening(counter: Counter) -> list[frozenset[str]]:
    book = counter.book = Listener()
    counter.__post_init__()
    return book.seen


def pay(visit: Visit, payee: str = "王芳", amount: str = "500", purpose: str = "family", said: str = "") -> Visit:
    slots = {"payee": payee, "amount": amount, "purpose": purpose}
    visit.open("transfer.create", said, **slots)
    while not isinstance(visit.view, ConfirmView | EndedView):
        visit.step()
    return visit


def facts(counter: Counter) -> dict[str, Fact]:
    """What was kept of the last decision."""
    import json

    state = json.loads(counter.sql("SELECT state FROM actions ORDER BY created DESC, rowid DESC")[0].state)
    return Decided.model_validate(state["risk"]).all_facts()


def raised(counter: Counter) -> Visit:
    visit = counter.sign_in()
    visit.open("limit.raise", account="6688", per_day="100000")
    visit.confirm()
    return visit


def moved(counter: Counter) -> Visit:
    visit = counter.sign_in()
    visit.open("profile.change_phone", phone="13900001234")
    visit.confirm()
    return visit


def stopped(counter: Counter) -> Visit:
    return pay(counter.sign_in(), "张伟", purpose="told_to")


def elsewhere(counter: Counter) -> Visit:
    visit, other = counter.sign_in(), counter.sign_in()
    counter.clock.advance(seconds=30)
    with counter.db.transaction() as db:
        sessions.touch(db, counter.clock.now(), other.session)
    return visit


def at_midnight(counter: Counter) -> Visit:
    counter.clock.advance(hours=14)
    return counter.sign_in()


BROUGHT_ABOUT: dict[str, Callable[[Counter], Visit]] = {
    "elder": lambda counter: pay(counter.sign_in("C1002"), "王磊"),
    "young": lambda counter: pay(counter.sign_in("C1005"), "高翔", "50"),
    "first_payee": lambda counter: pay(counter.sign_in(), "张伟"),
    "delayed": lambda counter: pay(counter.sign_in(), "张伟"),
    "first_time": lambda counter: pay(counter.sign_in()),
    "investment": lambda counter: pay(counter.sign_in(), "张伟", purpose="investment"),
    "new_device": lambda counter: pay(counter.sign_in(device="new")),
    "night": lambda counter: pay(at_midnight(counter), "张伟"),
    "most_of_balance": lambda counter: pay(counter.sign_in(), amount="37000"),
    "high_risk": lambda counter: pay(counter.sign_in(), "张伟", "50000"),
    "phone_changed": lambda counter: pay(moved(counter), "张伟"),
    "limit_raised": lambda counter: pay(raised(counter), "张伟"),
    "blocked_before": lambda counter: pay(stopped(counter), "张伟"),
    "several_sessions": lambda counter: pay(elsewhere(counter)),
}


def test_that_every_fact_of_a_lesson_is_brought_about_here() -> None:
    assert set(BROUGHT_ABOUT) == NAMED


@pytest.mark.parametrize("fact", sorted(BROUGHT_ABOUT))
def test_that_a_lesson_learns_of_the_fact(counter: Counter, fact: str) -> None:
    seen = listening(counter)
    BROUGHT_ABOUT[fact](counter)
    assert fact in seen[-1]


@pytest.mark.parametrize("fact", sorted(set(BROUGHT_ABOUT) - {"first_time"}))
def test_that_an_ordinary_payment_has_none_of_them(counter: Counter, fact: str) -> None:
    seen = listening(counter)
    pay(counter.sign_in())
    assert fact not in seen[-1]


def test_that_every_fact_of_a_lesson_is_provided_by_its_services() -> None:
    services = built_services()
    nobody = [
        (service, fact)
        for education in EDUCATION
        for service in education.services
        for fact in (*education.when, *education.unless)
        if fact not in (provided(services[service], ENGINE.rules) if service in services else COMMON) | OF_THE_DECISION
    ]
    assert nobody == []


OPENED = {
    "transfer.create": ("C1001", {"payee": "张伟", "amount": "100", "purpose": "我自己的话"}),
    "limit.raise": ("C1001", {"account": "6688", "per_day": "100000"}),
    "profile.change_phone": ("C1001", {"phone": "13900001234"}),
    "account.open": ("C1001", {"class": "II"}),
    "account.close": ("C1004", {"account": "4417"}),
}


def test_that_all_services_with_facts_of_their_own_are_tried_here() -> None:
    services = built_services()
    assert {id_ for id_, service in services.items() if type(service).facts is not Service.facts} == set(OPENED)
    assert {id_ for id_, service in services.items() if service.fact_names} == set(OPENED)


@pytest.mark.parametrize("service", sorted(OPENED))
def test_that_what_is_kept_are_the_named_facts_and_nothing_personal(counter: Counter, service: str) -> None:
    customer, slots = OPENED[service]
    visit = counter.sign_in(customer)
    visit.open(service, "我叫李婉清，给张伟办", **slots)
    visit.prepare()
    kept = facts(counter)
    assert kept.keys() == provided(built_services()[service], ENGINE.rules)
    written = repr({name: value for name, value in kept.items() if name not in ("service", "risk_class")})
    assert not re.search(r"[一-鿿]|\d{11}|6688|4417|C100", written)


def test_that_somebodys_words_are_never_kept_as_a_fact() -> None:
    for word in ("李婉清", "call me", "13900001234", "6688"):
        with pytest.raises(AssertionError, match="a code"):
            Decided.of(datetime(2026, 1, 1, tzinfo=UTC), {"purpose": word}, Decision("allow"))


def test_that_what_was_kept_comes_back_as_it_was() -> None:
    was: dict[str, Fact] = {"amount": Decimal("30000.00"), "age": 37, "first_payee": True, "service": "transfer.create"}
    decision = ENGINE.decide({**was, "risk_class": "high"})
    back = Decided.model_validate_json(Decided.of(datetime(2026, 1, 1, tzinfo=UTC), was, decision).model_dump_json())
    assert back.all_facts() == was
    assert isinstance(back.all_facts()["amount"], Decimal)
    assert back.decision() == decision


def test_that_reads_are_not_looked_at(counter: Counter) -> None:
    visit = counter.sign_in(device="new")
    visit.open("account.balance")
    assert "risk:allow" in visit.log()
    assert '"risk": null' in counter.sql("SELECT state FROM actions")[0].state


# --- customers who must not be harassed -------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [moved, raised, stopped, at_midnight], ids=lambda one: one.__name__)
def test_that_what_is_paid_every_month_stays_quick_whatever_happened(
    counter: Counter, before: Callable[[Counter], Visit]
) -> None:
    seen = listening(counter)
    visit = pay(before(counter))
    assert isinstance(visit.view, ConfirmView)
    assert not {"night", "phone_changed", "limit_raised", "blocked_before", "high_risk"} & seen[-1]
    assert facts(counter)["ordinary"] is True
    assert visit.confirm().status == "done"


def test_that_a_page_opened_anew_is_not_a_second_session(counter: Counter) -> None:
    seen = listening(counter)
    counter.sign_in()
    counter.clock.advance(seconds=5)
    pay(counter.sign_in())
    assert "several_sessions" not in seen[-1]


def test_that_a_second_one_in_which_nothing_was_said_is_not_one(counter: Counter) -> None:
    seen = listening(counter)
    visit = counter.sign_in()
    counter.clock.advance(seconds=1)
    counter.sign_in()  # a page that opened two and uses the first
    pay(visit)
    assert "several_sessions" not in seen[-1]


def test_that_a_session_that_is_over_counts_no_longer(counter: Counter) -> None:
    seen = listening(counter)
    visit = elsewhere(counter)
    counter.clock.advance(minutes=15)
    pay(visit)
    assert "several_sessions" not in seen[-1]


def test_that_what_happened_is_forgotten_in_time_and_by_a_reset(counter: Counter) -> None:
    moved(counter)
    counter.clock.advance(hours=71)
    pay(counter.sign_in(), "张伟")
    assert facts(counter)["phone_changed"] is True
    counter.clock.advance(hours=1)
    pay(counter.sign_in(), "张伟")
    assert facts(counter)["phone_changed"] is False


def test_that_the_usual_is_what_was_paid_before_yesterday(counter: Counter) -> None:
    """Rent of 3,200 is the most; what was paid a minute ago raises nothing."""
    visit = counter.sign_in()
    pay(visit, amount="6400")
    assert facts(counter)["amount_times_usual"] == 2
    visit.confirm()
    pay(visit, amount="32000")
    assert facts(counter)["amount_times_usual"] == 10


def test_that_a_large_sum_in_parts_is_as_unusual_as_at_once(counter: Counter) -> None:
    visit = counter.sign_in()
    for ordinary in (True, False, False):  # 6,000, then 12,000, then 18,000 where 9,600 is the end of what is usual
        pay(visit, amount="6000")
        assert facts(counter)["ordinary"] is ordinary
        visit.confirm()
    counter.clock.advance(days=1)
    pay(counter.sign_in(), amount="6000")
    assert facts(counter)["ordinary"] is True


def test_that_sums_count_over_midnight_and_cancelled_ones_do_not(counter: Counter) -> None:
    counter.clock.advance(hours=13, minutes=59)  # 23:59 in Shanghai
    visit = counter.sign_in()
    pay(visit, "张伟", "20000").confirm()
    pay(visit, amount="1000").confirm()
    counter.clock.advance(minutes=2)
    pay(visit)
    assert (facts(counter)["sent_last_day"], facts(counter)["transfers_last_hour"]) == (Decimal(21000), 2)
    pending = next(t["id"] for t in visit.state()["transfers"] if t["status"] == "pending")
    visit.open("transfer.cancel", transfer=pending)
    visit.confirm()
    pay(visit)
    assert (facts(counter)["sent_last_day"], facts(counter)["transfers_last_hour"]) == (Decimal(1000), 1)


@pytest.mark.parametrize(
    ("born", "now", "age"),
    [
        ((2008, 3, 10), (2026, 3, 9, 15, 59), 17),
        ((2008, 3, 10), (2026, 3, 9, 16, 0), 18),  # midnight in Shanghai
        ((2008, 2, 29), (2026, 2, 28, 12, 0), 17),
        ((2008, 2, 29), (2026, 3, 1, 12, 0), 18),
        ((2008, 2, 29), (2028, 2, 28, 12, 0), 19),
        ((2008, 2, 29), (2028, 2, 29, 12, 0), 20),
    ],
)
def test_that_age_is_told_by_the_calendar(born: tuple[Any, ...], now: tuple[Any, ...], age: int) -> None:
    assert age_at(datetime(*born, 12, tzinfo=UTC), datetime(*now, tzinfo=UTC)) == age


def test_that_why_more_is_asked_for_is_said_once(counter: Counter) -> None:
    visit = counter.sign_in(device="new")
    visit.open("card.replace", card="6688")
    view = visit.give_code()
    assert view.problem is not None
    assert "新设备" in view.problem.text.zh
    assert visit.act(events.Look()).problem is None
