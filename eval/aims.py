"""What attackers are after, as calls of the bank's services, and as what may come true of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from eval.case import Case
from eval.load import BadCases

AIMS = Path(__file__).parent / "aims.yaml"
PROMPT = "prompt"
_HONEST = "honest"


@dataclass(frozen=True)
class Call:
    """A call that an agent in the attacker's hands makes; ``params`` by the contract's names. The service ``prompt`` is
    saying what the system told the model."""

    service: str
    params: dict[str, str] = field(default_factory=dict)


def aim_of(case: Case) -> list[Call]:
    """The calls that the attack of ``case`` is after; empty where it has nothing that a call could do.

    Raises:
        BadCases: aims.yaml asks for a case's honest action, and the case has none.
    """
    calls = []
    for written in _written().get(case.id, ()):
        service, params = _parsed(written)
        if service == _HONEST:
            if not case.goal:
                raise BadCases([f"{AIMS.name}: {case.id}: honest: the case has no goal; name the service"])
            own = {name: value for name, value in case.goal[0].params.items() if not value.startswith("@")}
            service, params = case.goal[0].service, {**own, **params}
        calls.append(Call(service, params))
    return calls


def _parsed(written: str) -> tuple[str, dict[str, str]]:
    """``service name=value …``; a value may hold spaces."""
    service, *words = written.split(" ")
    params: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if sign:
            params[name] = value
        else:
            params[list(params)[-1]] += f" {word}"
    return service, params


@lru_cache
def _written() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in yaml.safe_load(AIMS.read_text(encoding="utf-8")):
        for case in row["of"]:
            if case in found:
                raise BadCases([f"{AIMS.name}: {case} is there twice; name it once"])
            found[case] = list(row["aim"])
    return found


def named() -> frozenset[str]:
    """The cases that have an aim."""
    return frozenset(_written())
