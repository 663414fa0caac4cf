"""An OpenAI-compatible endpoint in the embedded model's place: readiness, choosing, and every way it can fail."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from agent.llm import endpoint
from agent.llm.chat import Chooser, chat_model
from agent.llm.endpoint import EndpointModel
from agent.llm.off import NoModel
from agent.llm.port import ModelUnavailable
from agent.llm.select import language_model
from agent.models import ModelStore
from agent.settings import Settings


class Fake(ThreadingHTTPServer):
    """An endpoint with a script: ``replies`` are (status, body) for the next chat calls; an unscripted call fails."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.delay_s = 200, 0.0
        self.replies: list[tuple[int, Any]] = []
        self.heard: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: Fake

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _say(self, status: int, body: object) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self) -> None:
        allowed = self.headers["Authorization"] == "Bearer right"
        self._say(self.server.status if allowed else 401, {"data": []})

    def do_POST(self) -> None:
        self.server.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        time.sleep(self.server.delay_s)
        status, body = self.server.replies.pop(0) if self.server.replies else (500, {"error": "unscripted"})
        self._say(status, body)


def reply(content: str, **top: float) -> tuple[int, Any]:
    tokens = [{"token": token, "logprob": math.log(p), "bytes": None} for token, p in top.items()]
    choice: dict[str, Any] = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    if tokens:
        choice["logprobs"] = {"content": [{**tokens[0], "top_logprobs": tokens}]}
    return 200, {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    monkeypatch.setattr(endpoint, "PROBE_PAUSE_SECONDS", dict.fromkeys(endpoint.PROBE_PAUSE_SECONDS, 0.05))
    with Fake() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def model(fake: Fake) -> Iterator[EndpointModel]:
    endpoint_model = EndpointModel(fake.url, "right", "big")
    endpoint_model.start()
    until(lambda: endpoint_model.ready() == "ready")
    yield endpoint_model
    endpoint_model.stop()


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def test_it_comes_and_goes(fake: Fake, model: EndpointModel) -> None:
    assert model.base_url == fake.url
    fake.status = 500
    until(lambda: model.ready() == "missing")
    with pytest.raises(ModelUnavailable, match="answers 500"):
        _ = model.base_url
    fake.status = 503
    until(lambda: model.ready() == "loading")
    fake.status = 404
    until(lambda: model.ready() == "ready")
    model.stop()
    assert model.ready() == "off"


def test_a_refused_key_and_a_silent_address_are_named(fake: Fake) -> None:
    for url, key, told in (
        (fake.url, "wrong", "SKYTELLER_LLM_API_KEY is refused"),
        ("http://127.0.0.1:9/v1", "right", "SKYTELLER_LLM_BASE_URL does not answer"),
    ):
        refused = EndpointModel(url, key, "big")
        refused.start()
        until(lambda refused=refused: refused.ready() == "missing")  # type: ignore[misc]
        assert told in refused.why
        refused.stop()


def test_a_choice_is_the_models_probability_over_the_letters(fake: Fake, model: EndpointModel) -> None:
    fake.replies = [reply("B", **{"B": 0.4, " B": 0.1, "A": 0.25, "X": 0.2})]
    chosen = Chooser(model).choose("prefix", "question", "ABC")
    assert chosen.probabilities == pytest.approx({"A": 1 / 3, "B": 2 / 3, "C": 0})
    assert (chosen.best, chosen.ms > 0) == ("B", True)
    (heard,) = fake.heard
    assert [message["content"] for message in heard["messages"]] == ["prefix", "question"]
    assert (heard["model"], heard["max_tokens"], heard["temperature"]) == ("big", 1, 0)


def test_an_endpoint_without_log_probabilities_is_taken_at_its_word(fake: Fake, model: EndpointModel) -> None:
    fake.replies = [reply(" A.")]
    assert Chooser(model).choose("p", "q", "AB").probabilities == {"A": 1.0, "B": 0.0}


@pytest.mark.parametrize("bad", [
    (500, {}), (400, {"error": "context"}), (200, b"<html>"), (200, []), (200, {"choices": []}), (200, {"choices": None}),
    reply("我不知道"), reply("X", X=0.9), (200, {"choices": [{"message": {"content": None}}]}),
])  # fmt: skip
def test_an_answer_that_is_none_says_so(fake: Fake, model: EndpointModel, bad: tuple[int, Any]) -> None:
    fake.replies = [bad]
    with pytest.raises(ModelUnavailable):
        Chooser(model).choose("p", "q", "AB")


def test_a_slow_answer_is_not_waited_for(fake: Fake, model: EndpointModel) -> None:
    fake.replies, fake.delay_s = [reply("A", A=1.0)], 1.0
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="ReadTimeout"):
        Chooser(model, timeout_s=0.2).choose("p", "q", "AB")
    assert time.monotonic() - started < 0.8


def test_langchain_talks_to_it(fake: Fake, model: EndpointModel) -> None:
    fake.replies = [reply("您好")]
    assert chat_model(model).invoke("你好").text == "您好"
    assert fake.heard[0]["model"] == "big"


def test_the_settings_choose_which(tmp_path: Any) -> None:
    store = ModelStore(tmp_path, {}, {})
    kinds = [
        language_model(Settings(**more), store)  # type: ignore[arg-type]
        for more in ({"llm": "off"}, {"llm_base_url": "http://127.0.0.1:9/v1"}, {"llm_base_url": None})
    ]
    assert [type(kind).__name__ for kind in kinds] == ["NoModel", "EndpointModel", "EmbeddedModel"]
    assert [kind.ready() for kind in kinds] == ["off"] * 3
    with pytest.raises(ModelUnavailable, match="SKYTELLER_LLM"):
        _ = NoModel().base_url
