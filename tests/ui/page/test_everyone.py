"""The page for everyone: small screens, keyboards, screen readers, large type; and no one else's script in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.page.contract_server import Scripted
from tests.ui.page.customer import CARD_ZH, Customer
from tests.ui.page.script import XSS

pytestmark = pytest.mark.browser
Visit = Callable[..., Customer]
STATIC = Path(__file__).parents[3] / "ui" / "page" / "static"
OVERFLOW = """() => {
  const wide = [document.scrollingElement, ...document.querySelector('skyteller-chat').shadowRoot.querySelectorAll('.counter, .log, .card')];
  return wide.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.tagName);
}"""


def test_that_nothing_a_server_says_becomes_markup(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.say("展示 xss")
    expect(c.card("confirm").locator("dd").first).to_have_text(XSS)
    expect(c.card("confirm").locator("dd").last).to_have_text("¥1,234,567.00")
    assert c.last() == XSS
    c.say(f"echo {XSS}")
    c.say("展示 delayed")
    c.refresh()
    assert c.page.evaluate("window.hacked") is None
    assert c.chat.locator("img, script").count() == 0


def test_that_no_file_of_the_page_writes_markup() -> None:
    for path in STATIC.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            path.name
        )
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), path.name


def test_that_both_languages_have_the_same_words(visit: Visit) -> None:
    c = visit()
    shapes = c.page.evaluate("""async () => {
      const base = document.querySelector('link[rel=modulepreload]').href.replace(/[^/]+$/, '');
      const { LANGUAGES } = await import(base + 'strings.js');
      const shape = (v) => Array.isArray(v) ? v.length : typeof v === 'object'
        ? Object.fromEntries(Object.entries(v).sort().map(([k, w]) => [k, shape(w)])) : [...v.matchAll(/\\{\\w+\\}/g)].map(String).sort();
      return Object.values(LANGUAGES).map(shape);
    }""")
    assert shapes[0] == shapes[1]


def test_that_an_address_opens_the_page_in_english(visit: Visit) -> None:
    c = visit()
    assert c.page.evaluate("document.documentElement.lang") == "zh-CN"
    c.url += "?locale=en"
    c.page.evaluate("sessionStorage.clear(); localStorage.clear()")
    c.come()
    expect(c.chat.locator(".ai")).to_have_text("AI digital human")
    assert c.page.evaluate("document.documentElement.lang") == "en"
    expect(c.page.locator("#sky-language").get_by_label("English")).to_be_checked()


def test_that_a_phone_needs_no_sideways_scrolling(visit: Visit, script: Scripted) -> None:
    c = visit(390, 844)
    c.say(CARD_ZH)
    c.turn(lambda: c.card("choices").get_by_role("button").first.click())
    for kind in ("consent", "document", "face", "quiz", "xss", "delayed", "citations", "long"):
        c.say(f"展示 {kind}")
    assert c.page.evaluate(OVERFLOW) == []
    expect(c.chat.get_by_role("button", name="转人工").first).to_be_in_viewport()
    expect(c.chat.locator(".ai")).to_be_in_viewport()


def test_that_a_phone_finds_its_code_in_the_drawer(visit: Visit) -> None:
    c = visit(390, 844)
    c.say(CARD_ZH)
    if c.card("choices").count():
        c.turn(lambda: c.card("choices").get_by_role("button").filter(has_text="6688").click())
    expect(c.phone).not_to_be_visible()
    c.card("otp").get_by_role("button", name="看沙箱手机").click()
    expect(c.phone.locator(".message button").first).to_be_visible()
    c.give_code()
    expect(c.phone).not_to_be_visible()


def test_that_the_drawer_closes_by_key_and_gives_the_focus_back(visit: Visit) -> None:
    c = visit(390, 844)
    opener = c.page.get_by_role("button", name="打开客户与手机面板")
    opener.click()
    expect(c.page.locator("#sky-customer")).to_be_visible()
    c.page.keyboard.press("Escape")
    expect(c.page.locator("#sky-customer")).not_to_be_visible()
    expect(opener).to_be_focused()


def test_that_the_keyboard_is_enough(visit: Visit, script: Scripted) -> None:
    c = visit()
    keys = c.page.keyboard
    c.field.focus()
    keys.type(CARD_ZH)
    c.turn(lambda: keys.press("Enter"))
    for _ in range(30):
        keys.press("Shift+Tab")
        if c.page.evaluate("document.activeElement.shadowRoot?.activeElement?.textContent?.includes('3021')"):
            break
    c.turn(lambda: keys.press("Enter"))
    expect(c.card("otp").locator(".otp-field")).to_be_focused()
    keys.type("482913")
    c.turn(lambda: keys.press("Enter"))
    expect(c.card("education")).to_be_focused()
    keys.press("Tab")
    c.turn(lambda: keys.press("Enter"))
    expect(c.card("confirm")).to_be_focused()  # the card, not its button: an Enter held down must not confirm
    keys.press("Enter")
    assert script.requests == []
    keys.press("Tab")
    c.turn(lambda: keys.press("Enter"))
    assert [row["params"] for row in script.requests] == [{"card": "3021"}]


def test_that_screen_readers_are_told(visit: Visit) -> None:
    c = visit()
    log = c.page.get_by_role("log", name="与小岚的对话")
    expect(log).to_have_attribute("aria-live", "polite")
    c.say(CARD_ZH)
    expect(c.page.get_by_role("navigation", name="办理进度")).to_be_visible()
    expect(c.page.get_by_role("textbox", name="请输入您想说的话")).to_be_visible()
    nameless = c.chat.evaluate(
        "e => [...e.shadowRoot.querySelectorAll('button:not([hidden])')].filter(b => !b.textContent.trim() && !b.ariaLabel).length"
    )
    assert nameless == 0


def test_that_elder_mode_is_larger_at_once(visit: Visit) -> None:
    c = visit()
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    before = c.replies.first.evaluate(size)
    height = c.chat.get_by_role("button", name="转人工").first.bounding_box()
    c.page.locator("#sky-elder input").click()
    expect(c.chat).to_have_attribute("mode", "elder")
    expect(c.replies).to_have_count(1)
    assert c.replies.first.evaluate(size) >= before * 1.2
    grown = c.chat.get_by_role("button", name="转人工").first.bounding_box()
    assert height
    assert grown
    assert grown["height"] > height["height"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_words_stand_out_from_their_ground(visit: Visit, script: Scripted, scheme: str) -> None:
    c = visit(color_scheme=scheme)
    c.say(CARD_ZH)
    for kind in ("consent", "quiz", "delayed"):
        c.say(f"展示 {kind}")
    assert c.page.evaluate(CONTRAST) == []


CONTRAST = """() => {
  const channel = (v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (e) => {
    for (; e; e = e.parentElement ?? e.getRootNode().host) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const wrong = [];
  for (const host of document.querySelectorAll('skyteller-chat, skyteller-brand, skyteller-phone')) {
    for (const e of host.shadowRoot.querySelectorAll('*')) {
      const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      if (!own || e.closest(':disabled') || e.closest('[hidden]') || !e.offsetWidth) continue;
      const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
      const ratio = (a + .05) / (b + .05);
      if (ratio < 4.5) wrong.push(`${e.className || e.tagName} ${ratio.toFixed(2)} ${e.textContent.slice(0, 20)}`);
    }
  }
  return wrong;
}"""


def test_that_a_text_too_long_is_told_before_it_is_sent(visit: Visit) -> None:
    c = visit()
    c.field.fill("长" * 2001)
    expect(c.chat.locator(".composer-note")).to_contain_text("最多 2000 字")
    expect(c.chat.locator("button.send")).to_be_disabled()
    c.field.press("Enter")
    expect(c.field).to_have_value("长" * 2001)
    c.field.fill("长" * 2000)
    expect(c.chat.locator("button.send")).to_be_enabled()


def test_that_an_input_methods_enter_does_not_send(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.field.fill("zhuan")
    c.field.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    c.field.press("Shift+Enter")
    expect(c.field).to_have_value("zhuan\n")
    assert script.posts == []


def test_that_the_trace_shows_what_was_understood(visit: Visit) -> None:
    c = visit()
    c.page.locator("#sky-trace button").first.click()
    c.say(CARD_ZH)
    newest = c.page.locator("skyteller-trace article").first
    expect(newest).to_contain_text("start_service")
    expect(newest).to_contain_text(re.compile(r"\d+%"))
    expect(newest).to_contain_text("毫秒")


def test_that_the_phone_is_read_only_while_it_can_be_seen(visit: Visit) -> None:
    c = visit(390, 844)
    asked: list[str] = []
    c.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/phone") else None)
    c.page.wait_for_timeout(2600)
    assert asked == []


def test_that_she_greets_within_a_second_and_weighs_little(visit: Visit) -> None:
    c = visit()
    c.page.evaluate("sessionStorage.clear()")
    c.page.reload()
    c.greeted()
    took = c.page.evaluate("performance.getEntriesByType('paint').at(-1).startTime")
    assert took < 3000  # generous for a shared machine; what it is on a free one stands in the results
    sent = "performance.getEntriesByType('resource').filter((r) => r.name.includes('/static/skyteller/')).map((r) => r.encodedBodySize)"
    assert 20_000 < sum(c.page.evaluate(sent)) < 80_000  # bytes on the wire; camera and calls are fetched when used
