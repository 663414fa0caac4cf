"""Axe finds nothing to object to: names, roles, contrast, keyboard, in every dress and with every kind of card."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.ui.embed.conftest import Counter, Open
from tests.ui.embed.voice_line import VoiceLine

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OURS = ["skyteller-chat", "skyteller-brand", "skyteller-phone", "skyteller-trace"]  # what is beside them is Gradio's


def objections(page: Page, include: list[str] | None = None) -> list[str]:
    page.wait_for_timeout(400)
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "([include, standard]) => axe.run(include ? {include} : document, {runOnly: {type: 'tag', values: standard}})",
        [include, STANDARD],
    )
    assert found["passes"], "axe looked at nothing"
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def say(page: Page, text: str) -> None:
    chat = page.locator("skyteller-chat")
    before = chat.locator(".theirs[data-turn]").count()
    chat.locator("textarea").fill(text)
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".theirs[data-turn]")).to_have_count(before + 1)


def greeted(page: Page) -> Page:
    expect(page.locator("skyteller-chat .theirs[data-turn] .bubble").first).to_be_visible()
    expect(page.locator("skyteller-chat .microphone")).to_be_enabled()
    return page


DRESSES: list[dict[str, Any]] = [
    {"path": "/embed", "viewport": {"width": 400, "height": 760}},
    {"path": "/embed?theme=dark&mode=elder", "viewport": {"width": 1000, "height": 760}},
    {"path": "/embed?locale=en&customer=C1007", "viewport": {"width": 400, "height": 760}},
]


@pytest.mark.parametrize("dress", DRESSES, ids=["phone", "dark, elder, wide", "english"])
def test_that_the_widget_is_for_everyone(open_page: Open, dress: dict[str, Any]) -> None:
    page = greeted(open_page(dress["path"], viewport=dress["viewport"]))
    assert objections(page) == []
    for kind in ("consent", "document", "quiz", "delayed", "citations"):
        say(page, f"展示 {kind}")
    assert objections(page) == []
    page.locator("skyteller-chat .citation").first.click()
    assert objections(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_the_page_is_for_everyone(open_page: Open, scheme: str) -> None:
    page = greeted(open_page(color_scheme=scheme))
    expect(page.locator("skyteller-phone")).to_be_visible()
    say(page, "我的卡读不出来")
    page.locator("skyteller-chat [data-card=choices] button").first.click()
    expect(page.locator("skyteller-chat [data-card=otp]")).to_be_visible()
    assert objections(page, OURS) == []


def test_that_voice_is_for_everyone(open_talking: Open, line: VoiceLine, counter: Counter) -> None:
    page = greeted(open_talking("/embed", viewport={"width": 400, "height": 760}))
    page.locator("skyteller-chat .microphone").click()
    expect(page.locator("skyteller-chat .voicebar")).to_have_attribute("data-status", "on")
    line.send(
        {
            "type": "heard", "utterance": 1, "final": True, "text": "给王芳转五百", "confidence": 0.9,
            "repairs": [{"heard": "王方", "meant": "王芳"}], "ignored": None,
        }
    )  # fmt: skip
    line.send({"type": "state", "state": "speaking", "stage": "idle", "service": None})
    line.send({"type": "notice", "code": "not-understood", "text": "刚才没有听清，请再说一遍。", "speech": ""})
    line.say(1, "这张卡的工本费是五元，寄送免费。", 6)
    expect(page.locator("skyteller-chat .teller-caption")).to_be_visible()
    assert objections(page) == []
    page.get_by_role("button", name="改为按住说话").click()
    line.came("mode", mode="push_to_talk")
    assert objections(page) == []


def test_that_captions_can_be_made_twice_as_large(open_page: Open) -> None:
    page = greeted(open_page("/embed", viewport={"width": 400, "height": 800}))
    page.evaluate(
        "document.documentElement.style.fontSize = '200%'; document.querySelector('skyteller-chat').style.setProperty('--fs', '32px')"
    )
    say(page, "展示 quiz")
    wide = "e => [...e.shadowRoot.querySelectorAll('.counter, .log, .card')].filter((b) => b.scrollWidth > b.clientWidth + 1).length"
    assert page.locator("skyteller-chat").evaluate(wide) == 0
