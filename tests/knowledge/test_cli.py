"""The command line: exit codes and what it prints."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.__main__ import main
from knowledge.sources import articles, chinese


def test_lint_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--on", "2026-11-24", "lint"]) == 0
    assert "0 problems" in capsys.readouterr().out


def test_that_missing_entries_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--entries", str(tmp_path), "lint"]) == 2
    assert "no entries here" in capsys.readouterr().err


@pytest.mark.timeout(600)
def test_build_then_ask(cards: Path, cards_cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "cache"
    shutil.copytree(cards_cache, own)
    options = ["--entries", str(cards), "--cache", str(own), "--on", "2026-11-24"]
    assert main([*options, "build"]) == 0
    assert main([*options, "ask", "换卡要钱吗"]) == 0
    assert "card.replace.fee" in capsys.readouterr().out
    assert main([*options, "ask", "--locale", "en", "what is the weather like today"]) == 1
    assert "nothing fits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (31, "三十一"), (50, "五十"), (101, "一百零一"), (110, "一百一十")]
)
def test_chinese(number: int, said: str) -> None:
    assert chinese(number) == said


def test_articles(tmp_path: Path) -> None:
    law = tmp_path / "law.md"
    law.write_text("# 法\n\n第一条 甲。\n\n依照第二条。\n\n第二条 乙。\n", encoding="utf-8")
    assert articles(law) == {1: "第一条 甲。\n\n依照第二条。", 2: "第二条 乙。"}
