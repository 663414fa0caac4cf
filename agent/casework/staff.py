"""Colleagues at the desk: who they are, how they sign in, and when they are locked out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import delete, select, update

from agent.casework.records import StaffRow, StaffSessionRow
from agent.casework.rules import StaffRules, desk_rules
from tools.clock import Clock
from tools.db import Database
from tools.gate import audit
from tools.gate.release import Role

COST, BLOCK, PARALLEL = 2**14, 8, 1  # scrypt: 16 MB and some 50 ms for each try
PASSWORD_CHARS_MIN = 12
DESK_SESSION = "desk"  # what sign-ins are audited under
_NOBODY = f"scrypt${'0' * 32}${'0' * 64}"


@dataclass(frozen=True)
class Member:
    """A colleague as the rest sees them."""

    id: str
    name: str
    name_en: str
    role: Role


@dataclass(frozen=True)
class SignedIn:
    """``token`` goes into the cookie, ``csrf`` comes back with every change."""

    member: Member
    token: str
    csrf: str


class CannotSignIn(Exception):
    """``wrong`` (of whatever kind: nobody learns which ids there are) or ``locked``."""

    def __init__(self, code: Literal["wrong", "locked"]) -> None:
        super().__init__(code)
        self.code = code


class BadRoster(Exception):
    """The file of colleagues cannot be used; the message says why."""


class Listed(BaseModel):
    """A line of the bank's file of colleagues; ``password`` is a hash that ``python -m agent.casework`` makes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")
    name: str = Field(min_length=1, max_length=60)
    name_en: str = Field(min_length=1, max_length=60)
    role: Role
    password: str = Field(pattern=r"^scrypt\$[0-9a-f]{32}\$[0-9a-f]{64}$")


