"""Words go through sound on their way to the system; buttons do not; a voice that is not there is named."""

from __future__ import annotations

import json

import httpx

from eval.load import load_suites
from eval.spoken import Spoken, missing, spoken_cases

TURN = {
    "turn_id": 1, "heard": "", "understood": [], "reply": {"text": "好", "speech": "好", "cards": []}, "citations": [],
    "stage": "idle", "service": None, "actions": [], "timings_ms": {},
}  # fmt: skip


class Ears:
    """Speaks a text as its own bytes and hears them upside down."""

    def __init__(self) -> None:
        self.sent: list[object] = []
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1")
        self.asked.append(path)
        match path:
            case "/sessions":
                return httpx.Response(201, json={"session_id": "s", "token": "t", "turn": TURN})
            case "/tts":
                assert json.loads(request.content)["locale"] == "en"
                return httpx.Response(200, content=json.loads(request.content)["text"].encode())
            case "/asr":
                assert request.url.params["locale"] == "en"
                return httpx.Response(200, json={"text": request.content.decode()[::-1]})
            case "/healthz":
                return httpx.Response(200, json={"models": {"asr": "ready", "tts": "missing"}})
        self.sent.append(json.loads(request.content))
        return httpx.Response(200, json=TURN)


def test_that_words_are_spoken_and_heard() -> None:
    ears = Ears()
    system = Spoken(httpx.Client(transport=httpx.MockTransport(ears), base_url="http://x"))
    session = system.enter("C1007", "en")
    system.send(session, {"text": "balance"})
    system.send(session, {"text": "balance"})
    system.send(session, {"input": {"type": "acknowledge"}})
    assert ears.sent == [{"text": "ecnalab"}, {"text": "ecnalab"}, {"input": {"type": "acknowledge"}}]
    assert ears.asked.count("/tts") == 1
    assert session.exchanges[-2][0] == {"text": "ecnalab"}
    assert missing(system) == "tts is missing"


def test_that_every_service_is_spoken_in_words() -> None:
    services = load_suites(only="services")["services"]
    cases = spoken_cases(services)
    assert {goal.service for case in services for goal in case.goal[:1]} == {
        case.goal[0].service for case in cases if case.goal
    }
    assert {case.behaviour.manner for case in cases} == {"words"}
    assert {case.locale for case in cases} == {"zh-CN", "en"}
