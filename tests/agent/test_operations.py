"""What operators and evaluators see: the way back to the story, staff tokens, the catalogue, tokens used once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from agent.commands import Confirm, Handoff, StartService
from agent.operations import AuditLog, Sandbox, Services, SqlUsedTokens, StaffTokens
from agent.port import SessionEnded
from tests.agent.desk_bench import Room
from tests.tools.gate.bench import Counter, Visit, database
from tools.bank.stories import load_stories
from tools.gate.views import LessonView

SECRET = b"a secret that is long enough for a token"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(Counter(database(tmp_path)))
    yield made
    made.counter.db.close()


def sandbox(room: Room) -> Sandbox:
    counter = room.counter
    return Sandbox(counter.db, counter.clock, counter.tariff, load_stories(), counter.gate, counter.settle)  # type: ignore[arg-type]


def test_that_a_reset_ends_sessions_and_brings_the_story_back(room: Room) -> None:
    box = sandbox(room)
    before = box.customer_state("C1001")
    talk = room.enter()
    talk.hear(StartService(service="transfer.create", slots={"payee": "王芳", "amount": "500"}))
    talk.give_code()
    talk.hear(Confirm())
    talk.hear(Handoff())
    assert box.customer_state("C1001") != before
    box.reset("C1001")
    assert box.customer_state("C1001") == before
    with pytest.raises(SessionEnded):
        talk.hear(Confirm())
    assert "没有办完" not in room.enter().text
    again = box.customer_state("C1001")
    box.reset(None)
    assert box.customer_state("C1001") == again, "a second reset changes nothing"
    assert AuditLog(room.counter.db).verify() > 0, "the log stays"
    assert AuditLog(room.counter.db).events(talk.opened.session_id)


def test_that_a_reset_lifts_locks(room: Room) -> None:
    for _ in range(3):
        talk = room.enter()
        talk.hear(StartService(service="card.replace", slots={"card": "6688"}))
        talk.press("otp", f"{(int(talk.codes()[0]) + 1) % 1_000_000:06d}")
    assert talk.turn.actions[0].status == "failed"
    sandbox(room).reset("C1001")
    talk = room.enter()
    talk.hear(StartService(service="card.replace", slots={"card": "6688"}))
    assert talk.turn.stage == "identity"


def test_that_the_session_tells_its_level_and_the_attentive_answer(room: Room) -> None:
    box = sandbox(room)
    visit: Visit = room.counter.sign_in("C1003")
    assert box.session_state(visit.session) == {"level": 1, "quiz_answer": None}
    visit.open("account.activate_dormant")
    while not isinstance(visit.view, LessonView):
        visit.step()
    state = box.session_state(visit.session)
    assert state is not None
    assert state["level"] == 3
    assert state["quiz_answer"] in [option for option, _ in visit.view.options]
    assert box.session_state("ses_x") is None
    assert box.customer_state("C9") is None
    assert box.phone("C9") is None


def test_that_staff_tokens_last_a_shift_and_cannot_be_forged(room: Room) -> None:
    clock = room.counter.clock
    tokens = StaffTokens(SECRET, clock)
    token = tokens.token("S001")
    assert token is not None
    assert tokens.token("S999") is None
    assert tokens.verify(token) == "S001"
    assert StaffTokens(b"another secret, as long as the first", clock).verify(token) is None
    claims = {"sub": "S002", "role": "supervisor", "until": clock.now().timestamp() + 60}
    assert tokens.verify(jwt.encode(claims, "", algorithm="none")) is None
    assert tokens.verify(jwt.encode({**claims, "sub": "S999"}, SECRET, "HS256")) is None
    assert tokens.verify(jwt.encode({**claims, "until": "x"}, SECRET, "HS256")) is None
    assert tokens.verify("x.y.z") is None
    clock.advance(hours=8)
    assert tokens.verify(token) is None


def test_that_a_hosts_token_serves_once(room: Room) -> None:
    used = SqlUsedTokens(room.counter.db, room.counter.clock)
    until = room.counter.clock.now() + timedelta(minutes=5)
    assert used.claim("j1", until)
    assert not used.claim("j1", until)
    assert not SqlUsedTokens(room.counter.db, room.counter.clock).claim("j1", until), "also after a restart"
    assert used.claim("j2", until)


def test_that_the_catalogue_tells_what_is_there() -> None:
    services = {row["id"]: row for row in Services().services()}
    assert services["transfer.create"]["available"]
    assert set(services["transfer.create"]["params"]["properties"]) == {"payee", "amount", "from", "purpose"}
    assert services["human.handoff"]["available"]
    assert not services["fx.buy"]["available"]
    assert services["fx.buy"]["params"] is None