class _Roster(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    staff: list[Listed] = Field(min_length=1)


SANDBOX = (("S001", "周晓晴", "Zhou Xiaoqing", "teller"), ("S002", "郑凯", "Zheng Kai", "supervisor"))


def sandbox_staff() -> tuple[list[Listed], dict[str, str]]:
    """The sandbox's two colleagues with passwords made just now, and these passwords by id."""
    passwords = {id_: secrets.token_urlsafe(12) for id_, *_ in SANDBOX}
    listed = [
        Listed(id=id_, name=name, name_en=name_en, role=role, password=hashed(passwords[id_]))
        for id_, name, name_en, role in SANDBOX
    ]
    return listed, passwords


def read_roster(path: Path | None) -> list[Listed]:
    """The bank's own colleagues; without a list there is nobody who could sign in.

    Raises:
        BadRoster
    """
    if path is None:
        return []
    try:
        roster = _Roster.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRoster(f"cannot be read ({type(error).__name__})") from None
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise BadRoster(f"{where}: {error.errors()[0]['msg']}") from None
    if len({one.id for one in roster.staff}) < len(roster.staff):
        raise BadRoster("an id is there twice")
    return roster.staff


def hashed(password: str) -> str:
    """A password's salted hash, as it is kept."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_scrypt(password, salt).hex()}"


class StaffBook:
    """Sign-ins; thread-safe."""

    def __init__(self, db: Database, clock: Clock, listed: Sequence[Listed], rules: StaffRules | None = None) -> None:
        """``listed`` are all who may sign in; whoever is not in it any more is shut out at once."""
        self._db, self._clock, self._rules = db, clock, rules or desk_rules().staff
        with db.transaction() as session:
            session.execute(update(StaffRow).values(active=False))
            for one in listed:
                row = session.get(StaffRow, one.id)
                if row is None or row.password != one.password:
                    session.execute(delete(StaffSessionRow).where(StaffSessionRow.staff == one.id))
                session.merge(StaffRow(**one.model_dump(), active=True, **_kept(row)))

    def sign_in(self, staff: str, password: str) -> SignedIn:
        """A new sign-in.

        Raises:
            CannotSignIn
        """
        with self._db.reading() as db:
            query = select(StaffRow.password).where(StaffRow.id == staff, StaffRow.active)
            kept = db.scalar(query)
        known = kept is not None
        right = _is(password, kept or _NOBODY)  # takes as long for nobody
        with self._db.transaction() as db:
            now = self._clock.now()
            row = db.get(StaffRow, staff)
            problem = self._problem(row, known=known, right=right)
            if row is not None and problem is None:
                row.failed, row.locked_until = 0, None
                token = secrets.token_urlsafe(32)
                db.add(StaffSessionRow(token_hash=_hash(token), staff=staff, opened=now, used=now))
                audit.append(db, now, DESK_SESSION, "staff", f"signed_in:{staff}")
                return SignedIn(_member(row), token, csrf_of(token))
            audit.append(db, now, DESK_SESSION, "staff", f"sign_in_{problem}:{staff if row is not None else 'nobody'}")
        raise CannotSignIn(problem or "wrong")

    def who(self, token: str) -> Member | None:
        """Whose sign-in it is, if it still lasts."""
        with self._db.reading() as db:
            row = db.get(StaffSessionRow, _hash(token))
            staff = None if row is None else db.get(StaffRow, row.staff)
            now = self._clock.now()
            if row is None or staff is None or not staff.active:
                return None
            if now - row.used > timedelta(minutes=self._rules.idle_minutes):
                return None
            if now - row.opened > timedelta(hours=self._rules.hours_max):
                return None
            return _member(staff)

    def used(self, token: str) -> None:
        """The sign-in was used just now."""
        with self._db.transaction() as db:
            row = db.get(StaffSessionRow, _hash(token))
            if row is not None:
                row.used = self._clock.now()

    def sign_out(self, token: str) -> None:
        """End a sign-in; unknown ones are ended already."""
        with self._db.transaction() as db:
            row = db.get(StaffSessionRow, _hash(token))
            if row is not None:
                audit.append(db, self._clock.now(), DESK_SESSION, "staff", f"signed_out:{row.staff}")
                db.delete(row)

    def member(self, staff: str) -> Member | None:
        """A colleague by id."""
        with self._db.reading() as db:
            row = db.get(StaffRow, staff)
            return _member(row) if row is not None and row.active else None

    def present(self, staff: str) -> None:
        """A sign of life of a colleague's browser."""
        with self._db.transaction() as db:
            row = db.get(StaffRow, staff)
            if row is not None:
                row.seen = self._clock.now()

    def at_desk(self, within_s: int) -> list[Member]:
        """Who has given a sign of life lately."""
        since = self._clock.now() - timedelta(seconds=within_s)
        with self._db.reading() as db:
            rows = db.scalars(select(StaffRow).where(StaffRow.active, StaffRow.seen >= since).order_by(StaffRow.id))
            return [_member(row) for row in rows]

    def _problem(self, row: StaffRow | None, *, known: bool, right: bool) -> Literal["wrong", "locked"] | None:
        """What keeps somebody out; a wrong password counts, and while locked nothing does."""
        if row is None or not known:
            return "wrong"
        if row.locked_until is not None and self._clock.now() < row.locked_until:
            return "locked"
        if right:
            return None
        self._count(row)
        return "wrong"

    def _count(self, row: StaffRow) -> None:
        if row.locked_until is not None:  # it is over
            row.failed, row.locked_until = 0, None
        row.failed += 1
        if row.failed >= self._rules.failures_max:
            row.locked_until = self._clock.now() + timedelta(minutes=self._rules.lockout_minutes)


def csrf_of(token: str) -> str:
    """What a page that may read our answers sends back with every change; another site's page cannot know it."""
    return hashlib.sha256(f"csrf:{token}".encode()).hexdigest()


def is_csrf(token: str, given: str) -> bool:
    """Whether ``given`` belongs to the sign-in."""
    return hmac.compare_digest(csrf_of(token).encode(), given.encode("utf-8", "surrogatepass"))


def _kept(row: StaffRow | None) -> dict[str, Any]:
    """What the list does not say: how often somebody failed and when they were there; a restart forgives nothing."""
    if row is None:
        return {"failed": 0, "locked_until": None, "seen": None}
    return {"failed": row.failed, "locked_until": row.locked_until, "seen": row.seen}


def _member(row: StaffRow) -> Member:
    return Member(row.id, row.name, row.name_en, "supervisor" if row.role == "supervisor" else "teller")


def _is(password: str, kept: str) -> bool:
    _, salt, digest = kept.split("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)).hex(), digest)


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, n=COST, r=BLOCK, p=PARALLEL, dklen=32)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
