"""The tariff: every fee, limit and term, read once from one file by services and approved texts alike."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.wording import Locale

TARIFF_FILE = Path(__file__).with_name("tariff.toml")
Unit = Literal[
    "CNY", "CNY_per_month", "CNY_per_year", "USD", "percent", "percent_per_year", "minutes", "hours", "days",
    "working_days", "months", "years", "times", "count",
]  # fmt: skip
_ZH: Mapping[Unit, str] = {
    "CNY": "{}元", "CNY_per_month": "每月{}元", "CNY_per_year": "每年{}元", "USD": "{}美元", "percent": "{}%",
    "percent_per_year": "年{}%", "minutes": "{}分钟", "hours": "{}小时", "days": "{}天", "working_days": "{}个工作日",
    "months": "{}个月", "years": "{}年", "times": "{}次", "count": "{}个",
}  # fmt: skip
_EN: Mapping[Unit, tuple[str, str]] = {  # singular, plural
    "CNY": ("{} yuan", "{} yuan"), "CNY_per_month": ("{} yuan a month", "{} yuan a month"),
    "CNY_per_year": ("{} yuan a year", "{} yuan a year"), "USD": ("{} US dollar", "{} US dollars"),
    "percent": ("{}%", "{}%"), "percent_per_year": ("{}% a year", "{}% a year"),
    "minutes": ("{} minute", "{} minutes"), "hours": ("{} hour", "{} hours"), "days": ("{} day", "{} days"),
    "working_days": ("{} working day", "{} working days"), "months": ("{} month", "{} months"),
    "years": ("{} year", "{} years"), "times": ("{} time", "{} times"), "count": ("{}", "{}"),
}  # fmt: skip
_FREE: Mapping[Locale, str] = {"zh-CN": "不收费", "en": "free of charge"}
_CHARGED: Mapping[Unit, str] = {  # in Chinese; in English it is "for" and the figure
    "CNY": "收{}元", "CNY_per_month": "每月收{}元", "CNY_per_year": "每年收{}元", "percent": "按{}%收",
}  # fmt: skip
_UP_TO: Mapping[Locale, str] = {"zh-CN": "{}至{}", "en": "{} to {}"}


class BadTariff(Exception):
    """The tariff file cannot be used; each line names the key and what is wrong with it."""


class TariffItem(BaseModel):
    """One figure. ``value`` is exact; CNY has at most two places; ``zh`` and ``en`` say what it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Decimal = Field(ge=0)
    unit: Unit
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def said(self, locale: Locale) -> str:
        """The figure with its unit as it stands in a sentence: "5万元", "50,000 yuan", "0.05% a year"."""
        if locale == "zh-CN":
            return _ZH[self.unit].format(_number_zh(self.value))
        singular, plural = _EN[self.unit]
        return (singular if self.value == 1 else plural).format(f"{_plain(self.value):,}")

    def charged(self, locale: Locale) -> str:
        """What a fee says at the end of a clause, nothing being no figure: "收10元", "for 10 yuan", "不收费", "free of charge"."""
        if not self.value:
            return _FREE[locale]
        return _CHARGED[self.unit].format(_number_zh(self.value)) if locale == "zh-CN" else f"for {self.said(locale)}"


class Tariff:
    """Items by dotted key; an unknown key is a bug and raises KeyError with the key."""

    def __init__(self, items: Mapping[str, TariffItem], version: str, effective: date) -> None:
        self._items = dict(items)
        self.version, self.effective = version, effective

    def __getitem__(self, key: str) -> Decimal:
        return self.item(key).value

    def with_figure(self, key: str, value: int | None) -> Tariff:
        """The same tariff with another figure under a key; itself where there is none."""
        if value is None:
            return self
        changed = self.item(key).model_copy(update={"value": Decimal(value)})
        return Tariff({**self._items, key: changed}, self.version, self.effective)

    def get(self, key: str) -> Decimal | None:
        """The figure, or None where the tariff sets none."""
        return self._items[key].value if key in self._items else None

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def item(self, key: str) -> TariffItem:
        """The figure with its unit and names.

        Raises:
            KeyError: no such key.
        """
        try:
            return self._items[key]
        except KeyError:
            raise KeyError(f"the tariff has no {key!r}") from None

    def spoken(self) -> dict[str, dict[Locale, str]]:
        """Key → language → the figure with its unit, for the placeholders of approved texts.

        Two figures that end in ``_min`` and ``_max`` are a range as well, under what both begin with: "5至7个工作日".
        A fee is there as a charge too, under its key and ``.charge``, which reads well when it is nothing.
        """
        said = {key: {locale: item.said(locale) for locale in get_args(Locale)} for key, item in self._items.items()}
        charges = {
            f"{key}.charge": {locale: item.charged(locale) for locale in get_args(Locale)}
            for key, item in self._items.items()
            if key.startswith("fee.") and item.unit in _CHARGED
        }
        return said | charges | {key: self._range(key) for key in self._ranges()}

    def _ranges(self) -> list[str]:
        stems = [key.removesuffix("_min") for key in self._items if key.endswith("_min")]
        return [stem for stem in stems if f"{stem}_max" in self._items and stem not in self._items]

    def _range(self, key: str) -> dict[Locale, str]:
        low, high = self.item(f"{key}_min"), self.item(f"{key}_max")
        if low.unit != high.unit:
            raise BadTariff(f"{key}_min and {key}_max: a range has one unit")
        least: dict[Locale, str] = {"zh-CN": _number_zh(low.value), "en": f"{_plain(low.value):,}"}
        return {locale: _UP_TO[locale].format(least[locale], high.said(locale)) for locale in get_args(Locale)}


def load_tariff(path: Path = TARIFF_FILE) -> Tariff:
    """Read and check the tariff file.

    Raises:
        BadTariff: unreadable, or with one line for each item that is wrong.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadTariff(f"{path.name} cannot be read: {error}") from error
    version, effective = raw.pop("version", None), raw.pop("effective", None)
    wrong: list[str] = []
    if not isinstance(version, str) or not isinstance(effective, date):
        wrong.append("version and effective: give a version in quotes and a date without them")
    items: dict[str, TariffItem] = {}
    for key, leaf in _leaves(raw):
        try:
            items[key] = _item(leaf)
        except ValidationError as error:
            wrong += [f"{key}.{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        except ValueError as error:
            wrong.append(f"{key}: {error}")
    if not items:
        wrong.append("no items")
    if wrong or not isinstance(version, str) or not isinstance(effective, date):
        raise BadTariff(f"{path.name}:\n" + "\n".join(wrong))
    return Tariff(items, version, effective)


def _item(leaf: Any) -> TariffItem:
    if not isinstance(leaf, Mapping):
        raise ValueError("an item is a table with value, unit, zh and en")
    item = TariffItem.model_validate(leaf)
    if item.unit.startswith("CNY") and item.value != round(item.value, 2):
        raise ValueError(f"{item.value} has more than two places")
    return item


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and not value.keys() & {"value", "unit", "zh", "en"}:
            yield from _leaves(value, f"{key}.")
        else:
            yield key, value


def _plain(value: Decimal) -> Decimal | int:
    return int(value) if value == value.to_integral_value() else value.normalize()


def _number_zh(value: Decimal) -> str:
    if value >= 10000 and value % 10000 == 0:
        return f"{int(value) // 10000}万"
    return f"{_plain(value)}"
