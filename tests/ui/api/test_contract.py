"""Every route, its shape and its documentation."""

from __future__ import annotations

import json
from typing import Any

from fastapi.testclient import TestClient

from tests.ui.api.fakes import AUTH, SESSION, FakeBank, problem

CONVERSATION = {
    "POST /api/v1/sessions": ("201", "SessionOpened", "SessionRequest"),
    "POST /api/v1/sessions/{session_id}/turns": ("200", "Turn", "TurnBody"),
    "GET /api/v1/sessions/{session_id}": ("200", "Transcript", None),
    "GET /api/v1/services": ("200", None, None),
    "GET /api/v1/audit": ("200", None, None),
    "GET /healthz": ("200", None, None),
    "GET /metrics": ("200", None, None),
    "GET /problems/{slug}": ("200", None, None),
}
SANDBOX = {
    "GET /api/v1/sandbox/customers/{customer}": ("200", None, None),
    "GET /api/v1/sandbox/customers/{customer}/phone": ("200", None, None),
    "GET /api/v1/sandbox/sessions/{session_id}": ("200", None, None),
    "POST /api/v1/sandbox/reset": ("200", None, "ResetBody"),
    "POST /api/v1/sandbox/clock": ("200", None, "ClockBody"),
    "POST /api/v1/sandbox/staff": ("200", None, "StaffBody"),
    "POST /api/v1/sandbox/sessions/{session_id}/face": ("201", None, "FaceBody"),
    "DELETE /api/v1/sandbox/sessions/{session_id}/face": ("204", None, None),
}
PROBLEMS = {
    "POST /api/v1/sessions": {"400", "401", "403", "413", "415", "422", "429", "503", "default"},
    "POST /api/v1/sessions/{session_id}/turns": {
        "400",
        "401",
        "408",
        "409",
        "410",
        "413",
        "415",
        "422",
        "429",
        "503",
        "default",
    },
    "GET /api/v1/sessions/{session_id}": {"401", "410", "503", "default"},
}


def _name(schema: dict[str, Any]) -> str | None:
    return schema["$ref"].rsplit("/", 1)[1] if "$ref" in schema else None


def _shape(document: dict[str, Any]) -> dict[str, tuple[str, str | None, str | None]]:
    shapes = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            status = next(code for code in operation["responses"] if code.startswith("2"))
            content = operation["responses"][status].get("content", {})
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            shapes[f"{method.upper()} {path}"] = (
                status,
                _name(content.get("application/json", {}).get("schema", {})),
                _name(body),
            )
    return shapes


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        here = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return here.union(*(_references(child) for child in node.values()))
    if isinstance(node, list):
        return set().union(*(_references(child) for child in node))
    return set()


def test_the_documented_routes(client: TestClient, production: TestClient) -> None:
    sandbox, real = client.get("/openapi.json").json(), production.get("/openapi.json").json()
    assert _shape(sandbox) == CONVERSATION | SANDBOX
    assert _shape(real) == CONVERSATION
    for route, statuses in PROBLEMS.items():
        method, path = route.split(" ")
        responses = sandbox["paths"][path][method.lower()]["responses"]
        assert {s for s, r in responses.items() if "application/problem+json" in r.get("content", {})} == statuses
    assert "sandbox" not in json.dumps(list(real["paths"]))


