"""What moves from seed to seed is a row that can be read."""

from __future__ import annotations

import json
from pathlib import Path

from bench.seeds import _whole, line


def run(**passed: bool) -> dict[str, object]:
    return {"trials": [{"case": case, "passed": well} for case, well in passed.items()]}


def test_that_a_row_says_what_moved() -> None:
    row = line("s", [run(a=True, b=True), run(a=True, b=False), None])
    assert row == "| s | 2 | 100.0 | 50.0 | - | 75.0 | 50.0 to 100.0 | 35.4 | 1: b |"


def test_that_only_whole_runs_count(tmp_path: Path) -> None:
    assert _whole(tmp_path) is None
    for interrupted, missing, whole in ((False, 0, True), (True, 0, False), (False, 3, False)):
        summary = {"interrupted": interrupted, "lines": [{"missing": missing}]}
        (tmp_path / "s-1.json").write_text(json.dumps({"summary": summary, "trials": []}))
        assert (_whole(tmp_path) is not None) == whole
