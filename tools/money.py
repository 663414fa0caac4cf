"""Money: ``Decimal`` in CNY with two places; integer fen where it is stored. A float never becomes money."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
AMOUNT_MAX = Decimal("9999999999999.99")
"""Far beyond any account, and far within the 64 bits of the database."""


class BadAmount(ValueError):
    """Not an amount: a float, not finite, more than two places, or beyond :data:`AMOUNT_MAX`."""


def yuan(value: Decimal | str | int) -> Decimal:
    """An exact amount with two places: ``yuan("500")`` is ``Decimal("500.00")``; it may be negative.

    Raises:
        BadAmount: nothing is ever rounded, so anything inexact is refused.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | str | int):
        raise BadAmount(f"money is never a {type(value).__name__}")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise BadAmount("not a number") from None
    if not amount.is_finite() or abs(amount) > AMOUNT_MAX:
        raise BadAmount("out of range")
    exact = amount.quantize(FEN)
    if exact != amount:
        raise BadAmount("more than two places")
    return exact + ZERO  # -0.00 becomes 0.00


def to_fen(amount: Decimal) -> int:
    """Yuan to integer fen, exactly.

    Raises:
        BadAmount: not a Decimal, or not exact.
    """
    if not isinstance(amount, Decimal):
        raise BadAmount(f"money is never a {type(amount).__name__}")
    return int(yuan(amount).scaleb(2))


def from_fen(fen: int) -> Decimal:
    """Integer fen to yuan with two places."""
    return Decimal(fen).scaleb(-2).quantize(FEN)


def money_text(amount: Decimal) -> str:
    """As the contract writes it: "500.00"."""
    return f"{yuan(amount):.2f}"
