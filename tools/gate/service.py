"""What a service is: one file, one class, and nothing that could step around the gate.

A service says what it needs (:class:`Params`), checks it, previews it and executes it. When and whether it executes
is the gate's affair alone (:mod:`tools.gate.gate`). Adding a service is one new file in ``tools/services`` with a
subclass of :class:`Service`, its utterances in ``agent/understand/data`` and its entries in ``knowledge/entries``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints

from tools.bank.port import CoreBank, Customer, RequestStatus
from tools.catalogue import CatalogueEntry, catalogue
from tools.tariff import Tariff
from tools.wording import Line, Tail, Text, Value, Yuan

ParamKind = Literal["account", "card", "payee", "amount", "transfer", "text", "choice", "class", "phone"]
Fact = bool | int | str | Decimal
RiskOutcome = Literal["allow", "step_up", "delay", "review", "block"]
Band = Literal["low", "elevated", "high", "severe"]
TailText = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
AmountText = Annotated[str, StringConstraints(pattern=r"^\d{1,12}\.\d{2}$")]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Params(BaseModel):
    """Base of all parameters: values are the strings of the contract ("500.00", "6688"); aliases are its names."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


@dataclass(frozen=True)
class Param:
    """How one parameter is asked for and shown; sits in the field's ``Annotated`` metadata.

    ``most`` is how many characters of a text are taken; with ``cut``, what is longer is cut and not sent back.
    """

    kind: ParamKind
    label: Text
    ask: Text
    most: int = 500
    cut: bool = False


@dataclass(frozen=True)
class Option:
    """A value that the customer may choose; ``say`` are other names for it."""

    value: str
    label: Line
    say: Sequence[str] = ()


@dataclass(frozen=True)
class Decision:
    """What risk decided; ``level`` is the assurance it asks for, ``reasons`` are codes of the rules file.

    ``score`` is the sum of ``points`` (by code) of the scorecard and ``band`` where it falls; ``version`` is the rules
    file's.
    """

    outcome: RiskOutcome
    level: int = 0
    reasons: Sequence[str] = ()
    delay_hours: int = 0
    score: int = 0
    band: Band = "low"
    points: Sequence[tuple[str, int]] = ()
    version: str = ""


@dataclass(frozen=True)
class Context:
    """Everything a service may look at: this customer's bank within one transaction, and the moment."""

    bank: CoreBank
    customer: Customer
    now: datetime
    tariff: Tariff
    device: Literal["known", "new"]
    said: str = ""  # the customer's words that started it
    decision: Decision | None = None


@dataclass(frozen=True)
class Result:
    """What ``execute`` did: the row's status, its typed facts, and the transfer that the row is about, if any."""

    status: RequestStatus = "done"
    facts: Mapping[str, str] = field(default_factory=dict)
    transfer: str | None = None


@dataclass(frozen=True)
class Row:
    """One line of a receipt."""

    name: str
    label: Text
    value: Value


@dataclass(frozen=True)
class FollowUp:
    """What is said afterwards: ``said`` first, ``next`` what to do now, ``undo`` how and until when, one ``tip``."""

    said: Sequence[Line]
    rows: Sequence[Row] = ()
    next: Sequence[Line] = ()
    undo: Line | None = None
    tip: Line | None = None
    offer_person: bool = False


P = TypeVar("P", bound=Params)


