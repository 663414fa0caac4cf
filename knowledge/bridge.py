"""From customers' words to the words of statutes: who asks "谁赔" is looking for 赔偿责任, and nothing in between says so.

The rules are data (``bridge.yaml``): words that customers say, in Chinese or English, and words that documents use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.loader import BadKnowledge, Problem, parse

BRIDGE_FILE = Path(__file__).with_name("bridge.yaml")
_LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True)
class Rule:
    """``said`` finds what customers say; ``law`` is what documents say instead."""

    said: re.Pattern[str]
    law: Sequence[str]


def load_bridge(path: Path = BRIDGE_FILE) -> tuple[Rule, ...]:
    """The rules of a file.

    Raises:
        BadKnowledge: it is not a list of {say: […], law: […]}; every problem is named.
    """
    raw = parse(path)
    if not isinstance(raw, list):
        raise BadKnowledge([Problem(path.name, "-", "-", "not a list", "write - {say: […], law: […]}")])
    problems = [
        Problem(path.name, f"rule {at + 1}", "-", "not {say: [texts], law: [texts]}", "write both lists, quote numbers")
        for at, rule in enumerate(raw)
        if not _good(rule)
    ]
    if problems:
        raise BadKnowledge(problems)
    return tuple(Rule(re.compile("|".join(map(_pattern, rule["say"]))), tuple(rule["law"])) for rule in raw)


def _good(rule: object) -> bool:
    return (
        isinstance(rule, Mapping)
        and set(rule) == {"say", "law"}
        and all(isinstance(rule[key], list) and rule[key] for key in rule)
        and all(isinstance(text, str) and text for key in rule for text in rule[key])
    )


def _pattern(said: str) -> str:
    """Chinese anywhere in a question; English from the beginning of a word ("compensat" is all its forms)."""
    low = re.escape(said.lower())
    return rf"\b{low}" if _LATIN.match(said.lower()) else low


@lru_cache(maxsize=1)
def shipped() -> tuple[Rule, ...]:
    """The rules that ship."""
    return load_bridge()


def bridged(query: str, rules: Sequence[Rule]) -> list[str]:
    """What documents may call what ``query`` speaks of, each once."""
    low = query.lower()
    return list(dict.fromkeys(word for rule in rules if rule.said.search(low) for word in rule.law))
