"""What was measured, line by line as it was: an interrupted run goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.run import Trial


class OtherRun(Exception):
    """A journal belongs to a run with other settings; the message names them."""


class Journal:
    """The trials of one run in one file. ``settings`` decide what a trial is: suite, trials, seed, system."""

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        """Takes up what is in the file.

        Raises:
            OtherRun: when the file was begun with other settings.
            OSError: when it cannot be written.
        """
        self.path = path
        self._trials: dict[tuple[str, str, int], Trial] = {}
        if path.exists() and path.stat().st_size:
            self._read(settings)
        else:
            path.write_text(json.dumps({"settings": dict(settings)}, ensure_ascii=False) + "\n", encoding="utf-8")

    @property
    def trials(self) -> list[Trial]:
        return list(self._trials.values())

    def get(self, suite: str, case: str, trial: int) -> Trial | None:
        """A trial that was already measured."""
        return self._trials.get((suite, case, trial))

    def add(self, trial: Trial) -> None:
        """Keep a trial, at once and for good."""
        self._trials[trial.suite, trial.case, trial.trial] = trial
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(trial.as_json(), ensure_ascii=False) + "\n")

    def _read(self, settings: Mapping[str, Any]) -> None:
        text = self.path.read_text(encoding="utf-8", errors="replace")
        if not text.endswith("\n"):  # what was being written when it was stopped is no part of what comes next
            with self.path.open("a", encoding="utf-8") as file:
                file.write("\n")
        first, *lines = text.split("\n")
        try:
            begun = dict(json.loads(first)["settings"])
        except (ValueError, KeyError, TypeError):
            raise OtherRun(
                f"{self.path}: not the journal of a run: remove it, or use another --reports folder"
            ) from None
        other = [
            f"{name} {begun.get(name)!r}, now {value!r}" for name, value in settings.items() if begun.get(name) != value
        ]
        if other:
            raise OtherRun(
                f"{self.path}: begun with {'; '.join(other)}: use the same settings, or another --reports folder"
            )
        for line in lines:
            try:
                trial = Trial.of_json(json.loads(line))
            except (ValueError, KeyError, TypeError):
                continue  # the line that was being written when the run was stopped
            self._trials[trial.suite, trial.case, trial.trial] = trial
