"""What an approved entry is made of; read from YAML by :mod:`knowledge.loader`."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from knowledge.port import Locale

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
State = Literal["draft", "review", "approved", "expired"]
Mode = Literal["inform", "acknowledge", "quiz"]

ASKS_MIN = 6
QUESTIONS_MIN = 2
OPTIONS_MIN = 3
LOCALES: tuple[Locale, ...] = ("zh-CN", "en")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Model):
    """The same thing said in both languages."""

    zh: Words
    en: Words

    def of(self, locale: Locale) -> str:
        return self.zh if locale == "zh-CN" else self.en


class Asks(_Model):
    """How customers ask, in their words."""

    zh: Annotated[list[Words], Field(min_length=ASKS_MIN)]
    en: Annotated[list[Words], Field(min_length=ASKS_MIN)]

    def of(self, locale: Locale) -> list[str]:
        return self.zh if locale == "zh-CN" else self.en


class Document(_Model):
    """A source: a law, a rule of a regulator, a public notice, or the bank's own terms (``house``).

    ``holds_from`` is the first day on which it applied. ``file`` is the stem of its text, where the text is at hand.
    """

    name: Bilingual
    number: Bilingual | None = None
    kind: Literal["law", "rule", "notice", "house"]
    holds_from: date | None = None
    file: str | None = None


class Source(_Model):
    """``document`` is a key of sources.yaml. ``article`` is an article's number or, for house terms, "3.2".

    ``checked``: the article's text was at hand and was read. ``numbers``: figures of that article which an answer may
    use.
    """

    document: str
    article: int | str | None = None
    checked: bool = False
    numbers: list[str] = []


class Option(_Model):
    text: Bilingual
    right: bool = False


class Question(_Model):
    """A comprehension question; ``why`` is said after a wrong answer."""

    id: str
    question: Bilingual
    options: Annotated[list[Option], Field(min_length=OPTIONS_MIN)]
    why: Bilingual

    @model_validator(mode="after")
    def _one_right(self) -> Question:
        if sum(option.right for option in self.options) != 1:
            raise ValueError(f"question {self.id}: exactly one option must be right")
        return self


class Education(_Model):
    """Where an entry is taught before a service.

    ``when``: facts that must all hold; ``unless``: facts none of which may hold. ``urgent_ok``: may be shown where the
    action is urgent. ``text`` replaces the entry's short answer. Questions belong to ``mode: quiz`` and only there.
    """

    services: Annotated[list[str], Field(min_length=1)]
    mode: Mode
    when: list[str] = []
    unless: list[str] = []
    urgent_ok: bool = False
    text: Bilingual | None = None
    questions: list[Question] = []

    @model_validator(mode="after")
    def _shape(self) -> Education:
        if self.mode == "quiz" and len(self.questions) < QUESTIONS_MIN:
            raise ValueError(
                f"a quiz needs {QUESTIONS_MIN} or more questions: a wrong answer is followed by another one"
            )
        if self.mode != "quiz" and self.questions:
            raise ValueError("questions are only asked with mode: quiz")
        ids = [question.id for question in self.questions]
        if len(ids) != len(set(ids)):
            raise ValueError("two questions have the same id")
        return self


class Effective(_Model):
    """First and last day on which the entry may be served; ``None`` until further notice."""

    since: date = Field(alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _order(self) -> Effective:
        if self.until is not None and self.until < self.since:
            raise ValueError("until lies before from")
        return self

    def on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Signature(_Model):
    """A named approver of the bank released exactly this version, with exactly these words, for production.

    ``digest`` is what ``python -m knowledge digest ENTRY`` prints.
    """

    approver: Words
    at: date
    version: int
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Entry(_Model):
    """One approved answer. ``short`` is for the ear (1 to 3 sentences), ``long`` for the eye.

    Tariff figures are written ``{tariff:key}``. ``numbers`` are further figures that are no rule (a year of age in an
    example …) and need no source.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]
    version: Annotated[int, Field(ge=1)]
    title: Bilingual
    asks: Asks
    short: Bilingual
    long: Bilingual
    audience: list[Literal["all", "elder", "foreign", "student", "staff"]] = ["all"]
    services: list[str] = []
    education: list[Education] = []
    sources: Annotated[list[Source], Field(min_length=1)]
    numbers: list[str] = []
    effective: Effective
    owner: Words
    state: State
    approver: Words | None = None
    signature: Signature | None = None

    @model_validator(mode="after")
    def _approved_by(self) -> Entry:
        if self.state == "approved" and self.approver is None:
            raise ValueError("an approved entry names its approver")
        return self

    @property
    def signed(self) -> bool:
        """Signed for production in exactly this version and with exactly these words."""
        return (
            self.signature is not None
            and self.signature.version == self.version
            and self.signature.digest == self.digest
        )

    @property
    def digest(self) -> str:
        """One hash over everything that a customer may be told, and where it comes from; ways of asking are not told."""
        told = self.model_dump(mode="json", exclude={"asks", "state", "approver", "signature"})
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
