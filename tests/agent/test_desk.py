"""The desk: one place in the queue for a session, and a summary that spares the customer from telling it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.commands import Confirm, Handoff, StartService
from tests.agent.desk_bench import Room
from tests.tools.gate.bench import Counter, database


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(Counter(database(tmp_path)))
    yield made
    made.counter.db.close()


def test_that_the_queue_is_in_order_and_each_waits_once(room: Room) -> None:
    first, second = room.enter("C1001"), room.enter("C1002")
    first.hear(Handoff())
    room.counter.clock.advance(seconds=1)
    second.hear(Handoff())
    assert (first.card("handoff").queue, second.card("handoff").queue) == (1, 2)
    first.hear(Handoff())
    assert first.card("handoff").queue == 1
    assert room.counter.sql("SELECT COUNT(*) FROM handoffs")[0][0] == 2


def test_that_the_summary_tells_who_what_and_how_far(room: Room) -> None:
    talk = room.enter("C1001")
    talk.hear(StartService(service="account.balance"), text="我还有多少钱")
    talk.hear(StartService(service="card.report_loss", slots={"card": "6688"}), text="卡丢了，电话 10000001001")
    talk.hear(Confirm(), text="是")
    talk.hear(StartService(service="transfer.create", slots={"payee": "王芳"}), text="给王芳转点钱")
    talk.hear(Handoff(), text="转人工")
    summary = talk.card("handoff").summary
    for part in ("李婉清", "1 级", "转账", "余额查询、挂失", "给王芳转点钱"):
        assert part in summary, part
    assert "10000001001" not in summary


def test_that_the_summary_is_in_the_customers_language(room: Room) -> None:
    talk = room.enter("C1007", locale="en")
    talk.hear(StartService(service="card.report_loss"))
    talk.hear(Handoff(), text="a person please")
    summary = talk.card("handoff").summary
    assert "Emily Carter" in summary
    assert "reporting a card lost" in summary
    assert not any("一" <= char <= "鿿" for char in summary)


def test_that_a_visitor_is_handed_over_too(room: Room) -> None:
    talk = room.enter(None)
    talk.hear(Handoff())
    assert talk.turn.stage == "handoff"
    assert "未登录" in talk.card("handoff").summary
