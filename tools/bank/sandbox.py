"""The sandbox's view of a customer, the phone, and the way back to the story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from tools.bank.find import customer_row
from tools.bank.ids import Ids, random_ids
from tools.bank.ledger import RESET, Ledger
from tools.bank.limits import limits_of
from tools.bank.port import NotFound
from tools.bank.seed import account_id, payee_id, pending_of, term_due
from tools.bank.stories import Stories, StoryCustomer
from tools.bank.tables import (
    AccountRow,
    AppointmentRow,
    AutoDebitRow,
    CardOrderRow,
    CardRow,
    CaseRow,
    ComplaintRow,
    ConsentRow,
    EntryRow,
    MessageRow,
    PayeeRow,
    PhoneChangeRow,
    PostingRow,
    RequestRow,
    TransferRow,
)
from tools.clock import SHANGHAI, Clock
from tools.masking import mask
from tools.money import money_text
from tools.tariff import Tariff

STORY_AGE_SLACK = timedelta(minutes=5)
"""A pending story transfer keeps its times while its age is this near the story's, so that a reset right after another
changes nothing."""
_MADE_SINCE = (RequestRow, AppointmentRow, CaseRow, ComplaintRow, ConsentRow, CardOrderRow, MessageRow, PhoneChangeRow)


def customer_state(session: Session, clock: Clock, tariff: Tariff, customer: str) -> dict[str, Any]:
    """The state of design.md section 5: amounts as "500.00", times as ISO 8601 in Asia/Shanghai, oldest first.

    Raises:
        NotFound: no such customer.
    """
    row = customer_row(session, customer)
    ledger, now = Ledger(session, random_ids), clock.now()
    chart = session.scalars(
        select(AccountRow)
        .where(AccountRow.customer == customer, AccountRow.archived.is_(None))
        .order_by(AccountRow.opened, AccountRow.id)
    ).all()
    deposits = [account for account in chart if account.kind == "deposit"]
    tails = {account.id: account.tail for account in chart}
    cards = {card.account: card for card in session.scalars(select(CardRow).where(CardRow.customer == customer))}
    payees = session.scalars(select(PayeeRow).where(PayeeRow.customer == customer).order_by(PayeeRow.name)).all()
    return {
        "id": row.id,
        "name": row.name,
        "phone": row.phone,
        "locale": row.locale,
        "mode": row.mode,
        "accounts": [_account(session, ledger, tariff, account, now) for account in deposits],
        "cards": [_card(cards[account.id]) for account in deposits if account.id in cards],
        "payees": [
            {"name": p.name, "bank": p.bank, "tail": p.tail, "known": p.paid_before and not p.flagged} for p in payees
        ],
        "transfers": _transfers(session, customer, tails, {payee.id: payee.name for payee in payees}),
        "requests": [
            {"id": r.id, "service": r.service, "params": r.params, "status": r.status, "at": local(r.at)}
            for r in _visible(session, RequestRow, customer)
        ],
        "auto_debits": [
            {"id": d.id, "account": tails[d.account], "merchant": d.merchant, "about": d.about}
            for d in session.scalars(
                select(AutoDebitRow)
                .where(AutoDebitRow.customer == customer, AutoDebitRow.status == "active")
                .order_by(AutoDebitRow.merchant)
            )
        ],
        "complaints": [
            {"id": c.id, "about": c.about, "status": c.status, "at": local(c.at), "reply_by": local(c.reply_by)}
            for c in _visible(session, ComplaintRow, customer)
        ],
        "cases": [
            {"id": c.id, "kind": c.kind, "about": c.about, "status": c.status, "at": local(c.at)}
            for c in _visible(session, CaseRow, customer)
        ],
        "consents": [_consent(c) for c in _visible(session, ConsentRow, customer)],
        "appointments": [
            {"id": a.id, "purpose": a.purpose, "at": local(a.at)} for a in _visible(session, AppointmentRow, customer)
        ],
        "term_deposits": [
            {"label": a.note, "balance": money_text(ledger.balance(a.id)), "due": local(a.due) if a.due else None}
            for a in chart
            if a.kind == "term"
        ],
        "loans": [
            {"label": a.note, "outstanding": money_text(-ledger.balance(a.id))} for a in chart if a.kind == "loan"
        ],
    }


def phone(session: Session, customer: str) -> list[dict[str, Any]]:
    """The messages on the customer's phone, newest first. Raises NotFound."""
    customer_row(session, customer)
    rows = session.scalars(
        select(MessageRow)
        .where(MessageRow.customer == customer, MessageRow.archived.is_(None))
        .order_by(MessageRow.id.desc())
    )
    return [
        {"at": local(row.at), "kind": row.kind, "text": row.text, "code": row.code, "to": mask(row.number or "")}
        for row in rows
    ]


def local(at: datetime) -> str:
    """ISO 8601 with Asia/Shanghai's offset, to the second."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def reset(session: Session, clock: Clock, stories: Stories, customer: str | None, ids: Ids = random_ids) -> list[str]:
    """Back to the story for one customer, or for all with None; returns whose. The journal stays: what happened since
    is reversed by entries of its own and left out of statements.

    Raises:
        NotFound: no story of this customer.
    """
    told = stories.customers if customer is None else [story for story in stories.customers if story.id == customer]
    if not told:
        raise NotFound("customer")
    now = clock.now()
    for story in told:
        _reverse_since(session, story.id, now, ids)
        _archive(session, story.id, now, ids, [account_id(account.tail) for account in story.accounts])
        _restore(session, story, now)
        _restore_pending(session, story, now, ids)
    session.flush()
    return [story.id for story in told]


def _reverse_since(session: Session, customer: str, now: datetime, ids: Ids) -> None:
    """Undo, newest first, what moved this customer's money after the story and still stands."""
    undone, original = aliased(EntryRow), aliased(EntryRow)
    newest = (
        select(EntryRow.id)
        .join(PostingRow, PostingRow.entry == EntryRow.id)
        .join(AccountRow, AccountRow.id == PostingRow.account)
        .outerjoin(undone, undone.reverses == EntryRow.id)
        .outerjoin(original, original.id == EntryRow.reverses)
        .where(AccountRow.customer == customer, EntryRow.story.is_(False), EntryRow.kind != RESET)
        .where(undone.id.is_(None), (original.id.is_(None)) | (original.story.is_(True)))
        .order_by(PostingRow.id.desc())
    )
    ledger = Ledger(session, ids)
    for entry in dict.fromkeys(session.scalars(newest).all()):
        ledger.reverse(entry, now, RESET)


