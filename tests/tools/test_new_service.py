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


class LowerParams(Params):
    account: AccountParam
    amount: Annotated[AmountText, Param("amount", Text("新限额", "New limit"), Text("降到多少？", "Lower it to what?"))]


class LimitLower(Service[LowerParams]):
    """A lower daily limit. The sandbox core has no method for it, so a case stands for the change."""

    id: ClassVar[str] = "limit.lower"
    model: ClassVar[type[Params]] = LowerParams

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option] | None:
        return [account_option(a) for a in ctx.bank.accounts(ctx.customer.id)] if name == "account" else None

    def check(self, params: LowerParams, ctx: Context) -> None:
        now = ctx.bank.account(ctx.customer.id, params.account).limits.per_day
        if Decimal(params.amount) >= now:
            said = line(Text("现在就是 {now}，要低于它", "It is {now} at present; it must be lower"), now=Yuan(now))
            raise AskAgain("amount", "not_lower", said)

    def facts(self, params: LowerParams, ctx: Context) -> dict[str, Fact]:
        return {"amount": Decimal(params.amount)}

    def preview(self, params: LowerParams, ctx: Context) -> Sequence[Line]:
        what = Text("尾号 {tail} 每天最多转 {amount}", "The account ending in {tail} sends at most {amount} a day")
        return [line(what, tail=Tail(params.account), amount=Yuan(Decimal(params.amount)))]

    def execute(self, params: LowerParams, ctx: Context, key: str) -> Result:
        case = ctx.bank.open_case(ctx.customer.id, "limit", params.amount, key=key)
        return Result(facts={"case": case.id})

    def follow_up(self, params: LowerParams, result: Result, ctx: Context) -> FollowUp:
        return FollowUp(
            said=[Line(Text("降好了", "Lowered"))],
            rows=[Row("amount", Text("新限额", "New limit"), Yuan(Decimal(params.amount)))],
            tip=Line(Text("要调高需要核实身份", "Raising it again needs an identity check")),
        )


@pytest.fixture
def visit(tmp_path: Path) -> Any:
    counter = Counter(database(tmp_path), extra={LimitLower.id: LimitLower()})
    yield counter.sign_in()
    counter.db.close()


def test_that_it_is_not_part_of_the_product() -> None:
    assert LimitLower.id not in built_services()


def test_that_it_goes_the_whole_way(visit: Visit) -> None:
    view = visit.open("limit.lower", account="6688")
    assert isinstance(view, CollectView)
    assert view.param == "amount"
    view = visit.fill(amount="60000")
    assert isinstance(view, CollectView)
    assert view.problem is not None
    view = visit.fill(amount="1000")
    assert isinstance(view, ConfirmView)
    first = view.id
    view = visit.fill(amount="2000")
    assert isinstance(view, ConfirmView)
    assert isinstance(visit.act(events.Confirm(first)), ConfirmView), "a changed parameter asks again"
    ended = visit.confirm()
    assert (ended.status, visit.requests()) == ("done", [("limit.lower", "done")])
    assert visit.state()["requests"][0]["params"] == {"account": "6688", "amount": "2000.00"}
    assert [entry.split(":")[0] for entry in visit.log(ended.action)][-2:] == ["execute", "follow_up"]
    assert visit.at.verify() > 0


def test_that_binding_a_code_is_one_line(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LimitLower, "binds_otp", True)
    visit.open("card.replace", card="6688")
    visit.give_code()
    assert visit.level() == 2
    assert isinstance(visit.open("limit.lower", account="6688", amount="1000"), ConfirmView), "level 1 needs no code"
    monkeypatch.setattr(
        LimitLower, "entry", property(lambda self: replace(built_services()["card.replace"].entry, id="limit.lower"))
    )
    assert isinstance(visit.open("limit.lower", account="6688", amount="1000"), OtpView)
    visit.give_code()
    assert isinstance(visit.fill(amount="900"), OtpView), "for other parameters another code"


def test_that_a_broken_one_leaves_nothing(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(self: LimitLower, params: LowerParams, ctx: Context, key: str) -> Result:
        ctx.bank.open_case(ctx.customer.id, "limit", params.amount, key=key)
        raise ZeroDivisionError

    monkeypatch.setattr(LimitLower, "execute", breaks)
    visit.open("limit.lower", account="6688", amount="1000")
    view = visit.view
    assert isinstance(view, ConfirmView)
    with pytest.raises(ZeroDivisionError):
        visit.act(events.Confirm(view.id))
    assert visit.requests() == []
    assert visit.state()["cases"] == []
    assert not isinstance(visit.look(), EndedView)
