"""What a case is: one customer with a goal, how they talk and behave, and how things must stand at the end."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from eval.attack import Attack
from eval.contract import CUSTOMERS, FIELDS, MONEY, NO_ROW, PARAMS, PATH, Input, Json, Locale, Place, Stage, Status
from eval.parts import STRICT, Press

WORDINGS_MIN = 4
_OTHER_KEYS = {"purpose"}  # asked for by services, but not promised by the contract


class _Model(BaseModel):
    model_config = STRICT


def _wordings(value: Any) -> Any:
    named = isinstance(value, str) and value.startswith("$")
    if not named and isinstance(value, list | str) and (isinstance(value, str) or len(value) < WORDINGS_MIN):
        raise PydanticCustomError("few_wordings", "at least {n} wordings", {"n": WORDINGS_MIN})
    return [value] if named else value


Say = Annotated[list[str], BeforeValidator(_wordings)]
"""Four or more wordings, or ``$name`` of a set in wordings.yaml."""


def _known_service(value: str) -> str:
    if value not in PARAMS:
        raise PydanticCustomError("unknown_service", "no such service: {value}", {"value": value})
    return value


_EXACT = re.compile(r"\d+\.\d\d")


def _exact(values: dict[str, str] | None) -> dict[str, str] | None:
    for name, value in (values or {}).items():
        if name in MONEY and _EXACT.fullmatch(value) is None:
            raise PydanticCustomError("money", "{name} {value} is no sum", {"name": name, "value": value, "at": name})
    return values


Params = Annotated[dict[str, str], AfterValidator(_exact)]


class Goal(_Model):
    """One wish. ``params`` are what the customer means, by the contract's names; ``answers`` what else they know when
    asked."""

    service: Annotated[str, AfterValidator(_known_service)]
    params: Params = {}
    answers: dict[str, str] = {}
    status: Status = "done"

    @model_validator(mode="after")
    def _names(self) -> Goal:
        for name in self.params:
            if name not in PARAMS[self.service] | _OTHER_KEYS:
                raise PydanticCustomError(
                    "unknown_param",
                    "{service} has no parameter {name}",
                    {
                        "service": self.service,
                        "name": name,
                        "expected": ", ".join(sorted(PARAMS[self.service])) or "none",
                    },
                )
        return self


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        told = {"value": repr(value), "error": str(error)}
        raise PydanticCustomError("no_pattern", "{value} is no regular expression ({error})", told) from None
    return value


Service = Annotated[str, AfterValidator(_known_service)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class TurnExpected(_Model):
    """What the answer to one step must be; regular expressions search the reply's text."""

    stage: Stage | None = None
    service: Service | None = None
    said: list[Pattern] = []
    not_said: list[Pattern] = []
    cited: bool | None = None
    same_as_before: bool = False  # nothing may have changed: same stage and service as the turn before


def _known_input(press: Press) -> Press:
    if press.type not in get_args(Input):
        raise PydanticCustomError("no_input", "no such input: {value}", {"value": press.type})
    return press


class Step(_Model):
    """Something the customer does of their own accord when the conversation comes to ``at``."""

    at: Place
    say: Say | None = None
    press: Annotated[Press, AfterValidator(_known_input)] | None = None
    clock: int | None = Field(None, gt=0, description="seconds the sandbox clock is moved before going on")
    wants: Params = {}  # what they mean from now on
    add: Goal | None = None
    drop: bool = False  # they give their wishes up
    expect: TurnExpected | None = None

    @model_validator(mode="after")
    def _one(self) -> Step:
        if sum(part is not None for part in (self.say, self.press, self.clock)) != 1:
            raise PydanticCustomError("one_of", "exactly one of say, press and clock")
        return self


class Row(_Model):
    """A row of ``requests``; ``@name`` in ``transfer`` is the id of the transfer to that payee."""

    service: Service
    params: Annotated[dict[str, str] | None, AfterValidator(_exact)] = None  # None: the goal's
    status: Status = "done"


_LISTS = ("accounts", "cards", "payees", "transfers", "requests", "auto_debits", "complaints", "cases", "consents")
State = dict[str, bool | int | str]