def _archive(session: Session, customer: str, now: datetime, ids: Ids, of_the_story: Sequence[str]) -> None:
    """Put out of sight what was made since; pending money is given back, codes are forgotten, tails are free again."""
    transfers = session.scalars(
        select(TransferRow).where(
            TransferRow.customer == customer, TransferRow.story.is_(False), TransferRow.archived.is_(None)
        )
    )
    ledger = Ledger(session, ids)
    for transfer in transfers:
        if transfer.status == "pending" and transfer.hold is not None:
            ledger.release(transfer.hold, now)
        transfer.archived = now
    opened = select(AccountRow).where(
        AccountRow.customer == customer, AccountRow.kind == "deposit", AccountRow.archived.is_(None)
    )
    for account in session.scalars(opened.where(AccountRow.id.not_in(of_the_story))).all():
        account.status, account.tail, account.archived = "closed", None, now
    for table in _MADE_SINCE:
        session.execute(update(table).where(table.customer == customer, table.archived.is_(None)).values(archived=now))
    codes = update(MessageRow).where(MessageRow.customer == customer, MessageRow.code.is_not(None))
    session.execute(codes.values(code=None, text=""))


def _restore(session: Session, story: StoryCustomer, now: datetime) -> None:
    """Everything that can be set, as the story has it."""
    person = customer_row(session, story.id)
    person.phone, person.locale, person.mode, person.rating = story.phone, story.locale, story.mode, story.rating
    for told in story.accounts:
        account = session.get_one(AccountRow, account_id(told.tail))
        account.cls, account.status, account.note = told.cls, told.status, told.note
        account.per_day, account.per_year = None, None
        account.bound_to = None if told.bound_to is None else account_id(told.bound_to)
        card = session.get_one(CardRow, account.id)
        card.status, card.condition = told.card, told.condition
    for payee in story.payees:
        row = session.get_one(PayeeRow, payee_id(story.id, payee.name))
        row.paid_before, row.flagged = payee.known, payee.flagged
    session.execute(update(AutoDebitRow).where(AutoDebitRow.customer == story.id).values(status="active"))
    terms = session.scalars(
        select(AccountRow).where(AccountRow.customer == story.id, AccountRow.kind == "term").order_by(AccountRow.id)
    )
    for term, contract in zip(terms, story.term_deposits, strict=True):
        term.due = term_due(contract.due_in_days, now)
    session.flush()


def _restore_pending(session: Session, story: StoryCustomer, now: datetime, ids: Ids) -> None:
    """The story's transfers are pending again and as old as the story says; they keep their ids."""
    ledger = Ledger(session, ids)
    for told in pending_of(story, now):
        row = session.get_one(TransferRow, told.id)
        if row.status == "pending" and abs(row.created - told.created) <= STORY_AGE_SLACK:
            continue
        if row.status == "pending" and row.hold is not None:
            ledger.release(row.hold, now)
        row.hold = ledger.hold(row.source, row.amount, told.created)
        row.status, row.created, row.arrives, row.entry = "pending", told.created, told.arrives, None
        session.flush()


def _account(
    session: Session, ledger: Ledger, tariff: Tariff, account: AccountRow, now: datetime
) -> Mapping[str, object]:
    limits = limits_of(session, tariff, account, now)
    return {
        "tail": account.tail,
        "class": account.cls,
        "status": account.status,
        "balance": money_text(ledger.balance(account.id)),
        "limits": {"per_day": money_text(limits.per_day), "per_year": _money_or_none(limits.per_year)},
    }


def _consent(row: ConsentRow) -> Mapping[str, object]:
    return {
        "id": row.id, "kind": row.kind, "version": row.version, "given": row.given, "at": local(row.at),
        "withdrawn": None if row.withdrawn is None else local(row.withdrawn),
    }  # fmt: skip


def _card(card: CardRow) -> Mapping[str, object]:
    return {"tail": card.tail, "status": card.status, "condition": card.condition}


def _transfers(
    session: Session, customer: str, tails: Mapping[str, str | None], names: Mapping[str, str]
) -> Sequence[Mapping[str, object]]:
    rows = session.scalars(
        select(TransferRow)
        .where(TransferRow.customer == customer, TransferRow.archived.is_(None))
        .order_by(TransferRow.created, TransferRow.id)
    )
    return [
        {
            "id": row.id,
            "from": tails[row.source],
            "payee": names[row.payee],
            "amount": money_text(row.amount),
            "status": row.status,
            "created": local(row.created),
            "arrives": local(row.arrives),
        }
        for row in rows
    ]


def _visible(session: Session, table: Any, customer: str) -> Sequence[Any]:
    query = select(table).where(table.customer == customer, table.archived.is_(None)).order_by(table.at, table.id)
    return session.scalars(query).all()


def _money_or_none(amount: Decimal | None) -> str | None:
    return None if amount is None else money_text(amount)
