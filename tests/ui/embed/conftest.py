"""A browser with a microphone made of a file, and the scripted counter of the page's tests with a voice line before it."""

from __future__ import annotations

import math
import socket
import threading
import time
import wave
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from agent.settings import load
from tests.ui.conftest import Launch
from tests.ui.embed.voice_line import VoiceLine
from tests.ui.page.contract_server import Scripted, build
from ui.embed.page import mount_embed
from ui.page.page import mount_page

Open = Callable[..., Page]
_START_S_MAX = 30
_HEARD_RATE = 48_000


@dataclass(frozen=True)
class Counter:
    """Where the page is, what the counter behind it says, and the far end of its voice."""

    url: str
    script: Scripted
    line: VoiceLine


@pytest.fixture(scope="package")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    api, script = build()
    line = VoiceLine()
    line.install(api)
    settings = load({"SKYTELLER_DATA": str(tmp_path_factory.mktemp("data"))})
    mount_embed(api, settings)
    mount_page(api, settings)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(api, port=port, log_level="error", ws="websockets-sansio"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_S_MAX
    while not server.started:
        assert time.monotonic() < deadline, "the page's server did not start"
        time.sleep(0.05)
    yield Counter(f"http://127.0.0.1:{port}", script, line)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def line(counter: Counter) -> VoiceLine:
    return counter.line


@pytest.fixture(scope="package")
def talking(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """A browser whose microphone hears a tone, and whose customer allows everything."""
    path = tmp_path_factory.mktemp("sound") / "tone.wav"
    _tone(path)
    return launch(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={path}",
        "--autoplay-policy=user-gesture-required",
    )


def _tone(path: Path) -> None:
    samples = array("h", (int(9000 * math.sin(2 * math.pi * 440 * n / _HEARD_RATE)) for n in range(_HEARD_RATE * 2)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_HEARD_RATE)
        file.writeframes(samples.tobytes())


@pytest.fixture
def open_in(counter: Counter) -> Iterator[Callable[..., Page]]:
    """Open a path in a browser, in a context of its own; at the end no script of it may have failed."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []
    counter.script.reset()
    counter.line.reset()

    def open_(browser: Browser, path: str = "/", **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN", **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{counter.url}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def open_page(browser: Browser, open_in: Callable[..., Page]) -> Open:
    """Open a path in the usual browser."""
    return lambda path="/", **options: open_in(browser, path, **options)


@pytest.fixture
def open_talking(talking: Browser, open_in: Callable[..., Page]) -> Open:
    """Open a path in the browser with a microphone."""
    return lambda path="/", **options: open_in(talking, path, **options)
