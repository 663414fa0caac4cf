"""What can be said to the gate about an action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fill:
    """Values for parameters; a value given before may be replaced."""

    slots: Mapping[str, str]


@dataclass(frozen=True)
class Otp:
    """``heard``: made out of speech, and wrong perhaps without the customer's doing; empty where no code was made out."""

    code: str
    heard: bool = False


@dataclass(frozen=True)
class ResendOtp:
    """At most once a minute for one challenge."""


@dataclass(frozen=True)
class Consent:
    """``id`` is the consent card's; None when it was given or refused in words."""

    id: str | None
    given: bool


@dataclass(frozen=True)
class Document:
    payload: object


@dataclass(frozen=True)
class Face:
    challenge: str | None
    payload: object


@dataclass(frozen=True)
class Acknowledge:
    """The lesson was read or heard."""


@dataclass(frozen=True)
class QuizAnswer:
    option: str


@dataclass(frozen=True)
class Confirm:
    """``id`` of the read-back that the customer saw or heard; another one counts for nothing."""

    id: str


@dataclass(frozen=True)
class Abort:
    """The customer (or a handoff) ends it; ``reason`` is a code."""

    reason: str


@dataclass(frozen=True)
class Look:
    """Nothing new; what is asked?"""


GateEvent = Fill | Otp | ResendOtp | Consent | Document | Face | Acknowledge | QuizAnswer | Confirm | Abort | Look
