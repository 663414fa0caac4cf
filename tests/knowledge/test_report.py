"""The report, the difference between two folders, and what is stale."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.__main__ import main
from knowledge.library import ENTRIES
from knowledge.loader import load
from knowledge.record import SqliteRecord
from knowledge.report import Row, as_csv, as_html, conflicts, diff, stale
from tests.knowledge.test_loader import good, write


def test_that_stale_versions_are_named(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        good(effective={"from": "2025-01-01", "until": "2025-12-31"}),
        good(id="card.soon", effective={"from": "2025-01-01", "until": "2026-01-15"}),
        good(id="card.draft", state="draft", approver=None),
        good(id="card.old", effective={"from": "2020-01-01"}),
        good(id="card.fine"),
    )
    said = {row.subject: row.detail for row in stale(load(folder), date(2026, 1, 1))}
    assert list(said) == ["card.fee@1", "card.soon@1", "card.draft@1", "card.old@1"]
    assert "ran out" in said["card.fee@1"]
    assert "runs out" in said["card.soon@1"]


def test_that_two_versions_in_force_are_reported(tmp_path: Path) -> None:
    corpus = load(write(tmp_path, good(), good(version=2)))
    assert [row.subject for row in conflicts(corpus, date(2026, 1, 1))] == ["card.fee"]
    shipped = load(ENTRIES)
    assert conflicts(shipped, date(2026, 12, 31)) == []
    assert conflicts(shipped, date(2027, 1, 1)) == []


def test_diff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    old = write(tmp_path / "a", good(), good(id="card.gone"))
    new = write(tmp_path / "b", good(owner="别的部门"), good(version=2, state="draft"))
    lines = diff(load(old), load(new))
    assert lines[0].startswith("~ card.fee@1 owner")
    assert lines[1:] == ["+ card.fee@2 (draft)", "- card.gone@1"]
    assert main(["diff", str(old), str(new)]) == 1
    assert "card.gone" in capsys.readouterr().out
    assert main(["diff", str(old), str(old)]) == 0


def test_report(tmp_path: Path) -> None:
    record = SqliteRecord(tmp_path / "questions.sqlite")
    record.note(datetime.now(UTC), "zh-CN", "=1+1 是什么", None)
    page, table = tmp_path / "report.html", tmp_path / "report.csv"
    asked = ["--questions", str(tmp_path / "questions.sqlite")]
    assert main(["report", *asked, "--out", str(page)]) == 0
    assert main(["report", *asked, "--csv", "--out", str(table)]) == 0
    assert "coverage" in page.read_text("utf-8")
    assert "transfer.create" in table.read_text("utf-8")
    assert "'=1+1" in table.read_text("utf-8")
    assert main(["--on", "2026-06-01", "stale"]) == 0


def test_that_a_page_shows_words_as_words() -> None:
    rows = [Row("unanswered", "<script>alert(1)</script>", "en", 1)]
    assert "<script>" not in as_html(rows, date(2026, 1, 1))
    assert "alert" in as_csv(rows)
