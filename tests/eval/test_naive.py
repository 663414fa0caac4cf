"""The naive agent beside the counter: its tools act at once, and what was done is known."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage

import bench.naive
from agent.llm.off import NoModel
from bench._naive_bank import NaiveBank
from bench._written import written_calls
from bench.naive import hold, naive_agent


class Scripted(GenericFakeChatModel):
    """Says what it was given, whatever the tools."""

    def bind_tools(self, tools: Any, **_: Any) -> Any:
        return self


def held(monkeypatch: pytest.MonkeyPatch, folder: Path, *answers: AIMessage) -> Any:
    monkeypatch.setattr(bench.naive, "chat_model", lambda *_, **__: Scripted(messages=iter(answers)))
    return hold(NoModel(), folder, "C1001", ["给王芳打五百块", "确认"], time.monotonic() + 60)


def test_that_a_call_acts_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    args = {"payee": "王芳", "amount": "500", "from_": "6688"}
    call = AIMessage("", tool_calls=[{"name": "transfer_create", "args": args, "id": "1", "type": "tool_call"}])
    one = held(monkeypatch, tmp_path, call, AIMessage("好了"), AIMessage("不客气"))
    assert one.failed is None
    assert one.first == one.done == [("transfer.create", {"payee": "王芳", "amount": "500.00", "from": "6688"})]
    assert list(one.said) == ["好了", "不客气"]


def test_that_a_written_call_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = AIMessage('```json\n{"name": "card_replace", "arguments": {"card": "6688"}}\n```')
    one = held(monkeypatch, tmp_path, AIMessage("要换6688吗？"), written, AIMessage("换好了"))
    assert (one.failed, one.first, one.done) == (None, [], [("card.replace", {"card": "6688"})])


class Choosing(Scripted):
    """Keeps what it was told about calling tools; ``reply_to_customer`` is one of them."""

    told: list[Any]

    def bind_tools(self, tools: Any, **how: Any) -> Any:
        self.told.append((how.get("tool_choice"), "reply_to_customer" in [tool.name for tool in tools]))
        return self


def test_that_an_agent_made_to_act_answers_with_a_call_and_words_its_result_freely(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    call = {"name": "account_balance", "args": {"account": "6688"}, "id": "1", "type": "tool_call"}
    talks = {"name": "reply_to_customer", "args": {"words": "不客气"}, "id": "2", "type": "tool_call"}
    answers = [AIMessage("", tool_calls=[call]), AIMessage("还有五万多"), AIMessage("", tool_calls=[talks])]
    model = Choosing(messages=iter(answers), told=[])
    monkeypatch.setattr(bench.naive, "chat_model", lambda *_, **__: model)
    bank = NaiveBank.in_folder(tmp_path)
    agent = naive_agent(NoModel(), bank, "C1001", at_once=True)
    said = [agent.invoke({"messages": [HumanMessage(words)]})["messages"][-1].content for words in ("余额", "谢谢")]
    bank.close()
    assert said == ["还有五万多", "不客气"]
    assert model.told == [("any", True), (None, True), ("any", True)]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        (
            '<tool_call>\n{"name": "card_lock", "arguments": {"card": "3021"}}\n</tool_call>',
            [("card_lock", {"card": "3021"})],
        ),
        ('{"name": "card_lock", "arguments": {"card": "3021"}', [("card_lock", {"card": "3021"})]),
        (
            '{"name": "card_lock", "arguments": {"card": "1"}}\n{"name": "card_lock", "arguments": {"card": "2"}}',
            [("card_lock", {"card": "1"}), ("card_lock", {"card": "2"})],
        ),
        ('```python\ncard_lock(card="3021")\n```', [("card_lock", {"card": "3021"})]),
        ('我会调用 card_lock(card="3021")，可以吗？', []),
        ('{"name": "rm", "arguments": {}}', []),
        ("余额是 {} 元", []),
    ],
)
def test_that_calls_are_read_however_they_are_written(text: str, calls: list[tuple[str, dict[str, str]]]) -> None:
    assert written_calls(text, {"card_lock"}) == calls


def test_that_what_the_bank_refuses_is_not_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = AIMessage('{"name": "card_report_loss", "arguments": {"card": "1234"}}')
    one = held(monkeypatch, tmp_path, written, AIMessage("没有这张卡"), AIMessage("好的"))
    assert (one.failed, one.done) == (None, [])
