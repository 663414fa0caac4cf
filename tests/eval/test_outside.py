"""Real people's utterances from files beside the repository: read as they are, told when they are something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.__main__ import main
from eval.outside import Unreadable, read_lines


def test_that_a_category_becomes_what_serves_it(tmp_path: Path) -> None:
    file = tmp_path / "train.csv"
    file.write_text(
        'text,category\n"My card is gone, help",lost_or_stolen_card\nHow do I top up?,top_up_by_card_charge\n', "utf-8"
    )
    first, second = read_lines("banking77", file, None, 0)
    assert (first.text, first.means, first.locale) == (
        "My card is gone, help",
        ("card.report_loss", "card.lock"),
        "en",
    )
    assert second.means == ("ask_knowledge",)


def test_that_a_question_of_the_corpus_is_asked_once(tmp_path: Path) -> None:
    file = tmp_path / "valid.tsv"
    file.write_text("借款怎么还\t怎么还款\t1\n借款怎么还\t额度是多少\t0\n\n几号扣款\t哪天扣\t1\n", "utf-8")
    assert [line.text for line in read_lines("bq", file, None, 0)] == ["借款怎么还", "几号扣款"]
    assert len(read_lines("bq", file, 1, 0)) == 1


@pytest.mark.parametrize("words", ["", "a,b\n1,2\n"])
def test_that_another_file_is_told_by_name_and_remedy(tmp_path: Path, words: str) -> None:
    file = tmp_path / "other.csv"
    file.write_text(words, "utf-8")
    with pytest.raises(Unreadable, match=r"other\.csv"):
        read_lines("banking77", file, None, 0)


def test_that_a_missing_file_ends_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = ["--suite", "bq", "--file", str(tmp_path / "none.tsv"), "--reports", str(tmp_path)]
    assert main(gone) == 2
    assert "bq reads lines" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--suite", "bq"])
