"""A store and a folder for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.documents import DocumentStore


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    (tmp_path / "data").mkdir()
    return DocumentStore(tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "documents"
    out.mkdir()
    return out