def test_every_reference_leads_somewhere(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    for reference in _references(document):
        node: Any = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    schemas = document["components"]["schemas"]
    assert {"Problem", "Turn", "TurnBody", "OtpInput", "ConfirmCard", "StartService"} <= set(schemas)
    turn = document["paths"]["/api/v1/sessions/{session_id}/turns"]["post"]
    assert turn["security"] == [{"session": []}]
    assert {p["name"] for p in turn["parameters"]} == {"session_id", "Idempotency-Key"}
    assert "text/event-stream" in turn["responses"]["200"]["content"]
    assert all(o.get("summary") and o.get("description") for p in document["paths"].values() for o in p.values())


def test_the_docs_page_needs_no_other_host(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    assert "http://" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for path in ("/docs/assets/swagger-ui-bundle.js", "/docs/assets/swagger-ui.css", "/docs/start.js"):
        assert path.removeprefix("/") in page.text
        assert client.get(path).status_code == 200


def test_services_health_and_what_problems_mean(client: TestClient) -> None:
    assert client.get("/api/v1/services").json() == [{"id": "transfer.create", "params": {"type": "object"}}]
    assert client.get("/healthz").json() == {"status": "ok", "version": "0.1.0", "models": {"llm": "loading"}}
    meaning = client.get("/problems/empty-text", headers={"Accept-Language": "zh"}).json()
    assert (meaning["type"], meaning["status"], meaning["title"]) == ("/problems/empty-text", 422, "没有文字")


def test_audit_is_for_staff(client: TestClient) -> None:
    path = f"/api/v1/audit?session_id={SESSION}"
    problem(client.get(path), 401, "token-missing")
    problem(client.get(path, headers={"Authorization": "Bearer t-1"}), 401, "staff-token-invalid")
    token = client.post("/api/v1/sandbox/staff", json={"staff": "S001"}).json()["token"]
    staff = {"Authorization": f"Bearer {token}"}
    assert client.get(path, headers=staff).json() == [{"seq": 1, "session_id": SESSION, "step": "identity"}]
    assert client.get("/api/v1/audit?session_id=other", headers=staff).json() == []
    missing = problem(client.get("/api/v1/audit", headers=staff), 422, "invalid-request")
    assert missing["errors"][0]["field"] == "session_id"


class TestSandbox:
    def test_reads(self, client: TestClient) -> None:
        assert client.get("/api/v1/sandbox/customers/C1001").json()["id"] == "C1001"
        assert client.get("/api/v1/sandbox/customers/C1001/phone").json()[0]["code"] == "482913"
        assert client.get(f"/api/v1/sandbox/sessions/{SESSION}").json() == {"level": 1, "quiz_answer": None}
        for path in ("customers/C9999", "customers/C9999/phone", "sessions/nobody", "customers/%00"):
            problem(client.get(f"/api/v1/sandbox/{path}"), 404, "not-found")

    def test_reset(self, client: TestClient, bank: FakeBank) -> None:
        assert client.post("/api/v1/sandbox/reset", json={"customer": "C1001"}).status_code == 200
        assert client.post("/api/v1/sandbox/reset", json={}).status_code == 200
        assert client.post("/api/v1/sandbox/reset").status_code == 200
        assert bank.resets == ["C1001", None, None]
        problem(client.post("/api/v1/sandbox/reset", json={"customer": "C9999"}), 422, "unknown-customer")

    def test_clock(self, client: TestClient) -> None:
        assert client.post("/api/v1/sandbox/clock", json={"advance_s": 86400}).json()["now"].startswith("2026-03-03")
        for bad in (-1, 1.5, "60", True, 10**30, None):
            problem(client.post("/api/v1/sandbox/clock", json={"advance_s": bad}), 422, "invalid-request")

    def test_staff(self, client: TestClient) -> None:
        problem(client.post("/api/v1/sandbox/staff", json={"staff": "S009"}), 422, "unknown-staff")

    def test_own_face(self, client: TestClient) -> None:
        path = f"/api/v1/sandbox/sessions/{SESSION}/face"
        assert client.post(path, json={"picture": "AAAA"}, headers=AUTH).status_code == 201
        problem(client.post(path, json={"picture": "AAAA"}), 401, "token-missing")
        other = {"Authorization": "Bearer t-2", "Accept-Language": "zh"}
        problem(client.post(path, json={"picture": "AAAA"}, headers=other), 401, "session-unknown")
        told = problem(
            client.post(path, json={"picture": "x"}, headers={**AUTH, "Accept-Language": "zh"}), 422, "picture-unusable"
        )
        assert told["detail"] == "画面里没有看到脸。"
        problem(client.post(path, json={"picture": ""}, headers=AUTH), 422, "invalid-request")
        assert client.delete(path, headers=AUTH).status_code == 204
        problem(client.delete(path, headers=other), 401, "session-unknown")

    def test_does_not_exist_in_production(self, production: TestClient) -> None:
        for path in ("reset", "clock", "staff"):
            problem(production.post(f"/api/v1/sandbox/{path}", json={"staff": "S001"}), 404, "not-found")
        problem(production.get("/api/v1/sandbox/customers/C1001"), 404, "not-found")
        problem(production.get(f"/api/v1/sandbox/sessions/{SESSION}"), 404, "not-found")
        problem(
            production.post(f"/api/v1/sandbox/sessions/{SESSION}/face", json={"picture": "AAAA"}, headers=AUTH),
            404,
            "not-found",
        )
