"""The sandbox's stories, read from one file and checked: who there is and how things stand at the start."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tools.bank.port import AccountClass, AccountStatus, CardCondition, CardStatus, Rating
from tools.clock import SHANGHAI
from tools.money import ZERO, yuan

STORIES_FILE = Path(__file__).with_name("stories.toml")
_LINE = re.compile(r"(\d+) (\d\d:\d\d) ([+-]\d+\.\d\d) (\w+) (.+)")
Money = Annotated[Decimal, BeforeValidator(yuan)]
TailDigits = Annotated[str, Field(pattern=r"^\d{4}$")]


class BadStories(Exception):
    """The stories cannot be used; the message names the place."""


class Past(BaseModel):
    """One line of a statement, ``days`` before the start at a local time."""

    model_config = ConfigDict(frozen=True)

    days: int = Field(ge=1, le=600)
    at: time
    amount: Decimal
    about: str
    who: str

    def moment(self, start: datetime) -> datetime:
        """When that was."""
        day = start.astimezone(SHANGHAI).date() - timedelta(days=self.days)
        return datetime.combine(day, self.at, SHANGHAI).astimezone(UTC)


def _past(line: object) -> object:
    found = _LINE.fullmatch(line) if isinstance(line, str) else None
    if found is None:
        raise ValueError("a line is: days ago, HH:MM, signed amount, about, with whom")
    days, at, amount, about, who = found.groups()
    return {"days": int(days), "at": at, "amount": yuan(amount), "about": about, "who": who}


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class StoryPayee(_Told):
    name: str
    bank: Literal["own", "other"]
    tail: TailDigits
    known: bool = False
    flagged: bool = False


class Burst(_Told):
    """``count`` movements in and out within ``days``."""

    count: int
    from_days_ago: int
    days: int


class StoryAccount(_Told):
    """``balance`` is what it has at the start; what it opened with follows from that and the history."""

    tail: TailDigits
    cls: AccountClass = Field(alias="class")
    balance: Money
    status: AccountStatus = "active"
    note: str = ""
    card: CardStatus = "active"
    condition: CardCondition = "ok"
    bound_to: TailDigits | None = None  # the Ⅰ account here that it belongs to; None: Ⅰ itself, or another bank's
    history: Sequence[Annotated[Past, BeforeValidator(_past)]] = ()
    burst: Burst | None = None

    @model_validator(mode="after")
    def _never_overdrawn(self) -> StoryAccount:
        lines = self.lines()
        before = self.balance - sum((line.amount for line in lines), ZERO)
        lowest = min((before, *(before + total for total in accumulate(line.amount for line in lines))))
        if lowest < 0:
            raise ValueError(f"{self.tail} would have been {lowest} at some time: it opened with {before}")
        return self

    def lines(self) -> Sequence[Past]:
        """The whole history, oldest first."""
        extra = () if self.burst is None else _in_and_out(self.burst)
        return sorted((*self.history, *extra), key=lambda line: (-line.days, line.at))


class StoryPending(_Told):
    source: TailDigits
    payee: str
    amount: Money
    hours_ago: int
    arrives_after_hours: int


class StoryAutoDebit(_Told):
    account: TailDigits
    merchant: str
    about: str


class StoryTerm(_Told):
    balance: Money
    due_in_days: int
    label: str


class StoryLoan(_Told):
    outstanding: Money
    label: str


class StoryPapers(_Told):
    """What the customer's ID document says; ``until`` is missing on a card without an end."""

    number: str = Field(pattern=r"^(\d{17}[\dX]|[A-Z0-9]{9})$")
    since: date
    until: date | None = None
    ethnicity: str = ""
    address: str = ""
    authority: str = ""
    state: str = ""


class StoryCustomer(_Told):
    id: str
    name: str
    gender: Literal["m", "f"]
    born: date
    phone: str
    locale: Literal["zh-CN", "en"] = "zh-CN"
    mode: Literal["standard", "elder"] = "standard"
    document: Literal["id_card", "passport"] = "id_card"
    papers: StoryPapers
    assessed_days_ago: int | None = None
    rating: Rating = "A"
    accounts: Sequence[StoryAccount]
    payees: Sequence[StoryPayee] = ()
    auto_debits: Sequence[StoryAutoDebit] = ()
    pending: Sequence[StoryPending] = ()
    term_deposits: Sequence[StoryTerm] = ()
    loans: Sequence[StoryLoan] = ()


class StoryOther(_Told):
    name: str
    tail: TailDigits
    balance: Money


class Stories(_Told):
    """All of them; ``name`` tells one telling from another in the database."""

    name: str
    others: Sequence[StoryOther]
    customers: Sequence[StoryCustomer]

    @model_validator(mode="after")
    def _bound_to_own_main(self) -> Stories:
        for story in self.customers:
            main = {account.tail for account in story.accounts if account.cls == "I"}
            for account in story.accounts:
                if account.bound_to is not None and (account.cls == "I" or account.bound_to not in main):
                    raise ValueError(f"{account.tail} can only be bound to an own Class I account")
        return self

    def of(self, customer: str) -> StoryCustomer | None:
        """One customer's story."""
        return next((story for story in self.customers if story.id == customer), None)


def load_stories(path: Path = STORIES_FILE) -> Stories:
    """Read and check the stories.

    Raises:
        BadStories: unreadable or wrong, with the place.
    """
    try:
        return Stories.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadStories(f"{path.name} cannot be read: {error}") from error
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise BadStories(f"{path.name}:\n" + "\n".join(lines)) from error


def _in_and_out(burst: Burst) -> Sequence[Past]:
    """Money that comes from one stranger and leaves to another within the hour, by night too."""
    step = timedelta(days=burst.days) / burst.count
    lines = []
    for i in range(burst.count):
        since, coming = step * i, i % 2 == 0
        size = 1900 + 137 * (i // 2 % 7)
        if i == burst.count - 1:
            size = 480  # the last to come in was smaller, and stayed
        lines.append(
            Past(
                days=burst.from_days_ago - since.days,
                at=(datetime(2000, 1, 1, tzinfo=UTC) + since).time().replace(microsecond=0),
                amount=yuan(size if coming else -size - 10),
                about="transfer_in" if coming else "transfer_out",
                who=f"{'甲乙丙丁戊己庚'[i % 7]}某",
            )
        )
    return lines
