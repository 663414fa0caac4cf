"""Risk: every rule, the worst wins, and what each outcome leaves behind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.tools.gate.bench import Counter, Visit
from tools.gate import events
from tools.gate.risk import RULES_FILE, RuleEngine
from tools.gate.risk.facts import unknown
from tools.gate.service import Decision, Fact
from tools.gate.views import ConfirmView, ConsentView, EndedView
from tools.rendering import render
from tools.services import built_services
from tools.wording import Text

ENGINE = RuleEngine.from_file()


EACH: Sequence[tuple[dict[str, Fact], str, tuple[str, ...]]] = [
    ({}, "allow", ()),
    ({"first_payee": False, "coached": False, "device": "known"}, "allow", ()),
    ({"payee_flagged": True}, "block", ("flagged_payee",)),
    ({"coached": True, "service": "transfer.create"}, "block", ("coached_victim",)),
    ({"coached": True, "service": "limit.raise"}, "review", ("coached_change",)),
    ({"coached": True, "service": "complaint.create"}, "allow", ()),
    ({"told": True, "first_payee": True}, "block", ("told_by_stranger", "first_payee")),
    ({"told": True, "first_payee": False}, "allow", ()),
    ({"told": True, "service": "profile.change_phone"}, "review", ("told_change",)),
    ({"purpose": "told_to"}, "block", ("told_to_pay",)),
    ({"guided": True, "first_payee": True}, "review", ("guided_now", "first_payee")),
    ({"guided": True, "service": "limit.raise"}, "review", ("guided_change",)),
    ({"first_payee": True, "first_payees_last_day": 3}, "review", ("many_strangers", "first_payee")),
    ({"controlled": True, "first_payee": True}, "review", ("controlled_stranger", "first_payee")),
    ({"service": "limit.raise", "phone_changed": True}, "review", ("limit_after_number",)),
    ({"service": "transfer.create", "minor": True, "amount": Decimal(5000)}, "review", ("minor_large",)),
    ({"service": "transfer.create", "minor": True, "amount": Decimal("4999.99")}, "allow", ()),
    ({"transfers_last_hour": 4}, "allow", ()),
    ({"transfers_last_hour": 5}, "review", ("many_transfers",)),
    ({"first_payee": True}, "delay", ("first_payee",)),
    ({"device": "new", "risk_class": "high"}, "step_up", ("new_device",)),
    ({"device": "new", "risk_class": "low"}, "allow", ()),
    ({"quiz_failed": True}, "review", ("failed_quiz",)),
    ({"first_payee": True, "device": "new", "risk_class": "high"}, "delay", ("first_payee", "new_device")),
    ({"first_payee": True, "payee_flagged": True}, "block", ("flagged_payee", "first_payee")),
]


@pytest.mark.parametrize(("facts", "outcome", "reasons"), EACH)
def test_that_each_rule_holds_when_it_should(facts: dict[str, Fact], outcome: str, reasons: tuple[str, ...]) -> None:
    decision = ENGINE.decide(facts)
    assert (decision.outcome, tuple(decision.reasons)) == (outcome, reasons)
    assert decision.delay_hours == (24 if "first_payee" in reasons else 0)
    assert decision.level == (3 if "new_device" in reasons else 0)
    for code in decision.reasons:
        assert ENGINE.wording(code).zh
        assert ENGINE.wording(code).en


def test_that_what_is_urgent_is_never_held_up() -> None:
    bad = {"urgent": True, "coached": True, "quiz_failed": True, "device": "new", "risk_class": "high"}
    assert ENGINE.decide(bad).outcome == "allow"


def test_that_every_rule_of_the_file_is_tried_here() -> None:
    tried = {code for facts, _, _ in EACH for code in ENGINE.decide(facts).reasons}
    assert tried == {rule.code for rule in ENGINE.rules.rule}


SCORED: Mapping[str, Fact] = {"risk_class": "high", "can_wait": True}


@pytest.mark.parametrize(
    ("facts", "score", "band", "outcome"),
    [
        ({"known_payee": True, "amount": Decimal(500)}, 0, "low", "allow"),
        ({"known_payee": True, "amount": Decimal(50000), "amount_times_usual": 15, "most_of_balance": True}, 50, "elevated", "allow"),
        ({"amount": Decimal(10000), "new_device": True, "phone_changed": True}, 70, "high", "delay"),
        ({"amount": Decimal(50000), "new_device": True, "phone_changed": True, "blocked_before": True, "night": True, "most_of_balance": True}, 120, "severe", "review"),
        ({"risk_class": "medium", "new_device": True, "phone_changed": True, "blocked_before": True}, 0, "low", "allow"),
        ({"can_wait": False, "new_device": True, "phone_changed": True, "limit_rise": Decimal(100000)}, 70, "high", "review"),
    ],
)  # fmt: skip
def test_that_points_lead_to_a_band(facts: dict[str, Fact], score: int, band: str, outcome: str) -> None:
    decision = ENGINE.decide({**SCORED, **facts})
    assert (decision.score, decision.band, decision.outcome) == (score, band, outcome)
    assert decision.version == ENGINE.version
    if outcome == "review" and facts.get("can_wait") is False:
        assert decision.reasons[0] == "needs_a_look", "nothing is said of a delay that there is not"


def test_that_of_one_group_the_highest_counts_and_points_never_fall_below_nought() -> None:
    decision = ENGINE.decide({**SCORED, "amount": Decimal(50000)})
    assert decision.points == (("amount_50000", 30),)
    assert ENGINE.decide({**SCORED, "known_payee": True}).score == 0


def test_that_a_decision_is_explained_whole_in_both_languages() -> None:
    facts: dict[str, Fact] = {
        **SCORED,
        "first_payee": True,
        "new_device": True,
        "device": "new",
        "amount": Decimal(30000),
    }
    decision = ENGINE.decide(facts)
    lines = ENGINE.explain(decision)
    assert sum(line.points for line in lines if line.kind == "score") == decision.score == 60
    assert [line.code for line in lines if line.kind == "rule"] == list(decision.reasons)
    assert lines[-1].code == "score_elevated"
    for line in lines:
        assert re.search("[一-鿿]", line.staff.zh)
        assert not re.search("[一-鿿]", line.staff.en)


def test_that_a_code_of_another_version_is_still_explained() -> None:
    [rule, band] = ENGINE.explain(Decision("block", reasons=("gone",)))
    assert (rule.staff.en, band.code) == ("gone", "score_low")


def told() -> list[Text]:
    rules = ENGINE.rules
    return [Text(row.zh, row.en) for row in rules.rule] + [
        Text(row.zh, row.en) for row in (*rules.band, rules.cannot_wait)
    ]


@pytest.mark.parametrize("text", told(), ids=lambda text: text.zh[:12])
def test_that_no_wording_lets_on_a_report_or_calls_policy_the_law(text: Text) -> None:
    for word in ("可疑交易", "洗钱", "上报", "报告", "监管要求", "法律", "规定必须", "人民银行"):
        assert word not in text.zh
    for word in ("suspicious", "laundering", "reported to", "a report", "by law", "the law", "regulator", "legal"):
        assert word not in text.en.lower()
    assert not re.search(r"[()（）/]", text.zh + text.en)


@pytest.mark.parametrize("text", told(), ids=lambda text: text.zh[:12])
def test_that_110_and_96110_are_named_in_every_scam(text: Text) -> None:
    scam = re.search("诈骗|举报|被骗|有人让", text.zh) is not None
    assert scam == (re.search("scam|fraudster|reported by|somebody told", text.en.lower()) is not None)
    for number in ("96110", "打 110"):
        assert (number in text.zh) == scam
    for number in ("96110", "110 "):
        assert (number in text.en) == scam


def test_that_a_delay_is_called_the_banks_own() -> None:
    waiting = [row for row in (*ENGINE.rules.rule, *ENGINE.rules.band) if row.outcome == "delay"]
    assert waiting
    for row in waiting:
        assert "我行" in row.zh
        assert "our bank's" in row.en
        assert str(row.delay_hours) in row.zh
        assert str(row.delay_hours) in row.en


FILE = RULES_FILE.read_text(encoding="utf-8")


def test_that_the_file_as_it_is_can_be_put_in_force() -> None:
    assert list(unknown(ENGINE.rules, built_services().values())) == []


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("delay_hours = 24\nwhen", "when", "delay needs delay_hours"),
        ("level = 3\n", "", "step_up needs a level"),
        ('when = { quiz_failed = { is = true } }', "when = {}", "at least 1"),
        ('{ quiz_failed = { is = true } }', '{ quiz_failed = { is = true, at_least = 1 } }', "exactly one of"),
        ('outcome = "block"', 'outcome = "maybe"', "Input should be"),
        ('code = "told_to_pay"', 'code = "failed_quiz"', "one thing each: failed_quiz"),
        ('band = "severe"', 'band = "high"', "the bands are"),
        ("at = 110", "at = 60", "above it"),
        ('at = 35\noutcome = "allow"', 'at = 35\noutcome = "block"', "milder"),
        ("points = 30", "points = 300", "less than or equal"),
        ('en = "Low"', 'en = ""', "at least 2"),
        ("'公安|警察", "'(公安|警察", "regular expression"),
        ('"把钱转到安全账户"', '"把钱转到别处"', "coached is not heard in"),
        ('"给王芳转五百"', '"公安让我给王芳转五百"', "something is heard in"),
        ('staff = { zh = "低风险", en', 'nobody = { zh = "低风险", en', "nobody"),
    ],
)  # fmt: skip
def test_that_a_wrong_file_stops_at_load(tmp_path: Path, old: str, new: str, why: str) -> None:
    assert old in FILE
    path = tmp_path / "rules.toml"
    path.write_text(FILE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValidationError, match=re.escape(why)):
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


def test_that_a_known_payee_waits_only_when_everything_else_is_unusual(counter: Counter) -> None:
    visit = counter.sign_in(device="new")
    visit.open("transfer.create", payee="王芳", amount="40000")
    view = visit.prepare()
    told = " ".join(render(line, "zh-CN").text + render(line, "en").text for line in view.lines)
    assert "和您平时不一样" in told
    assert "按我行规定 24 小时后到账" in told
    assert "our bank's policy" in told
    assert "第一次" not in told
    ended = visit.confirm()
    assert (ended.status, list(ended.reasons)) == ("delayed", ["score_high", "new_device"])


def test_that_a_service_that_cannot_wait_is_reviewed_and_says_nothing_of_a_delay(counter: Counter) -> None:
    visit = counter.sign_in(device="new")
    counter.sql("UPDATE accounts SET status = 'restricted' WHERE tail = '3021'")
    visit.open("limit.raise", account="6688", per_day="200000")
    while not isinstance(visit.view, EndedView):
        visit.step()
    assert (visit.view.status, visit.view.handoff, visit.view.reasons[0]) == ("in_review", True, "needs_a_look")
    told = render(visit.view.said[0], "zh-CN").text + render(visit.view.said[0], "en").text
    assert "小时" not in told
    assert "hours" not in told
