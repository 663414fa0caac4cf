"""The desk: one place in the queue for a session, and a summary that spares the customer from telling it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.commands import Confirm, Handoff, StartService
from tests.agent.desk_bench import Room
from tests.tools.gate.bench import Counter, database
from tools.clock import SHANGHAI
from tools.wording import Locale


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


@pytest.mark.parametrize(
    ("customer", "locale", "service", "slots", "told"),
    [
        ("C1001", "zh-CN", "card.replace", {"card": "6688"}, ["换卡（卡号尾号 6688）", "核实身份"]),
        ("C1001", "zh-CN", "transfer.create", {"payee": "王芳", "amount": "500"}, ["王芳", "¥500.00"]),
        ("C1007", "en", "card.report_loss", {"card": "6003"}, ["6003"]),
    ],
)
def test_that_the_summary_names_what_was_said_before_anything_was_read_back(
    room: Room, customer: str, locale: Locale, service: str, slots: dict[str, str], told: list[str]
) -> None:
    talk = room.enter(customer, locale=locale)
    talk.hear(StartService(service=service, slots=slots), text="…")
    talk.hear(Handoff(), text="转人工")
    summary = talk.card("handoff").summary
    for part in told:
        assert part in summary, summary
    assert "—" not in summary


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


def test_that_what_she_says_of_the_desk_is_what_the_page_shows(room: Room) -> None:
    talk = room.enter("C1001")
    talk.hear(Handoff(), text="转人工")
    assert "现在没有同事在线" in talk.turn.reply.text
    assert "下一位就是您" not in talk.turn.reply.text
    assert talk.card("handoff").staffed is False
    at = room.counter.clock.now().isoformat(sep=" ").replace("+00:00", "")
    room.counter.sql(
        "INSERT INTO staff (id, name, name_en, role, password, active, failed, seen)"
        " VALUES ('S001', '王敏', 'Wang Min', 'teller', 'x', 1, 0, :at)",
        at=at,
    )
    other = room.enter("C1003")
    other.hear(Handoff(), text="转人工")
    assert "前面还有 1 位" in other.turn.reply.text
    assert other.card("handoff").staffed is True


def test_that_a_time_for_a_call_can_be_left_in_words(room: Room) -> None:
    talk = room.enter("C1001")
    talk.hear(StartService(service="transfer.create", slots={"payee": "王芳"}), text="给王芳转点钱")
    talk.hear(Handoff(), text="转人工")
    talk.say("明天下午三点打给我")
    row = room.desk.queue.case_of(talk.opened.session_id)
    assert row is not None
    assert row.status == "callback"
    assert row.callback is not None
    assert row.callback.astimezone(SHANGHAI).hour == 15
    assert "下午" in talk.turn.reply.speech or "15:00" in talk.turn.reply.text
    assert "转账" in row.summary, "what was told is still there"
    assert "10000001001" not in talk.turn.reply.text
    talk.say("后天上午十点")
    row = room.desk.queue.case_of(talk.opened.session_id)
    assert row is not None
    assert row.callback is not None
    assert row.callback.astimezone(SHANGHAI).hour == 10
    assert room.counter.sql("SELECT COUNT(*) FROM handoffs")[0][0] == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [("打给我吧", "什么时候"), ("晚上十点打给我", "请换个时间"), ("十月八号上午九点打给我", "请换个时间")],
)
def test_that_a_time_that_does_not_do_is_asked_for_again(room: Room, words: str, told: str) -> None:
    talk = room.enter("C1001")
    talk.hear(Handoff(), text="转人工")
    talk.say(words)
    assert told in talk.turn.reply.text
    row = room.desk.queue.case_of(talk.opened.session_id)
    assert row is not None
    assert row.status == "waiting"


def test_that_a_call_can_be_asked_for_at_once(room: Room) -> None:
    talk = room.enter("C1007", locale="en")
    talk.say("please call me tomorrow at 3 pm")
    assert talk.turn.stage == "handoff"
    assert talk.card("handoff").summary
    row = room.desk.queue.case_of(talk.opened.session_id)
    assert row is not None
    assert row.status == "callback"
