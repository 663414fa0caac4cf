"""Whatever is said to the gate in whatever order: nothing is done but after every step, and no money is made or lost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.tools.gate.bench import Counter, Visit, database
from tools.gate import events
from tools.gate.views import (
    ConfirmView,
    ConsentView,
    DocumentView,
    EndedView,
    FaceView,
    LessonView,
    OtpView,
)

STARTS = [
    ("C1001", "known", "transfer.create", {"payee": "王芳", "amount": "500"}),
    ("C1001", "known", "transfer.create", {"payee": "张伟", "amount": "30000", "purpose": "family"}),
    ("C1001", "new", "transfer.create", {"payee": "王芳", "amount": "5"}),
    ("C1001", "known", "card.replace", {"card": "6688"}),
    ("C1001", "known", "card.report_loss", {}),
    ("C1003", "known", "account.activate_dormant", {}),
    ("C1006", "known", "transfer.cancel", {}),
    ("C1006", "known", "fraud.report", {"about": "公安让我转钱"}),
]
VALUES = st.sampled_from(
    ["6688", "3021", "5512", "7790", "王芳", "张伟", "孙丽", "1", "500", "49999.99", "0", "-5", "all", "1e9", "family", "told_to", "", "x", "４"]
)  # fmt: skip
SLOTS = st.dictionaries(
    st.sampled_from(["card", "account", "from", "payee", "amount", "purpose", "transfer", "about", "level", "x"]),
    VALUES, max_size=3,
)  # fmt: skip
MOVES = st.one_of(
    st.tuples(st.just("honest"), st.none()),
    st.tuples(st.just("yes"), st.sampled_from(["present", "earlier", "none", "of another"])),
    st.tuples(st.just("fill"), SLOTS),
    st.tuples(st.just("otp"), st.sampled_from(["right", "wrong", "first", "000000", ""])),
    st.tuples(st.just("wait"), st.sampled_from([1, 59, 61, 301, 901, 1801, 86_401])),
    st.tuples(
        st.just("any"),
        st.sampled_from(
            [
                events.ResendOtp(),
                events.Look(),
                events.Acknowledge(),
                events.QuizAnswer("x"),
                events.Consent(None, True),
                events.Consent(None, False),
                events.Document("specimen"),
                events.Document({"front": "x"}),
                events.Face(None, "specimen"),
                events.Face("chl_x", "specimen"),
                events.Abort("by_customer"),
            ]
        ),
    ),
)


class Watch:
    """Follows one action and remembers what a step's passing needs."""

    def __init__(self, counter: Counter, visit: Visit) -> None:
        self.counter, self.visit = counter, visit
        self.shown: list[str] = []

    def play(self, move: tuple[str, Any]) -> None:
        view = self.visit.view
        present = view.id if isinstance(view, ConfirmView) else None
        if present is not None and present not in self.shown:
            self.shown.append(present)
        params = None if present is None else self.params()
        kind, value = move
        event: events.GateEvent = events.Look()
        match kind:
            case "honest" if isinstance(view, OtpView | ConsentView | DocumentView | FaceView | LessonView):
                self.check(self.visit.step, None, None)
                return
            case "honest":
                event = events.Confirm(present or "")
            case "yes":
                earlier = next((one for one in self.shown if one != present), "cfm_x")
                event = events.Confirm(
                    {"present": present or "", "earlier": earlier, "none": "", "of another": "con_x"}[value]
                )
            case "fill":
                event = events.Fill(value)
            case "otp":
                codes = self.visit.codes() or ["000000"]
                event = events.Otp(
                    {"right": codes[0], "first": codes[-1], "wrong": self.visit.wrong_code()}.get(value, value)
                )
            case "wait":
                self.counter.clock.advance(seconds=value)
                self.counter.settle()
            case "any":
                event = value
        self.check(lambda: self.visit.act(event), event, (present, params))

    def params(self) -> dict[str, str]:
        import json

        row = self.counter.sql("SELECT state FROM actions")[0]
        return dict(json.loads(row.state)["slots"])

    def check(self, do: Callable[[], Any], event: events.GateEvent | None, seen: tuple[str | None, Any] | None) -> None:
        assert self.visit.view is not None
        ended_before = isinstance(self.visit.view, EndedView)
        executed_before = any(entry.startswith("execute") for entry in self.visit.log())
        level_before = self.visit.level()
        after = do()
        log = self.visit.log()
        executed = any(entry.startswith("execute") for entry in log) and not executed_before
        if ended_before:
            assert isinstance(after, EndedView)
            assert not executed
            return
        if not executed:
            return
        assert isinstance(event, events.Confirm), "only a yes executes"
        assert seen is not None
        assert event.id == seen[0], "and only to the read-back that was shown"
        assert self.params() == seen[1], "for the parameters that it showed"
        assert level_before >= after.service.entry.assurance
        where = next(i for i, entry in enumerate(log) if entry.startswith("execute"))
        before = [entry.split(":")[0] for entry in log[:where]]
        assert log[where - 1] == "confirm:given"
        for step in ("collect", "identity", "risk", "confirm", "educate"):
            assert step in before, step
        if after.service.binds_otp:
            assert "identity:raised_to_2" in log[:where]
        if (
            self.counter.sql("SELECT device FROM sessions")[0].device == "new"
            and after.service.entry.risk_class == "high"
        ):
            assert level_before == 3


@settings(
    max_examples=500,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # an example is short; making it shorter takes minutes
)
@given(start=st.sampled_from(STARTS), moves=st.lists(MOVES, min_size=4, max_size=14))
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_that_only_the_whole_way_leads_to_an_execution(start: Any, moves: list[tuple[str, Any]]) -> None:
    customer, device, service, slots = start
    with tempfile.TemporaryDirectory() as folder:
        counter = Counter(database(Path(folder)))
        visit = counter.sign_in(customer, device=device)
        before = total(visit)
        visit.view = counter.gate.open(visit.session, service, slots, "")
        watch = Watch(counter, visit)
        for move in moves:
            watch.play(move)
        state = visit.state()
        assert len(state["requests"]) <= 1
        executed = sum(entry.startswith("execute") for entry in visit.log())
        assert executed <= 1
        assert counter.postings() == 0
        sent = sum((Decimal(t["amount"]) for t in state["transfers"] if t["status"] == "done"), Decimal(0))
        assert before - total(visit) == sent
        if service != "transfer.create":
            assert sent == 0 or customer == "C1006", "only the story's own transfer may arrive"
        counter.verify()
        counter.db.close()


def total(visit: Visit) -> Decimal:
    return sum((Decimal(account["balance"]) for account in visit.state()["accounts"]), Decimal(0))
