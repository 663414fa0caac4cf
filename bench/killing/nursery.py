"""The nursery: a process that loads the models once and forks a server for each start, so that a restart takes about two
seconds. Everything that a kill can hurt starts anew in the fork: database, checkpoints, jobs, turns, API.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx

START_S_MAX = 120.0


class Nursery:
    """Starts servers on one data folder and port, and kills them."""

    def __init__(self, data: Path, environ: Mapping[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.data, self.url = data, f"http://127.0.0.1:{self.port}"
        self.starts_s: list[float] = []
        # a connection that is kept would be one to a server that was killed meanwhile
        self.client = httpx.Client(base_url=self.url, timeout=300, limits=httpx.Limits(max_keepalive_connections=0))
        self._log = (data / "server.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.killing.nursery"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
            env={**environ, "SKYTELLER_DATA": str(data), "SKYTELLER_PORT": str(self.port), "SKYTELLER_LLM": "off",
                 "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        self.server = 0
        self._line("ready")

    def start(self) -> None:
        """A new server; returns once it answers."""
        began = time.perf_counter()
        self.server = int(self._ask("start"))
        while True:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            assert time.perf_counter() - began < START_S_MAX, "the server did not start; see server.log in its folder"
            time.sleep(0.01)
        self.starts_s.append(time.perf_counter() - began)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        os.kill(self.server, signal.SIGKILL)
        assert self._ask("gone") == "gone"
        self.server = 0

    def close(self) -> None:
        """End everything."""
        if self.server:
            self.kill()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self.client.close()
        self._log.close()

    def _ask(self, what: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return self._line("")

    def _line(self, expected: str) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the nursery ended; see server.log in its folder"
        assert expected in line, line
        return line


def main() -> None:
    """Load what is only read, then fork a server for every ``start`` on standard input; ``gone`` waits for its end."""
    from agent.llm.off import NoModel
    from agent.minds import minds
    from agent.settings import load_or_exit
    from app import build, page_mounter, serve

    page_mounter()  # once for all servers
    settings = load_or_exit()
    loaded = minds(settings, NoModel())
    app = build(settings, loaded=loaded)
    loaded.warm_up(settings, datetime.now(UTC).date())
    app.db.close()
    print("ready", flush=True)
    child = 0
    for line in sys.stdin:
        if line.strip() == "start":
            child = os.fork()
            if child == 0:
                sys.stdin.close()
                os.dup2(2, 1)  # what a server says at its start is for its log, not for who reads the nursery's answers
                os._exit(serve(settings, loaded))
            print(child, flush=True)
        else:
            os.waitpid(child, 0)
            print("gone", flush=True)


if __name__ == "__main__":
    main()
