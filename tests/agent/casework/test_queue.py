"""The queue: order kept, nobody served twice, nobody lost."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta

import pytest

from agent.casework.queue import DeskRefusal
from agent.casework.staff import Member
from agent.commands import Handoff, StartService
from tests.agent.casework.bench import SUPERVISOR, TELLER, Office


def test_that_customers_are_served_in_the_order_they_came_and_urgent_ones_first(office: Office) -> None:
    first, second = office.waiting("C1001"), office.waiting("C1002")
    third = office.enter("C1003")
    third.hear(StartService(service="card.report_loss"), text="卡丢了")
    third.hear(Handoff(), text="转人工")
    assert [talk.card("handoff").queue for talk in (first, second, third)] == [1, 2, 1]
    served = [office.queue.take(TELLER) for _ in range(3)]
    sessions = [row.session for row in served if row is not None]
    assert sessions == [third.opened.session_id, first.opened.session_id, second.opened.session_id]
    assert office.queue.take(SUPERVISOR) is None
    office.waiting("C1004")
    with pytest.raises(DeskRefusal, match="too_many"):
        office.queue.take(TELLER)


def test_that_a_case_is_taken_once(office: Office) -> None:
    office.waiting()
    case = office.take()
    with pytest.raises(DeskRefusal, match="taken"):
        office.queue.take(SUPERVISOR, case)
    with pytest.raises(DeskRefusal, match="unknown_case"):
        office.queue.take(SUPERVISOR, "hnd_none")


def test_that_a_colleague_who_is_gone_gives_the_customer_back_at_the_same_place(office: Office) -> None:
    first, second = office.waiting("C1001"), office.waiting("C1002")
    case = office.take()
    office.counter.clock.advance(seconds=60)
    office.queue.seen(TELLER.id)
    office.counter.clock.advance(seconds=60)
    assert [row.session for row in office.queue.waiting()] == [second.opened.session_id]
    office.counter.clock.advance(seconds=31)
    assert [row.session for row in office.queue.waiting()] == [first.opened.session_id, second.opened.session_id]
    assert office.view.customers(first.opened.session_id)["place"] == 1
    assert office.queue.take(SUPERVISOR) is not None
    with pytest.raises(DeskRefusal, match="not_yours"):
        office.work.say(TELLER, case, "在吗")


def test_that_nobody_at_the_desk_leaves_xiaolan_to_answer_and_a_call_back_to_leave(office: Office) -> None:
    talk = office.waiting()
    assert office.view.customers(talk.opened.session_id)["staffed"] is False
    assert talk.hear(StartService(service="account.balance"), text="余额").reply.text
    now = office.counter.clock.now()
    for wrong in (now - timedelta(hours=1), now + timedelta(days=30), now.replace(hour=18) + timedelta(days=1)):
        with pytest.raises(DeskRefusal, match="callback_time"):
            office.queue.call_back(talk.opened.session_id, wrong)
    tomorrow = (now + timedelta(days=1)).replace(hour=3)
    office.queue.call_back(talk.opened.session_id, tomorrow)
    assert office.queue.waiting() == []
    assert [row["customer"]["id"] for row in office.view.queue(TELLER)["callbacks"]] == ["C1001"]
    row = office.queue.others("callback")[0]
    assert office.queue.take(TELLER, row.id) is not None
    visitor = office.waiting(None)
    with pytest.raises(DeskRefusal, match="visitor"):
        office.queue.call_back(visitor.opened.session_id, tomorrow)


def test_that_a_customer_may_leave_the_queue(office: Office) -> None:
    talk = office.waiting()
    office.queue.leave(talk.opened.session_id)
    assert office.queue.take(TELLER) is None
    talk.hear(Handoff(), text="转人工")
    assert office.queue.take(TELLER) is not None


def test_that_twenty_customers_and_three_colleagues_lose_nobody(office: Office) -> None:
    """Threads take, serve, vanish and come back at random; each customer is served to the end exactly once."""
    sessions = [office.waiting(f"C100{1 + n % 8}").opened.session_id for n in range(20)]
    members = [Member(f"S00{n}", f"同事{n}", f"Colleague {n}", "teller") for n in (1, 2, 3)]
    taken: list[tuple[str, str]] = []
    ended: list[str] = []
    wrong: list[str] = []
    guard = threading.Lock()

    def serve(member: Member) -> None:
        chance = random.Random(member.id)
        while len(ended) < len(sessions):
            with guard:  # so that the order of taking is the order of the list
                row = office.queue.take(member)
                if row is not None:
                    taken.append((row.session, member.id))
            if row is None:
                time.sleep(0.005)
                continue
            office.work.say(member, row.id, "您好")
            if chance.random() < 0.2:
                office.queue.give_back(row.id, "absent", by=member.id)
                continue
            office.work.hand_back(member, row.id, "advised")
            if row.session in ended:
                wrong.append(row.session)
            ended.append(row.session)

    threads = [threading.Thread(target=serve, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert wrong == []
    assert sorted(ended) == sorted(sessions)
    first_taken = list(dict.fromkeys(session for session, _ in taken))
    assert first_taken == sessions
    assert office.counter.sql("SELECT COUNT(*) FROM handoffs WHERE status != 'done'")[0][0] == 0
    assert office.counter.verify() > 0
