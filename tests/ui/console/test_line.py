"""The plain line: words and voice over the server where no call from browser to browser comes about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient, WebSocketTestSession

from agent.operations import StaffTokens
from tests.agent.casework.bench import SUPERVISOR, TELLER, Office
from tests.agent.desk_bench import Talk
from tests.tools.gate.bench import Counter, database
from ui.api.desk.line import DeskLines
from ui.api.desk.parts import DeskParts
from ui.api.options import ApiOptions

SOUND = b"\x01\x02" * 512


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(Counter(database(tmp_path)))
    yield made
    made.counter.db.close()


@pytest.fixture
def client(office: Office) -> Iterator[TestClient]:
    app = FastAPI()
    tokens = StaffTokens(b"a secret of the tests, long enough", office.counter.clock)
    parts = DeskParts(office.work, office.view, office.staff, tokens, ApiOptions(), secure=False)
    DeskLines(parts, office.teller).install(app)
    app.state.tokens = tokens
    with TestClient(app) as made:
        yield made


def token(client: TestClient, staff: str = "S001") -> str:
    return str(client.app.state.tokens.token(staff))  # type: ignore[attr-defined]


def until(socket: WebSocketTestSession, kind: str) -> Any:
    """The next message of a kind; sound is its own kind."""
    while True:
        message = socket.receive()
        if message["type"] == "websocket.close":
            raise AssertionError(f"closed: {message}")
        if message.get("bytes") is not None:
            if kind == "sound":
                return message["bytes"]
            continue
        told = json.loads(message["text"])
        if told["type"] == kind:
            return told


def customers(client: TestClient, talk: Talk) -> Any:
    return client.websocket_connect(f"/api/v1/sessions/{talk.opened.session_id}/desk/line")


def colleagues(client: TestClient, case: str) -> Any:
    return client.websocket_connect(f"/api/v1/desk/cases/{case}/line")


def test_that_words_go_both_ways(client: TestClient, office: Office) -> None:
    talk = office.waiting()
    case = office.take()
    with customers(client, talk) as here, colleagues(client, case) as there:
        here.send_json({"token": talk.opened.token})
        there.send_json({"token": token(client)})
        until(here, "ready")
        until(there, "ready")
        here.send_json({"text": "我想问问换卡"})
        assert until(here, "turn")["turn"]["reply"]["text"] == ""
        heard: list[str] = []
        while "我想问问换卡" not in heard:
            heard += [one.get("text", "") for one in until(there, "events")["events"]]
        there.send_json({"text": "您好，我来帮您"})
        told: list[str] = []
        while "您好，我来帮您" not in told:
            told += [one.get("text", "") for one in until(here, "state")["events"]]


def test_that_sound_passes_only_while_both_talk(client: TestClient, office: Office) -> None:
    talk = office.waiting()
    case = office.take()
    with customers(client, talk) as here, colleagues(client, case) as there:
        here.send_json({"token": talk.opened.token})
        there.send_json({"token": token(client)})
        until(here, "ready")
        until(there, "ready")
        there.send_json({"talk": True})
        assert until(here, "talk")["on"] is True
        there.send_bytes(b"\0" * 1024)  # nobody opened a microphone or a loudspeaker here yet
        here.send_json({"talk": True})
        assert until(there, "talk")["on"] is True
        here.send_bytes(SOUND)
        assert until(there, "sound") == SOUND
        there.send_bytes(SOUND[::-1])
        assert until(here, "sound") == SOUND[::-1], "and not what was said before"
        here.send_json({"talk": False})
        assert until(there, "talk")["on"] is False


def closed(socket: WebSocketTestSession) -> int:
    """The code that the line ends with."""
    while True:
        message = socket.receive()
        if message["type"] == "websocket.close":
            return int(message["code"])


def refused(socket: Any, hello: dict[str, str]) -> int:
    with socket as opened:
        opened.send_json(hello)
        return closed(opened)


def test_that_nobody_else_comes_in(client: TestClient, office: Office) -> None:
    talk, other = office.waiting(), office.enter("C1003")
    case = office.take()
    assert refused(customers(client, talk), {"token": other.opened.token}) == 4401
    assert refused(customers(client, talk), {}) == 4401
    assert refused(customers(client, other), {"token": other.opened.token}) == 4410
    assert refused(colleagues(client, case), {"token": talk.opened.token}) == 4401
    assert refused(colleagues(client, case), {"token": token(client, SUPERVISOR.id)}) == 4401
    assert refused(colleagues(client, case), {"csrf": "x"}) == 4401


@pytest.mark.parametrize("rubbish", ["[]", "{", "x" * 9000, b"\0" * 9000])
def test_that_rubbish_ends_the_line(client: TestClient, office: Office, rubbish: str | bytes) -> None:
    talk = office.waiting()
    office.take()
    with customers(client, talk) as here:
        here.send_json({"token": talk.opened.token})
        until(here, "ready")
        here.send_bytes(rubbish) if isinstance(rubbish, bytes) else here.send_text(rubbish)
        assert closed(here) == 4400


def test_that_the_line_ends_with_the_case(client: TestClient, office: Office) -> None:
    talk = office.waiting()
    case = office.take()
    with colleagues(client, case) as there, customers(client, talk) as here:
        there.send_json({"token": token(client)})
        here.send_json({"token": talk.opened.token})
        until(there, "ready")
        until(here, "ready")
        office.work.hand_back(TELLER, case, "resolved")
        assert closed(there) == 4410
        assert closed(here) == 4410
