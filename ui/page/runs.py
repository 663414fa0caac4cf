"""Evaluation runs from the page: ``python -m eval`` as a process of its own, one at a time.

What a run measures is kept as it goes, so it can be stopped, taken up again and read afterwards; all of that is the program's
own doing, and this only starts it, follows what it prints and ends it.
"""

from __future__ import annotations

import atexit
import importlib.util
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from tools.wording import Text

ROOT = Path(__file__).parent.parent.parent
LINES_KEPT, EARLIER_MAX = 12, 6
STOP_S_MAX = 20.0
TRIALS_MAX, CASES_MAX = 8, 5000
_SUITE = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_STEP = re.compile(r"^\[ *(\d+)/(\d+)\] (ok|FAIL)")
_REPORT = re.compile(r"^report: .*?([^/\s]+)\.json")
_MEDIA = {".html": "text/html", ".json": "application/json", ".xml": "application/xml"}
State = Literal["idle", "running", "stopping", "ended", "stopped", "failed"]


class RunRefused(Exception):
    """It was not started; says why and what to do, in both languages."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True)
class Wanted:
    """``suite`` by name; ``most`` cases of it (0: all); ``url`` of a server that speaks the contract, "" for this one."""

    suite: str
    trials: int = 1
    most: int = 0
    url: str = ""


@dataclass(frozen=True)
class Progress:
    """How far it is; ``report`` is the stem of its files, "" before there is one; ``seconds`` it has taken so far."""

    state: State = "idle"
    wanted: Wanted | None = None
    done: int = 0
    total: int = 0
    failed: int = 0
    lines: tuple[str, ...] = ()
    report: str = ""
    seconds: float = 0.0

    @property
    def left_s(self) -> float | None:
        """What it will still take, as far as that can be told; None before."""
        return None if not 0 < self.done < self.total else self.seconds / self.done * (self.total - self.done)


@dataclass
class _Run:
    wanted: Wanted
    process: subprocess.Popen[str]
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))
    done: int = 0
    total: int = 0
    failed: int = 0
    report: str = ""
    stopping: bool = False
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0


class Runs:
    """The runs of one server; reports lie in ``folder``. Thread-safe."""

    def __init__(self, folder: Path, own_url: str) -> None:
        self.folder, self._own = folder, own_url
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self._suites: tuple[str, ...] | None = None
        atexit.register(self.close)

    def suites(self) -> tuple[str, ...]:
        """Their names; empty where the evaluation cannot run here."""
        if self._suites is None and importlib.util.find_spec("inspect_ai") is not None:
            asked = subprocess.run(
                [sys.executable, "-m", "eval", "suites"], cwd=ROOT, capture_output=True, text=True, check=False
            )
            self._suites = tuple(asked.stdout.split()) if asked.returncode == 0 else ()
        return self._suites or ()

    def start(self, wanted: Wanted, *, resume: bool = False) -> None:
        """Begin a run, or go on with the last one of the same settings.

        Raises:
            RunRefused: one is running, or what is wanted makes no sense.
        """
        self._check(wanted)
        url = wanted.url or self._own
        command = [
            sys.executable,
            "-u",
            "-m",
            "eval",
            "--suite",
            wanted.suite,
            "--trials",
            str(wanted.trials),
            "--url",
            url,
        ]
        command += ["--reports", str(self.folder), *(["--limit", str(wanted.most)] if wanted.most else [])]
        command += ["--resume"] if resume else []
        with self._lock:
            if self._run is not None and self._run.process.poll() is None:
                raise RunRefused(
                    Text(
                        "已有一个评测在运行，请等它结束或先停止。", "A run is under way: wait for it, or stop it first."
                    )
                )
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                process = subprocess.Popen(  # noqa: S603 - our own program, arguments checked
                    command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                )  # fmt: skip
            except OSError as error:
                raise RunRefused(
                    Text(
                        f"没能开始（{error.strerror}）：请看 SKYTELLER_DATA 的文件夹能不能写。",
                        f"It could not be started ({error.strerror}): see whether the folder of SKYTELLER_DATA can be written.",
                    )
                ) from error
            self._run = _Run(wanted, process)
            threading.Thread(target=_follow, args=(self._run,), name="evaluation", daemon=True).start()

    def stop(self) -> None:
        """As Ctrl-C: what was measured is kept and reported."""
        with self._lock:
            if self._run is not None and self._run.process.poll() is None:
                self._run.stopping = True
                self._run.process.send_signal(signal.SIGINT)

    def progress(self) -> Progress:
        """How far the present run is, or how the last one ended."""
        run = self._run
        if run is None:
            return Progress()
        seconds = (run.ended or time.monotonic()) - run.began
        return Progress(_state(run), run.wanted, run.done, run.total, run.failed, tuple(run.lines), run.report, seconds)

    def earlier(self) -> list[str]:
        """The stems of the reports that are there, newest first; without that of the present run."""
        now = self._run.report if self._run is not None else ""
        found = sorted(self.folder.glob("*.html"), key=lambda path: path.stat().st_mtime, reverse=True)
        return [path.stem for path in found if path.stem != now][:EARLIER_MAX]

    def file(self, name: str) -> tuple[Path, str] | None:
        """A report's file and its media type; None for any other name."""
        known = {path.name: path for path in self.folder.glob("*") if path.suffix in _MEDIA}
        return (known[name], _MEDIA[known[name].suffix]) if name in known else None

    def close(self) -> None:
        """End what is running, with what it has measured."""
        self.stop()
        run = self._run
        if run is not None:
            try:
                run.process.wait(STOP_S_MAX)
            except subprocess.TimeoutExpired:
                run.process.kill()

    def _check(self, wanted: Wanted) -> None:
        if importlib.util.find_spec("inspect_ai") is None:
            raise RunRefused(
                Text(
                    "这台机器没有装评测的包：请运行一次 make eval 或 make test。",
                    "The packages of the evaluation are not here: run make eval or make test once.",
                )
            )
        if _SUITE.fullmatch(wanted.suite) is None:  # whether there is such a one, the program itself says
            raise RunRefused(Text("请选择一个评测集。", "Choose a suite."))
        if not (1 <= wanted.trials <= TRIALS_MAX and 0 <= wanted.most <= CASES_MAX):
            raise RunRefused(
                Text(
                    f"次数 1 到 {TRIALS_MAX}，用例数 0 到 {CASES_MAX}。",
                    f"Trials 1 to {TRIALS_MAX}, cases 0 to {CASES_MAX}.",
                )
            )
        parts = urlsplit(wanted.url)
        if wanted.url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise RunRefused(
                Text("网址要以 http:// 或 https:// 开头。", "The address begins with http:// or https://.")
            )


def _state(run: _Run) -> State:
    if not run.ended:  # its last words may still have to be read when the process is gone
        return "stopping" if run.stopping else "running"
    if run.stopping:
        return "stopped"
    return "ended" if run.report else "failed"


def _follow(run: _Run) -> None:
    """Reads what the program prints, to its end."""
    assert run.process.stdout is not None  # noqa: S101 - it was asked for
    with run.process.stdout as printed:
        for line in map(str.rstrip, printed):
            step, report = _STEP.match(line), _REPORT.match(line)
            if step is not None:
                run.done, run.total = int(step.group(1)), int(step.group(2))
                run.failed += step.group(3) == "FAIL"
            if report is not None:
                run.report = report.group(1)
            elif line:
                run.lines.append(line)
    run.process.wait()
    run.ended = time.monotonic()
