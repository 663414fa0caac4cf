"""The ranking of passages, small and large."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge import passage_index
from knowledge.passage_index import Indexed, PassageIndex, pieces_of, tokens
from knowledge.passages import Passage
from tests.knowledge.ingest.make import pair

WORDS = ["开户", "销户", "挂失", "转账", "限额", "利息", "保管箱", "理财", "外币", "贷款"]


def _passage(at: int) -> Passage:
    said = "".join(WORDS[int(one)] for one in f"{at:05d}")
    return Passage("article", "第一章", "", f"{at}", f"第{at}条", f"a{at}", None, f"第{at}条 {said}按规则办理。")


def _index(size: int) -> PassageIndex:
    embedders = pair()
    passages = [Indexed(at % 3, "规则", _passage(at)) for at in range(size)]
    texts = [piece for one in passages for piece in pieces_of(one.passage)]
    vectors = {one.name: one.embed_passages(texts) for one in embedders}
    centres = {(one.name, flag): np.zeros((1, one.dim), np.float32) for one in embedders for flag in (True, False)}
    return PassageIndex(passages, np.arange(size), vectors, centres, embedders)


def test_that_many_passages_are_ranked_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is cut off in a large index is only what lies far away."""
    small = _index(1500)
    monkeypatch.setattr(passage_index, "SAMPLE_PASSAGES", 500)
    monkeypatch.setattr(passage_index, "NEAREST_ROWS", 300)
    large = _index(1500)
    everything = np.ones(3, dtype=np.bool_)
    for at in range(0, 1500, 100):
        query = _passage(at).text[-15:]
        exact = small.scores(query)
        (best, _), (second, _), *_ = large.find(query, everything, 3)
        # passages of the same words in another order are as near as each other
        assert exact[best] == pytest.approx(np.sort(exact)[-1], abs=0.05)
        assert exact[second] == pytest.approx(np.sort(exact)[-2], abs=0.05)


def test_that_documents_which_are_not_allowed_are_not_found() -> None:
    index = _index(90)
    found = index.find("保管箱", np.array([True, False, True]), 90)
    assert len(found) == 60
    assert all(at % 3 != 1 for at, _ in found)
    assert index.find("保管箱", np.zeros(3, dtype=np.bool_), 5) == []


@pytest.mark.parametrize("query", ["\0", "😀", "zzz", "？！", "x" * 10_000])
def test_that_a_question_of_no_known_word_is_harmless(query: str) -> None:
    assert len(_index(30).find(query, np.ones(3, dtype=np.bool_), 4)) == 4


def test_tokens() -> None:
    assert tokens("请问 ATM 取款２次") == ["atm", "取", "款", "取款", "2", "次"]


def test_pieces() -> None:
    whole = Passage("article", "", "", "1", "第一条", "a", None, "第一条 甲。\n乙。")
    assert pieces_of(whole) == ["甲。乙。"]
    long = Passage("section", "", "", None, "", "a", None, "\n".join("句" * 60 + "。" for _ in range(3)))
    assert [len(piece) for piece in pieces_of(long)] == [183, 61, 61, 61]
    empty = Passage("article", "", "", "1", "第一条", "a", None, "第一条")
    assert pieces_of(empty) == ["第一条"]
