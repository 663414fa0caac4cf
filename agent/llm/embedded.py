"""The embedded language model: llama.cpp in a process of its own, behind a loopback address with a key."""

from __future__ import annotations

import json
import logging
import secrets
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from agent.llm.port import ModelUnavailable, Readiness
from agent.llm.server import Parameters
from agent.models import CATALOGUE, ModelMissing, ModelStore

LOAD_SECONDS_MAX = 180
RESTARTS_MAX = 3
RESTART_PAUSE_SECONDS = (1, 10, 60)

log = logging.getLogger(__name__)


class EmbeddedModel:
    """Loads the ``llm`` of the model store; a process of it that dies is started again, a few times."""

    on_this_machine = True
    model = "embedded"

    def __init__(
        self,
        store: ModelStore,
        *,
        threads: int,
        context: int,
        command: Sequence[str] = (sys.executable, "-m", "agent.llm.server"),
    ) -> None:
        self.why = "not started"
        self.api_key = secrets.token_urlsafe(24)
        self._store, self._threads, self._context, self._command = store, threads, context, tuple(command)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._state: Readiness = "off"
        self._address = ""
        self._process: subprocess.Popen[str] | None = None
        self._keeper: threading.Thread | None = None

    def ready(self) -> Readiness:
        return self._state

    @property
    def base_url(self) -> str:
        with self._lock:
            if self._state != "ready":
                raise ModelUnavailable(f"the language model is {self._state}: {self.why}")
            return f"{self._address}/v1"

    @property
    def pid(self) -> int | None:
        """The process that holds the model, where there is one (for measuring its memory)."""
        with self._lock:
            return self._process.pid if self._process is not None else None

    def start(self) -> None:
        with self._lock:
            if self._keeper is not None:
                return
            self._stopped.clear()
            self._state, self.why = "loading", "being loaded"
            self._keeper = threading.Thread(target=self._keep, name="language-model", daemon=True)
            self._keeper.start()

    def stop(self) -> None:
        self._stopped.set()
        with self._lock:
            keeper, self._keeper = self._keeper, None
            process = self._process
            self._state, self.why = "off", "stopped"
        if process is not None:
            process.kill()
        if keeper is not None:
            keeper.join(timeout=10)

    def _keep(self) -> None:
        """Load, wait for the end, load again; runs in its own thread."""
        try:
            file = self._store.path("llm")
        except ModelMissing as missing:
            self._now("missing", str(missing))
            return
        for restart in range(RESTARTS_MAX + 1):
            self._run(file)
            if self._stopped.is_set():
                return
            if restart < RESTARTS_MAX:
                self._now("loading", f"its process ended; started again ({restart + 1} of {RESTARTS_MAX})")
                if self._stopped.wait(RESTART_PAUSE_SECONDS[restart]):
                    return
        self._now("missing", f"its process ended {RESTARTS_MAX + 1} times; too little memory, or a wrong file?")

    def _run(self, file: Path) -> None:
        """One life of the process, from its start to its end."""
        process = subprocess.Popen(  # noqa: S603  # our own module, not what anybody typed
            self._command, cwd=CATALOGUE.parent, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with self._lock:
            self._process = process
        if self._stopped.is_set():  # stop() came before it could see this process
            process.kill()
        overdue = threading.Timer(LOAD_SECONDS_MAX, process.kill)
        overdue.daemon = True
        overdue.start()
        try:
            self._listen(process, file, overdue)
        finally:
            overdue.cancel()
            process.kill()
            process.wait()
            with self._lock:
                self._process = None
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _listen(self, process: subprocess.Popen[str], file: Path, overdue: threading.Timer) -> None:
        parameters = Parameters(file=str(file), api_key=self.api_key, threads=self._threads, context=self._context)
        try:
            if process.stdin is None or process.stdout is None:
                raise OSError("no pipes to the process")
            process.stdin.write(json.dumps(parameters) + "\n")
            process.stdin.flush()
            for line in process.stdout:  # llama.cpp may write lines of its own
                if line.startswith('{"address"'):
                    overdue.cancel()
                    with self._lock:
                        self._address = json.loads(line)["address"]
                    self._now("ready", "")
        except (OSError, ValueError) as error:
            log.warning("language model process: %s", type(error).__name__)

    def _now(self, state: Readiness, why: str) -> None:
        with self._lock:
            if self._stopped.is_set():
                return
            self._state, self.why = state, why
        log.log(logging.WARNING if state == "missing" else logging.INFO, "language model is %s %s", state, why)
