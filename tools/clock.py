"""Time: aware UTC inside, Asia/Shanghai outside; always injected, never read from the system elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time; the sandbox's can be moved forward."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def age_at(born: datetime, now: datetime) -> int:
    """Age in full years, by the calendar of Asia/Shanghai; born on 29 February, one is a year older on 1 March where the
    year has no such day."""
    there, today = born.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    return today.year - there.year - ((today.month, today.day) < (there.month, there.day))
