"""The machine readable zone of a passport (ICAO 9303 TD3), as a recogniser of print gives it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tools.identity.numbers import mrz_check
from tools.identity.ocr import Line

_SECOND = re.compile(
    r"(?P<number>[A-Z0-9<]{9})(?P<n>\d)(?P<state>[A-Z0-9<]{3})(?P<born>[0-9OIBSZ]{6})(?P<b>[0-9OIBSZ])"
    r"(?P<sex>[MF<])(?P<until>[0-9OIBSZ]{6})(?P<u>[0-9OIBSZ])(?P<rest>[A-Z0-9<]*)$"
)
_DIGITS = str.maketrans("OIBSZ", "01852")
_LETTERS = str.maketrans("01852", "OIBSZ")
_FILLERS = re.compile(r"[《«≤〈ΛΚ]")


@dataclass(frozen=True)
class Zone:
    """What the zone says; ``right`` when every check digit in it is."""

    number: str
    born: date | None
    gender: Literal["m", "f"] | None
    until: date | None
    names: frozenset[str]
    right: bool


def zone(lines: Sequence[Line], year: int) -> Zone | None:
    """The zone of the picture; None where its second line cannot be read.

    ``year`` is the present one: two digits of a birth year above it are of the century before.
    """
    for line in lines:
        found = _SECOND.search(_clean(line.text))
        if found is not None:
            return _zone(found, _names(lines), year)
    return None


def _zone(found: re.Match[str], names: frozenset[str], year: int) -> Zone:
    number, n = found["number"], found["n"]
    born, b = found["born"].translate(_DIGITS), found["b"].translate(_DIGITS)
    until, u = found["until"].translate(_DIGITS), found["u"].translate(_DIGITS)
    optional = found["rest"]
    if len(optional) < 2 or not optional[-1].isdigit():
        return Zone(number.rstrip("<"), None, None, None, names, right=False)
    # a run of fillers is read too long or too short; what it holds is at its start, the two check digits at its end
    held, check, whole = optional[:-2].rstrip("<").ljust(14, "<")[:14], optional[-2], optional[-1]
    try:
        right = (
            mrz_check(number) == n and mrz_check(born) == b and mrz_check(until) == u
            and (mrz_check(held) == check or (check == "<" and not held.strip("<")))
            and mrz_check(number + n + born + b + until + u + held + check) == whole
        )  # fmt: skip
    except KeyError:
        right = False
    return Zone(
        number=number.rstrip("<"),
        born=_day(born, year, past=True),
        gender={"M": "m", "F": "f"}.get(found["sex"]),  # type: ignore[arg-type]
        until=_day(until, year, past=False),
        names=names,
        right=right,
    )


def _names(lines: Sequence[Line]) -> frozenset[str]:
    """The words of the names in the first line of the zone, as far as its fillers left them whole."""
    found: set[str] = set()
    for text in (_clean(line.text) for line in lines):
        if text.count("<") >= 4 and _SECOND.search(text) is None:
            body = re.sub(r"^P[A-Z0-9<]?[A-Z0-9]{3}", "", text).translate(_LETTERS)
            found |= {word for word in re.split(r"<+", body) if len(word) > 1}
    return frozenset(found)


def _day(digits: str, year: int, *, past: bool) -> date | None:
    try:
        short, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
        full = year - year % 100 + short
        return date(full - 100 if past and full > year else full, month, day)
    except ValueError:
        return None


def _clean(text: str) -> str:
    return _FILLERS.sub("<", re.sub(r"\s", "", text.upper())).replace("○", "0")
