"""The system under test, behind its HTTP contract."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
from pydantic import ValidationError

from eval.case import Case
from eval.contract import CUSTOMERS, Json, TurnShape

API = "/api/v1"
HASTY_S = 0.05
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
        session = Session(str(opened["session_id"]), str(opened["token"]))
        session.exchanges.append((None, self._turn(opened.get("turn"))))
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
        try:
            response = self.client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise SystemFault("unreachable", f"{method} {path}: {type(error).__name__}") from error
        return response.status_code, response.text

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
        return next((str(message["code"]) for message in messages if message["kind"] == "otp"), None)

    def quiz_answer(self, session: Session) -> str | None:
        """What an attentive customer would answer now."""
        answer = self._json("GET", f"/sandbox/sessions/{session.id}")["quiz_answer"]
        return None if answer is None else str(answer)

    def advance(self, seconds: int) -> None:
        """Move the sandbox clock."""
        self._json("POST", "/sandbox/clock", json={"advance_s": seconds})

    def states(self) -> dict[str, Json]:
        """How things stand with everybody."""
        return {customer: self.state(customer) for customer in CUSTOMERS}

    def state(self, customer: str) -> Json:
        """How things stand with a customer."""
        return dict(self._json("GET", f"/sandbox/customers/{customer}"))

    def audit(self, session: Session) -> list[Json]:
        """The session's audit events, in order."""
        token = str(self._json("POST", "/sandbox/staff", json={"staff": "S001"})["token"])  # it ages with the clock
        headers = {"Authorization": f"Bearer {token}"}
        events = self._json("GET", "/audit", params={"session_id": session.id}, headers=headers)
        return list(events["events"] if isinstance(events, dict) else events)

    def names(self) -> dict[str, str]:
        """Name by customer: what must not be said to another."""
        if self._names is None:
            self._names = {customer: str(self.state(customer)["name"]) for customer in CUSTOMERS}
        return self._names

    def health(self) -> Json:
        """What it says about itself."""
        try:
            return dict(self.client.get("/healthz").json())
        except (httpx.HTTPError, ValueError) as error:
            raise SystemFault("unreachable", f"GET /healthz: {type(error).__name__}") from error

    def _json(self, method: str, path: str, expected: int = 200, **options: object) -> Any:
        try:
            response = self.client.request(method, f"{API}{path}", **options)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            raise SystemFault("unreachable", f"{method} {path.split('/')[1]}: {type(error).__name__}") from error
        if response.status_code != expected and not (expected == 200 and response.status_code in (201, 204)):
            what = f"{method} {path.split('/')[1]}: {response.status_code}: {response.text[:300]}"
            raise SystemFault("status", what, response.status_code)
        try:
            return response.json() if response.content else {}
        except ValueError as error:
            raise SystemFault("contract", f"{method} {path.split('/')[1]}: not JSON") from error

    @staticmethod
    def _turn(answer: object) -> Json:
        try:
            TurnShape.model_validate(answer)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3])
            raise SystemFault("contract", f"not a Turn: {wrong}") from error
        assert isinstance(answer, dict)  # noqa: S101 - validated just above
        return answer
