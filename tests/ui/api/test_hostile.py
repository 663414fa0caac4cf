"""Whatever a client sends, the answer is a 4xx problem document and nothing reaches the teller by half."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ui.api.fakes import (
    AUTH,
    SESSION,
    TURNS,
    AnyTeller,
    FakeAudit,
    FakeBank,
    FakeCatalogue,
    FakeHealth,
    FakeStaff,
    Make,
    problem,
)
from ui.api import ApiOptions, create_api

JSON = {**AUTH, "Content-Type": "application/json"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"text":"hi"',
        b'{"text":"\xff\xfe"}',
        b'{"text":"\xed\xa0\x80"}',
        b'{"text":"\\ud800"}',
        b'{"\\ud800":"x"}',
        b'{"text":NaN}',
        b'{"input":{"type":"rating","value":Infinity}}',
        b'{"text":"a","text":"b"}',
        b'{"input":{"type":"rating","value":' + b"9" * 5000 + b"}}",
        b"[" * 100_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b"text=hi",
        '{"text":"hi"}'.encode("utf-16"),
        b'{"text":"hi"}{"text":"ho"}',
    ],
)
def test_what_is_not_json(client: TestClient, raw: bytes) -> None:
    problem(client.post(TURNS, content=raw, headers=JSON), 400, "invalid-json")


def test_a_byte_order_mark_and_escapes_do_no_harm(make: Make) -> None:
    teller = AnyTeller()
    client = TestClient(make(teller=teller))
    body = b'\xef\xbb\xbf{"text":"\\u8f6c\\u8d26 \\ud83d\\ude42"}'
    assert client.post(TURNS, content=body, headers=JSON).status_code == 200
    assert teller.asked[0][0].text == "转账 🙂"


@pytest.mark.parametrize(
    "media",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "",
        "application/json; charset=gbk",
        "application/jsonp",
    ],
)
def test_other_media_types(client: TestClient, media: str) -> None:
    problem(
        client.post(TURNS, content=b'{"text":"hi"}', headers={**AUTH, "Content-Type": media}),
        415,
        "unsupported-media-type",
    )


def test_compressed_bodies(client: TestClient) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    problem(client.post(TURNS, content=b"\x1f\x8b", headers=headers), 415, "unsupported-media-type")


class TestSize:
    def test_a_body_over_the_limit_with_or_without_its_length(self, client: TestClient) -> None:
        big = json.dumps({"text": "x" * 300_000}).encode()
        declared = client.post(TURNS, content=big, headers=JSON)
        problem(declared, 413, "body-too-large")
        chunked = client.post(TURNS, content=iter([big[:1000], big[1000:]]), headers=JSON)
        assert "262144" in problem(chunked, 413, "body-too-large")["detail"]
        problem(client.post("/api/v1/sessions", content=big, headers=JSON), 413, "body-too-large")

    def test_pictures_may_be_larger_but_have_a_limit_too(self, make: Make) -> None:
        client = TestClient(make(teller=AnyTeller(), request_bytes_max=1_000_000))
        front = "/9j/" + "AAAA" * 100_000  # begins as a JPEG does
        sent = {"input": {"type": "document", "value": {"front": front}}}
        assert client.post(TURNS, json=sent, headers=AUTH).status_code == 200
        sent["input"]["value"] = {"front": front, "back": front + front}
        problem(client.post(TURNS, json=sent, headers=AUTH), 413, "body-too-large")

    def test_naming_a_picture_does_not_open_the_door_for_text(self, make: Make) -> None:
        client = TestClient(make(teller=AnyTeller()))
        pad = " " * 300_000
        raw = '{"text":"\\"type\\":\\"face\\"", "x": {"type":"face"}}' + pad
        problem(client.post(TURNS, content=raw.encode(), headers=JSON), 422, "invalid-request")
        raw = '{"input":' + pad + '{"type":"document","value":"specimen"}}'
        problem(client.post(TURNS, content=raw.encode(), headers=JSON), 413, "body-too-large")


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        [
            "/api",
            "/api/",
            "/api/v1",
            "/api/v2/sessions",
            "/api/v1/sessions/",
            f"/api/v1/sessions/{SESSION}/",
            "/api/v1/../sessions",
            "/api/v1/sessions/%2e%2e/turns/x",
            "/api/v1/sessions/a%2Fb/turns",
            "/problems",
            "/problems/nothing",
            "/docs/",
            "/docs/assets/../../conftest.py",
            "/healthz/x",
            "/%ff%fe",
        ],
    )
    def test_nothing_there(self, client: TestClient, path: str) -> None:
        assert client.get(path).status_code in {404, 405}
        assert client.get(path).headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "FOO"])
    def test_other_methods(self, client: TestClient, method: str) -> None:
        for path in ("/api/v1/sessions", TURNS, "/api/v1/sandbox/reset"):
            answer = client.request(method, path, headers=AUTH)
            assert answer.status_code == 405
            assert answer.headers["allow"] == "POST"

    def test_other_methods_where_there_is_only_get(self, client: TestClient) -> None:
        for path in (
            "/healthz",
            "/metrics",
            "/docs",
            "/api/v1/services",
            f"/api/v1/sessions/{SESSION}",
            "/openapi.json",
        ):
            answer = client.post(path, json={})
            problem(answer, 405, "method-not-allowed")
            assert "GET" in answer.headers["allow"]

    def test_pages_mounted_later_do_not_swallow_what_is_ours(self, make: Make) -> None:
        async def page(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"page"})

        app = make()
        app.mount("", page)
        client = TestClient(app)
        assert client.get("/").text == "page"
        assert client.get("/console").text == "page"
        problem(client.get("/api/v1/nothing"), 404, "not-found")
        problem(client.get("/api/v1/sessions"), 405, "method-not-allowed")
        assert "content-security-policy" not in client.get("/").headers  # the page's own business

    def test_no_voice_yet(self, client: TestClient) -> None:
        for path in ("/api/v1/asr", "/api/v1/tts"):
            problem(client.post(path, content=b"RIFF"), 501, "voice-not-available")


def test_language_of_problems(client: TestClient) -> None:
    def title(accept: str) -> str:
        return str(client.get("/api/v1/nothing", headers={"Accept-Language": accept}).json()["title"])

    assert title("zh-CN,zh;q=0.9,en;q=0.8") == "没有找到"
    assert title("en;q=0.5, zh-Hans;q=0.9") == "没有找到"
    for english in ("en-GB,en", "fr", "", "zh;q=0", "zh;q=x", ";;;,,,", "zh;q=nan", "x" * 600):
        assert title(english) == "Not found"


def test_headers_of_every_answer(client: TestClient) -> None:
    for path in ("/healthz", "/api/v1/nothing", "/api/v1/services"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers
    assert (
        client.get("/healthz", headers={"Origin": "http://evil.test"}).headers.get("access-control-allow-origin")
        is None
    )


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "value", "id", "given", "front", "frames", "challenge", "x"])
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
TYPES = st.sampled_from(
    ["otp", "confirm", "deny", "silence", "choice", "quiz", "consent", "document", "face", "rating", "?"]
)
BODIES = (
    ANYTHING
    | st.fixed_dictionaries({"text": ANYTHING})
    | st.fixed_dictionaries({"input": st.fixed_dictionaries({"type": TYPES, "value": ANYTHING})})
)


@pytest.fixture(scope="module")
def any_client() -> TestClient:
    options = ApiOptions(session_turns_per_minute_max=10**9)
    return TestClient(
        create_api(AnyTeller(), options, FakeBank(), FakeAudit(), FakeStaff(), FakeHealth(), FakeCatalogue())
    )


def _fine(answer: Any) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=BODIES)
def test_any_json(any_client: TestClient, body: Any) -> None:
    raw = json.dumps(body).encode()
    for path in (TURNS, "/api/v1/sessions", "/api/v1/sandbox/clock", "/api/v1/sandbox/reset", "/api/v1/sandbox/staff"):
        _fine(any_client.post(path, content=raw, headers=JSON))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=st.binary(max_size=200) | st.text().map(lambda t: json.dumps({"text": t}).encode()))
def test_any_bytes(any_client: TestClient, raw: bytes) -> None:
    _fine(any_client.post(TURNS, content=raw, headers=JSON))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    segment=st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    header=st.binary(max_size=40).filter(lambda b: not set(b) & {0, 10, 13}),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
)
def test_any_address_and_header(any_client: TestClient, segment: str, header: bytes, method: str) -> None:
    part = quote(segment, safe="")
    headers = {"Authorization": header, "Accept": header, "Accept-Language": header, "Idempotency-Key": header}
    for path in (
        f"/api/v1/sessions/{part}",
        f"/api/v1/sessions/{part}/turns",
        f"/api/v1/sandbox/customers/{part}",
        f"/api/v1/sandbox/sessions/{part}",
        f"/api/v1/audit?session_id={part}",
        f"/problems/{part}",
        f"/api/{part}",
    ):
        _fine(any_client.request(method, path, headers=headers))  # type: ignore[arg-type]
        _fine(any_client.get(f"/api/v1/audit?session_id={part}", headers={"Authorization": "Bearer staff-1"}))
