"""Starts the product for a run and stops it: as a process of its own, on a free port, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
START_S_MAX = 900.0  # a first start trains and reads entries, some minutes on a busy machine
STOP_S_MAX = 20.0


class CannotStart(Exception):
    """The product did not come up; the message holds its last words."""


@dataclass(frozen=True)
class Product:
    """A running product: its address, its first process, what it writes to its log and the folder of its data. ``restart``
    kills it as a power failure does and starts it again on what it left behind."""

    base: str
    pid: int
    log: Path
    data: Path
    restart: Callable[[], None]


@contextlib.contextmanager
def product(
    *, llm: bool, root: Path = ROOT, more: Mapping[str, str] | None = None, command: Sequence[str] = ("app.py",)
) -> Iterator[Product]:
    """A running product, with ``more`` settings; ``command`` is what Python runs, the product or a weaker one.

    Raises:
        CannotStart
    """
    with tempfile.TemporaryDirectory(prefix="skyteller-eval-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        settings = {"SKYTELLER_DATA": f"{folder}/data", "SKYTELLER_PORT": str(port), "SKYTELLER_HOST": "127.0.0.1"}
        settings["SKYTELLER_REHEARSE"] = "false"  # what is measured has the machine for itself
        if not llm:
            settings["SKYTELLER_LLM"] = "off"
        settings |= more or {}
        log = Path(folder) / "product.log"
        base = f"http://127.0.0.1:{port}"

        def start() -> subprocess.Popen[bytes]:
            with log.open("ab") as output:
                return subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, *command], cwd=root, env={**os.environ, **settings}, stdout=output, stderr=output
                )

        process = start()

        def restart() -> None:
            nonlocal process
            process.kill()
            process.wait()
            process = start()
            _wait(process, base, log, llm=llm)

        try:
            _wait(process, base, log, llm=llm)
            yield Product(base, process.pid, log, Path(settings["SKYTELLER_DATA"]), restart)
        finally:
            process.terminate()
            try:
                process.wait(STOP_S_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], base: str, log: Path, *, llm: bool) -> None:
    until = time.monotonic() + START_S_MAX
    while time.monotonic() < until:
        if process.poll() is not None:
            raise CannotStart(
                f"the product ended with {process.returncode}:\n{log.read_text(errors='replace')[-2000:]}"
            )
        try:
            health = httpx.get(f"{base}/healthz", timeout=2).json()
            if not llm or health["models"].get("llm") != "loading":
                return
        except (httpx.HTTPError, ValueError, KeyError):
            pass
        time.sleep(0.3)
    raise CannotStart(
        f"the product did not answer within {START_S_MAX:.0f} s:\n{log.read_text(errors='replace')[-2000:]}"
    )
