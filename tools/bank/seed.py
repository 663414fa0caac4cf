"""Telling the stories to an empty bank: customers, accounts with their past, cards, payees, what is pending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from tools.bank.chart import CASH, CLEARING, INCOME, OPENING, ensure_chart
from tools.bank.ids import Ids, random_ids, story_id
from tools.bank.ledger import Ledger, Side
from tools.bank.stories import Past, Stories, StoryCustomer
from tools.bank.tables import (
    AccountRow,
    AutoDebitRow,
    CardRow,
    CustomerRow,
    PayeeRow,
    SeedRow,
    TransferRow,
)  # fmt: skip
from tools.clock import Clock
from tools.money import ZERO

OPENED_DAYS = 620  # before the start; older than any line of a history
ASSESSMENT_LASTS = timedelta(days=365)
_OTHER_SIDE = {
    "atm": CASH, "cash": CASH, "fee": INCOME, "interest": INCOME, "loan_interest": INCOME,
}  # fmt: skip


@dataclass(frozen=True)
class _Booking:
    """A past line of one account, to be posted in the order of time."""

    at: datetime
    account: str
    holder: str
    line: Past
    other: str


def seed(session: Session, clock: Clock, stories: Stories, ids: Ids = random_ids) -> bool:
    """Tell the stories once; False when this database has heard them already."""
    if session.get(SeedRow, stories.name) is not None:
        _papers(session, stories)
        return False
    start = clock.now()
    ensure_chart(session, start)
    session.add(SeedRow(name=stories.name, starts=start))
    holders = {other.name: account_id(other.tail) for other in stories.others}
    bookings: list[_Booking] = []
    opened: dict[str, datetime] = {}
    goals: dict[str, Decimal] = {}
    earliest = start - timedelta(days=OPENED_DAYS)
    for other in stories.others:
        _account(session, account_id(other.tail), "deposit", other.name, earliest, tail=other.tail, cls="I")
        goals[account_id(other.tail)] = other.balance
    for story in stories.customers:
        _person(session, story, start)
        goals |= _contracts(session, story, start, earliest)
        bookings += _accounts(session, story, start, holders, opened, goals)
    bookings.sort(key=lambda booking: booking.at)
    _post(Ledger(session, ids), bookings, goals, opened, earliest)
    for story in stories.customers:
        for row in pending_of(story, start):
            add_pending(session, row, ids)
    session.flush()
    return True


def account_id(tail: str) -> str:
    """The stable id of a story's account."""
    return story_id("acc", tail)


def payee_id(customer: str, name: str) -> str:
    """The stable id of a story's payee."""
    return story_id("p", customer, name)


def pending_of(story: StoryCustomer, now: datetime) -> Sequence[TransferRow]:
    """The story's pending transfers as they stand if it begins ``now`` (not in the session, no hold yet)."""
    return [
        TransferRow(
            id=story_id("t", story.id, str(i)), customer=story.id, source=account_id(told.source),
            payee=payee_id(story.id, told.payee), amount=told.amount, status="pending",
            created=now - timedelta(hours=told.hours_ago),
            arrives=now + timedelta(hours=told.arrives_after_hours - told.hours_ago),
            hold=None, entry=None, request=None, story=True, archived=None,
        )
        for i, told in enumerate(story.pending)
    ]  # fmt: skip


def add_pending(session: Session, row: TransferRow, ids: Ids) -> None:
    """Add a story's pending transfer with its hold."""
    row.hold = Ledger(session, ids).hold(row.source, row.amount, row.created)
    session.add(row)
    session.flush()


def term_due(due_in_days: int, now: datetime) -> datetime:
    """When a term deposit falls due: at midnight UTC, so that it reads as one day all day long."""
    return datetime.combine((now + timedelta(days=due_in_days)).date(), time(), UTC)


def _papers(session: Session, stories: Stories) -> None:
    """A bank that was told the stories before they named documents learns their numbers."""
    for story in stories.customers:
        row = session.get(CustomerRow, story.id)
        if row is not None and not row.document_number:
            row.document_number = story.papers.number


def _person(session: Session, story: StoryCustomer, start: datetime) -> None:
    assessed = None
    if story.assessed_days_ago is not None:
        assessed = start - timedelta(days=story.assessed_days_ago) + ASSESSMENT_LASTS
    session.add(
        CustomerRow(
            id=story.id, name=story.name, gender=story.gender, born=datetime.combine(story.born, time(12), UTC),
            phone=story.phone, locale=story.locale, mode=story.mode, document=story.document,
            document_number=story.papers.number, assessed_until=assessed, rating=story.rating,
        )
    )  # fmt: skip
    session.flush()
    for payee in story.payees:
        session.add(
            PayeeRow(
                id=payee_id(story.id, payee.name), customer=story.id, name=payee.name, bank=payee.bank, tail=payee.tail,
                paid_before=payee.known, flagged=payee.flagged,
            )
        )  # fmt: skip


