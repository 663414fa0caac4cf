"""Errors of the tools, by who hears of them.

BankError
  + AskAgain       an argument was unusable; the customer is asked for it anew      (said to the customer)
  + Refused        final for this request, with the reason and what to do instead   (said to the customer)
  + KeyConflict    an idempotency key came back with other content                  (a client's error, 409)
  + Busy           the store is locked or unreachable; the same call may work later (503)
Anything else is a bug: it ends the turn, leaves nothing half done and is logged with its ids.
"""

from __future__ import annotations

from tools.wording import Line


class BankError(Exception):
    """Root of everything the tools raise on purpose."""


class AskAgain(BankError):
    """The value of ``param`` cannot be used; ``said`` says why and what would do."""

    def __init__(self, param: str, code: str, said: Line) -> None:
        super().__init__(f"{param}: {code}")
        self.param, self.code, self.said = param, code, said


class Refused(BankError):
    """This service cannot be done for this customer now; ``said`` says why and what to do instead."""

    def __init__(self, code: str, said: Line) -> None:
        super().__init__(code)
        self.code, self.said = code, said


class KeyConflict(BankError):
    """The same idempotency key was used for something else before."""


class Busy(BankError):
    """The store did not answer in time; nothing was done and the call may be repeated."""


def must(condition: bool, what: str) -> None:
    """An invariant of money that holds even under ``python -O``."""
    if not condition:
        raise AssertionError(f"invariant broken: {what}")
