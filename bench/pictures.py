"""The pictures of the README, taken of the product itself in Chromium. ``python -m bench.pictures [--folder docs/pictures]``"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from bench.face import FLAGS, chromium
from eval.server import product

DESK: ViewportSize = {"width": 1360, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SETTLED_MS = 1200  # cards slide in, her mouth comes to rest


def main() -> int:
    """Holds two conversations up to where there is something to see."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("docs/pictures"))
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with product(llm=False) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        take(browser, running.base, folder / "page.png", warned_in_chinese)
        take(browser, running.base, folder / "phone.png", read_back_in_english)
    return 0


def take(browser: Browser, base: str, path: Path, talk: Callable[[Page], None]) -> None:
    """One conversation in a window of its own, and its picture."""
    context = browser.new_context(viewport=DESK, locale="zh-CN")
    page = context.new_page()
    page.goto(base)
    expect(page.locator("skyteller-chat textarea")).to_be_enabled(timeout=60_000)
    expect(page.locator("skyteller-chat .theirs[data-turn]").first).to_be_visible(timeout=60_000)
    talk(page)
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=path)
    print(path)
    context.close()


def warned_in_chinese(page: Page) -> None:
    """A first payment to a stranger, up to the question on what was explained."""
    say(page, "给张伟转三万")
    say(page, "装修的尾款")
    give_code(page, "提交验证码")


def read_back_in_english(page: Page) -> None:
    """A card that cannot be read, up to the read-back, on a phone."""
    page.locator("#sky-language").get_by_text("English").click()
    expect(page.locator("skyteller-chat .ai")).to_have_text("AI digital human", timeout=60_000)
    expect(page.locator("skyteller-chat .theirs[data-turn]")).to_have_count(1)
    page.set_viewport_size(PHONE)
    say(page, "My card ending in 6688 can't be read, I need a new one")
    give_code(page, "Submit code")


def say(page: Page, words: str) -> None:
    """Type it and wait for the answer."""

    def type_() -> None:
        page.locator("skyteller-chat textarea").fill(words)
        page.keyboard.press("Enter")

    answered(page, type_)


def give_code(page: Page, submit: str) -> None:
    """Read the code off the sandbox phone, which is folded away in a narrow window."""
    phone = page.request.get(f"{page.url.rstrip('/')}/api/v1/sandbox/customers/C1001/phone").json()
    code = next(message["code"] for message in phone if message["kind"] == "otp")
    page.locator("skyteller-chat .otp-field").fill(code)
    answered(page, lambda: page.locator("skyteller-chat").get_by_role("button", name=submit).click())


def answered(page: Page, act: Callable[[], object]) -> None:
    """Do it, and wait for one answer more."""
    replies = page.locator("skyteller-chat .theirs[data-turn]")
    before = replies.count()
    act()
    expect(replies).to_have_count(before + 1, timeout=60_000)


if __name__ == "__main__":
    raise SystemExit(main())
