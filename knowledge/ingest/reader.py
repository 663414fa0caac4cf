"""Reading in a process of its own, which is stopped when a file takes too long and started again for the next one."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from knowledge.ingest.blocks import Refused
from knowledge.ingest.snapshot import Snapshot
from knowledge.ingest.split import Split
from knowledge.passages import Passage

FILE_S_MAX = 300.0
ROOT = Path(__file__).parent.parent.parent


class Reader:
    """Use it in a ``with`` statement; for one thread."""

    def __init__(self, file_s_max: float = FILE_S_MAX) -> None:
        self._file_s_max = file_s_max
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, snapshot: Snapshot, name: str) -> Split:
        """Passages of a file; ``name`` is its title where it has none.

        Raises:
            Refused: it cannot be used, takes too long or too much memory.
        """
        process = self._process or self._start()
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._file_s_max, stop)
        timer.start()
        try:
            line = self._ask(process, snapshot, name)
        finally:
            timer.cancel()
        if not line:
            self._stop()
            if late.is_set():
                raise Refused("too_slow", f"is not read within {self._file_s_max:.0f} seconds; split it by chapter")
            raise Refused("damaged", "damaged: its reader broke down over it; save it again")
        said = json.loads(line)
        if "refused" in said:
            reason, what = said["refused"]
            raise Refused(reason, what)
        return _split(said)

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "knowledge.ingest.worker"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    @staticmethod
    def _ask(process: subprocess.Popen[bytes], snapshot: Snapshot, name: str) -> bytes:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the reader has no pipes")
        head = json.dumps({"kind": snapshot.kind, "name": name, "bytes": len(snapshot.data)})
        try:
            process.stdin.write(head.encode() + b"\n" + snapshot.data)
            process.stdin.flush()
            return process.stdout.readline()
        except BrokenPipeError:
            return b""


def _split(said: Mapping[str, Any]) -> Split:
    since = said["holds_from"]
    return Split(
        said["title"],
        date.fromisoformat(since) if since is not None else None,
        [Passage(**one) for one in said["passages"]],
        said["notes"],
    )
