"""A new service is one class: written here, and driven through the gate without touching anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest

from tests.tools.gate.bench import Counter, Visit, database
from tools.errors import AskAgain
from tools.gate import events
from tools.gate.service import (
    AmountText,
    Context,
    Fact,
    FollowUp,
    Option,
    Param,
    Params,
    Result,
    Row,
    Service,
)
from tools.gate.views import CollectView, ConfirmView, EndedView, OtpView
from tools.services import built_services
from tools.services.common import AccountParam, account_option
from tools.wording import Line, Tail, Text, Yuan, line

built_services()  # what is built was found before the class below exists, so it stays out of the product's list


class ReserveParams(Params):
    account: AccountParam
    amount: Annotated[AmountText, Param("amount", Text("金额", "Amount"), Text("要取多少？", "How much cash?"))]


class CashReserve(Service[ReserveParams]):
    """Cash to be ready at the branch. The sandbox core has no method for it, so a case stands for it."""

    id: ClassVar[str] = "cash.reserve"
    model: ClassVar[type[Params]] = ReserveParams

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option] | None:
        return [account_option(a) for a in ctx.bank.accounts(ctx.customer.id)] if name == "account" else None

    def check(self, params: ReserveParams, ctx: Context) -> None:
        available = ctx.bank.account(ctx.customer.id, params.account).available
        if Decimal(params.amount) > available:
            said = line(Text("现在可用 {now}，请说少一些", "{now} is available; please take less"), now=Yuan(available))
            raise AskAgain("amount", "too_much", said)

    def facts(self, params: ReserveParams, ctx: Context) -> dict[str, Fact]:
        return {"amount": Decimal(params.amount)}

    def preview(self, params: ReserveParams, ctx: Context) -> Sequence[Line]:
        what = Text("从尾号 {tail} 备好 {amount} 现金", "{amount} in cash from the account ending in {tail}")
        return [line(what, tail=Tail(params.account), amount=Yuan(Decimal(params.amount)))]

    def execute(self, params: ReserveParams, ctx: Context, key: str) -> Result:
        case = ctx.bank.open_case(ctx.customer.id, "cash", params.amount, key=key)
        return Result(facts={"case": case.id})

    def follow_up(self, params: ReserveParams, result: Result, ctx: Context) -> FollowUp:
        return FollowUp(
            said=[Line(Text("约好了", "Reserved"))],
            rows=[Row("amount", Text("金额", "Amount"), Yuan(Decimal(params.amount)))],
            tip=Line(Text("取现金时请有人陪着", "Take somebody along when you collect it")),
        )


@pytest.fixture
def visit(tmp_path: Path) -> Any:
    counter = Counter(database(tmp_path), extra={CashReserve.id: CashReserve()})
    yield counter.sign_in()
    counter.db.close()


def test_that_it_is_not_part_of_the_product() -> None:
    assert CashReserve.id not in built_services()


def test_that_it_goes_the_whole_way(visit: Visit) -> None:
    view = visit.open("cash.reserve", account="6688")
    assert isinstance(view, CollectView)
    assert view.param == "amount"
    view = visit.fill(amount="60000")
    assert isinstance(view, CollectView)
    assert view.problem is not None
    view = visit.fill(amount="51000")
    assert isinstance(view, ConfirmView)
    first = view.id
    view = visit.fill(amount="52000")
    assert isinstance(view, ConfirmView)
    assert isinstance(visit.act(events.Confirm(first)), ConfirmView), "a changed parameter asks again"
    ended = visit.confirm()
    assert (ended.status, visit.requests()) == ("done", [("cash.reserve", "done")])
    assert visit.state()["requests"][0]["params"] == {"account": "6688", "amount": "52000.00"}
    assert [entry.split(":")[0] for entry in visit.log(ended.action)][-2:] == ["execute", "follow_up"]
    assert visit.at.verify() > 0


def test_that_binding_a_code_is_one_line(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CashReserve, "binds_otp", True)
    visit.open("card.replace", card="6688")
    visit.give_code()
    assert visit.level() == 2
    assert isinstance(visit.open("cash.reserve", account="6688", amount="1000"), ConfirmView), "level 1 needs no code"
    monkeypatch.setattr(
        CashReserve, "entry", property(lambda self: replace(built_services()["card.replace"].entry, id="cash.reserve"))
    )
    assert isinstance(visit.open("cash.reserve", account="6688", amount="1000"), OtpView)
    visit.give_code()
    assert isinstance(visit.fill(amount="900"), OtpView), "for other parameters another code"


def test_that_a_broken_one_leaves_nothing(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(self: CashReserve, params: ReserveParams, ctx: Context, key: str) -> Result:
        ctx.bank.open_case(ctx.customer.id, "cash", params.amount, key=key)
        raise ZeroDivisionError

    monkeypatch.setattr(CashReserve, "execute", breaks)
    visit.open("cash.reserve", account="6688", amount="1000")
    view = visit.view
    assert isinstance(view, ConfirmView)
    with pytest.raises(ZeroDivisionError):
        visit.act(events.Confirm(view.id))
    assert visit.requests() == []
    assert visit.state()["cases"] == []
    assert not isinstance(visit.look(), EndedView)
