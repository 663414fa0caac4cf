"""Mistakes in entries are named with file, entry, field and remedy; all of them at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.lint import lint
from knowledge.loader import BadKnowledge, load
from knowledge.tariff import check

DAY = date(2026, 1, 1)


def good(**changes: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": "card.fee", "version": 1, "title": {"zh": "费用", "en": "Fee"},
        "asks": {"zh": [f"多少钱{n}甲" for n in "一二三四五六"], "en": [f"how much {n}" for n in "abcdef"]},
        "short": {"zh": "收{tariff:fee}。", "en": "It costs {tariff:fee}."},
        "long": {"zh": "收{tariff:fee}。", "en": "It costs {tariff:fee}."},
        "sources": [{"document": "terms", "article": "1.1"}],
        "effective": {"from": "2025-01-01"}, "owner": "部门", "state": "approved", "approver": "sandbox",
    }  # fmt: skip
    return {**entry, **changes}


def write(folder: Path, *entries: Any, raw: str | None = None) -> Path:
    target = folder / "entries"
    target.mkdir(exist_ok=True)
    (folder / "sources.yaml").write_text("terms: {name: {zh: 规则, en: Terms}, kind: house}", encoding="utf-8")
    text = raw if raw is not None else yaml.safe_dump({"entries": list(entries)}, allow_unicode=True)
    (target / "one.yaml").write_text(text, encoding="utf-8")
    return target


def problems(folder: Path) -> str:
    with pytest.raises(BadKnowledge) as raised:
        load(folder)
    return str(raised.value)


def test_that_a_good_entry_loads_with_defaults_of_its_file(tmp_path: Path) -> None:
    entry = good()
    owner = entry.pop("owner")
    folder = write(tmp_path, raw=yaml.safe_dump({"defaults": {"owner": owner}, "entries": [entry]}, allow_unicode=True))
    assert load(folder).entries[0].owner == owner


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": {"zh": "费用"}}, "title.en"),
        ({"short": {"zh": "", "en": "x"}}, "short.zh"),
        ({"state": "done"}, "state"),
        ({"id": "Fee"}, "id"),
        ({"approver": None}, "approver"),
        ({"surprise": 1}, "surprise"),
        ({"asks": {"zh": ["一"], "en": ["a"]}}, "asks.zh"),
        ({"sources": []}, "sources"),
        ({"sources": [{"document": "nowhere"}]}, "nowhere"),
        ({"effective": {"from": "2026-01-01", "until": "2025-01-01"}}, "until"),
    ],
)
def test_that_a_mistake_is_named(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    said = problems(write(tmp_path, good(**change)))
    assert said.startswith("one.yaml: ")
    assert field in said
    assert "->" in said


def test_that_all_mistakes_come_at_once(tmp_path: Path) -> None:
    said = problems(write(tmp_path, good(state="done"), good(id="card.other", owner="")))
    assert "card.fee: state" in said
    assert "card.other: owner" in said


@pytest.mark.parametrize("raw", ["entries: [", "- a", "", "entries: nothing", "entries: [text]", "a: b: c"])
def test_that_a_broken_file_is_named(tmp_path: Path, raw: str) -> None:
    assert "one.yaml" in problems(write(tmp_path, raw=raw))


def test_that_the_same_version_twice_is_refused(tmp_path: Path) -> None:
    assert "version 1 is also in" in problems(write(tmp_path, good(), good()))


def test_that_other_encodings_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, good())
    (folder / "two.yaml").write_bytes("entries: [费用]".encode("gbk"))
    assert "not UTF-8" in problems(folder)


def test_that_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "no entries here" in problems(tmp_path)


def test_that_a_missing_figure_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadKnowledge, match="tariff has no 'fee' in en"):
        check(load(write(tmp_path, good())), {"fee": {"zh-CN": "5元"}})


QUESTION = {
    "id": "q", "question": {"zh": "问", "en": "q"}, "why": {"zh": "因", "en": "w"},
    "options": [{"text": {"zh": f"选{n}", "en": n}, "right": n == "a"} for n in "abc"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("education", "said"),
    [
        ({"mode": "quiz", "questions": [QUESTION]}, "needs 2 or more"),
        ({"mode": "inform", "questions": [QUESTION]}, "only asked with mode: quiz"),
        ({"mode": "quiz", "questions": [QUESTION, QUESTION]}, "same id"),
        ({"mode": "quiz", "questions": [{**QUESTION, "options": QUESTION["options"][:2]}]}, "options"),
        ({"mode": "quiz", "questions": [{**QUESTION, "options": QUESTION["options"][1:] * 2}]}, "exactly one"),
    ],
)
def test_that_a_quiz_has_its_shape(tmp_path: Path, education: dict[str, Any], said: str) -> None:
    folder = write(tmp_path, good(education=[{"services": ["card.replace"], **education}]))
    assert said in problems(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"long": {"zh": "收 88 元。{tariff:fee}", "en": "It costs {tariff:fee}."}}, "88 has no source"),
        ({"long": {"zh": "收{tariff:fee}。", "en": "It costs."}}, "different tariff figures"),
        ({"title": {"zh": "Fee", "en": "Fee"}}, "no Chinese"),
        ({"title": {"zh": "费用", "en": "费用"}}, "Chinese in the English"),
        ({"effective": {"from": "2025-01-01", "until": "2025-12-31"}}, "ran out"),
        ({"asks": {"zh": ["多少钱？", "多少钱", *"三四五六"], "en": list("abcdef")}}, "same question twice"),
    ],
)
def test_that_lint_sees(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    found = lint(load(write(tmp_path, good(**change))), DAY)
    assert said in "\n".join(str(problem) for problem in found)


def test_that_lint_sees_a_question_of_two_entries(tmp_path: Path) -> None:
    found = lint(load(write(tmp_path, good(), good(id="card.other"))), DAY)
    assert "is also asked in card.fee" in "\n".join(str(problem) for problem in found)


def test_that_lint_sees_nearly_the_same_question_of_two_entries(tmp_path: Path) -> None:
    asks = {"zh": ["换一张坏了的卡要多少工本费", *"甲乙丙丁戊"], "en": ["what does a broken card cost me", *"ghijk"]}
    near = {"zh": ["换一张坏了的卡要多少工本费来着", *"己庚辛壬癸"], "en": ["broken card, what does it cost", *"lmnop"]}
    entries = good(asks=asks), good(id="card.other", asks=near)
    (found,) = [str(one) for one in lint(load(write(tmp_path, *entries)), DAY) if "nearly" in one.what]
    assert "asked in card.fee" in found


def test_that_ways_of_asking_may_lie_in_several_files(tmp_path: Path) -> None:
    folder = write(tmp_path, good())
    for number in (1, 2):
        (tmp_path / f"phrasings_{number}.yaml").write_text(f"card.fee: {{zh: [问{number}], en: [ask {number}]}}\n")
    (entry,) = load(folder).entries
    assert entry.asks.zh[-2:] == ["问1", "问2"]
    assert entry.asks.en[-2:] == ["ask 1", "ask 2"]
    (tmp_path / "phrasings_2.yaml").write_text("card.gone: {zh: [问], en: [ask]}\n")
    with pytest.raises(BadKnowledge, match=r"phrasings_2\.yaml: card\.gone"):
        load(folder)


def test_that_a_signature_holds_for_exactly_what_was_signed(tmp_path: Path) -> None:
    digest = load(write(tmp_path, good())).entries[0].digest
    signature = {"approver": "王行长", "at": "2026-01-01", "version": 1, "digest": digest}
    signed = good(signature=signature)
    assert load(write(tmp_path, signed)).entries[0].signed
    assert not load(write(tmp_path, good())).entries[0].signed
    reworded = {"zh": "收{tariff:fee}整。", "en": "It costs {tariff:fee}."}
    assert not load(write(tmp_path, {**signed, "short": reworded})).entries[0].signed
    assert not load(write(tmp_path, {**signed, "version": 2})).entries[0].signed
    assert "digest" in problems(write(tmp_path, good(signature={**signature, "digest": "none"})))
