"""After-care: a low rating or a customer in distress opens a case by itself, so that a colleague calls back.

Both work within the caller's transaction and may be repeated: one session opens one case for one thing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tools.bank.port import Case, CoreBank
from tools.gate import audit
from tools.gate.sessions import SessionInfo
from tools.wording import Text

LOW_RATING, DISTRESS = "low_rating", "distress"
SAID_LOW_RATING = Text(
    "对不起，让您不满意了。我已经登记，同事会看看哪里没做好。想投诉的话，对我说“我要投诉”就行",
    "I am sorry that it was not good. I have put it on record and a colleague will look into it. To complain, just say “I want to complain”",
)
SAID_DISTRESS = Text(
    "我已经登记，同事会尽快联系您，您不是一个人",
    "I have put it on record, and a colleague will contact you soon. You are not alone with this",
)


def low_rating(
    db: Session, bank: CoreBank, now: datetime, session: SessionInfo, service: str | None, stars: int
) -> Case | None:
    """The case for a low rating of a service (or of the talk); None for a visitor whom nobody could call back."""
    subject = f"{session.id}:{service or ''}"
    return _open(db, bank, now, session, LOW_RATING, subject, f"{stars}/5 {service or ''}".strip(), service)


def distress(db: Session, bank: CoreBank, now: datetime, session: SessionInfo, words: str) -> Case | None:
    """The case for a customer in distress, with their words for the colleague only; None for a visitor."""
    return _open(db, bank, now, session, DISTRESS, session.id, words, None)


def _open(
    db: Session, bank: CoreBank, now: datetime, session: SessionInfo, kind: str, subject: str, about: str,
    service: str | None,
) -> Case | None:  # fmt: skip
    if session.customer is None:
        return None
    for case in bank.cases(session.customer):
        if (case.kind, case.subject, case.status) == (kind, subject, "open"):
            return case
    key = f"{kind}:{subject}:{now.isoformat()}"
    case = bank.open_case(session.customer, kind, about, key=key, subject=subject)
    audit.append(db, now, session.id, "follow_up", f"case_opened:{kind}", service=service)
    return case
