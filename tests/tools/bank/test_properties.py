"""Whatever is done in whatever order, nothing is made or lost."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.tools.bank.bench import Bench, copy_of, make_template
from tools.bank.port import NotAllowed, Transfer
from tools.errors import KeyConflict
from tools.money import ZERO, from_fen

PAYERS = [
    ("C1001", "6688", "王芳"),
    ("C1001", "3021", "张伟"),
    ("C1006", "7013", "孙小雨"),
    ("C1004", "9923", "悦山家装"),
]
AMOUNTS = st.integers(1, 6_000_000).map(from_fen)
_TEMPLATES: dict[str, Path] = {}


def _template() -> Path:
    """Made once for all examples."""
    if not _TEMPLATES:
        folder = tempfile.TemporaryDirectory()
        path = Path(folder.name) / "template.db"
        make_template(path)
        _TEMPLATES["path"] = path
        _KEPT.append(folder)
    return _TEMPLATES["path"]


_KEPT: list[object] = []


class Life(RuleBasedStateMachine):
    """A model of balances and holds beside the real thing."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.bench: Bench = copy_of(_template(), Path(self.folder.name) / "bank.db")
        self.told = self.bench.live()
        self.done: list[tuple[str, str, str, str, Decimal, object, Transfer]] = []  # key, what went in, what came out
        self._begin()

    def _begin(self) -> None:
        self.paid: dict[str, Decimal] = {}
        self.pending: dict[str, tuple[str, str, Decimal]] = {}  # id: customer, tail, amount
        with self.bench.core() as core:
            for customer in ("C1004", "C1006"):
                for transfer in core.transfers(customer):
                    self.pending[transfer.id] = (customer, transfer.source, transfer.amount)

    @rule(who=st.sampled_from(PAYERS), amount=AMOUNTS, hours=st.sampled_from([None, 1, 24]))
    def pay(self, who: tuple[str, str, str], amount: Decimal, hours: int | None) -> None:
        customer, tail, payee = who
        arrives = None if hours is None else self.bench.clock.now() + timedelta(hours=hours)
        key = f"pay-{len(self.done)}-{self.bench.clock.now().timestamp()}-{tail}-{amount}-{hours}"
        refused = None
        with self.bench.core() as core:
            before = core.account(customer, tail)
            try:
                made = core.create_transfer(customer, tail, payee, amount, arrives=arrives, key=key)
            except NotAllowed as error:
                refused = error.code
        if refused is not None:
            over = before.limits.used_today + amount > before.limits.per_day
            assert refused in ("insufficient_funds", "daily_limit", "yearly_limit")
            assert refused != "insufficient_funds" or amount > before.available
            assert refused != "daily_limit" or over
            return
        assert amount <= before.available
        self.done.append((key, customer, tail, payee, amount, arrives, made))
        if arrives is None:
            self.paid[tail] = self.paid.get(tail, ZERO) + amount
        else:
            self.pending[made.id] = (customer, tail, amount)

    @rule(nr=st.integers(0, 10**6), other=st.booleans())
    def repeat(self, nr: int, other: bool) -> None:
        if not self.done:
            return
        key, customer, tail, payee, amount, arrives, made = self.done[nr % len(self.done)]
        try:
            with self.bench.core() as core:
                again = core.create_transfer(
                    customer,
                    tail,
                    payee,
                    amount + (1 if other else 0),
                    arrives=arrives,
                    key=key,  # type: ignore[arg-type]
                )
        except KeyConflict:
            assert other
            return
        assert not other
        assert again == made

    @rule(nr=st.integers(0, 10**6))
    def cancel(self, nr: int) -> None:
        if not self.pending:
            return
        transfer = sorted(self.pending)[nr % len(self.pending)]
        customer, _, _ = self.pending[transfer]
        try:
            with self.bench.core() as core:
                core.cancel_transfer(customer, transfer, key=f"cancel-{transfer}-{self.bench.clock.now().timestamp()}")
        except NotAllowed:  # its time has come
            return
        del self.pending[transfer]

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.bench.clock.advance(hours=hours)

    @rule()
    def settle(self) -> None:
        with self.bench.core() as core:
            for transfer in core.settle_due():
                _, tail, amount = self.pending.pop(transfer.id)
                self.paid[tail] = self.paid.get(tail, ZERO) + amount

    @rule()
    def reset(self) -> None:
        self.bench.clock.advance(seconds=1)
        self.bench.reset()
        assert self.bench.live() == self.told
        self._begin()

    @invariant()
    def sound(self) -> None:
        if not hasattr(self, "bench"):
            return
        replayed = self.bench.replayed()
        assert replayed == self.bench.live()
        assert sum(replayed.values(), ZERO) == ZERO
        with self.bench.core() as core:
            for customer, tail, _ in PAYERS:
                account = core.account(customer, tail)
                held = sum((amount for _, t, amount in self.pending.values() if t == tail), ZERO)
                story = next(a.balance for s in self.bench.stories.customers for a in s.accounts if a.tail == tail)
                assert account.balance == story - self.paid.get(tail, ZERO)
                assert account.available == account.balance - held
                assert account.available >= ZERO

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            self.bench.check_sound()
            self.bench.db.close()
            self.folder.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=10, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
