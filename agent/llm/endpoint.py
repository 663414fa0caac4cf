"""A language model behind any OpenAI-compatible address: vLLM, SGLang, llama.cpp, a cloud."""

from __future__ import annotations

import ipaddress
import logging
import threading
from urllib.parse import urlsplit

import httpx

from agent.llm.port import ModelUnavailable, Readiness

PROBE_SECONDS_MAX = 5.0
PROBE_PAUSE_SECONDS = {"ready": 60.0, "loading": 5.0, "missing": 15.0, "off": 60.0}

log = logging.getLogger(__name__)


class EndpointModel:
    """Asks the address from time to time whether it answers; it may come and go."""

    def __init__(self, base_url: str, api_key: str, model: str) -> None:
        self.why = "not started"
        self.api_key, self.model = api_key or "none", model
        self.on_this_machine = _loopback(base_url)
        self._base_url = base_url.rstrip("/")
        self._state: Readiness = "off"
        self._stopped = threading.Event()
        self._prober: threading.Thread | None = None

    def ready(self) -> Readiness:
        return self._state

    @property
    def base_url(self) -> str:
        if self._state != "ready":
            raise ModelUnavailable(f"the language model is {self._state}: {self.why}")
        return self._base_url

    def start(self) -> None:
        if self._prober is not None:
            return
        self._stopped.clear()
        self._state, self.why = "loading", "not asked yet"
        self._prober = threading.Thread(target=self._probe_on, name="language-model-probe", daemon=True)
        self._prober.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._prober is not None:
            self._prober.join(timeout=PROBE_SECONDS_MAX + 1)
            self._prober = None
        self._state, self.why = "off", "stopped"

    def _probe_on(self) -> None:
        with httpx.Client(timeout=PROBE_SECONDS_MAX, trust_env=not self.on_this_machine) as client:
            while not self._stopped.is_set():
                state, why = self._probe(client)
                if state != self._state:
                    log.info("language model endpoint is %s %s", state, why)
                self._state, self.why = state, why
                self._stopped.wait(PROBE_PAUSE_SECONDS[state])

    def _probe(self, client: httpx.Client) -> tuple[Readiness, str]:
        try:
            answer = client.get(f"{self._base_url}/models", headers={"Authorization": f"Bearer {self.api_key}"})
        except httpx.HTTPError as error:
            return "missing", f"SKYTELLER_LLM_BASE_URL does not answer ({type(error).__name__})"
        if answer.status_code in (401, 403):
            return "missing", "SKYTELLER_LLM_API_KEY is refused"
        if answer.status_code == 503:
            return "loading", "the endpoint is loading its model"
        if answer.status_code >= 500:
            return "missing", f"the endpoint answers {answer.status_code}"
        return "ready", ""  # also 404: not every server lists its models


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
