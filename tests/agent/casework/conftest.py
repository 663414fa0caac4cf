from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agent.casework.bench import Office
from tests.tools.gate.bench import Counter, database


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(Counter(database(tmp_path)))
    yield made
    made.counter.db.close()
