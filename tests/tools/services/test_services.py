"""The services one by one: choices, read-back, tariff figures, receipts, in both languages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.tools.gate.bench import Counter, Visit
from tools.bank.core import SqlCoreBank
from tools.bank.port import NotAllowed
from tools.clock import SHANGHAI
from tools.gate import events
from tools.gate.views import CollectView, ConfirmView, EndedView, OtpView
from tools.rendering import raw, render
from tools.services import built_services
from tools.wording import Line, Locale

LOCALES: tuple[Locale, ...] = ("zh-CN", "en")
BUILT = {
    "account.balance",
    "account.transactions",
    "card.replace",
    "card.report_loss",
    "transfer.create",
    "transfer.cancel",
    "account.activate_dormant",
    "fraud.report",
}


def both(lines: Any) -> str:
    """Lines in both languages, for the eye and for the ear, in one string."""
    lines = [lines] if isinstance(lines, Line) else [line for line in lines if line is not None]
    rendered = [render(one, locale) for one in lines for locale in LOCALES]
    for one in rendered:
        assert one.text.strip()
        assert one.speech.strip()
        assert "{" not in one.text + one.speech
    return " | ".join(one.text for one in rendered)


def receipt(view: EndedView) -> dict[str, str]:
    both([*view.said, *view.next, view.undo, view.tip])
    for row in view.rows:
        assert row.label.zh
        assert row.label.en
    return {row.name: raw(row.value) for row in view.rows}


def ended(view: Any) -> EndedView:
    assert isinstance(view, EndedView), view
    return view


def test_that_the_first_wave_is_built() -> None:
    assert set(built_services()) >= BUILT


@pytest.mark.parametrize("service", sorted(BUILT))
def test_that_parameters_are_named_and_asked_for_in_both_languages(service: str) -> None:
    for spec in built_services()[service].spec().values():
        both([Line(spec.label), Line(spec.ask)])
        assert "？" in spec.ask.zh
        assert "?" in spec.ask.en


def test_balance(counter: Counter) -> None:
    view = ended(counter.sign_in().open("account.balance"))
    assert receipt(view) == {"balance.6688": "52340.18", "balance.3021": "8200.00"}
    assert "¥52,340.18" in both(view.said)
    one = ended(counter.sign_in().open("account.balance", account="3021"))
    assert receipt(one) == {"balance.3021": "8200.00"}


def test_that_money_on_hold_and_the_accounts_state_are_told(counter: Counter) -> None:
    told = both(ended(counter.sign_in("C1006").open("account.balance")).said)
    assert "¥30,000.00" in told
    assert "¥34,500.00" in told
    assert "睡眠户" in both(ended(counter.sign_in("C1003").open("account.balance")).said)
    assert "管控" in both(ended(counter.sign_in("C1005").open("account.balance")).said)


def test_transactions(counter: Counter) -> None:
    visit = counter.sign_in()
    asked = visit.open("account.transactions")
    assert isinstance(asked, CollectView)
    both([asked.question, *(option.label for option in asked.options or ())])
    view = ended(visit.fill(account="6688"))
    assert 1 <= len(view.rows) <= 10
    both(view.said)
    for row in view.rows:
        Decimal(raw(row.value))


def test_that_lines_of_a_statement_carry_shanghais_day(counter: Counter) -> None:
    visit = counter.sign_in()
    counter.clock.advance(hours=15)  # 17:00 UTC: the next day in Shanghai
    visit.open("transfer.create", payee="王芳", amount="5")
    visit.confirm()
    view = ended(visit.open("account.transactions", account="6688"))
    local = counter.clock.now().astimezone(SHANGHAI)
    assert f"{local:%m-%d}" in view.rows[0].label.zh


def test_replace(counter: Counter) -> None:
    visit = counter.sign_in()
    asked = visit.open("card.replace")
    assert isinstance(asked, CollectView)
    assert [option.value for option in asked.options or ()] == ["6688", "3021"], "the likely one first"
    visit.fill(card="6688")
    view = visit.prepare()
    told = both(view.lines)
    assert f"{counter.tariff['card.delivery_days_min']} 到 {counter.tariff['card.delivery_days_max']}" in told
    assert ("免工本费" in told) == (counter.tariff["fee.card.replace.damaged"] == 0)
    assert set(receipt(visit.confirm())) == {"card", "order"}


def test_that_a_lost_card_is_not_replaced(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("card.report_loss", card="6688")
    visit.confirm()
    view = ended(visit.open("card.replace", card="6688"))
    assert (view.status, tuple(view.reasons), view.recorded) == ("failed", ("card_lost",), False)
    assert "6688" in both(view.said)


def test_report_loss(counter: Counter) -> None:
    visit = counter.sign_in("C1007")
    view = visit.open("card.report_loss")
    assert isinstance(view, ConfirmView)
    both(view.lines)
    done = visit.confirm()
    assert visit.state()["cards"][0]["status"] == "lost"
    first = receipt(done)
    counter.clock.advance(minutes=5)
    assert receipt(ended(visit.look())) == first, "when it was stopped, not when it is told"
    again = ended(visit.open("card.report_loss"))
    assert tuple(again.reasons) == ("already_lost",)
    both(again.said)


def test_transfer(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("transfer.create", payee="王芳", amount="500")
    assert "500.00" in visit.phone()[0]["text"]
    view = visit.prepare()
    assert "撤不回来" in both(view.lines)
    shown = receipt(visit.confirm())
    assert (shown["amount"], shown["payee"], shown["from"]) == ("500.00", "王芳", "6688")


def test_that_a_stranger_is_asked_for_and_told_the_banks_policy(counter: Counter) -> None:
    visit = counter.sign_in()
    asked = visit.open("transfer.create", payee="张伟", amount="500")
    assert isinstance(asked, CollectView)
    assert asked.param == "purpose"
    assert "张伟" in both([asked.question, *(option.label for option in asked.options or ())])
    visit.fill(purpose="family")
    told = both(visit.prepare().lines)
    assert "我行规定" in told
    assert "our bank's policy" in told
    assert f"{counter.tariff['delay.first_payee_hours']} 小时" in told, "the rule and the tariff say the same"
    done = visit.confirm()
    assert done.undo is not None
    receipt(done)


def test_cancel(counter: Counter) -> None:
    visit = counter.sign_in("C1006")
    visit.open("transfer.cancel")
    view = visit.prepare()
    assert "¥30,000.00" in both(view.lines)
    assert receipt(visit.confirm())["amount"] == "30000.00"
    assert visit.state()["transfers"][0]["status"] == "cancelled"
    assert tuple(ended(visit.open("transfer.cancel")).reasons) == ("nothing_pending",)


@pytest.mark.parametrize("settled", [True, False])
def test_that_what_has_arrived_before_the_yes_is_not_called_back(counter: Counter, settled: bool) -> None:
    visit = counter.sign_in("C1006")
    visit.open("transfer.cancel")
    counter.clock.advance(hours=21, minutes=50)
    while isinstance(visit.view, OtpView):  # the code is given late, the money arrives between read-back and yes
        visit.give_code()
    assert isinstance(visit.view, ConfirmView)
    counter.clock.advance(minutes=11)
    if settled:
        counter.settle()
    view = visit.act(events.Confirm(visit.view.id))
    if isinstance(view, EndedView):
        assert (view.status, tuple(view.reasons)) == ("failed", ("already_settled",))
        both(view.said)
    counter.settle()
    assert visit.state()["transfers"][0]["status"] == "done"
    assert counter.postings() == 0


def fraud(counter: Counter) -> Visit:
    visit = counter.sign_in("C1006")
    visit.open("fraud.report", "有人说是公安局的")
    return visit


def test_fraud_report(counter: Counter) -> None:
    visit = fraud(counter)
    view = visit.prepare()
    told = both(view.lines)
    for named in ("110", "96110", "¥30,000.00"):
        assert named in told
    done = visit.confirm()
    assert done.offer_person
    assert "96110" in both(done.next)
    state = visit.state()
    assert (state["transfers"][0]["status"], len(state["cases"])) == ("cancelled", 1)
    assert receipt(done)["case"] == state["cases"][0]["id"]


@pytest.mark.parametrize(
    ("about", "by_card"),
    [
        ("我的卡被偷了，有人在刷我的钱", True),
        ("my wallet was stolen and they are using my card", True),
        ("有人打电话说我的卡被盗刷，让我把钱转走", False),
        ("卡里的钱被骗走了", False),
        ("a man on the phone made me send money", False),
    ],
)
def test_that_a_stolen_card_is_not_spoken_of_as_a_call_from_the_police(
    counter: Counter, about: str, by_card: bool
) -> None:
    visit = counter.sign_in("C1001")
    visit.open("fraud.report", about)
    told = both(visit.prepare().lines)
    assert ("安全账户" in told) is not by_card
    assert "96110" in told
    done = visit.confirm()
    assert ("挂断" in both(done.next)) is not by_card
    assert "96110" in both(done.next)


@pytest.mark.parametrize("settled", [True, False])
def test_that_a_fraud_is_on_record_also_when_the_money_arrives_before_the_yes(counter: Counter, settled: bool) -> None:
    visit = fraud(counter)
    view = visit.prepare()
    counter.clock.advance(hours=22, minutes=1)
    if settled:
        counter.settle()
    done = ended(visit.act(events.Confirm(view.id)))
    assert done.status == "done"
    assert "拦不下来" in both(done.said)
    assert len(visit.state()["cases"]) == 1
    assert visit.requests() == [("fraud.report", "done")]


def test_that_the_core_refusing_at_the_last_moment_still_opens_the_case(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = fraud(counter)

    def refuses(*args: object, **kwargs: object) -> None:
        raise NotAllowed("already_settled")

    monkeypatch.setattr(SqlCoreBank, "cancel_transfer", refuses)
    assert visit.confirm().status == "done"
    assert len(visit.state()["cases"]) == 1


def test_that_a_fraud_without_a_transfer_is_recorded(counter: Counter) -> None:
    visit = counter.sign_in("C1002")
    asked = visit.open("fraud.report")
    assert isinstance(asked, CollectView)
    assert asked.param == "about"
    visit.fill(about="接到冒充公安的电话")
    assert "¥" not in both(visit.prepare().lines)
    assert set(receipt(visit.confirm())) == {"case"}


def test_activate(counter: Counter) -> None:
    visit = counter.sign_in("C1003")
    visit.open("account.activate_dormant")
    view = visit.prepare()
    told = both(view.lines)
    assert "7790" in told
    assert ("不收费" in told) == (counter.tariff["fee.account.activate_dormant"] == 0)
    assert receipt(visit.confirm()) == {"account": "7790"}
    assert visit.state()["accounts"][0]["status"] == "active"


def test_that_fees_said_to_be_nought_are_nought_in_the_tariff(counter: Counter) -> None:
    """Sentences without a figure that say "free" hold only as long as the tariff does."""
    for key in (
        "fee.transfer.own_bank",
        "fee.transfer.other_bank.mobile",
        "fee.transfer.cancel",
        "fee.account.activate_dormant",
    ):
        assert counter.tariff[key] == 0, key
