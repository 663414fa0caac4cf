"""Time, reset and stores: sessions end, a reset is whole, a locked store or a full disk loses nothing."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.conversations.checks import BALANCE, at_read_back, problem, untouched
from tests.conversations.talk import Talk

Open = Callable[..., Talk]


def test_a_session_ends_after_fifteen_minutes_of_silence_and_the_service_can_be_resumed(talk: Open) -> None:
    c = talk("C1001")
    at_read_back(c)
    c.client.post("/api/v1/sandbox/clock", json={"advance_s": 901})
    problem(c.send({"text": "确认"}), 410, "session-ended")
    untouched(c)
    again = Talk(c.client, "C1001")
    assert "没有办完" in again.text
    again.say("好的")
    assert again.stage == "identity"
    assert again.turn["service"] == "transfer.create"


def test_a_second_reset_changes_nothing(talk: Open) -> None:
    c = talk("C1001")
    at_read_back(c)
    c.confirm()
    c.client.post("/api/v1/sandbox/reset", json={})
    first = c.state()
    c.client.post("/api/v1/sandbox/reset", json={})
    assert c.state() == first
    assert first["accounts"][0]["balance"] == BALANCE
    problem(c.send({"text": "你好"}), 410, "session-ended")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else holds the write lock."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize("store", ["skyteller.db", "checkpoints.sqlite"])
def test_a_locked_store_is_503_and_nothing_is_half_done(talk: Open, product: Any, store: str) -> None:
    c = talk("C1001")
    shown = at_read_back(c)
    body = {"input": {"type": "confirm", "value": shown}}
    with locked(product.settings.data / store):
        response = c.send(body, **{"Idempotency-Key": "k"})
    problem(response, 503, "busy")
    assert int(response.headers["Retry-After"]) >= 1
    assert len(c.requests()) <= 1
    turn = c.send(body, **{"Idempotency-Key": "k"}).json()
    assert [action["status"] for action in turn["actions"]] == ["done"], "told, whichever of the two did it"
    assert len(c.requests()) == 1
    assert c.state()["accounts"][0]["balance"] == "51840.18"
    again = c.send(body, **{"Idempotency-Key": "k"}).json()
    assert again == turn


def test_a_full_disk_is_503_and_all_goes_on_when_there_is_room(talk: Open, product: Any) -> None:
    c = talk("C1001")
    shown = at_read_back(c)
    body = {"input": {"type": "confirm", "value": shown}}

    def no_page_more(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite takes the present size for the least

    event.listen(product.db.engine, "begin", no_page_more)
    try:
        answers = [c.send({"text": "查余额"}) for _ in range(60)]
        failed = [answer for answer in answers if answer.status_code != 200]
        assert failed, "the disk never became full"
        problem(failed[-1], 503, "busy")
        problem(c.send(body), 503, "busy")
        assert len(c.requests()) <= 1, "done and not told yet, or not done"
    finally:
        event.remove(product.db.engine, "begin", no_page_more)
        product.db.engine.dispose()  # new connections know no such limit
    c.press("confirm", shown)
    assert len(c.requests()) == 1
    assert c.state()["accounts"][0]["balance"] == "51840.18"
    assert product.audit.verify() > 0


def test_a_turn_waits_for_a_lock_that_is_soon_given_back(talk: Open, product: Any) -> None:
    c = talk("C1001")
    shown = at_read_back(c)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(product.settings.data / "skyteller.db"):
            held.set()
            done.wait(1)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    c.press("confirm", shown)
    thread.join()
    assert c.turn["actions"][0]["status"] == "done"
