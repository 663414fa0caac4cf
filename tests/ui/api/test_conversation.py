from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.port import BadInput, IdempotencyConflict, SessionEnded
from agent.turn import ActionResult, TurnRequest
from tests.ui.api.fakes import AUTH, SESSION, TOKEN, TURNS, Make, ScriptedTeller, Step, problem, turn_of
from tools.errors import Busy, KeyConflict
from ui.api.turns import Asked


class TestOpen:
    def test_a_sandbox_customer(self, client: TestClient, teller: ScriptedTeller) -> None:
        answer = client.post("/api/v1/sessions", json={"customer": "C1001", "channel": "web", "device": "new"})
        assert answer.status_code == 201
        assert answer.json()["session_id"] == SESSION
        assert answer.json()["turn"]["reply"]["text"] == "您好"
        assert teller.opened[0].customer == "C1001"
        assert teller.opened[0].device == "new"

    def test_no_customer(self, client: TestClient, teller: ScriptedTeller) -> None:
        assert client.post("/api/v1/sessions", json={"customer": None}).status_code == 201
        assert teller.opened[0].customer is None

    @pytest.mark.parametrize("customer", ["C9999", "", "李婉清", "C1001\u0000", "x" * 500, "' or 1=1 --"])
    def test_an_unknown_customer(self, client: TestClient, teller: ScriptedTeller, customer: str) -> None:
        problem(client.post("/api/v1/sessions", json={"customer": customer}), 422, "unknown-customer")
        assert teller.opened == []

    @pytest.mark.parametrize(
        ("body", "field", "code"),
        [
            ({"channel": "fax"}, "channel", "literal_error"),
            ({"locale": "fr"}, "locale", "literal_error"),
            ({"customer": 1001}, "customer", "string_type"),
            ({"level": 4}, "level", "extra_forbidden"),
            ({"1234567890123456": 4}, "?", "extra_forbidden"),
            ([], "", "model_type"),
        ],
    )
    def test_wrong_fields_are_named_with_a_remedy(self, client: TestClient, body: Any, field: str, code: str) -> None:
        document = problem(client.post("/api/v1/sessions", json=body), 422, "invalid-request")
        assert [(e["field"], e["code"]) for e in document["errors"]] == [(field, code)]
        assert document["errors"][0]["remedy"]
        assert "1234567890123456" not in str(document)


class TestTurn:
    def test_words(self, client: TestClient, teller: ScriptedTeller) -> None:
        teller.script["给王芳转五百"] = Step(
            turn_of("给王芳转五百", "请确认", stage="confirm", service="transfer.create")
        )
        answer = client.post(TURNS, json={"text": "  给王芳转五百\n"}, headers=AUTH)
        assert answer.status_code == 200
        assert answer.json()["stage"] == "confirm"
        assert answer.headers["content-type"] == "application/json"

    @pytest.mark.parametrize(
        "headers",
        [{"Authorization": "Bearer other"}, {"Authorization": "bearer t-2"}],
    )
    def test_a_token_of_another_session_is_answered_as_an_unknown_session(
        self, client: TestClient, headers: dict[str, str]
    ) -> None:
        other = problem(client.post(TURNS, json={"text": "hi"}, headers=headers), 401, "session-unknown")
        unknown = problem(
            client.post("/api/v1/sessions/nobody/turns", json={"text": "hi"}, headers=headers), 401, "session-unknown"
        )
        odd = problem(
            client.post("/api/v1/sessions/%00%ff%20/turns", json={"text": "hi"}, headers=headers),
            401,
            "session-unknown",
        )
        for document in (other, unknown, odd):
            del document["instance"]
        assert other == unknown == odd

    @pytest.mark.parametrize(
        "value", ["", "Bearer", "Bearer ", "Basic t-1", "t-1", "Bearer t 1", "Bearer " + "x" * 9000]
    )
    def test_no_usable_token(self, client: TestClient, value: str) -> None:
        answer = client.post(TURNS, json={"text": "hi"}, headers={"Authorization": value})
        problem(answer, 401, "token-missing")
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        ("raised", "status", "slug"),
        [
            (SessionEnded(), 410, "session-ended"),
            (BadInput("no_such_card", "请选一张自己的卡。"), 422, "no-such-card"),
            (IdempotencyConflict(), 409, "idempotency-conflict"),
            (KeyConflict(), 409, "idempotency-conflict"),
            (Busy(), 503, "busy"),
            (RuntimeError("card 6222020000001234567 is secret"), 500, "internal-error"),
        ],
    )
    def test_errors_of_the_teller(
        self,
        client: TestClient,
        teller: ScriptedTeller,
        caplog: pytest.LogCaptureFixture,
        raised: Exception,
        status: int,
        slug: str,
    ) -> None:
        teller.script["hi"] = Step(raised)
        answer = client.post(TURNS, json={"text": "hi"}, headers=AUTH)
        problem(answer, status, slug)
        assert ("retry-after" in answer.headers) == (status == 503)
        assert "6222020000001234567" not in answer.text + caplog.text
        if status == 500:
            assert answer.headers["x-request-id"] in caplog.text
            assert "RuntimeError" in caplog.text

    def test_the_key_reaches_the_teller(self, client: TestClient, teller: ScriptedTeller) -> None:
        teller.script["hi"] = Step(turn_of("hi", "hello"))
        client.post(TURNS, json={"text": "hi"}, headers={**AUTH, "Idempotency-Key": "k" * 200})
        assert teller.asked[0][1] == "k" * 200

    @pytest.mark.parametrize("key", ["", "k" * 201, "a b", "schlüssel".encode("latin-1")])
    def test_an_unusable_key(self, client: TestClient, key: str | bytes) -> None:
        headers = {**AUTH, "Idempotency-Key": key}
        problem(client.post(TURNS, json={"text": "hi"}, headers=headers), 400, "invalid-idempotency-key")  # type: ignore[arg-type]

    def test_transcript(self, client: TestClient) -> None:
        assert client.get(f"/api/v1/sessions/{SESSION}", headers=AUTH).json()["customer"] == "C1001"
        problem(client.get("/api/v1/sessions/other", headers=AUTH), 401, "session-unknown")
        problem(client.get(f"/api/v1/sessions/{SESSION}"), 401, "token-missing")


