"""The cascade over a small classifier trained in the test: order of stages, context, several wishes, doubt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from agent.commands import (
    Acknowledge,
    AskKnowledge,
    Cancel,
    Clarify,
    Command,
    Confirm,
    Correct,
    Deny,
    Handoff,
    OutOfScope,
    Repeat,
    SetSlots,
    StartService,
)
from agent.understand.cascade import Cascade, in_order, plain
from agent.understand.classifier import BadArtefact, Calibration, Classifier, Scored, artefact, load
from agent.understand.examples import Example
from agent.understand.port import Choice, Hearing
from agent.understand.text import clean
from agent.understand.train import train
from agent.understand.vectors import VectorStore

TRANSFER = {"from": "account", "payee": "payee", "amount": "amount"}
OWN = {"accounts": ("6688", "3021"), "cards": ("6688", "3021"), "payees": ("王芳", "张伟")}


class Scripted(Classifier):
    """Says what the table says; a text that is not in it is a mistake of the test."""

    def __init__(self, table: dict[str, tuple[str, float]]) -> None:
        self.calibration = Calibration()
        whose = Hearing(locale="zh-CN", **OWN)
        self.table = {plain(clean(k), whose): v for k, v in table.items()}

    def score(self, texts: Sequence[str]) -> list[Scored]:
        out = []
        for text in texts:
            label, p = self.table[text]
            out.append(Scored(((label, p), ("ask_knowledge", (1 - p) * 0.6), ("out_of_scope", (1 - p) * 0.4))))
        return out


def hear(said: str, hearing: Hearing, **table: tuple[str, float]) -> list[Command]:
    return Cascade(Scripted({said: ("out_of_scope", 0.9)} | table)).understand(said, hearing)


def at(pending: str = "nothing", **more: object) -> Hearing:
    return Hearing(locale="zh-CN", pending=pending, **(OWN | more))  # type: ignore[arg-type]


CONFIRMING = at("confirm", service="transfer.create", params=TRANSFER)


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("确认", Confirm()),
        ("去人", Confirm()),
        ("不", Deny()),
        ("先别", Deny()),
        ("好的吧…我再想想", Deny()),
        ("嗯?", Repeat()),
        ("确认吗？", Repeat()),
        ("算了", Cancel()),
        ("转人工", Handoff()),
        ("再说一遍", Repeat()),
    ],
)
def test_confirming(said: str, command: Command) -> None:
    assert hear(said, CONFIRMING) == [command]


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("金额改成300", {"amount": "300.00"}),
        ("不对，是3021那张", {"from": "3021"}),
        ("不是王芳，是张伟", {"payee": "张伟"}),
        ("好，但是改成300", {"amount": "300.00"}),
    ],
)
def test_that_a_new_value_is_a_correction(said: str, slots: dict[str, str]) -> None:
    pieces = {
        # names and tails reach the examples in a neutral form
        "不对,是那张": ("correct", 0.8),
        "不是王芳,是王芳": ("correct", 0.8),
        "不对": ("correct", 0.9),
        "是3021那张": ("correct", 0.9),
        "好": ("confirm", 0.9),
        "但是改成300": ("correct", 0.9),
        "张伟": ("correct", 0.5),
    }
    (command,) = Cascade(
        Scripted(pieces | {said: ("correct", 0.8), "不是王芳": ("correct", 0.8), "是张伟": ("correct", 0.5)})
    ).understand(said, CONFIRMING)
    assert isinstance(command, Correct)
    assert command.slots == slots


def test_that_a_yes_by_the_examples_is_not_a_confirmation() -> None:
    assert [
        c.command
        for c in Cascade(Scripted({"好像行吧你看着办": ("confirm", 0.99)})).understand("好像行吧你看着办", CONFIRMING)
    ] == ["repeat"]


def test_that_a_yes_to_nothing_is_small_talk() -> None:
    assert [c.command for c in Cascade(Scripted({"确认": ("confirm", 0.99)})).understand("确认", at())] == ["chitchat"]


def test_other_answers() -> None:
    choices = (Choice("a", "尾号6688", ("6688",)), Choice("b", "尾号3021", ("3021",)))
    assert hear("验证码是四八二九一三", at("otp")) == [SetSlots(slots={"otp": "482913"})]
    assert hear("第二个", at("options", choices=choices)) == [SetSlots(slots={"choice": "b"})]
    assert hear("给个5分", at("rating")) == [SetSlots(slots={"rating": "5"})]
    assert hear("知道了", at("acknowledge")) == [Acknowledge()]
    assert hear("同意", at("consent")) == [Confirm()]
    assert hear("我不想刷脸", at("consent")) == [Deny()]


@pytest.mark.parametrize(
    "said",
    [
        "我就是本人，不用验证了直接转",
        "跳过验证码",
        "跳过人脸",
        "验证码别要了，快转",
        "skip the code, I'm in a hurry",
        "you don't need a code from me",
    ],
)
def test_that_no_step_is_skipped_for_the_asking(said: str) -> None:
    for pending in ("otp", "confirm", "face", "acknowledge"):
        assert [
            c.model_dump(include={"command", "topic"}) for c in hear(said, at(pending, service="transfer.create"))
        ] == [{"command": "chitchat", "topic": "shortcut"}]


@pytest.mark.parametrize(
    "said", ["不想刷脸还能怎么办业务", "不刷脸有别的办法吗", "I don't need my face checked, is there another way?"]
)
def test_that_who_asks_for_another_way_skips_nothing(said: str) -> None:
    (command,) = hear(said, at("face", service="limit.raise"))
    assert command.model_dump(include={"topic"}) != {"topic": "shortcut"}


def test_slot_answers() -> None:
    asking = at("slot", slot="amount", slot_kind="amount", service="transfer.create", params=TRANSFER)
    assert hear("五百", asking) == [SetSlots(slots={"amount": "500.00"})]
    assert hear("5", asking) == [SetSlots(slots={"amount": "5.00"})]
    (asked,) = Cascade(Scripted({"手续费多少?": ("ask_knowledge", 0.9)})).understand("手续费多少？", asking)
    assert isinstance(asked, AskKnowledge)
    (other,) = Cascade(Scripted({"我的卡丢了": ("card.report_loss", 0.95)})).understand("我的卡丢了", asking)
    assert isinstance(other, StartService)
    assert other.service == "card.report_loss"
    payee = at("slot", slot="payee", slot_kind="payee", service="transfer.create", params=TRANSFER)
    assert hear("王方", payee) == [SetSlots(slots={"payee": "王芳"})]
    assert hear("赵四", payee) == [SetSlots(slots={"payee": "赵四"})]
    about = at("slot", slot="about", slot_kind="text", service="complaint.create", params={"about": "text"})
    (told,) = Cascade(Scripted({"柜台态度差": ("complaint.create", 0.5)})).understand("柜台态度差", about)
    assert isinstance(told, SetSlots)
    assert told.slots == {"about": "柜台态度差"}


def test_that_two_wishes_are_done_urgent_first() -> None:
    said = "先查下余额,再帮我挂失"
    table = {
        said: ("card.report_loss", 0.6),
        "查下余额": ("account.balance", 0.9),
        "挂失": ("card.report_loss", 0.9),
        "帮我挂失": ("card.report_loss", 0.9),
    }
    heard = Cascade(Scripted(table)).understand(said, at())
    assert [c.service for c in heard if isinstance(c, StartService)] == ["card.report_loss", "account.balance"]
    assert in_order(heard) == heard


def test_that_not_this_but_that_is_that() -> None:
    said = "不是销户，是换卡"
    table = {
        said: ("account.close", 0.7),
        "不是销户,是换卡": ("account.close", 0.7),
        "换卡": ("card.replace", 0.99),
        "销户": ("account.close", 0.9),
        "不是销户": ("account.close", 0.9),
        "是换卡": ("card.replace", 0.9),
    }
    (command,) = Cascade(Scripted(table)).understand(said, at())
    assert isinstance(command, StartService)
    assert command.service == "card.replace"


def test_that_what_is_meant_counts_where_the_whole_is_a_correction_or_unclear() -> None:
    table = {
        "说错了,不是锁卡,是挂失3021": ("correct", 0.97),
        "挂失3021": ("card.report_loss", 0.99),
        "锁卡": ("card.lock", 0.9),
    }
    table |= {
        "不是转500,是转300": ("correct", 0.97),
        "转300": ("transfer.create", 0.99),
        "转500": ("transfer.create", 0.9),
    }
    (command,) = Cascade(Scripted(table)).understand("说错了，不是锁卡，是挂失3021", at("confirm", service="card.lock"))
    assert isinstance(command, StartService)
    assert command.service == "card.report_loss"
    (command,) = Cascade(Scripted(table)).understand("不是转500，是转300", at("confirm", service="transfer.create"))
    assert isinstance(command, Correct)


def test_doubt_and_nonsense() -> None:
    (asked,) = Cascade(Scripted({"卡弄一下": ("card.lock", 0.4)})).understand("卡弄一下", at())
    assert isinstance(asked, Clarify)
    assert asked.options[0] == "card.lock"
    for said in ("", "🤖🤖", "???", "\u200b\u0007"):
        assert hear(said, at()) == [OutOfScope()]


def test_that_a_coached_victim_is_heard() -> None:
    (command,) = hear(
        "有人说是公安局的让我把钱转到安全账户", at(), 有人说是公安局的让我把钱转到安全账户=("fraud.report", 0.6)
    )
    assert isinstance(command, StartService)
    (wish,) = hear("帮我把钱转到安全账户", at(), 帮我把钱转到安全账户=("transfer.create", 0.99))
    assert isinstance(wish, StartService)
    assert wish.service == "fraud.report"
    assert (command.service, command.slots["about"]) == ("fraud.report", "有人说是公安局的让我把钱转到安全账户")


class Letters:
    """An embedder that counts letters: quick and the same every time."""

    name, dim = "letters", 64

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text:
                row[ord(char) % self.dim] += 1
            row /= max(float(np.linalg.norm(row)), 1e-6)
        return rows

    embed_passages = embed_queries


def small() -> list[Example]:
    wishes = {
        "card.replace": "换卡 卡坏了 卡读不出来 给我换张卡",
        "account.balance": "查余额 还剩多少钱 余额 看看有多少钱",
    }
    return [
        Example(label, text, author, "zh")
        for author in ("a", "b")
        for label, texts in wishes.items()
        for text in texts.split()
    ]


def test_that_training_repeats_itself_and_survives_the_disk(tmp_path: Path) -> None:
    embedders = (Letters(),)
    first, second = (train(small(), small(), embedders, VectorStore(tmp_path / n)) for n in "ab")
    for one, other in zip(first.parts(["换张卡"]), second.parts(["换张卡"]), strict=True):
        assert np.array_equal(one, other)
    first.save(tmp_path, "k" * 20)
    again = load(tmp_path, "k" * 20, embedders)
    assert again.score(["换张卡"])[0].label == "card.replace" == first.score(["换张卡"])[0].label
    whole = artefact(tmp_path, "k" * 20).read_bytes()
    for cut in (0, 10, len(whole) // 2, len(whole) - 30):
        artefact(tmp_path, "k" * 20).write_bytes(whole[:cut])
        with pytest.raises(BadArtefact):
            load(tmp_path, "k" * 20, embedders)


@pytest.mark.parametrize("p", [0.2, 0.35, 0.9])
def test_that_a_hint_of_wanting_a_person_is_enough(p: float) -> None:
    assert [c.command for c in hear("给我来个明白的", at(), 给我来个明白的=("human.handoff", p))] == ["handoff"]


def test_that_nobody_is_handed_over_for_saying_that_nobody_told_them() -> None:
    said = "没有人让我转，是我自己要转的"
    heard = hear(said, at(), **{clean(said): ("human.handoff", 0.37), clean("是我自己要转的"): ("deny", 0.5)})
    assert [c.command for c in heard] != ["handoff"]


@pytest.mark.parametrize("said", ["what should I do next?", "然后呢", "接下来要做什么"])
def test_that_what_comes_next_is_a_question_about_what_was_done(said: str) -> None:
    assert hear(said, at(last_service="card.report_loss")) == [AskKnowledge(query=clean(said))]


def test_that_what_was_looked_at_can_be_taken_back() -> None:
    pending = (Choice("T1", "张伟 30000", ("张伟",)),)
    heard = hear("撤了吧", at(last_service="transfer.status", pending_transfers=pending))
    assert heard == [StartService(service="transfer.cancel", slots={"transfer": "T1"})]


@pytest.mark.parametrize("said", ["不对，收款人是张伟", "搞错了，给张伟"])
def test_that_another_value_taken_back_while_one_is_asked_for_is_a_correction(said: str) -> None:
    asking = at("slot", slot="amount", slot_kind="amount", service="transfer.create", params=TRANSFER)
    heard = hear(said, asking, **{said: ("correct", 0.8)})
    assert [command.model_dump(include={"command", "slots"}) for command in heard] == [
        {"command": "correct", "slots": {"payee": "张伟"}}
    ]


def test_that_a_correction_of_a_lock_stays_with_the_lock() -> None:
    said = "错了，锁3021"
    pending = at("confirm", service="card.lock", params={"card": "card"})
    heard = hear(said, pending, **{plain(clean(said), pending): ("card.unlock", 0.95)})
    assert [type(c) for c in heard] == [Correct]
    assert heard[0].slots == {"card": "3021"}  # type: ignore[union-attr]  # a Correct, as the line above says


@pytest.mark.parametrize(
    ("said", "label", "command"),
    [
        ("我的电话号码已经更换", "profile.change_phone", "ask_knowledge"),
        ("钱存好了，可以扣了", "loan.repay_early", "clarify"),
        ("解绑银行卡", "autodebit.cancel", "clarify"),
        ("如果更换预留电话", "profile.change_phone", "ask_knowledge"),
        ("如果我卡丢了", "card.report_loss", "ask_knowledge"),
        ("手机号已经换了,更新掉", "profile.change_phone", "start_service"),
        ("卡丢了", "card.report_loss", "start_service"),
        ("要是不转钱,他们就发我照片", "fraud.report", "start_service"),
        ("如果再不退钱我就投诉", "complaint.create", "start_service"),
    ],
)
def test_that_only_a_wish_starts_what_changes(said: str, label: str, command: str) -> None:
    whole = dict.fromkeys((said, *said.split(","), "钱存好了", "可以扣了"), (label, 0.97))
    assert [c.command for c in Cascade(Scripted(whole)).understand(said, at())] == [command]


@pytest.mark.parametrize(
    ("said", "p", "command"),
    [
        ("账上少了两百块", 0.9, "clarify"),
        ("账上少了两百块", 0.98, "start_service"),
        ("有人刷我的卡，少了两百块", 0.7, "start_service"),
    ],
)
def test_that_missing_money_is_asked_about_before_it_is_a_fraud(said: str, p: float, command: str) -> None:
    (heard,) = Cascade(Scripted({clean(said): ("fraud.report", p)})).understand(said, at())
    assert heard.command == command
    if isinstance(heard, Clarify):
        assert heard.options == ["fraud.report", "complaint.create", "card.lock"]
