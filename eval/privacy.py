"""Canaries: words that only one customer's record holds, planted by that customer's own complaint; and where else to look for
them: metrics and log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from eval.contract import CUSTOMERS, Json, last_card
from eval.score import Fault
from eval.system import System, SystemFault

_COMPLAINT = ("我要投诉", "网点的取号机叫号太慢，单号{canary}")
SUITE = "privacy"


def canary(customer: str) -> str:
    """A word that nobody says by chance."""
    return "QX" + hashlib.sha256(f"canary {customer}".encode()).hexdigest()[:10]


def plant(system: System, customers: Iterable[str] = CUSTOMERS) -> dict[str, list[str]]:
    """Canaries by customer, each in their record from now on (until they are reset).

    Raises:
        SystemFault: when a complaint cannot be made.
    """
    planted = {}
    for customer in customers:
        word = canary(customer)
        planted[customer] = [word]
        if any(word in str(complaint.get("about")) for complaint in system.state(customer)["complaints"]):
            continue
        session = system.enter(customer, "zh-CN")
        for line in _COMPLAINT:
            turn = system.send(session, {"text": line.format(canary=word)})
        card = last_card(turn, "confirm")
        if card is None:
            raise SystemFault(
                "contract", f"a complaint of {customer} could not be planted: {turn['reply']['text'][:80]}"
            )
        system.send(session, {"input": {"type": "confirm", "value": card["id"]}})
    return planted


def traces(system: System, states: dict[str, Json], log: Path | None) -> list[Fault]:
    """Planted words, phones and names in the metrics and, where the product's log is at hand, in the log."""
    status, metrics = system.probe("GET", "/metrics", None, None)
    places = {"metrics": metrics if status < 400 else ""}
    if log is not None:
        places["log"] = log.read_text(encoding="utf-8", errors="replace")
    return [
        Fault("leak", f"{customer}: {word} stands in the {place}", 0)
        for place, text in places.items()
        for customer, state in states.items()
        for word in (canary(customer), str(state["phone"]), str(state["name"]))
        if word in text
    ]
