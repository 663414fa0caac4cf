"""The audit log: every step in order, nothing changed, nothing removed, nothing put in."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from tests.tools.gate.bench import Counter, Visit
from tools.gate import audit, events
from tools.gate.audit import ChainBroken
from tools.gate.views import EndedView

ORDER = ("collect", "identity", "risk", "educate", "confirm", "execute", "follow_up")
WISHES = [
    ("C1001", "account.balance", {}),
    ("C1001", "account.transactions", {"account": "6688"}),
    ("C1001", "card.replace", {"card": "6688"}),
    ("C1001", "card.report_loss", {"card": "6688"}),
    ("C1001", "transfer.create", {"payee": "王芳", "amount": "5"}),
    ("C1001", "transfer.create", {"payee": "张伟", "amount": "5", "purpose": "family"}),
    ("C1006", "transfer.cancel", {}),
    ("C1006", "fraud.report", {"about": "有人冒充公安"}),
    ("C1003", "account.activate_dormant", {}),
]


def done(counter: Counter, customer: str, service: str, slots: dict[str, str]) -> Visit:
    visit = counter.sign_in(customer)
    if not isinstance(visit.open(service, **slots), EndedView):
        visit.confirm()
    return visit


@pytest.mark.parametrize(("customer", "service", "slots"), WISHES)
def test_that_the_steps_stand_in_their_order(
    counter: Counter, customer: str, service: str, slots: dict[str, str]
) -> None:
    visit = done(counter, customer, service, slots)
    assert visit.view is not None
    log = visit.log(visit.view.action)
    steps = [entry.split(":")[0] for entry in log]
    wanted = [step for step in ORDER if step in steps]
    read = service in ("account.balance", "account.transactions")
    assert wanted == [step for step in ORDER if not (read and step in ("educate", "confirm"))]
    for earlier, later in (
        ("collect", "identity"),
        ("identity", "risk"),
        ("risk", "execute"),
        ("execute", "follow_up"),
    ):
        assert steps.index(earlier) < steps.index(later)
    if not read:
        given, asked, passed = (
            log.index("confirm:given"),
            log.index("confirm:asked"),
            log.index("execute:done" if "execute:done" in log else "execute:delayed"),
        )
        assert steps.index("risk") < asked < given < passed
        assert steps.index("educate") < given
        assert (
            log.index("collect:complete")
            < next(i for i, e in enumerate(log) if e.startswith("identity:level_"))
            < passed
        )
    assert steps.count("execute") == 1
    assert counter.verify() == len(counter.sql("SELECT seq FROM audit_events"))


def test_that_the_log_holds_codes_and_ids_but_no_content(counter: Counter) -> None:
    for wish in WISHES:
        done(counter, *wish)
    rows = str(counter.sql("SELECT * FROM audit_events"))
    for content in ("王芳", "张伟", "6688", "公安", "10000001001", "李婉清", "5.00"):
        assert content not in rows


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET outcome = 'x' WHERE seq = 2",
        "DELETE FROM audit_events",
        "DELETE FROM audit_events WHERE seq = 1",
    ],
)
def test_that_the_table_refuses_changes(counter: Counter, statement: str) -> None:
    done(counter, *WISHES[2])
    with pytest.raises(IntegrityError, match="append-only"):
        counter.sql(statement)


TAMPERED = {
    "changed": "UPDATE audit_events SET outcome = 'level_3' WHERE seq = 3",
    "redated": "UPDATE audit_events SET at = '2020-01-01 00:00:00.000000' WHERE seq = 3",
    "moved to another action": "UPDATE audit_events SET action_id = 'act_x' WHERE seq = 3",
    "removed": "DELETE FROM audit_events WHERE seq = 3",
    "first removed": "DELETE FROM audit_events WHERE seq = 1",
    "put in": "INSERT INTO audit_events SELECT 0, at, session_id, action_id, service, step, outcome, prev, hash FROM audit_events WHERE seq = 3",
    "put at the end": "INSERT INTO audit_events SELECT 1000, at, session_id, action_id, service, step, outcome, prev, hash FROM audit_events WHERE seq = 3",
    "swapped": "UPDATE audit_events SET hash = (SELECT hash FROM audit_events WHERE seq = 4) WHERE seq = 3",
}


@pytest.mark.parametrize("how", TAMPERED)
def test_that_verify_finds_what_was_tampered_with(counter: Counter, how: str) -> None:
    done(counter, *WISHES[2])
    counter.verify()
    for verb in ("update", "delete"):
        counter.sql(f"DROP TRIGGER audit_events_no_{verb}")
    counter.sql(TAMPERED[how])
    with pytest.raises(ChainBroken):
        counter.verify()


def test_that_events_of_one_session_are_told_in_shanghai_time(counter: Counter) -> None:
    visit = done(counter, *WISHES[2])
    done(counter, *WISHES[0])
    with counter.db.reading() as db:
        mine = audit.events(db, visit.session)
        assert len(mine) < len(audit.events(db))
    assert all(event.session_id == visit.session and event.at.endswith("+08:00") for event in mine)
    assert audit.as_json(mine[0])["step"] == "collect"


def test_that_what_a_customer_breaks_off_is_logged(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("transfer.create", payee="王芳")
    view = visit.act(events.Abort("by_customer"))
    assert visit.log(view.action)[-1] == "collect:ended:by_customer"
