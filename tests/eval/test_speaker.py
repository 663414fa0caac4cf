"""A language model may word what the simulated customer means; it may not change it."""

from __future__ import annotations

import json

import httpx
import pytest

from eval import speaker as module
from eval.case import Case
from eval.speaker import AsWritten, ByModel

CASE = Case.model_validate({
    "id": "t", "author": "test", "customer": "C1001", "say": ["甲", "乙", "丙", "丁"],
    "goal": {"service": "transfer.create", "params": {"from": "6688", "payee": "王芳", "amount": "500.00"}},
})  # fmt: skip
MEANT = "从6688给王芳转500块"


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> tuple[ByModel, list[str]]:
    """A model that says what the test puts in the list, once each."""
    answers: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if not answers:
            return httpx.Response(503)
        assert json.loads(request.content)["messages"][0]["role"] == "system"
        return httpx.Response(200, json={"choices": [{"message": {"content": answers.pop(0)}}]})

    real = httpx.Client
    monkeypatch.setattr(module.httpx, "Client", lambda **more: real(transport=httpx.MockTransport(answer), **more))
    return ByModel("http://model/v1", "m"), answers


@pytest.mark.parametrize(
    ("answer", "said", "outcome"),
    [
        ("您好呀，麻烦从6688那张卡给王芳打500块呗", "您好呀，麻烦从6688那张卡给王芳打500块呗", "kept"),
        ("“从6688给王芳转500块吧”", "从6688给王芳转500块吧", "kept"),
        ("从6688给王芳转5000块", MEANT, "unfit"),
        ("从6688给张伟转500块", MEANT, "unfit"),
        ("从6688给王芳转500块" + "，快点" * 40, MEANT, "unfit"),
        ("", MEANT, "unfit"),
    ],
)
def test_that_numbers_and_names_stay(model: tuple[ByModel, list[str]], answer: str, said: str, outcome: str) -> None:
    speaker, answers = model
    answers.append(answer)
    assert speaker.put(MEANT, CASE, "请问办什么？") == said
    assert speaker.outcomes == {outcome: 1}


def test_that_answers_are_not_reworded_and_a_model_that_is_gone_does_no_harm(model: tuple[ByModel, list[str]]) -> None:
    speaker, _ = model
    assert speaker.put("确认", CASE, "") == "确认"
    assert speaker.put("482913", CASE, "") == "482913"
    assert not speaker.outcomes
    assert speaker.put(MEANT, CASE, "") == MEANT
    assert speaker.outcomes == {"unavailable": 1}
    assert AsWritten().put(MEANT, CASE, "") == MEANT
