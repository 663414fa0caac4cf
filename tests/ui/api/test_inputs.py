from __future__ import annotations

import base64
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from agent.turn import SessionRequest
from tests.ui.api.fakes import AUTH, TURNS, AnyTeller, Make, problem
from ui.api import inputs
from ui.api.remedies import FIELDS
from ui.api.sandbox import ClockBody, ResetBody, StaffBody
from ui.api.speech import SpeechBody

JPEG = base64.b64encode(b"\xff\xd8\xff\xe0 picture").decode()
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n picture").decode()

GOOD: list[tuple[str, Any]] = [
    ("otp", "482913"),
    ("confirm", "c-3f9c1a"),
    ("deny", None),
    ("acknowledge", None),
    ("silence", None),
    ("choice", "6688"),
    ("choice", "王芳"),
    ("quiz", "q1-b"),
    ("consent", {"id": "face", "given": False}),
    ("document", {"front": JPEG, "back": PNG}),
    ("document", {"front": JPEG}),
    ("document", "specimen"),
    ("face", {"challenge": "f-1", "frames": [JPEG, PNG]}),
    ("face", "specimen"),
    ("rating", 1),
    ("rating", 5),
]
BAD: list[tuple[str, Any, str, str]] = [
    ("otp", 482913, "input.value", "string_type"),
    ("otp", "48291", "input.value", "otp"),
    ("otp", "４８２９１３", "input.value", "otp"),
    ("otp", "482913\n", "input.value", "otp"),
    ("confirm", None, "input.value", "string_type"),
    ("confirm", True, "input.value", "string_type"),
    ("confirm", "a b", "input.value", "opaque_id"),
    ("deny", "no", "input.value", "none_required"),
    ("choice", "", "input.value", "opaque_id"),
    ("choice", "x" * 201, "input.value", "string_too_long"),
    ("choice", "a\u0000b", "input.value", "opaque_id"),
    ("quiz", ["a"], "input.value", "string_type"),
    ("consent", {"id": "face", "given": 1}, "input.value.given", "bool_type"),
    ("consent", {"id": "face"}, "input.value.given", "missing"),
    ("consent", {"id": "face", "given": True, "by": "me"}, "input.value.by", "extra_forbidden"),
    ("document", {"front": "not base64!"}, "input.value.front", "image"),
    ("document", {"front": base64.b64encode(b"%PDF-1.7").decode()}, "input.value.front", "image"),
    ("document", {"front": f"data:image/jpeg;base64,{JPEG}"}, "input.value.front", "image"),
    ("document", "mine", "input.value", "specimen"),
    ("document", None, "input.value", "model_type"),
    ("face", {"challenge": "f-1", "frames": []}, "input.value.frames", "too_short"),
    ("face", {"challenge": "f-1", "frames": [JPEG] * 31}, "input.value.frames", "too_long"),
    ("face", {"challenge": "f-1", "frames": ["x"]}, "input.value.frames.0", "image"),
    ("rating", 0, "input.value", "greater_than_equal"),
    ("rating", 6, "input.value", "less_than_equal"),
    ("rating", 4.5, "input.value", "int_type"),
    ("rating", True, "input.value", "int_type"),
    ("rating", 10**400, "input.value", "less_than_equal"),
    ("transfer", "all my money", "input", "union_tag_invalid"),
]


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_each_type_takes_its_value(make: Make, kind: str, value: Any) -> None:
    teller = AnyTeller()
    sent: dict[str, Any] = {"type": kind} if value is None else {"type": kind, "value": value}
    answer = TestClient(make(teller=teller)).post(TURNS, json={"input": sent}, headers=AUTH)
    assert answer.status_code == 200, answer.text
    got = teller.asked[0][0].input
    assert got is not None
    assert got.type == kind
    expected = {"back": None, **value} if isinstance(value, dict) and "front" in value else value
    assert got.value == expected


@pytest.mark.parametrize(("kind", "value", "field", "code"), BAD)
def test_each_type_refuses_other_values(client: TestClient, kind: str, value: Any, field: str, code: str) -> None:
    answer = client.post(TURNS, json={"input": {"type": kind, "value": value}}, headers=AUTH)
    document = problem(answer, 422, "invalid-request")
    assert (field, code) in [(error["field"], error["code"]) for error in document["errors"]]
    if isinstance(value, str) and len(value) > 5:
        assert value not in answer.text


@pytest.mark.parametrize("kind", ["document", "face"])
def test_no_specimen_outside_the_sandbox(production: TestClient, kind: str) -> None:
    answer = production.post(TURNS, json={"input": {"type": kind, "value": "specimen"}}, headers=AUTH)
    assert problem(answer, 422, "invalid-request")["errors"][0]["code"] == "specimen"


@pytest.mark.parametrize(
    "body", [{}, {"text": None}, {"text": "hi", "input": {"type": "deny"}}, {"text": None, "input": None}]
)
def test_exactly_one_of_text_and_input(client: TestClient, body: Any) -> None:
    document = problem(client.post(TURNS, json=body, headers=AUTH), 422, "invalid-request")
    assert document["errors"][0]["code"] == "one_of"


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\u0000\u0007", "\u3000", "\u200b\u200d", "\ufeff", "\u202e", "\u2028", "\ufe0f"]
)
def test_text_without_a_visible_character(client: TestClient, text: str) -> None:
    problem(client.post(TURNS, json={"text": text}, headers=AUTH), 422, "empty-text")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("🙂", "🙂"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("转\u0000账\u0007 500", "转账 500"),
        ("\u202e转账\ufeff", "转账"),
        ("一\n二", "一\n二"),
        ("？", "？"),
        ("字" * 2000, "字" * 2000),
        ("\U0001fae8", "\U0001fae8"),  # an emoji younger than this Python's tables
    ],
)
def test_text_is_cleaned_of_what_cannot_be_seen(make: Make, said: str, heard: str) -> None:
    teller = AnyTeller()
    assert TestClient(make(teller=teller)).post(TURNS, json={"text": said}, headers=AUTH).status_code == 200
    assert teller.asked[0][0].text == heard


@pytest.mark.parametrize("text", ["字" * 2001, "x" * 100_000, " " * 2001])
def test_too_long_a_text(client: TestClient, text: str) -> None:
    document = problem(client.post(TURNS, json={"text": text}, headers=AUTH), 422, "text-too-long")
    assert "2000" in document["detail"]


def test_every_field_of_a_request_can_be_named() -> None:
    models = [SessionRequest, ClockBody, ResetBody, StaffBody, SpeechBody]
    models += [m for m in vars(inputs).values() if isinstance(m, type) and issubclass(m, BaseModel)]
    ours = {name for model in models for name in model.model_fields if model.__module__ != "agent.turn"}
    assert ours | set(SessionRequest.model_fields) | {"session_id"} == FIELDS
