"""The model stages against a local server that speaks the protocol."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.tools import StructuredTool
from pydantic import BaseModel

from agent.commands import Handoff, StartService
from agent.understand.chooser import EndpointChooser, combined
from agent.understand.classifier import Scored
from agent.understand.port import Hearing
from agent.understand.tool_caller import ToolCaller

PATIENT_S = 30.0  # the client library takes seconds to import on a busy machine


@dataclass
class Script:
    """What the server answers next."""

    message: dict[str, Any] = field(default_factory=lambda: {"role": "assistant", "content": "A"})
    tops: list[tuple[str, float]] = field(default_factory=list)
    status: int = 200
    delay_s: float = 0
    seen: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Model:
    base_url: str
    api_key: str = "k"
    model: str = "m"
    is_ready: bool = True

    def ready(self) -> bool:
        return self.is_ready


@pytest.fixture
def endpoint() -> Iterator[tuple[Model, Script]]:
    script = Script()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            script.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            time.sleep(script.delay_s)
            tops = [{"token": t, "logprob": math.log(p), "bytes": None} for t, p in script.tops]
            logprobs = (
                {"content": [{"token": "A", "logprob": 0.0, "bytes": None, "top_logprobs": tops}]} if tops else None
            )
            choice = {"index": 0, "message": script.message, "finish_reason": "stop", "logprobs": logprobs}
            usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
            body = {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [choice],
                "usage": usage,
            }
            raw = json.dumps(body if script.status == 200 else {"error": {"message": "broken"}}).encode()
            try:
                self.send_response(script.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)
            except BrokenPipeError:
                pass

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Model(f"http://127.0.0.1:{server.server_address[1]}/v1"), script
    server.shutdown()
    thread.join()
    server.server_close()


CANDIDATES = {"card.lock": "lock", "card.report_loss": "loss"}


def test_that_letters_become_probabilities(endpoint: tuple[Model, Script]) -> None:
    model, script = endpoint
    script.tops = [(" A", 0.2), ("B", 0.6), ("The", 0.1)]
    assert EndpointChooser(model, timeout_s=PATIENT_S).choose("卡没了", CANDIDATES) == pytest.approx(
        {"card.lock": 0.25, "card.report_loss": 0.75}
    )
    assert script.seen[0]["max_tokens"] == 1
    assert script.seen[0]["logprobs"] is True


@pytest.mark.parametrize("trouble", ["status", "no_logprobs", "other_words", "slow", "not_ready"])
def test_that_trouble_is_no_opinion(endpoint: tuple[Model, Script], trouble: str) -> None:
    model, script = endpoint
    script.tops = [("A", 0.9)]
    match trouble:
        case "status":
            script.status = 500
        case "no_logprobs":
            script.tops = []
        case "other_words":
            script.tops = [("The", 0.9)]
        case "slow":
            script.delay_s = 0.6
        case _:
            model.is_ready = False
    assert (
        EndpointChooser(model, timeout_s=0.2 if trouble == "slow" else PATIENT_S).choose("卡没了", CANDIDATES) is None
    )


def test_that_a_vote_moves_only_the_candidates(endpoint: tuple[Model, Script]) -> None:
    model, script = endpoint
    script.tops = [("A", 0.05), ("B", 0.95)]
    scored = Scored(
        (("card.lock", 0.4), ("card.report_loss", 0.35), ("chitchat.other", 0.15), ("cancel", 0.05), ("deny", 0.05))
    )
    voted = combined(EndpointChooser(model, timeout_s=PATIENT_S), "卡没了", scored, 0.7, 2)
    assert voted is not None
    assert voted.label == "card.report_loss"
    assert sum(p for _, p in voted.ranked) == pytest.approx(1.0)
    assert voted.of("chitchat.other") == 0.15


class Transfer(BaseModel):
    payee: str = ""
    amount: str = ""


class Nothing(BaseModel):
    pass


def tools() -> list[StructuredTool]:
    def never(**_: Any) -> str:
        raise AssertionError("a tool is never run by understanding")

    return [
        StructuredTool.from_function(func=never, name=name, description=name, args_schema=schema)
        for name, schema in (("transfer_create", Transfer), ("card_replace", Nothing), ("human_handoff", Nothing))
    ]


def calls(*wanted: tuple[str, dict[str, str]]) -> dict[str, Any]:
    made = [
        {"id": f"c{i}", "type": "function", "function": {"name": n, "arguments": json.dumps(a)}}
        for i, (n, a) in enumerate(wanted)
    ]
    return {"role": "assistant", "content": None, "tool_calls": made}


HEARING = Hearing(locale="zh-CN", accounts=("6688",), cards=("6688",), payees=("王芳",))


def test_that_tool_calls_become_commands(endpoint: tuple[Model, Script]) -> None:
    model, script = endpoint
    script.message = calls(("transfer_create", {"payee": "王芳", "amount": "500"}), ("human_handoff", {}))
    assert ToolCaller(model, tools(), timeout_s=PATIENT_S).commands("给王芳转五百，再找个人", HEARING) == [
        StartService(
            service="transfer.create", slots={"payee": "王芳", "amount": "500.00"}, by="model", confidence=0.9
        ),
        Handoff(by="model", confidence=0.9),
    ]
    assert {t["function"]["name"] for t in script.seen[0]["tools"]} == {
        "transfer_create",
        "card_replace",
        "human_handoff",
    }


def test_that_invented_values_are_dropped(endpoint: tuple[Model, Script]) -> None:
    model, script = endpoint
    script.message = calls(("transfer_create", {"payee": "王芳", "amount": "9999", "from": "1234"}))
    (command,) = ToolCaller(model, tools(), timeout_s=PATIENT_S).commands("给王芳转点钱", HEARING)
    assert isinstance(command, StartService)
    assert command.slots == {"payee": "王芳"}


@pytest.mark.parametrize("trouble", ["status", "unknown", "not_ready", "slow", "words"])
def test_that_a_caller_in_trouble_says_nothing(endpoint: tuple[Model, Script], trouble: str) -> None:
    model, script = endpoint
    script.message = calls(("delete_everything", {})) if trouble == "unknown" else calls(("card_replace", {}))
    script.status = 500 if trouble == "status" else 200
    script.delay_s = 0.6 if trouble == "slow" else 0
    model.is_ready = trouble != "not_ready"
    if trouble == "words":
        script.message = {"role": "assistant", "content": "hello"}
    assert ToolCaller(model, tools(), timeout_s=0.2 if trouble == "slow" else PATIENT_S).commands("换卡", HEARING) == []
