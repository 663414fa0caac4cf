"""A browser with a microphone made of a file, and the scripted counter of the page's tests before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.ui.page.conftest import Counter, counter

__all__ = ["counter"]
Open = Callable[..., Page]


@pytest.fixture
def open_page(counter: Counter, browser: Browser) -> Iterator[Open]:
    """Open a path of the counter in a context of its own; at the end no script of it may have failed."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []
    if counter.script is not None:
        counter.script.reset()

    def open_(path: str = "/", **options: object) -> Page:
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
