"""A server and a customer in front of the page.

By default the page stands before the scripted server of this folder. With ``SKYTELLER_TEST_URL`` it is a running
counter's own: tests that need the script (faults, cards on demand) are then skipped, the others must hold as they are.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from agent.settings import load
from tests.ui.page.contract_server import Scripted, build
from tests.ui.page.customer import Customer
from ui.page.page import mount_page

_START_S_MAX = 30


@dataclass(frozen=True)
class Counter:
    """Where the page is; ``script`` is None in front of a real counter."""

    url: str
    script: Scripted | None


@pytest.fixture(scope="package")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    real = os.environ.get("SKYTELLER_TEST_URL")
    if real:
        yield Counter(real.rstrip("/"), None)
        return
    api, script = build()
    mount_page(api, load({"SKYTELLER_DATA": str(tmp_path_factory.mktemp("data"))}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(api, port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_S_MAX
    while not server.started:
        assert time.monotonic() < deadline, "the page's server did not start"
        time.sleep(0.05)
    yield Counter(f"http://127.0.0.1:{port}", script)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def script(counter: Counter) -> Scripted:
    """The scripted server's levers; a test that asks for it says that a real counter will not do."""
    if counter.script is None:
        pytest.skip("needs the scripted server")
    return counter.script


@pytest.fixture
def visit(counter: Counter, browser: Browser) -> Iterator[Callable[..., Customer]]:
    """Open the page as a new customer; at the end nothing may have failed, and no other host been asked."""
    if counter.script is not None:
        counter.script.reset()
    else:
        httpx.post(f"{counter.url}/api/v1/sandbox/reset", json={}, timeout=30).raise_for_status()
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_(width: int = 1280, height: int = 800, *, english: bool = False, **options: object) -> Customer:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.on("page", lambda page: _listen(page, counter.url, wrong))
        customer = Customer(context.new_page(), counter.url)
        customer.come()
        if english:
            customer.speak_english()
        return customer

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def _listen(page: Page, url: str, wrong: list[str]) -> None:
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: None if request.url.startswith((url, "data:", "blob:")) else wrong.append(request.url),
    )
    page.on(
        "console",
        # a failed request is logged by the browser itself; the tests that cause one look at what the customer sees
        lambda message: (
            wrong.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
