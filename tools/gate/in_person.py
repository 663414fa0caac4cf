"""Identity checked by a colleague over video, with the document in their hands' view: what brings a session to level 4."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from tools.gate import audit
from tools.gate.identity import Locks
from tools.gate.sessions import info, raise_level

DocumentKind = Literal["id_card", "passport"]
LEVEL = 4


class CannotVerify(Exception):
    """``locked`` after three checks that failed, ``visitor`` when nobody is signed in, ``ended`` when the session is
    over."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def verified(db: Session, now: datetime, session_id: str, staff: str, document: DocumentKind, *, same: bool) -> int:
    """A colleague compared document, record and face over video; returns the session's level afterwards.

    A check that failed counts like any other: three lock the step for 30 minutes.

    Raises:
        CannotVerify
    """
    session = info(db, now, session_id)
    if session.customer is None:
        raise CannotVerify("visitor")
    if session.ended:
        raise CannotVerify("ended")
    locks = Locks(db)
    if locks.locked_until(now, session.customer, "video") is not None:
        raise CannotVerify("locked")
    if not same:
        locks.fail(now, session.customer, "video")
        audit.append(db, now, session_id, "identity", f"video_failed:{staff}:{document}")
        return session.level
    for step in ("video", "document", "face"):
        locks.clear(session.customer, step)
    raise_level(db, now, session_id, LEVEL)
    audit.append(db, now, session_id, "identity", f"raised_to_{LEVEL}:{staff}:{document}")
    return info(db, now, session_id).level
