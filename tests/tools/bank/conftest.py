"""A seeded bank for each test, copied from one that is told its stories once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.bank.bench import Bench, copy_of, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bank") / "template.db"
    make_template(path)
    return path


@pytest.fixture
def bench(template: Path, tmp_path: Path) -> Iterator[Bench]:
    made = copy_of(template, tmp_path / "bank.db")
    yield made
    made.db.close()
