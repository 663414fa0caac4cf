"""The regression behind the ranking, against the textbook."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge import arrays, ridge
from knowledge.embeddings import Vectors, unit
from knowledge.index import Index, Row
from knowledge.ridge import RIDGE, blocks, fit, left_out, targets

ROWS, GROUPS, ENTRIES = 90, 12, 9


@pytest.fixture
def index() -> Index:
    random = np.random.default_rng(3)
    rows = [Row("".join(random.choice(list("换卡转账挂失销户"), 6)), at % GROUPS) for at in range(ROWS)]

    def drawn(dim: int) -> Vectors:
        return unit(random.normal(size=(ROWS, dim)).astype(np.float32))

    return Index(rows, {"a": drawn(16), "b": drawn(24)})


def test_that_blocks_are_the_kernel_in_pieces(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    ((_, whole),) = blocks(index)
    monkeypatch.setattr(ridge, "BLOCK", 32)
    pieces = list(blocks(index))
    assert [(some.start, some.stop) for some, _ in pieces] == [(0, 32), (32, 64), (64, 90)]
    assert np.allclose(np.concatenate([near for _, near in pieces]), whole, atol=1e-6)
    assert np.allclose(np.diag(whole), 1, atol=1e-5)


def test_that_the_fit_solves_the_equations(index: Index, tmp_path: Path) -> None:
    ((_, among),) = blocks(index)
    solved = fit(index, tmp_path)
    assert np.allclose((among + RIDGE * np.eye(ROWS)) @ solved, targets(index.group_of), atol=1e-4)


def test_that_an_unchanged_index_solves_nothing(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solved = fit(index, tmp_path)

    def never(*_: object) -> None:
        raise AssertionError("solved again")

    monkeypatch.setattr(ridge, "blocks", never)
    assert np.array_equal(fit(index, tmp_path), solved)
    index.rows[0] = Row("别的话", 0)
    with pytest.raises(AssertionError, match="solved again"):
        fit(index, tmp_path)


def test_that_checkouts_with_other_entries_share_a_folder(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "KEPT", 2)
    solved = {}
    for text in ("甲", "乙", "丙"):
        index.rows[0] = Row(text, 0)
        solved[text] = fit(index, tmp_path)
    assert len(list(tmp_path.glob("ridge-*.npz"))) == 2
    monkeypatch.setattr(ridge, "blocks", None)  # nothing may be solved again
    for text in ("丙", "乙"):
        index.rows[0] = Row(text, 0)
        assert np.array_equal(fit(index, tmp_path), solved[text])


def test_that_leaving_out_is_as_if_the_row_had_not_been_there(index: Index) -> None:
    ((_, among),) = blocks(index)
    wanted = targets(index.group_of)
    scores = left_out(index, ENTRIES)
    for at in (0, 5, 10):  # row 10 is of an outside topic and goes with its whole group
        hidden = index.group_of == index.group_of[at] if index.group_of[at] >= ENTRIES else np.arange(ROWS) == at
        seen = ~hidden
        solved = np.linalg.solve(among[np.ix_(seen, seen)] + RIDGE * np.eye(seen.sum()), wanted[seen])
        assert np.allclose(scores[at], among[at, seen] @ solved, atol=1e-3)
