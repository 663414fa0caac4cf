"""Failures whose fault is known, for they were made: does the automatic blame find it? For ``python -m bench.blame``.

``python -m bench.planted --url URL [--uneducated URL] [--kind system] --reports FOLDER``

What is measured is kept as it goes; the same command goes on with it.

- ``planted.expectation``: cases of the suites with an expectation that is wrong: another amount, another card, a step that cannot be.
- ``planted.simulator``: a customer with a fault: answers another question, leaves early, mistypes every code, takes the wrong answer.
- ``planted.system``: a system with a fault: hears ten times the amount, answers 500 now and then, and (``--uneducated``: a server of
  ``python -m bench.weaker --part no_education``) teaches nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx

from eval.__main__ import TIMEOUT_S
from eval.case import Case, Expected, Goal
from eval.contract import Json
from eval.customer import Customer, Move, Senses
from eval.journal import Journal
from eval.load import load_suites, wordings
from eval.report import summarise, write
from eval.run import Runner
from eval.system import System

EXPECTATIONS: Mapping[str, dict[str, Any]] = {
    "transfer.known.zh": {"state": {"accounts.6688.balance": "51740.18"}},
    "balance.named.en": {"said": [r"8,300\.00"]},
    "lock.asked.zh": {"state": {"cards.3021.status": "locked"}},
    "replace.named.zh": {"requests": [{"service": "card.replace", "params": {"card": "3021"}}]},
    "transfer.flagged.zh": {"requests": [{"service": "transfer.create", "status": "done"}]},
    "lower.named.zh": {"turns_max": 1},
    "loss.elder.zh": {"taught": "quiz"},
    "person.plain.zh": {"cited": True},
    "complaint.fee.zh": {"state": {"complaints": 2}},
    "cancel.otp.zh": {"state": {"accounts.6688.balance": "52260.18"}},
}


class _AnswersAnother(Customer):
    """Takes one question for another."""

    def _fill(self, turn: Json, goal: Goal) -> Move:
        if "amount" in goal.params and "payee" in goal.params:
            params = {**goal.params, "amount": goal.params["payee"], "payee": goal.params["amount"]}
            goal = goal.model_copy(update={"params": params})
        return super()._fill(turn, goal)


class _LeavesEarly(Customer):
    """Goes when a third thing is asked."""

    _asked_for = 0

    def _stuck(self, turn: Json) -> bool:
        self._asked_for += 1
        return self._asked_for > 2


class _Mistypes(Customer):
    """Types every code the wrong way round."""

    def _prove(self, turn: Json, senses: Senses) -> Move:
        return super()._prove(turn, Senses(lambda: (senses.code() or "")[::-1] or None, senses.quiz))


class _NotAttentive(Customer):
    """Takes another answer than the right one, each time."""

    def _learn(self, turn: Json, senses: Senses) -> Move:
        self._quiz_wrong = 1
        return super()._learn(turn, senses)


SIMULATORS: Mapping[type[Customer], tuple[str, ...]] = {
    _AnswersAnother: ("transfer.asked_amount.en", "transfer.asked_payee.zh"),
    _LeavesEarly: ("activate.named.zh", "replace.named.zh"),
    _Mistypes: ("replace.elder.zh", "cancel.flagged.zh"),
    _NotAttentive: ("activate.named.zh", "raise.elder.zh"),
}


class _HearsTenfold(httpx.HTTPTransport):
    """A system that takes hundreds for thousands."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/turns"):
            body = json.loads(request.read())
            if "text" in body:
                body["text"] = body["text"].replace("百", "千").replace("00", "000")
            content = json.dumps(body).encode()
            headers = {k: v for k, v in request.headers.items() if k.lower() != "content-length"}
            request = httpx.Request(request.method, request.url, headers=headers, content=content)
        return super().handle_request(request)


class _Falters(httpx.HTTPTransport):
    """A system that answers every seventh turn with an error."""

    turns = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/turns"):
            self.turns += 1
            if self.turns % 7 == 0:
                return httpx.Response(500, json={"detail": "internal error"}, request=request)
        return super().handle_request(request)


SYSTEMS: Mapping[type[httpx.HTTPTransport], tuple[str, ...]] = {
    _HearsTenfold: ("transfer.known.zh", "transfer.asked_payee.zh", "transfer.known_other.zh"),
    _Falters: ("replace.named.zh", "cancel.flagged.zh", "activate.named.zh", "loss.named.en", "transfer.known.zh"),
}


def main() -> int:
    """Writes one report of what failed; 0 when something did of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="a server that speaks the contract")
    parser.add_argument("--uneducated", help="one that teaches nothing")
    parser.add_argument("--kind", choices=("expectation", "simulator", "system"), help="only this one")
    parser.add_argument("--reports", type=Path, default=Path("reports"))
    args = parser.parse_args()
    args.reports.mkdir(parents=True, exist_ok=True)
    name = f"planted-{args.kind}" if args.kind else "planted"
    journal = Journal(args.reports / f"{name}.jsonl", {"suite": name})
    cases = {case.id: case for suite in ("services", "dialogue", "protection") for case in load_suites()[suite]}
    kinds = {"expectation": _expectations, "simulator": _simulators, "system": _systems}
    for kind, made in kinds.items():
        if args.kind in (None, kind):
            for case, number, runner in made(cases, args):
                if journal.get(f"planted.{kind}", case.id, number) is None:
                    journal.add(runner.run(f"planted.{kind}", case, number))
    failed = [trial for trial in journal.trials if not trial.passed]
    print(*write(args.reports, name, time.time(), summarise(failed, {}, {}, seed=0, trials_each=1), failed), sep="\n")
    return 0 if len({trial.suite for trial in failed}) == (1 if args.kind else 3) else 1


Made = Iterator[tuple[Case, int, Runner]]


def _expectations(cases: Mapping[str, Case], args: argparse.Namespace) -> Made:
    with httpx.Client(base_url=args.url, timeout=TIMEOUT_S) as client:
        runner = Runner(System(client), 0, wordings())
        for name, change in EXPECTATIONS.items():
            yield wrong(cases[name], change), 0, runner


def _simulators(cases: Mapping[str, Case], args: argparse.Namespace) -> Made:
    with httpx.Client(base_url=args.url, timeout=TIMEOUT_S) as client:
        for number, (customer, names) in enumerate(SIMULATORS.items()):
            with patch("eval.run.Customer", customer):
                for name in names:
                    yield cases[name], number, Runner(System(client), 0, wordings())


def _systems(cases: Mapping[str, Case], args: argparse.Namespace) -> Made:
    for number, (transport, names) in enumerate(SYSTEMS.items()):
        with httpx.Client(base_url=args.url, timeout=TIMEOUT_S, transport=transport()) as client:
            for name in names:
                yield cases[name], number, Runner(System(client), 0, wordings())
    if args.uneducated:
        with httpx.Client(base_url=args.uneducated, timeout=TIMEOUT_S) as client:
            for case in load_suites()["protection"]:
                yield case, len(SYSTEMS), Runner(System(client), 0, wordings())


def wrong(case: Case, change: Mapping[str, Any]) -> Case:
    """The case with another expectation."""
    expect = Expected.model_validate({**case.expect.model_dump(), **change})
    return case.model_copy(update={"expect": expect})


if __name__ == "__main__":
    sys.exit(main())