class TestLines:
    def test_turns_of_a_session_queue_and_keep_their_order(self, make: Make, teller: ScriptedTeller) -> None:
        go = threading.Event()
        teller.script["first"] = Step(turn_of("first", "1"), until=go)
        for name in ("second", "third"):
            teller.script[name] = Step(turn_of(name, name))
        with TestClient(make()) as client, ThreadPoolExecutor(3) as pool:
            calls = [pool.submit(client.post, TURNS, json={"text": "first"}, headers=AUTH)]
            assert teller.script["first"].started.wait(10)
            calls.append(pool.submit(client.post, TURNS, json={"text": "second"}, headers=AUTH))
            assert not teller.script["second"].started.wait(0.3)
            go.set()
            assert [call.result(10).status_code for call in calls] == [200, 200]
        assert teller.ended == ["first", "second"]

    def test_a_full_line_is_429_and_another_token_is_not_in_it(self, make: Make, teller: ScriptedTeller) -> None:
        go = threading.Event()
        teller.script["slow"] = Step(turn_of("slow", "1"), until=go)
        with TestClient(make(session_turns_waiting_max=1)) as client, ThreadPoolExecutor(2) as pool:
            slow = pool.submit(client.post, TURNS, json={"text": "slow"}, headers=AUTH)
            assert teller.script["slow"].started.wait(10)
            full = client.post(TURNS, json={"text": "slow"}, headers=AUTH)
            problem(full, 429, "too-many-turns")
            assert int(full.headers["retry-after"]) >= 1
            other = client.post(TURNS, json={"text": "x"}, headers={"Authorization": "Bearer x"})
            problem(other, 401, "session-unknown")
            go.set()
            assert slow.result(10).status_code == 200

    def test_too_many_turns_over_all_sessions_is_503(self, make: Make, teller: ScriptedTeller) -> None:
        go = threading.Event()
        teller.script["slow"] = Step(turn_of("slow", "1"), until=go)
        with TestClient(make(turns_waiting_max=1)) as client, ThreadPoolExecutor(1) as pool:
            slow = pool.submit(client.post, TURNS, json={"text": "slow"}, headers=AUTH)
            assert teller.script["slow"].started.wait(10)
            busy = client.post(TURNS, json={"text": "x"}, headers={"Authorization": "Bearer x"})
            problem(busy, 503, "busy")
            go.set()
            assert slow.result(10).status_code == 200

    def test_rate_of_a_session(self, make: Make, teller: ScriptedTeller) -> None:
        teller.script["hi"] = Step(turn_of("hi", "hello"))
        with TestClient(make(session_turns_per_minute_max=3)) as client:
            answers = [client.post(TURNS, json={"text": "hi"}, headers=AUTH) for _ in range(4)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
            assert 1 <= int(answers[3].headers["retry-after"]) <= 20
            other = client.post(TURNS, json={"text": "hi"}, headers={"Authorization": "Bearer other"})
            problem(other, 401, "session-unknown")


def test_figures_name_stage_service_and_outcome_and_no_id(client: TestClient, teller: ScriptedTeller) -> None:
    action = ActionResult(id="a-77", service="transfer.create", status="done")
    teller.script["确认"] = Step(
        turn_of("确认", "好了", stage="follow_up", service="transfer.create", actions=[action])
    )
    client.post(TURNS, json={"text": "确认"}, headers=AUTH)
    client.post(TURNS, json={"text": ""}, headers=AUTH)
    figures = client.get("/metrics").text
    assert 'skyteller_turns_total{outcome="done",service="transfer.create",stage="follow_up"} 1.0' in figures
    assert 'skyteller_problems_total{status="422",type="empty-text"} 1.0' in figures
    assert 'route="/api/v1/sessions/{session_id}/turns"' in figures
    assert SESSION not in figures.replace("sessions/{session_id}", "")
    assert "a-77" not in figures


def test_access_log_holds_routes_not_contents(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    client.post(f"{TURNS}?secret=1", json={"text": "my card is 6222"}, headers={"Authorization": "Bearer abc-token"})
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith(("skyteller", "ui.")))
    assert "/api/v1/sessions/{session_id}/turns 401" in ours
    for private in ("secret", "6222", "abc-token", f"/{SESSION}/"):
        assert private not in ours


async def _leave_and_drain(app: Any, started: threading.Event, go: threading.Event) -> tuple[bool, bool]:
    asked = Asked(SESSION, TOKEN, TurnRequest(text="slow"))
    app.state.turns.begin(asked)
    await asyncio.to_thread(started.wait, 10)
    early = await app.state.turns.drain(0.05)
    go.set()
    return early, await app.state.turns.drain(10)


def test_shutdown_waits_for_the_turns_in_progress(make: Make, teller: ScriptedTeller) -> None:
    go = threading.Event()
    step = teller.script["slow"] = Step(turn_of("slow", "1"), until=go)
    assert asyncio.run(_leave_and_drain(make(), step.started, go)) == (False, True)
    assert teller.ended == ["slow"]
