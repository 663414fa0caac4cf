"""Risk: every rule, the worst wins, and what each outcome leaves behind."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.tools.gate.bench import Counter, Visit
from tools.gate import events
from tools.gate.risk import RULES_FILE, RuleEngine
from tools.gate.views import ConfirmView, ConsentView, EndedView
from tools.rendering import render

ENGINE = RuleEngine.from_file()


@pytest.mark.parametrize(
    ("facts", "outcome", "reasons"),
    [
        ({}, "allow", ()),
        ({"first_payee": False, "scam_words": False, "device": "known"}, "allow", ()),
        ({"payee_flagged": True}, "block", ("flagged_payee",)),
        ({"scam_words": True}, "block", ("coached_victim",)),
        ({"transfers_last_hour": 4}, "allow", ()),
        ({"transfers_last_hour": 5}, "review", ("many_transfers",)),
        ({"first_payee": True}, "delay", ("first_payee",)),
        ({"device": "new", "risk_class": "high"}, "step_up", ("new_device",)),
        ({"device": "new", "risk_class": "low"}, "allow", ()),
        ({"quiz_failed": True}, "review", ("failed_quiz",)),
        ({"first_payee": True, "device": "new", "risk_class": "high"}, "delay", ("first_payee", "new_device")),
        ({"first_payee": True, "payee_flagged": True}, "block", ("flagged_payee", "first_payee")),
    ],
)
def test_that_each_rule_holds_when_it_should(facts: dict[str, object], outcome: str, reasons: tuple[str, ...]) -> None:
    decision = ENGINE.decide(facts)  # type: ignore[arg-type]
    assert (decision.outcome, tuple(decision.reasons)) == (outcome, reasons)
    assert decision.delay_hours == (24 if "first_payee" in reasons else 0)
    assert decision.level == (3 if "new_device" in reasons else 0)
    for code in decision.reasons:
        assert ENGINE.wording(code).zh
        assert ENGINE.wording(code).en


def test_that_no_wording_lets_on_a_report_or_calls_policy_the_law() -> None:
    text = RULES_FILE.read_text(encoding="utf-8")
    told = [line for line in text.splitlines() if line.startswith(("zh =", "en ="))]
    assert told
    for line in told:
        for word in ("可疑交易", "洗钱", "上报", "suspicious", "laundering", "法律规定", "by law"):
            assert word not in line


@pytest.mark.parametrize(
    "wrong",
    [
        'version = "1"\n[[rule]]\ncode="x"\noutcome="delay"\nwhen={a={is=true}}\nzh="x"\nen="x"\nstaff="x"',
        'version = "1"\n[[rule]]\ncode="x"\noutcome="step_up"\nwhen={a={is=true}}\nzh="x"\nen="x"\nstaff="x"',
        'version = "1"\n[[rule]]\ncode="x"\noutcome="allow"\nwhen={}\nzh="x"\nen="x"\nstaff="x"',
        'version = "1"\n[[rule]]\ncode="x"\noutcome="block"\nwhen={a={is=true,at_least=1}}\nzh="x"\nen="x"\nstaff="x"',
        'version = "1"\n[[rule]]\ncode="x"\noutcome="maybe"\nwhen={a={is=true}}\nzh="x"\nen="x"\nstaff="x"',
    ],
)
def test_that_a_wrong_rule_stops_at_load(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(ValidationError):
        RuleEngine.from_file(path)


def transfer(counter: Counter, said: str = "", **slots: str) -> Visit:
    visit = counter.sign_in()
    visit.open("transfer.create", said, **{"payee": "张伟", "amount": "100", "purpose": "family", **slots})
    visit.give_code()
    return visit


@pytest.mark.parametrize(
    ("said", "purpose"),
    [
        ("", "told_to"),
        ("", "公安让我转到安全账户"),
        ("帮我转一万，客服让转的", "family"),
        ("the police told me to", "family"),
    ],
)
def test_that_a_coached_victim_is_stopped_with_one_row(counter: Counter, said: str, purpose: str) -> None:
    visit = transfer(counter, said, purpose=purpose)
    view = visit.view
    assert isinstance(view, EndedView)
    assert (view.status, view.recorded) == ("blocked", True)
    assert visit.requests() == [("transfer.create", "blocked")]
    assert visit.state()["accounts"][0]["balance"] == "52340.18"
    assert visit.state()["transfers"] == []
    assert "诈骗" in render(view.said[0], "zh-CN").text
    assert "scam" in render(view.said[0], "en").text
    for event in (events.Confirm("x"), events.Fill({"purpose": "family"}), events.Look()):
        assert isinstance(visit.act(event), EndedView)
    assert visit.requests() == [("transfer.create", "blocked")]


def test_that_a_flagged_payee_is_not_paid(counter: Counter) -> None:
    visit = counter.sign_in("C1006")
    flagged = next(t["payee"] for t in visit.state()["transfers"])
    visit.open("transfer.create", payee=flagged, amount="5", purpose="family")
    view = visit.give_code()
    assert isinstance(view, EndedView)
    assert next(iter(view.reasons)) == "flagged_payee"
    assert visit.requests() == [("transfer.create", "blocked")]


def test_that_the_sixth_transfer_within_an_hour_is_looked_at_by_a_person(counter: Counter) -> None:
    visit = counter.sign_in()
    for _ in range(5):
        visit.open("transfer.create", payee="王芳", amount="5")
        assert visit.confirm().status == "done"
    visit.open("transfer.create", payee="王芳", amount="5")
    view = visit.give_code()
    assert isinstance(view, EndedView)
    assert view.status == "in_review"
    assert view.handoff
    assert visit.requests().count(("transfer.create", "in_review")) == 1
    assert Decimal(visit.state()["accounts"][0]["balance"]) == Decimal("52340.18") - 25
    counter.clock.advance(hours=1)
    visit.open("transfer.create", payee="王芳", amount="5")
    assert isinstance(visit.give_code(), ConfirmView)


def test_that_a_stranger_is_paid_after_24_hours_and_risk_is_asked_anew(counter: Counter) -> None:
    visit = transfer(counter)
    ended = visit.confirm()
    assert ended.status == "delayed"
    assert ended.undo is not None
    state = visit.state()
    assert state["transfers"][0]["status"] == "pending"
    assert state["accounts"][0]["balance"] == "52340.18"
    counter.clock.advance(hours=24)
    counter.settle()
    assert visit.requests() == [("transfer.create", "done")]
    visit.open("transfer.create", payee="张伟", amount="100")
    visit.give_code()
    assert isinstance(visit.view, ConfirmView)
    assert visit.confirm().status == "done", "known by now"
    assert counter.postings() == 0


def test_that_a_decision_that_changes_after_the_read_back_voids_the_yes(counter: Counter) -> None:
    """The first delayed payment arrives between the read-back of the second and its yes: no delay any more."""
    visit = transfer(counter)
    visit.confirm()
    counter.clock.advance(hours=23, minutes=50)
    visit.open("transfer.create", payee="张伟", amount="200", purpose="family")
    first = visit.prepare()
    counter.clock.advance(minutes=10)
    counter.settle()
    second = visit.act(events.Confirm(first.id))
    assert isinstance(second, ConfirmView)
    assert second.id != first.id
    assert visit.requests() == [("transfer.create", "done")]
    assert visit.confirm().status == "done"


def test_that_a_new_device_is_stepped_up_only_where_the_rule_says(counter: Counter) -> None:
    visit = counter.sign_in("C1001", device="new")
    visit.open("card.replace", card="6688")
    assert isinstance(visit.give_code(), ConsentView)
    assert isinstance(visit.open("transfer.cancel"), EndedView)