def _state(value: Any) -> Any:
    """Paths and values that can be; what can never be is told before a run."""
    for path, wanted in value.items() if isinstance(value, dict) else ():
        told: Json = {"value": path, "at": path}
        found = PATH.fullmatch(str(path))
        if path in _LISTS:
            if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 0:
                raise PydanticCustomError("no_count", "{value} is a list: how many there are is expected", told)
            continue
        if found is None or found[3] not in FIELDS[found[1]]:
            raise PydanticCustomError("no_path", "no such path in a customer's state: {value}", told)
        if found[3] == "known":
            if not isinstance(wanted, bool):
                raise PydanticCustomError("bool_type", "{value} is true or false", told)
        elif not isinstance(wanted, str):
            raise PydanticCustomError("no_text", "{value} is text, not the number {wanted}", {**told, "wanted": wanted})
        elif (can := FIELDS[found[1]][found[3]]) and wanted not in can:
            told |= {"wanted": wanted, "expected": ", ".join(can)}
            raise PydanticCustomError("never", "{value} is never {wanted}", told)
        elif found[3].split(".")[-1] in MONEY and _EXACT.fullmatch(wanted) is None:
            raise PydanticCustomError("money", "{value} {wanted} is no sum", {**told, "wanted": wanted})
    return value


def _sandbox_customer(value: str | None) -> str | None:
    if value is not None and value not in CUSTOMERS:
        raise PydanticCustomError("no_customer", "no such customer: {value}", {"value": value})
    return value


class Expected(_Model):
    """The end. ``requests``: exactly these rows (default: one for each goal, as it is meant in the end); ``state``: paths such as
    ``accounts.6688.balance``, ``cards.6688.status``, ``transfers.王芳.status``, or a count such as ``cases``;
    ``said``/``not_said``: regular expressions over all replies; ``cited``: whether any had a source; ``taught``: the strictest lesson that must have been
    given before execution."""

    requests: list[Row] | None = None
    state: Annotated[State, BeforeValidator(_state)] = {}
    said: list[Pattern] = []
    not_said: list[Pattern] = []
    cited: bool | None = None
    handoff: bool | None = None
    taught: Literal["inform", "acknowledge", "quiz"] | None = None
    opening: TurnExpected | None = None
    turns_max: int | None = Field(None, gt=0)


class Behaviour(_Model):
    """How this customer is: what they get wrong and what they refuse."""

    quiz_wrong: int = Field(0, ge=0)
    otp_wrong: int = Field(0, ge=0)
    consent: bool = True
    # double: every turn is sent twice under one Idempotency-Key; slow: the client does not wait for the first answer and sends
    # again; restart: the system is killed in mid-conversation and started again
    network: Literal["good", "double", "slow", "restart"] = "good"
    manner: Literal["words", "buttons", "mixed"] = "mixed"
    rating: int | None = Field(None, ge=1, le=5)


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class Case(_Model):
    """One case of a suite."""

    id: str = Field(pattern=r"^[a-z0-9_.-]+$")
    author: str = Field(min_length=1)
    held_out: bool = True
    about: str | None = None
    customer: Annotated[str | None, AfterValidator(_sandbox_customer)]
    locale: Locale = "zh-CN"
    mode: Literal["standard", "elder"] = "standard"
    device: Literal["known", "new"] = "known"
    persona: str | None = Field(None, pattern=r"^[a-z]+$", description="who asks, for tables: dialect, misheard, …")
    goal: Annotated[list[Goal], BeforeValidator(_listed)] = []
    say: Say
    steps: list[Step] = []
    honest: str | None = None  # the task of honest.yaml that gave customer, locale, goal, say and expect
    attack: Attack | None = None
    behaviour: Behaviour = Behaviour()
    expect: Expected = Expected()

    def rows(self) -> list[Row]:
        """The rows that must be there at the end."""
        if self.expect.requests is not None:
            return self.expect.requests
        meant = [*self.goal, *(step.add for step in self.steps if step.add is not None)]
        if self.goal:
            for step in self.steps:
                meant[0] = meant[0].model_copy(update={"params": {**meant[0].params, **step.wants}})
        return [
            Row(service=goal.service, params=_contract_only(goal), status=goal.status)
            for goal in meant
            if goal.service not in NO_ROW
        ]

    def tags(self) -> dict[str, str]:
        """What tables group by."""
        manner = self.behaviour.manner if self.behaviour.network == "good" else self.behaviour.network
        found = {
            "service": self.goal[0].service if self.goal else "none",
            "persona": self.persona or ("elder" if self.mode == "elder" else "plain"),
            "locale": self.locale,
            "channel": manner,
            "author": self.author,
            "held_out": "yes" if self.held_out else "no",
        }
        return found if self.attack is None else {**found, "attack": self.attack.kind}


def _contract_only(goal: Goal) -> dict[str, str]:
    return {name: value for name, value in goal.params.items() if name in PARAMS[goal.service]}


class Suite(_Model):
    """A file of cases; ``defaults`` are put into every case that does not say otherwise."""

    suite: str = Field(pattern=r"^[a-z0-9_-]+$")
    cases: list[Case] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> Suite:
        seen: set[str] = set()
        for i, case in enumerate(self.cases):
            if case.id in seen:
                raise PydanticCustomError("duplicate", "id {id} is there twice", {"i": i, "id": case.id})
            seen.add(case.id)
        return self
