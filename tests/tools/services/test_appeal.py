"""An appeal takes an explanation, not the wish put once more."""

from __future__ import annotations

import pytest

from tests.tools.gate.bench import Counter
from tools.gate.views import CollectView, OtpView


@pytest.mark.parametrize(
    "words", ["帮我解除", "解除管控吧", "快给我解冻", "申请解除一下", "unfreeze my account please", "just lift it"]
)
def test_that_the_wish_alone_is_asked_back(counter: Counter, words: str) -> None:
    visit = counter.sign_in("C1005")
    visit.open("account.unfreeze_appeal")
    view = visit.fill(about=words)
    assert isinstance(view, CollectView)
    assert view.param == "about"
    assert view.problem is not None


@pytest.mark.parametrize("words", ["摆摊的钱", "那是我卖手机收的货款", "工资", "it was my salary"])
def test_that_an_explanation_is_taken_however_short(counter: Counter, words: str) -> None:
    visit = counter.sign_in("C1005")
    visit.open("account.unfreeze_appeal")
    assert isinstance(visit.fill(about=words), OtpView)
