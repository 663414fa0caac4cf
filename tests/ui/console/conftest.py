"""The whole product before two browsers with cameras that are none: a customer's and a colleague's."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect

from agent.llm.off import NoModel
from agent.settings import load
from tests.ui.conftest import Launch
from tests.ui.console.colleague import Colleague
from tests.ui.page.customer import Customer
from ui.console.console import mount_console
from ui.page.page import mount_page

_CAMERA = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
_START_S_MAX = 60
DESK = "/api/v1/desk"
SignedIn = Callable[..., httpx.Client]


@dataclass(frozen=True)
class Bank:
    """Where it is, and what its colleagues' passwords are."""

    url: str
    passwords: dict[str, str]
    app: Any


@pytest.fixture(scope="package")
def bank(product: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    from app import build

    folder = tmp_path_factory.mktemp("desk")
    settings = load(
        {"SKYTELLER_DATA": str(folder), "SKYTELLER_LLM": "off", "SKYTELLER_MODELS": str(product.settings.models)}
    )
    app = build(settings, llm=NoModel(), loaded=product.minds)
    mount_console(app.api)
    mount_page(app.api, settings)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(app.api, port=port, log_level="error", ws="websockets-sansio", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_S_MAX
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.05)
    yield Bank(f"http://127.0.0.1:{port}", dict(app.desk.passwords), app)
    server.should_exit = True
    thread.join(20)
    app.db.close()


@pytest.fixture(scope="package", autouse=True)
def patience() -> Iterator[None]:
    """Two browsers with cameras on a small machine take their time."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def api(bank: Bank) -> Iterator[httpx.Client]:
    """A client without a browser; everything is back to the story first."""
    with httpx.Client(base_url=bank.url, timeout=30) as client:
        assert client.post("/api/v1/sandbox/reset", json={}).status_code == 200
        yield client


@pytest.fixture
def signed_in(bank: Bank) -> Iterator[SignedIn]:
    """A colleague's own client."""
    clients: list[httpx.Client] = []

    def sign_in(staff: str = "S001") -> httpx.Client:
        client = httpx.Client(base_url=bank.url, timeout=30)
        clients.append(client)
        answer = client.post(f"{DESK}/session", json={"staff": staff, "password": bank.passwords[staff]})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    yield sign_in
    for client in clients:
        client.close()


@pytest.fixture(scope="package")
def chromium(launch: Launch) -> Browser:
    return launch(*_CAMERA)


@pytest.fixture
def window(chromium: Browser, api: httpx.Client) -> Iterator[Callable[[], Page]]:
    """A browser window of its own; at the end no script of ours may have failed."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_() -> Page:
        context = chromium.new_context(
            viewport={"width": 1400, "height": 900}, locale="zh-CN", permissions=["camera", "microphone"]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on(
            "console",
            lambda message: (
                wrong.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def customer(window: Callable[[], Page], bank: Bank) -> Customer:
    came = Customer(window(), bank.url)
    came.come()
    return came


@pytest.fixture
def colleague(window: Callable[[], Page], bank: Bank) -> Callable[..., Colleague]:
    """Somebody of the bank at the desk, signed in."""

    def sit_down(staff: str = "S001", *, sign_in: bool = True) -> Colleague:
        made = Colleague(window(), bank.url, staff)
        made.come()
        if sign_in:
            made.sign_in(bank.passwords[staff])
        return made

    return sit_down
