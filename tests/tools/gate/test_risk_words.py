"""Words of a coached victim: heard whenever they are said, told apart from their denial and from a question, never kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.gate.bench import Counter, Visit
from tools.gate import events
from tools.gate.risk import RuleEngine
from tools.gate.views import ConfirmView, EndedView, LessonView, OtpView
from tools.rendering import render

ENGINE = RuleEngine.from_file()


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("给王芳转五百", set()),
        ("客服您好，帮我给张伟转三千", set()),
        ("给房东转下个月房租", set()),
        ("女儿在学校，给她转生活费", set()),
        ("send 300 to Grace for dinner", set()),
        ("要转到安全账户，快一点", {"coached"}),
        ("他说帮忙走流水，走完就放款", {"coached"}),
        ("不许告诉我老婆", {"coached"}),
        ("刷单要先垫付", {"coached"}),
        ("he says keep it secret", {"coached"}),
        ("my screen is shared, they remote control it: anydesk", {"coached"}),
        ("电话里有人教我点这里", {"guided"}),
        ("他叫我别挂电话", {"guided"}),
        ("I have to stay on the phone", {"guided"}),
        ("民警说我涉案", {"told"}),
        ("the prosecutor wants it", {"told"}),
        ("公安在电话里让我转到安全账户", {"coached", "guided", "told"}),
        ("没有人让我转到安全账户", set()),
        ("我没有共享屏幕，也没人在电话里教我", set()),
        ("公安会不会让我转账？", set()),
        ("公安让我转的，这是真的吗？", {"told"}),
    ],
)
def test_what_is_heard(words: str, kinds: set[str]) -> None:
    assert {kind for kind, holds in ENGINE.listen(words).items() if holds} == kinds


def at(counter: Counter, where: type[Any], payee: str = "张伟") -> Visit:
    visit = counter.sign_in()
    visit.open("transfer.create", "给他转一百", payee=payee, amount="100", purpose="family")
    while not isinstance(visit.view, where):
        visit.step()
    return visit


def say(visit: Visit, words: str) -> Any:
    assert visit.view is not None
    visit.view = visit.at.gate.act(visit.session, visit.view.action, events.Look(), words)
    return visit.view


@pytest.mark.parametrize("where", [OtpView, LessonView, ConfirmView])
@pytest.mark.parametrize(
    ("words", "status"),
    [("他说是安全账户", "blocked"), ("等一下，公安让我转的", "blocked"), ("他在电话里教我怎么点", "in_review")],
)
def test_that_it_is_heard_in_the_middle(counter: Counter, where: type[Any], words: str, status: str) -> None:
    visit = at(counter, where)
    say(visit, words)
    if where is OtpView:
        visit.give_code()  # risk comes after identity, and has heard it
    assert isinstance(visit.view, EndedView)
    assert visit.view.status == status
    assert visit.requests() == [("transfer.create", status)]
    for locale in ("zh-CN", "en"):
        told = render(visit.view.said[0], locale).text  # type: ignore[arg-type]
        assert "96110" in told
        assert "110" in told.replace("96110", "")
    assert words not in counter.sql("SELECT state FROM actions")[0].state


@pytest.mark.parametrize("words", ["没有人让我转", "什么是安全账户", "公安会让我转钱吗？", "等等，我再想想"])
def test_that_a_denial_a_question_or_a_pause_stops_nothing(counter: Counter, words: str) -> None:
    visit = at(counter, ConfirmView)
    assert isinstance(say(visit, words), ConfirmView)
    assert visit.confirm().status == "delayed"


def test_that_somebody_elses_wish_for_a_known_payee_is_only_counted(counter: Counter) -> None:
    visit = at(counter, ConfirmView, "王芳")
    assert isinstance(say(visit, "我妈让我转的"), ConfirmView)
    assert visit.confirm().status == "done"


@pytest.mark.parametrize("service", ["complaint.create", "fraud.report"])
def test_that_who_tells_of_a_fraud_is_never_held_up_for_it(counter: Counter, service: str) -> None:
    visit = counter.sign_in()
    about = "公安在电话里让我转到安全账户，还让我共享屏幕"
    visit.open(service, about, about=about)
    assert visit.confirm().status == "done"


@pytest.mark.parametrize(
    ("service", "slots"),
    [("limit.raise", {"account": "6688", "per_day": "100000"}), ("profile.change_phone", {"phone": "13900001234"})],
)
@pytest.mark.parametrize("words", ["客服让我提额改号", "他在电话里教我操作", "他说不要告诉银行"])
def test_that_a_change_on_somebodys_word_goes_to_a_colleague(
    counter: Counter, service: str, slots: dict[str, str], words: str
) -> None:
    visit = counter.sign_in()
    visit.open(service, words, **slots)
    while not isinstance(visit.view, ConfirmView | EndedView):
        visit.step()
    assert isinstance(visit.view, EndedView)
    assert (visit.view.status, visit.view.handoff) == ("in_review", True)
    assert visit.requests() == [(service, "in_review")]
