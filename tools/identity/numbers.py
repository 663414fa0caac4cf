"""Check digits: the citizen identification number (GB 11643-1999) and machine readable travel documents (ICAO 9303)."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
_MRZ = {**{str(n): n for n in range(10)}, **{chr(65 + n): 10 + n for n in range(26)}, "<": 0}


def citizen_check(seventeen: str) -> str:
    """The check character of the first 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(seventeen, _WEIGHTS, strict=True)) % 11]


def citizen_valid(number: str) -> bool:
    """Whether it has the form of a citizen number, a real birth date and the right check character."""
    return (
        _NUMBER.fullmatch(number) is not None
        and citizen_check(number[:17]) == number[17]
        and citizen_born(number) is not None
    )


def citizen_born(number: str) -> date | None:
    """The birth date inside the number; None where it is no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def citizen_gender(number: str) -> Literal["m", "f"]:
    """The 17th digit is odd for men and even for women."""
    return "m" if int(number[16]) % 2 else "f"


def mrz_check(field: str) -> str:
    """The check digit of a field of the machine readable zone (weights 7, 3, 1).

    Raises:
        KeyError: a character that has no place in it.
    """
    return str(sum(_MRZ[char] * (7, 3, 1)[i % 3] for i, char in enumerate(field)) % 10)
