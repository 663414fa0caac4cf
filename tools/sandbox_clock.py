"""The sandbox's clock: the real one, ahead by what was asked for. Kept in the database, never turned back."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from tools.bank.tables import ClockRow
from tools.clock import Clock, SystemClock
from tools.db import Database

ADVANCE_S_MAX = 400 * 86_400
"""A little over a year at once: enough for every rule of the bank."""


class SandboxClock:
    """Real time plus an offset. Thread-safe; one per process and database.

    ``start`` is where the clock stands when it is made; on data that has seen a later moment it goes on from there, so
    that nothing that happened comes to lie in the future.
    """

    def __init__(self, db: Database, start: datetime | None = None, real: Clock | None = None) -> None:
        self._db, self._real, self._lock = db, real or SystemClock(), Lock()
        with db.transaction() as session:
            row = session.get(ClockRow, 1)
            here = self._real.now()
            kept = timedelta(0) if row is None else timedelta(microseconds=row.ahead_us)
            now = here + kept
            if start is not None and (row is None or start > now):
                now = start
            if row is not None:
                now = max(now, row.latest)
            if row is None:
                row = ClockRow(id=1, ahead_us=0, latest=now)
                session.add(row)
            row.ahead_us, row.latest = _microseconds(now - here), now
        self._ahead, self._last = now - here, now

    def now(self) -> datetime:
        """The sandbox's moment, aware, in UTC; never before one it has told."""
        with self._lock:
            self._last = max(self._last, self._real.now() + self._ahead)
            return self._last

    def advance(self, seconds: float) -> datetime:
        """Move forward and remember it; returns the new moment. Jobs that fall due are the caller's to run.

        Raises:
            ValueError: negative, not a number, or more than :data:`ADVANCE_S_MAX`.
            Busy: it could not be remembered, and the clock did not move.
        """
        if not 0 <= seconds <= ADVANCE_S_MAX:
            raise ValueError(f"the clock moves forward only, by at most {ADVANCE_S_MAX} seconds at once")
        step = timedelta(seconds=seconds)
        with self._db.transaction() as session:
            row = session.get_one(ClockRow, 1)
            ahead = timedelta(microseconds=row.ahead_us) + step
            row.ahead_us, row.latest = _microseconds(ahead), self._real.now() + ahead
        with self._lock:
            self._ahead = max(self._ahead, ahead)
        return self.now()


def _microseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
