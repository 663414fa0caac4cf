"""The system under test, behind its HTTP contract."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
from pydantic import ValidationError

from eval.case import Case
from eval.contract import CUSTOMERS, EVENTS, MESSAGES, Json, OpenedShape, StateShape, TurnShape

API = "/api/v1"
HASTY_S = 0.05
ANSWER_S_MAX, ANSWER_BYTES_MAX = 60.0, 50_000_000
Network = Literal["good", "double", "slow", "restart"]


class SystemFault(Exception):
    """The system did not answer as the contract says; ``kind`` groups: unreachable, status, contract, repeat. ``status`` is
    the HTTP status where that is what is wrong."""

    def __init__(self, kind: str, what: str, status: int = 0) -> None:
        super().__init__(f"{kind}: {what}")
        self.kind, self.what, self.status = kind, what, status


@dataclass
class Session:
    """An open session and what was sent and answered in it; ``seconds`` is the time of each turn."""

    id: str
    token: str
    exchanges: list[tuple[Json | None, Json]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def turns(self) -> list[Json]:
        return [turn for _, turn in self.exchanges]


class System:
    """Everything a suite asks of it. ``client`` knows the address; a test's in-process client serves as well. ``restart``
    kills it and starts it again, where it is ours to kill."""

    def __init__(self, client: httpx.Client, restart: Callable[[], None] | None = None) -> None:
        self.client, self.restart = client, restart
        self._names: dict[str, str] | None = None

    def reset(self, customer: str | None) -> None:
        """Back to the story, for one or for all."""
        self._json("POST", "/sandbox/reset", json={"customer": customer} if customer else {})

    def open(self, case: Case) -> Session:
        """Back to the story, then a session."""
        self.reset(case.customer)
        return self.enter(case.customer, case.locale, case.mode, case.device)

    def enter(
        self, customer: str | None, locale: str = "zh-CN", mode: str = "standard", device: str = "known"
    ) -> Session:
        """A session, with things as they stand."""
        body = {"customer": customer, "channel": "eval", "locale": locale, "mode": mode, "device": device}
        opened = self._json("POST", "/sessions", expected=201, json=body)
        _shaped(OpenedShape.model_validate, opened, "what opens a session")
        session = Session(opened["session_id"], opened["token"])
        session.exchanges.append((None, self._turn(opened["turn"])))
        return session

    def send(self, session: Session, body: Json, *, network: Network = "good") -> Json:
        """One turn. On a bad line (``double``, ``slow``) it is sent again under the same Idempotency-Key, with the first answer
        or without having waited for it.

        Raises:
            SystemFault: also where the repeated turn is not the same Turn.
        """
        twice = network in ("double", "slow")
        headers = {"Authorization": f"Bearer {session.token}"}
        if twice:
            headers["Idempotency-Key"] = f"{session.id}-{len(session.exchanges)}"
        if network == "slow":
            with contextlib.suppress(httpx.TimeoutException):
                self.client.post(f"{API}/sessions/{session.id}/turns", json=body, headers=headers, timeout=HASTY_S)
        began = time.perf_counter()
        turn = self._turn(self._json("POST", f"/sessions/{session.id}/turns", json=body, headers=headers))
        session.seconds.append(time.perf_counter() - began)
        if twice and self._json("POST", f"/sessions/{session.id}/turns", json=body, headers=headers) != turn:
            raise SystemFault("repeat", "the same turn sent again got another answer")
        session.exchanges.append((body, turn))
        return turn

    def probe(self, method: str, path: str, body: Any, token: str | None) -> tuple[int, str]:
        """Any request, and whatever its status and text are: what an attacker sends past the conversation."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        status, answer = self._ask(method, path, f"{method} {path}", json=body, headers=headers)
        return status, answer.decode("utf-8", "replace")

    def attempt(self, session: Session, body: Json) -> str | None:
        """One turn that may be refused: the problem's text when it was (4xx), None when it was answered as any other."""
        try:
            self.send(session, body)
        except SystemFault as fault:
            if fault.kind == "status" and 400 <= fault.status < 500:
                return fault.what
            raise
        return None

    def code(self, customer: str) -> str | None:
        """The newest code on the sandbox phone."""
        messages = self._json("GET", f"/sandbox/customers/{customer}/phone")
        _shaped(MESSAGES.validate_python, messages, "the messages on the phone")
        return next((str(message.get("code")) for message in messages if message.get("kind") == "otp"), None)

    def quiz_answer(self, session: Session) -> str | None:
        """What an attentive customer would answer now."""
        known = self._json("GET", f"/sandbox/sessions/{session.id}")
        answer = known.get("quiz_answer") if isinstance(known, dict) else None
        return None if answer is None else str(answer)

    def advance(self, seconds: int) -> None:
        """Move the sandbox clock."""
        self._json("POST", "/sandbox/clock", json={"advance_s": seconds})

    def states(self) -> dict[str, Json]:
        """How things stand with everybody."""
        return {customer: self.state(customer) for customer in CUSTOMERS}

    def state(self, customer: str) -> Json:
        """How things stand with a customer."""
        state = self._json("GET", f"/sandbox/customers/{customer}")
        _shaped(StateShape.model_validate, state, "a customer's state")
        return dict(state)

    def audit(self, session: Session) -> list[Json]:
        """The session's audit events, in order."""
        staff = self._json("POST", "/sandbox/staff", json={"staff": "S001"})  # a token ages with the clock
        if not isinstance(staff, dict) or "token" not in staff:
            raise SystemFault("contract", "POST sandbox/staff: no `token`")
        headers = {"Authorization": f"Bearer {staff['token']}"}
        events = self._json("GET", "/audit", params={"session_id": session.id}, headers=headers)
        events = events.get("events") if isinstance(events, dict) else events
        _shaped(EVENTS.validate_python, events, "the audit log")
        return list(events or ())

    def names(self) -> dict[str, str]:
        """Name by customer: what must not be said to another."""
        if self._names is None:
            self._names = {customer: str(self.state(customer)["name"]) for customer in CUSTOMERS}
        return self._names

    def health(self) -> Json:
        """What it says about itself.

        Raises:
            SystemFault: also where something else answers at this address.
        """
        status, answer = self._ask("GET", "/healthz", "GET /healthz")
        try:
            told = json.loads(answer)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise SystemFault(
                "contract",
                f"GET /healthz: {status}: {answer[:60]!r} is no JSON object: is this the address of a teller?",
            )
        return told

    def _json(self, method: str, path: str, expected: int = 200, **options: object) -> Any:
        where = f"{method} {path.split('/')[1]}"
        status, answer = self._ask(method, f"{API}{path}", where, **options)
        if status != expected and not (expected == 200 and status in (201, 204)):
            raise SystemFault("status", f"{where}: {status}: {answer.decode('utf-8', 'replace')[:300]}", status)
        try:
            return json.loads(answer) if answer else {}
        except ValueError as error:
            raise SystemFault("contract", f"{where}: not JSON") from error

    def _ask(self, method: str, path: str, where: str, **options: object) -> tuple[int, bytes]:
        """Status and body; an answer that never ends is none."""
        until, body = time.monotonic() + ANSWER_S_MAX, b""
        try:
            with self.client.stream(method, path, **options) as response:  # type: ignore[arg-type]
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > ANSWER_BYTES_MAX or time.monotonic() > until:
                        raise SystemFault("unreachable", f"{where}: the answer does not end")
                return response.status_code, body
        except httpx.HTTPError as error:
            raise SystemFault("unreachable", f"{where}: {type(error).__name__}") from error

    @staticmethod
    def _turn(answer: object) -> Json:
        _shaped(TurnShape.model_validate, answer, "a Turn")
        assert isinstance(answer, dict)  # noqa: S101 - validated just above
        return answer


def _shaped(check: Callable[[Any], object], answer: object, what: str) -> None:
    """Whether an answer is what the contract promises.

    Raises:
        SystemFault: with what is wrong.
    """
    try:
        check(answer)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg'].split(' or instance')[0]}"
            for e in error.errors()[:3]
        )
        raise SystemFault("contract", f"not {what}: {wrong}") from error
