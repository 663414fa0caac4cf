"""Event streams and hostile connections, over a real server on the loopback."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from agent.port import SessionUnknown
from tests.ui.api.fakes import AUTH, TURNS, Make, ScriptedTeller, Step, problem, turn_of

STREAM = {**AUTH, "Accept": "text/event-stream"}
Events = list[tuple[str, dict[str, object]]]


@pytest.fixture
def address(make: Make) -> Iterator[tuple[str, int]]:
    """A server on a free port, stopped by its own flag."""
    app = make(keep_alive_seconds=0.1, body_seconds_max=0.5)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, server_header=False, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def http(address: tuple[str, int]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{address[1]}", timeout=20) as client:
        yield client


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, object]]]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_sentences_come_before_the_turn_is_done(http: httpx.Client, teller: ScriptedTeller) -> None:
    go = threading.Event()
    result = turn_of("换卡", "先确认身份。请报验证码。")
    teller.script["换卡"] = Step(result, sentences=("先确认身份。", "请报验证码。"), until=go)
    with http.stream("POST", TURNS, json={"text": "换卡"}, headers=STREAM) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert "server" not in answer.headers
        stream = events(answer.iter_lines())
        assert next(stream) == ("sentence", {"i": 0, "text": "先确认身份。", "speech": "先确认身份。"})
        assert next(stream)[1]["i"] == 1
        assert teller.ended == []
        go.set()
        assert next(stream) == ("turn", json.loads(result.model_dump_json()))
        assert list(stream) == []


def test_a_silent_stream_is_kept_alive(http: httpx.Client, teller: ScriptedTeller) -> None:
    go = threading.Event()
    teller.script["hi"] = Step(turn_of("hi", "hello"), sentences=("hello",), until=go)
    with http.stream("POST", TURNS, json={"text": "hi"}, headers=STREAM) as answer:
        lines = answer.iter_lines()
        while not next(lines).startswith(":"):
            pass
        go.set()
        assert [name for name, _ in events(lines)] == ["turn"]


def test_a_repeated_turn_is_said_in_one_piece(http: httpx.Client, teller: ScriptedTeller) -> None:
    teller.script["hi"] = Step(turn_of("hi", "hello"))
    with http.stream("POST", TURNS, json={"text": "hi"}, headers=STREAM) as answer:
        got = list(events(answer.iter_lines()))
    assert [name for name, _ in got] == ["sentence", "turn"]
    assert got[0][1] == {"i": 0, "text": "hello", "speech": "hello"}


def test_a_problem_after_the_first_sentence_is_an_event(http: httpx.Client, teller: ScriptedTeller) -> None:
    teller.script["hi"] = Step(RuntimeError("secret"), sentences=("one moment",))
    with http.stream("POST", TURNS, json={"text": "hi"}, headers={**STREAM, "Accept-Language": "zh"}) as answer:
        got = list(events(answer.iter_lines()))
    assert [name for name, _ in got] == ["sentence", "problem"]
    assert got[1][1]["type"] == "/problems/internal-error"
    assert got[1][1]["title"] == "我们这边出了错"
    assert "secret" not in str(got)


def test_a_problem_before_that_has_its_status(http: httpx.Client, teller: ScriptedTeller) -> None:
    problem(http.post(TURNS, json={"text": ""}, headers=STREAM), 422, "empty-text")
    teller.script["hi"] = Step(SessionUnknown())
    problem(http.post(TURNS, json={"text": "hi"}, headers=STREAM), 401, "session-unknown")


def test_q_0_is_no_wish_for_a_stream(http: httpx.Client, teller: ScriptedTeller) -> None:
    teller.script["hi"] = Step(turn_of("hi", "hello"))
    headers = {**AUTH, "Accept": "application/json, text/event-stream;q=0"}
    assert http.post(TURNS, json={"text": "hi"}, headers=headers).json()["heard"] == "hi"


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_a_turn_goes_on_when_its_client_leaves(
    address: tuple[str, int], http: httpx.Client, teller: ScriptedTeller, accept: str
) -> None:
    go = threading.Event()
    teller.script["给王芳转五百"] = Step(turn_of("给王芳转五百", "好了"), sentences=("请稍等。",), until=go)
    body = json.dumps({"text": "给王芳转五百"}).encode()
    head = (
        f"POST {TURNS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t-1\r\nAccept: {accept}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(address) as client:
        client.sendall(head.encode() + body)
        assert teller.script["给王芳转五百"].started.wait(10)
    time.sleep(0.3)
    go.set()
    waited = time.monotonic()
    while teller.ended != ["给王芳转五百"]:
        assert time.monotonic() - waited < 10
        time.sleep(0.02)
    assert http.get("/healthz").status_code == 200
    assert 'outcome="said"' in http.get("/metrics").text


def _raw(address: tuple[str, int], sent: bytes) -> bytes:
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(sent)
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = client.recv(65536)
            if not more:
                break
            answer += more
        return answer


def test_a_body_that_does_not_end_gets_408(address: tuple[str, int]) -> None:
    head = f"POST {TURNS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t-1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    assert _raw(address, head.encode()).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/sessions/%ff%fe/turns",
        "/api/v1/sessions/%ed%a0%80/turns",
        "/api/v1/../../etc",
        "/%00",
        "//",
        "/docs/assets/..%2f..%2fapp.py",
    ],
)
def test_odd_addresses_as_they_are(address: tuple[str, int], path: str) -> None:
    answer = _raw(address, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 40"), answer
    assert b"application/problem+json" in answer


def test_a_body_far_over_the_limit_still_gets_its_answer(http: httpx.Client) -> None:
    answer = http.post(
        TURNS, content=b'{"text":"' + b"x" * 2_000_000, headers={**AUTH, "Content-Type": "application/json"}
    )
    problem(answer, 413, "body-too-large")


def test_a_web_socket_finds_nothing(address: tuple[str, int]) -> None:
    head = (
        "GET /api/v1/voice HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert _raw(address, head.encode()).startswith(b"HTTP/1.1 403")
