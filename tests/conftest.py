"""One whole product for the tests that talk to it: real models but the language model, a real database, a real API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from agent.llm.off import NoModel
from agent.settings import load
from tests.conversations.talk import Talk

_TALKS_S_MAX = 600  # engines load one after the other, on a machine that may be busy


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The application as ``app.py`` builds it, in a folder of its own, without the language model."""
    from app import build

    settings = load({**_models(), "SKYTELLER_DATA": str(tmp_path_factory.mktemp("data")), "SKYTELLER_LLM": "off"})
    app = build(settings, llm=NoModel())
    yield app
    app.db.close()


@pytest.fixture(scope="session")
def talking_counter() -> Iterator[str]:
    """The address of the product as a process of its own, with what hears and speaks; skipped where these models are not."""
    from eval.server import product as started

    with started(llm=False) as running:
        deadline = time.monotonic() + _TALKS_S_MAX
        while True:
            models = httpx.get(f"{running.base}/healthz", timeout=30).json()["models"]
            if models["asr"] == models["tts"] == models["embeddings"] == "ready":
                break
            if "missing" in (models["asr"], models["tts"]):
                pytest.skip("the models of hearing or speaking are not here: python -m agent.models fetch")
            assert time.monotonic() < deadline, models
            time.sleep(0.5)
        yield running.base


@pytest.fixture(scope="session")
def client(product: Any) -> Iterator[httpx.Client]:
    """An HTTP client inside the same process."""
    with TestClient(product.api, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def talk(client: httpx.Client) -> Callable[..., Talk]:
    """Open a conversation; everything is back to the story first."""
    assert client.post("/api/v1/sandbox/reset", json={}).status_code < 300

    def open_(customer: str | None, **options: str) -> Talk:
        return Talk(client, customer, **options)

    return open_


def _models() -> dict[str, str]:
    """The models' folder is shared with everything else on the machine; nothing else of its environment is."""
    import os

    folder = os.environ.get("SKYTELLER_MODELS")
    return {"SKYTELLER_MODELS": str(Path(folder))} if folder else {}
