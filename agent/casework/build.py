"""Puts the desk together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from agent.casework.casework import Casework
from agent.casework.queue import Queue
from agent.casework.staff import StaffBook, read_roster, sandbox_staff
from agent.casework.view import DeskView
from agent.operations import StaffTokens
from agent.settings import Settings
from agent.teller import SkyTeller
from tools.bank.port import CoreBank
from tools.clock import Clock
from tools.db import Database
from tools.gate.gate import Gate


@dataclass(frozen=True)
class Office:
    """``passwords`` are those of the sandbox's colleagues, made at this start; empty in production."""

    work: Casework
    view: DeskView
    staff: StaffBook
    tokens: StaffTokens
    passwords: Mapping[str, str]

    def announce(self, address: str) -> None:
        """Print how to sign in to the sandbox's desk; never into the log."""
        for colleague, password in self.passwords.items():
            print(f"desk {address}: {colleague} {password}", flush=True)


def build_desk(
    settings: Settings,
    db: Database,
    clock: Clock,
    bank_of: Callable[[Session], CoreBank],
    gate: Gate,
    teller: SkyTeller,
    queue: Queue,
    secret: bytes,
) -> Office:
    """The desk with its colleagues: two in the sandbox, those of ``SKYTELLER_STAFF`` in production.

    Raises:
        agent.casework.staff.BadRoster
    """
    colleagues, passwords = sandbox_staff() if settings.sandbox else (read_roster(settings.staff), {})
    staff = StaffBook(db, clock, colleagues)
    return Office(
        work=Casework(db, clock, gate, teller, queue),
        view=DeskView(db, clock, bank_of, gate, queue, staff, settings.ice_servers),
        staff=staff,
        tokens=StaffTokens(secret, clock, {one.id: one.role for one in colleagues}),
        passwords=passwords,
    )
