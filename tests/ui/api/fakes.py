"""Stand-ins with a script: what is not in the script fails the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.port import OnSentence, SessionUnknown
from agent.turn import Reply, Sentence, SessionOpened, SessionRequest, Transcript, Turn, TurnRequest
from tools.errors import Refused
from tools.wording import Line, Text

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SESSION, TOKEN = "s-1", "t-1"
AUTH = {"Authorization": f"Bearer {TOKEN}"}
TURNS = f"/api/v1/sessions/{SESSION}/turns"


def turn_of(heard: str, text: str, **more: Any) -> Turn:
    return Turn(turn_id=2, heard=heard, reply=Reply(text=text, speech=text), **more)


@dataclass
class Step:
    """Answers one turn: sentences, then a turn or an error; waits for ``until`` first."""

    result: Turn | Exception
    sentences: tuple[str, ...] = ()
    until: threading.Event | None = None
    started: threading.Event = field(default_factory=threading.Event)


class ScriptedTeller:
    """Knows one session; each request must be in ``script`` by its text or by (type, value)."""

    def __init__(self) -> None:
        self.script: dict[Any, Step] = {}
        self.opened: list[SessionRequest] = []
        self.asked: list[tuple[TurnRequest, str | None]] = []
        self.ended: list[str] = []
        self.open_error: Exception | None = None

    def open(self, request: SessionRequest) -> SessionOpened:
        if self.open_error is not None:
            raise self.open_error
        self.opened.append(request)
        return SessionOpened(session_id=SESSION, token=TOKEN, turn=turn_of("", "您好"))

    def turn(
        self,
        session_id: str,
        token: str,
        request: TurnRequest,
        *,
        key: str | None = None,
        on_sentence: OnSentence | None = None,
    ) -> Turn:
        if (session_id, token) != (SESSION, TOKEN):
            raise SessionUnknown
        self.asked.append((request, key))
        name = request.text if request.input is None else request.input.type
        step = self.script.get(name)
        assert step is not None, f"not in the script: {name!r}"
        step.started.set()
        for i, text in enumerate(step.sentences):
            if on_sentence is not None:
                on_sentence(Sentence(i=i, text=text, speech=text))
        if step.until is not None:
            assert step.until.wait(20)
        self.ended.append(str(name))
        if isinstance(step.result, Exception):
            raise step.result
        return step.result

    def transcript(self, session_id: str, token: str) -> Transcript:
        if (session_id, token) != (SESSION, TOKEN):
            raise SessionUnknown
        return Transcript(
            session_id=SESSION, customer="C1001", locale="zh-CN", mode="standard", level=1, ended=False, turns=[]
        )


class AnyTeller(ScriptedTeller):
    """Answers everything alike: for tests of what the API lets through."""

    def turn(self, session_id: str, token: str, request: TurnRequest, **_: Any) -> Turn:
        if (session_id, token) != (SESSION, TOKEN):
            raise SessionUnknown
        TurnRequest.model_validate_json(request.model_dump_json())  # what gets here is well-formed text
        self.asked.append((request, None))
        return turn_of(request.text or "", "好的")


class FakeBank:
    def __init__(self) -> None:
        self.resets: list[str | None] = []
        self.now = NOW

    def customer_exists(self, customer: str) -> bool:
        return customer in {"C1001", "C1002"}

    def customer_state(self, customer: str) -> Mapping[str, Any] | None:
        return {"id": customer, "name": "李婉清"} if self.customer_exists(customer) else None

    def phone(self, customer: str) -> list[Mapping[str, Any]] | None:
        message = {"at": NOW.isoformat(), "kind": "otp", "text": "…", "code": "482913"}
        return [message] if self.customer_exists(customer) else None

    def session_state(self, session_id: str) -> Mapping[str, Any] | None:
        return {"level": 1, "quiz_answer": None} if session_id == SESSION else None

    def enrol_face(self, session_id: str, token: str, picture: str) -> bytes | None:
        if picture == "x":
            raise Refused("picture", Line(Text("画面里没有看到脸", "I do not see a face")))
        return b"\xff\xd8\xff" if (session_id, token) == (SESSION, TOKEN) else None

    def forget_face(self, session_id: str, token: str) -> bool:
        return (session_id, token) == (SESSION, TOKEN)

    def reset(self, customer: str | None) -> None:
        self.resets.append(customer)

    def advance_clock(self, seconds: int) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


class FakeAudit:
    def events(self, session_id: str) -> list[Mapping[str, Any]]:
        return [{"seq": 1, "session_id": session_id, "step": "identity"}] if session_id == SESSION else []


class FakeStaff:
    def token(self, staff: str) -> str | None:
        return {"S001": "staff-1", "S002": "staff-2"}.get(staff)

    def verify(self, token: str) -> str | None:
        return {"staff-1": "S001", "staff-2": "S002"}.get(token)


class FakeHealth:
    version = "0.1.0"

    def models(self) -> dict[str, Any]:
        return {"llm": "loading"}


class FakeCatalogue:
    def services(self) -> list[Mapping[str, Any]]:
        return [{"id": "transfer.create", "params": {"type": "object"}}]


class FixedClock:
    def __init__(self, now: datetime = NOW) -> None:
        self.present = now

    def now(self) -> datetime:
        return self.present


class Used:
    """Single use, in memory."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def claim(self, jti: str, exp: datetime) -> bool:
        assert exp.tzinfo is not None
        fresh = jti not in self.seen
        self.seen.add(jti)
        return fresh


Make = Callable[..., Any]


def problem(response: Any, status: int, slug: str) -> dict[str, Any]:
    """The document, checked for what every problem document has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["type"] == f"/problems/{slug}"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    assert document["instance"] == f"urn:uuid:{response.headers['x-request-id']}"
    return document
