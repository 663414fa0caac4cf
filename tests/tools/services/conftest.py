"""A counter of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.gate.bench import Counter, database


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(database(tmp_path))
    yield made
    made.db.close()
