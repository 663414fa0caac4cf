"""Lines kept in an action's stored state, so that how it ended can be told again in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal, assert_never

from pydantic import BaseModel, Field

from tools.errors import Settle
from tools.wording import Code, Day, Items, Line, Moment, Tail, Text, Value, Yuan


class KeptValue(BaseModel):
    """A typed value as JSON; ``en`` only of a text, ``items`` only of a list."""

    kind: Literal["text", "yuan", "tail", "code", "moment", "day", "items", "number", "plain"]
    value: str = ""
    en: str = ""
    items: list[KeptValue] = Field(default_factory=list)

    def typed(self) -> Value:
        """The value that was kept."""
        match self.kind:
            case "text":
                return Text(self.value, self.en)
            case "yuan":
                return Yuan(Decimal(self.value))
            case "tail":
                return Tail(self.value)
            case "code":
                return Code(self.value)
            case "moment":
                return Moment(datetime.fromisoformat(self.value))
            case "day":
                return Day(datetime.fromisoformat(self.value))
            case "items":
                return Items([item.typed() for item in self.items])
            case "number":
                return int(self.value)
            case "plain":
                return self.value
            case _:
                assert_never(self.kind)


class KeptLine(BaseModel):
    """A sentence in both languages with its values."""

    zh: str
    en: str
    values: dict[str, KeptValue] = Field(default_factory=dict)

    def line(self) -> Line:
        """The line that was kept."""
        return Line(Text(self.zh, self.en), {name: value.typed() for name, value in self.values.items()})


class KeptSettle(BaseModel):
    """An errand that a refusal offers."""

    service: str
    label: KeptLine
    slots: dict[str, str] = Field(default_factory=dict)

    def settle(self) -> Settle:
        """The errand that was kept."""
        return Settle(self.service, self.label.line(), self.slots)


def keep_errand(one: Settle) -> KeptSettle:
    """An errand as JSON; :meth:`KeptSettle.settle` gives it back."""
    return KeptSettle(service=one.service, label=keep([one.label])[0], slots=dict(one.slots))


def keep(said: Sequence[Line]) -> list[KeptLine]:
    """Lines as JSON; :meth:`KeptLine.line` gives them back."""
    return [
        KeptLine(zh=one.text.zh, en=one.text.en, values={name: _kept(value) for name, value in one.values.items()})
        for one in said
    ]


def _kept(value: Value) -> KeptValue:
    match value:
        case Text(zh, en):
            return KeptValue(kind="text", value=zh, en=en)
        case Yuan(amount):
            return KeptValue(kind="yuan", value=str(amount))
        case Tail(digits):
            return KeptValue(kind="tail", value=digits)
        case Code(digits):
            return KeptValue(kind="code", value=digits)
        case Moment(at):
            return KeptValue(kind="moment", value=at.isoformat())
        case Day(at):
            return KeptValue(kind="day", value=at.isoformat())
        case Items(values):
            return KeptValue(kind="items", items=[_kept(item) for item in values])
        case int():
            return KeptValue(kind="number", value=str(value))
        case str():
            return KeptValue(kind="plain", value=value)
        case _:
            assert_never(value)
