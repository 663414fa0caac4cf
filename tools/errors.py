"""Errors of the tools, by who hears of them.

BankError
  + AskAgain       an argument was unusable; the customer is asked for it anew      (said to the customer)
  + Refused        final for this request, with the reason and what to do instead   (said to the customer)
  + KeyConflict    an idempotency key came back with other content                  (a client's error, 409)
  + Busy           the store is locked or unreachable; the same call may work later (503)
Anything else is a bug: it ends the turn, leaves nothing half done and is logged with its ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tools.wording import Line


@dataclass(frozen=True)
class Settle:
    """A service that helps a refused customer on, with what is known for it; ``label`` names it as an errand
    ("取消城市燃气的代扣"), to be offered and to tell how far one has got. ``slots`` are the service's parameters by
    their contract names; one that is missing is asked for."""

    service: str
    label: Line
    slots: Mapping[str, str] = field(default_factory=dict)


class BankError(Exception):
    """Root of everything the tools raise on purpose."""


class AskAgain(BankError):
    """The value of ``param`` cannot be used; ``said`` says why and what would do."""

    def __init__(self, param: str, code: str, said: Line) -> None:
        super().__init__(f"{param}: {code}")
        self.param, self.code, self.said = param, code, said


class Refused(BankError):
    """This service cannot be done for this customer now; ``said`` tells every reason and what to do instead.

    ``settle``: errands that remove what stands in the way, in the order of doing; after them the same request can be
    tried again. ``instead``: one other service that does what is wanted, with nothing to go back to afterwards.
    """

    def __init__(self, code: str, said: Line, settle: Sequence[Settle] = (), instead: Settle | None = None) -> None:
        super().__init__(code)
        self.code, self.said, self.settle, self.instead = code, said, tuple(settle), instead


class KeyConflict(BankError):
    """The same idempotency key was used for something else before."""


class Busy(BankError):
    """The store did not answer in time; nothing was done and the call may be repeated."""


def must(condition: bool, what: str) -> None:
    """An invariant of money that holds even under ``python -O``."""
    if not condition:
        raise AssertionError(f"invariant broken: {what}")
