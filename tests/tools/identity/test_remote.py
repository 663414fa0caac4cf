"""A bank's own verifier behind the port, over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tools.bank.port import Customer
from tools.gate.identity import Challenge, Subject
from tools.identity.remote import RemoteVerifier
from tools.rendering import render

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SUBJECT = Subject(
    Customer("C1", "李婉清", "f", NOW, "1", "zh-CN", "standard", "id_card", "99010119880517"), "act_1", NOW
)


class Bank(HTTPServer):
    answer: tuple[int, bytes] = (200, b"{}")
    asked: list[tuple[str, str, str | None, Any]]


class Handler(BaseHTTPRequestHandler):
    server: Bank

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        heard = json.loads(body) if body else None
        self.server.asked.append((self.command, self.path, self.headers.get("Authorization"), heard))
        status, content = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_DELETE = _answer  # noqa: N815 - the names are http.server's

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def bank() -> Iterator[Bank]:
    server = Bank(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def verifier(bank: Bank) -> RemoteVerifier:
    return RemoteVerifier(f"http://127.0.0.1:{bank.server_port}/v/", "key")


def test_that_pictures_and_steps_reach_the_bank(bank: Bank) -> None:
    bank.answer = 200, b'{"passed": true}'
    asking = verifier(bank)
    assert asking.document(SUBJECT, {"front": "AAAA", "back": "BBBB"}).passed
    assert asking.face(SUBJECT, Challenge("chl_1", NOW), {"challenge": "chl_1", "frames": ["CCCC"]}).passed
    assert asking.forget("C1")
    (_, path, key, document), (_, _, _, face), (method, gone, _, _) = bank.asked
    assert (path, key) == ("/v/document", "Bearer key")
    assert document["pictures"] == {"front": "AAAA", "back": "BBBB"}
    assert document["document_number"] == "99010119880517"
    assert face["frames"] == ["CCCC"]
    assert sorted(face["steps"]) == ["blink", "left", "mouth", "right"]
    assert len(asking.steps("chl_1")) == 4
    assert (method, gone) == ("DELETE", "/v/customers/C1")


def test_that_a_refusal_is_told_in_the_banks_words(bank: Bank) -> None:
    bank.answer = 200, '{"passed": false, "problem": {"zh": "请重拍", "en": "Once more"}}'.encode()
    verdict = verifier(bank).document(SUBJECT, {})
    assert not verdict.passed
    assert verdict.counts
    assert verdict.problem is not None
    assert render(verdict.problem, "zh-CN").text == "请重拍"


@pytest.mark.parametrize(
    "answer",
    [(500, b""), (200, b""), (200, b"{}"), (200, b'{"passed": "true"}'), (200, b'{"passed": 1}'), (404, b'{"passed": true}')],
)  # fmt: skip
def test_that_an_unclear_answer_is_no_pass_and_no_failed_try(bank: Bank, answer: tuple[int, bytes]) -> None:
    bank.answer = answer
    for verdict in (
        verifier(bank).document(SUBJECT, "specimen"),
        verifier(bank).face(SUBJECT, Challenge("chl_1", NOW), "specimen"),
    ):
        assert not verdict.passed
        assert not verdict.counts


def test_that_a_bank_which_is_not_there_is_no_pass() -> None:
    gone = RemoteVerifier("http://127.0.0.1:9")
    assert not gone.document(SUBJECT, {}).passed
    assert not gone.forget("C1"), "to be asked for again"
