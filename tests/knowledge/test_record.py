"""The record of questions: masked words, no person, kept for a term only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from knowledge.record import TERM_DAYS, SqliteRecord

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def test_that_questions_are_counted(tmp_path: Path) -> None:
    record = SqliteRecord(tmp_path / "questions.sqlite")
    for entry in ("card.replace.fee", "card.replace.fee", "transfer.fees", None):
        record.note(NOW, "zh-CN", "换卡要钱吗", entry)
    assert [(one.what, one.times) for one in record.most_asked(NOW)] == [("card.replace.fee", 2), ("transfer.fees", 1)]
    assert [(one.what, one.times) for one in record.unanswered(NOW)] == [("换卡要钱吗", 1)]


def test_that_nothing_is_kept_beyond_the_term(tmp_path: Path) -> None:
    record = SqliteRecord(tmp_path / "questions.sqlite")
    record.note(NOW, "en", "an old one", None)
    later = NOW + timedelta(days=TERM_DAYS + 1)
    record.note(later, "en", "a new one", None)
    assert [one.what for one in record.unanswered(later)] == ["a new one"]
    assert b"an old one" not in (tmp_path / "questions.sqlite").read_bytes()


def test_that_a_lost_file_costs_nothing(tmp_path: Path) -> None:
    record = SqliteRecord(tmp_path / "questions.sqlite")
    (tmp_path / "questions.sqlite").write_bytes(b"not a database" * 100)
    record.note(NOW, "en", "what is it", None)


def test_that_threads_do_not_lose_questions(tmp_path: Path) -> None:
    record = SqliteRecord(tmp_path / "questions.sqlite")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: record.note(NOW, "en", f"question {n % 4}", None), range(40)))
    assert sum(one.times for one in record.unanswered(NOW)) == 40
