"""The bridge from customers' words to those of statutes: what it finds, and what a bad file is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.bridge import bridged, load_bridge, shipped
from knowledge.loader import BadKnowledge
from knowledge.passage_index import Indexed, PassageIndex
from knowledge.passages import Passage
from tests.knowledge.ingest.make import pair


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "bridge.yaml"
    path.write_text(
        "- {say: [谁赔, compensat, PIN], law: [赔偿责任, 损失]}\n- {say: [赔], law: [损失]}\n", encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    ("query", "law"),
    [
        ("这个谁赔啊", ["赔偿责任", "损失"]),
        ("能赔多少", ["损失"]),
        ("Is there any Compensation?", ["赔偿责任", "损失"]),
        ("my pin was seen", ["赔偿责任", "损失"]),
        ("I am shopping", []),  # no word begins with it
        ("", []),
    ],
)
def test_that_words_are_found_as_they_are_said(query: str, law: list[str], rules: Path) -> None:
    assert bridged(query, load_bridge(rules)) == law


@pytest.mark.parametrize(
    "raw",
    ["a: b", "- [x]", "- {say: [], law: [x]}", "- {say: [x], law: [315]}", "- {say: [x]}", "- {say: x, law: [y]}"],
)
def test_that_a_bad_file_is_named(raw: str, tmp_path: Path) -> None:
    path = tmp_path / "bridge.yaml"
    path.write_text(raw, encoding="utf-8")
    with pytest.raises(BadKnowledge, match=r"bridge\.yaml: "):
        load_bridge(path)


def test_that_what_ships_can_be_used() -> None:
    assert len(shipped()) > 50
    assert "赔偿责任" in bridged("who pays for this?", shipped())


def test_that_a_passage_without_one_word_of_the_question_is_found() -> None:
    texts = ["经营者应当出具发票", "发卡行承担赔偿责任", "自公布之日起施行"]
    passages = [
        Indexed(0, "", Passage("article", "", "", str(at), f"第{at}条", f"article-{at}", None, text))
        for at, text in enumerate(texts)
    ]
    embedders = pair()
    vectors = {one.name: one.embed_passages(texts) for one in embedders}
    centres = {(one.name, flag): np.zeros((1, one.dim), np.float32) for one in embedders for flag in (True, False)}
    index = PassageIndex(passages, np.arange(3), vectors, centres, embedders)
    assert index.views("找谁")[-1].tolist() == [0.0, 0.0, 0.0]
    assert index.find("找谁", np.ones(1, dtype=np.bool_), 1)[0][0] == 1