def _contracts(session: Session, story: StoryCustomer, start: datetime, opened: datetime) -> dict[str, Decimal]:
    """Term deposits and loans: each an account of its own, with the balance it stands at."""
    goals: dict[str, Decimal] = {}
    for i, term in enumerate(story.term_deposits):
        row_id = _term_id(story, i)
        due = term_due(term.due_in_days, start)
        _account(session, row_id, "term", story.name, opened, customer=story.id, note=term.label, due=due)
        goals[row_id] = term.balance
    for i, loan in enumerate(story.loans):
        row_id = _loan_id(story, i)
        _account(session, row_id, "loan", story.name, opened, customer=story.id, note=loan.label)
        goals[row_id] = -loan.outstanding
    return goals


def _accounts(
    session: Session, story: StoryCustomer, start: datetime, holders: dict[str, str], opened: dict[str, datetime],
    goals: dict[str, Decimal],
) -> list[_Booking]:  # fmt: skip
    """Deposit accounts with cards and auto-debits; returns their past, not posted yet."""
    bookings: list[_Booking] = []
    for nr, told in enumerate(story.accounts):
        row_id = account_id(told.tail)
        # accounts are shown in the order of their opening, which is that of the story
        opened[row_id] = start - timedelta(days=OPENED_DAYS - nr)
        _account(
            session, row_id, "deposit", story.name, opened[row_id], customer=story.id, tail=told.tail, cls=told.cls,
            status=told.status, note=told.note, bound_to=told.bound_to,
        )  # fmt: skip
        session.add(
            CardRow(account=row_id, customer=story.id, tail=told.tail, status=told.card, condition=told.condition)
        )
        goals[row_id] = told.balance
        bookings += [
            _Booking(line.moment(start), row_id, story.name, line, _other_side(story, line, holders))
            for line in told.lines()
        ]
    for debit in story.auto_debits:
        session.add(
            AutoDebitRow(
                id=story_id("ad", story.id, debit.merchant), customer=story.id, account=account_id(debit.account),
                merchant=debit.merchant, about=debit.about, status="active",
            )
        )  # fmt: skip
    return bookings


def _other_side(story: StoryCustomer, line: Past, holders: dict[str, str]) -> str:
    if line.about == "loan_repayment":
        return _loan_id(story, 0)
    if line.about == "term_deposit":
        return _term_id(story, 0)
    return _OTHER_SIDE.get(line.about) or holders.get(line.who) or CLEARING


def _post(
    ledger: Ledger, bookings: Sequence[_Booking], goals: dict[str, Decimal], opened: dict[str, datetime], earliest: datetime
) -> None:  # fmt: skip
    """First what each account was opened with, then the past in the order of time; at the end all goals are met."""
    moved: dict[str, Decimal] = dict.fromkeys(goals, ZERO)
    for booking in bookings:
        moved[booking.account] += booking.line.amount
        if booking.other in moved:
            moved[booking.other] -= booking.line.amount
    for account, goal in goals.items():
        brought = goal - moved[account]
        if brought:
            sides = [Side(account, brought, "opening"), Side(OPENING, -brought, "opening")]
            ledger.post("opening", opened.get(account, earliest), sides, story=True)
    for booking in bookings:
        line = booking.line
        back = "transfer_in" if line.about == "transfer_out" else line.about
        sides = [
            Side(booking.account, line.amount, line.about, line.who),
            Side(booking.other, -line.amount, back, booking.holder),
        ]
        ledger.post(line.about, booking.at, sides, story=True)


def _term_id(story: StoryCustomer, i: int) -> str:
    return story_id("acc", story.id, "term", str(i))


def _loan_id(story: StoryCustomer, i: int) -> str:
    return story_id("acc", story.id, "loan", str(i))


def _account(
    session: Session, row_id: str, kind: str, holder: str, opened: datetime, *, customer: str | None = None,
    tail: str | None = None, cls: str | None = None, status: str = "active", note: str = "", due: datetime | None = None,
    bound_to: str | None = None,
) -> None:  # fmt: skip
    session.add(
        AccountRow(
            id=row_id, kind=kind, customer=customer, holder=holder, tail=tail, cls=cls, status=status, note=note,
            per_day=None, per_year=None, opened=opened, due=due,
            bound_to=None if bound_to is None else account_id(bound_to), archived=None,
        )
    )  # fmt: skip
    session.flush()
