"""The desk over HTTP: who may come in, what a page of another site cannot do, and what is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.ui.console.conftest import DESK, Bank, SignedIn


def ask(api: httpx.Client, customer: str = "C1001") -> tuple[str, dict[str, str]]:
    opened = api.post("/api/v1/sessions", json={"customer": customer, "channel": "eval"}).json()
    auth = {"Authorization": f"Bearer {opened['token']}"}
    url = f"/api/v1/sessions/{opened['session_id']}"
    turn = api.post(f"{url}/turns", json={"text": "转人工"}, headers=auth).json()
    assert turn["stage"] == "handoff"
    return url, auth


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def test_that_the_cookie_is_no_scripts_and_no_other_sites(bank: Bank, api: httpx.Client) -> None:
    answer = api.post(f"{DESK}/session", json={"staff": "S001", "password": bank.passwords["S001"]})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/api/v1/desk" in cookie
    csrf = answer.json()["csrf"]
    assert problem(api.post(f"{DESK}/take", json={})) == (403, "desk-csrf")
    assert problem(api.post(f"{DESK}/take", json={}, headers={"X-CSRF-Token": "x"})) == (403, "desk-csrf")
    other = {"X-CSRF-Token": csrf, "Origin": "https://elsewhere.example"}
    assert problem(api.post(f"{DESK}/take", json={}, headers=other)) == (403, "desk-csrf")
    assert api.post(f"{DESK}/take", json={}, headers={"X-CSRF-Token": csrf}).status_code == 200
    assert api.delete(f"{DESK}/session", headers={"X-CSRF-Token": csrf}).status_code == 204
    assert problem(api.get(f"{DESK}/queue")) == (401, "desk-signed-out")


def test_that_wrong_passwords_lock_out(bank: Bank, api: httpx.Client) -> None:
    for _ in range(5):
        assert problem(api.post(f"{DESK}/session", json={"staff": "S002", "password": "x"})) == (401, "desk-sign-in")
    right = {"staff": "S002", "password": bank.passwords["S002"]}
    assert problem(api.post(f"{DESK}/session", json=right)) == (429, "desk-locked-out")
    assert problem(api.post(f"{DESK}/session", json={"staff": "S777", "password": "x"})) == (401, "desk-sign-in")
    api.post("/api/v1/sandbox/clock", json={"advance_s": 901})
    assert api.post(f"{DESK}/session", json=right).status_code == 200
    assert api.get("/problems/desk-locked-out").json()["status"] == 429


def test_a_case_from_taking_to_handing_back(signed_in: SignedIn, api: httpx.Client) -> None:
    url, auth = ask(api)
    assert api.get(f"{url}/desk", headers=auth).json()["place"] == 1
    clerk = signed_in()
    case = clerk.post(f"{DESK}/take", json={}).json()["case"]
    clerk.post(f"{DESK}/cases/{case}/messages", json={"text": "您好"})
    told = api.get(f"{url}/desk", headers=auth).json()
    assert (told["status"], told["staff"]["id"]) == ("taken", "S001")
    assert [event["text"] for event in told["events"] if event["kind"] == "message"] == ["您好"]
    heard = api.post(f"{url}/turns", json={"text": "我想问问"}, headers=auth).json()
    assert heard["reply"]["text"] == ""
    seen = clerk.get(f"{DESK}/cases/{case}").json()
    assert seen["customer"]["name"] == "李婉清"
    assert "10000001001" not in str(seen)
    other = signed_in("S002")
    assert problem(other.post(f"{DESK}/cases/{case}/messages", json={"text": "我也在"})) == (403, "desk-not-yours")
    assert problem(other.post(f"{DESK}/take", json={"case": case})) == (409, "desk-taken")
    assert clerk.post(f"{DESK}/cases/{case}/back", json={"outcome": "advised"}).json()["turn"] is not None
    transcript = api.get(url, headers=auth).json()["turns"]
    assert "小岚" in transcript[-1]["reply"]["text"]
    steps = [event["outcome"] for event in clerk.get(f"{DESK}/cases/{case}/audit").json() if event["step"] == "staff"]
    assert steps == ["taken:S001", "done:S001:advised"]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("take", {"case": "hnd_none"}, (404, "desk-unknown-case")),
        ("cases/hnd_none/messages", {"text": "x"}, (404, "desk-unknown-case")),
        ("cases/hnd_none/messages", {"text": "   "}, (422, "invalid-request")),
        ("cases/hnd_none/identity", {"document": "library card", "same": True}, (422, "invalid-request")),
        ("cases/hnd_none/signal", {"type": "offer", "sdp": "x" * 60_001}, (422, "invalid-request")),
        ("actions/act_none/decision", {"approve": True}, (409, "desk-not-in-review")),
        ("cases/hnd_none/nothing", {}, (404, "not-found")),
    ],
)
def test_that_what_makes_no_sense_is_refused(
    bank: Bank, api: httpx.Client, path: str, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    token = api.post("/api/v1/sandbox/staff", json={"staff": "S001"}).json()["token"]
    answer = api.post(f"{DESK}/{path}", json=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == expected[0]
    assert expected[1] in answer.json()["type"] or expected[0] == 422


def test_that_a_customer_reaches_only_their_own_desk(bank: Bank, api: httpx.Client) -> None:
    url, _ = ask(api)
    other, auth = ask(api, "C1002")
    assert api.get(f"{url}/desk", headers=auth).status_code == 401
    assert api.get(f"{url}/desk/events", headers=auth).status_code == 401
    assert problem(api.post(f"{other}/desk/signal", json={"type": "bye"}, headers=auth)) == (409, "desk-over")
    assert api.get(f"{DESK}/queue", headers=auth).status_code == 401
    assert problem(api.post(f"{other}/desk/callback", json={"at": "2020-01-01T10:00:00+08:00"}, headers=auth)) == (
        422,
        "desk-callback-time",
    )
    assert api.delete(f"{other}/desk", headers=auth).json() == {"status": "left"}
    assert problem(api.delete(f"{other}/desk", headers=auth)) == (404, "desk-unknown-case")


def test_that_the_page_lets_nothing_foreign_in(api: httpx.Client) -> None:
    page = api.get("/console")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script>" not in page.text