class Service(ABC, Generic[P]):
    """Subclasses are stateless; one instance serves everybody."""

    id: ClassVar[str]
    model: ClassVar[type[Params]]
    binds_otp: ClassVar[bool] = False  # the code is bound to the parameters (transfers and limits)
    forgets: ClassVar[bool] = False  # nothing of the customer's face and documents is kept once it is done
    can_wait: ClassVar[bool] = False  # execute honours a delay; what cannot wait is reviewed instead
    fact_names: ClassVar[frozenset[str]] = frozenset()  # every fact that ``facts`` gives
    notice: ClassVar[Text | None] = None  # of what was done, instead of phrases.NOTICE; takes {at} {details} {remedy}
    if_not_you: ClassVar[Text | None] = None  # what to do if it was somebody else, instead of phrases.IF_NOT_YOU

    @property
    def entry(self) -> CatalogueEntry:
        """Name, assurance and class, from the catalogue."""
        return catalogue()[self.id]

    @classmethod
    def spec(cls) -> dict[str, Param]:
        """Parameters by their contract names, in the order they are asked for."""
        found: dict[str, Param] = {}
        for name, info in cls.model.model_fields.items():
            param = next(meta for meta in info.metadata if isinstance(meta, Param))
            found[info.alias or name] = param
        return found

    def required(self, slots: Mapping[str, str], ctx: Context) -> Sequence[str]:
        """Names that must be filled now, in order; may depend on what is filled already."""
        return [info.alias or name for name, info in self.model.model_fields.items() if info.is_required()]

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option] | None:
        """The values to choose from, or None for a free value. A single option is taken without asking.

        Raises:
            Refused: there is nothing to choose, so the service cannot be done.
        """
        return None

    def question(self, name: str, slots: Mapping[str, str], ctx: Context) -> Line:
        """How ``name`` is asked for.

        Raises:
            Refused: with what is filled already it cannot be done, so there is nothing to ask.
        """
        return Line(self.spec()[name].ask)

    def prefill(self, slots: Mapping[str, str], said: str, ctx: Context) -> dict[str, str]:
        """Slots that follow from the customer's words or records when the service starts."""
        return dict(slots)

    def accept(self, name: str, value: str, ctx: Context) -> None:
        """Whether one value can be used at all; called before it is looked up among the options.

        Raises:
            AskAgain
        """

    def check(self, params: P, ctx: Context) -> None:
        """Whether this can be done for this customer.

        Raises:
            AskAgain: a value is unusable. Refused: it cannot be done, and why.
        """

    def facts(self, params: P, ctx: Context) -> dict[str, Fact]:
        """Facts about this request that risk rules and lessons look at: truths, numbers and codes, nothing that tells
        who somebody is, for they are kept with the action. Each is named in ``fact_names``."""
        return {}

    def shown(self, params: P, ctx: Context) -> Sequence[Row]:
        """The exact parameters as they are read back."""
        values = params.model_dump(by_alias=True, exclude_none=True)
        return [
            Row(name, spec.label, show(spec.kind, values[name])) for name, spec in self.spec().items() if name in values
        ]

    def otp_purpose(self, params: P, ctx: Context) -> Line:
        """What the code is for, as the message that carries it says."""
        return Line(self.entry.name)

    def otp_number(self, params: P, ctx: Context) -> str:
        """Where the code goes; sent elsewhere than to the number on file it proves that number and nothing else."""
        return ctx.customer.phone

    def noticed_numbers(self, params: P, ctx: Context) -> Sequence[str]:
        """Which numbers are told of the change; ``ctx.customer`` is the customer before it."""
        return (ctx.customer.phone,)

    def preview(self, params: P, ctx: Context) -> Sequence[Line]:
        """What will happen, its cost, whether it can be undone; reads have none."""
        return ()

    def consequences(self, params: P, ctx: Context) -> Sequence[str]:
        """What a yes is bound to besides the parameters, such as a balance that is paid out: where one of these has
        changed since the read-back, it is read back anew."""
        return ()

    @abstractmethod
    def execute(self, params: P, ctx: Context, key: str) -> Result:
        """Do it, within the caller's transaction; ``key`` goes to the core with every change.

        Raises:
            Refused, NotAllowed, NotFound: it could not be done; everything is rolled back.
        """

    @abstractmethod
    def follow_up(self, params: P, result: Result, ctx: Context) -> FollowUp:
        """Receipt, what now, what can be undone, a tip."""


def show(kind: ParamKind, value: str) -> Value:
    """A contract value as a typed one."""
    match kind:
        case "amount":
            return Yuan(Decimal(value))
        case "account" | "card":
            return Tail(value)
        case _:
            return value


AnyService = Service[Any]
