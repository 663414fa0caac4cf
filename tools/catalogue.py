"""The catalogue: every service by its stable id, built or not."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tools.wording import Text

RiskClass = Literal["read", "low", "medium", "high", "none"]
_FILE = Path(__file__).with_name("catalogue.toml")
_ELSEWHERE = {
    "app": Text(
        "您可以在手机银行里自己办，或者让人工同事帮您", "You can do it in our mobile app, or a colleague can help you"
    ),
    "branch": Text(
        "请带上身份证件到网点办理，或者让人工同事帮您",
        "Please visit a branch with your ID, or a colleague can help you",
    ),
    "either": Text(
        "您可以在手机银行或到网点办理，也可以让人工同事帮您",
        "You can do it in our mobile app or at a branch, or a colleague can help you",
    ),
}


@dataclass(frozen=True)
class CatalogueEntry:
    """``elsewhere`` says where to go while the service is not built here."""

    id: str
    name: Text
    assurance: int
    risk_class: RiskClass
    urgent: bool
    elsewhere: Text


def _flatten(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if "zh" in value:
            yield name, value
        else:
            yield from _flatten(value, f"{name}.")


@cache
def catalogue() -> dict[str, CatalogueEntry]:
    """All services by id, in the catalogue's order."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        service: CatalogueEntry(
            id=service,
            name=Text(row["zh"], row["en"]),
            assurance=row["assurance"],
            risk_class=row["class"],
            urgent=row.get("urgent", False),
            elsewhere=_ELSEWHERE[row.get("where", "either")],
        )
        for service, row in _flatten(table)
    }
