"""What a customer does with the page, and what he can see there: no test knows how the page is made."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

CARD_ZH = "我这张卡插ATM读不出来了，给我换一张"
_CODE = re.compile(r"^\d{6}$")
CARD_EN = "My card can't be read, I need a new one"


class Customer:
    """``page`` is the browser's; texts are found in the shadow roots as well."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.chat = page.locator("skyteller-chat")
        self.field = self.chat.locator("textarea")
        self.banner = self.chat.locator(".banner")
        self.steps = self.chat.locator(".steps")
        self.replies = self.chat.locator(".theirs[data-turn] .bubble")
        self.mine = self.chat.locator(".mine .bubble")
        self.phone = page.locator("skyteller-phone")

    def come(self) -> None:
        """Open the page, or come back to it."""
        self.page.goto(self.url)
        self.greeted()

    def greeted(self) -> None:
        expect(self.replies.first).to_be_visible()
        expect(self.field).to_be_enabled()

    def refresh(self) -> None:
        self.page.reload()
        self.greeted()

    def speak_english(self) -> None:
        self.page.locator("#sky-language").get_by_text("English").click()
        expect(self.chat.locator(".ai")).to_have_text("AI digital human")
        expect(self.replies).to_have_count(1)
        expect(self.field).to_be_enabled()

    def turn(self, act: Callable[[], object]) -> str:
        """Do something that is one turn; returns what the teller answered."""
        before = self.replies.count()
        act()
        expect(self.replies).to_have_count(before + 1)
        return self.last()

    def say(self, text: str) -> str:
        def type_() -> None:
            self.field.fill(text)
            self.field.press("Enter")

        return self.turn(type_)

    def last(self) -> str:
        return self.replies.last.inner_text()

    def card(self, kind: str) -> Locator:
        """The card of a kind that can be answered now."""
        return self.chat.locator(f"[data-card={kind}]:not([data-closed])")

    def press(self, kind: str, label: str) -> str:
        return self.turn(lambda: self.card(kind).get_by_role("button", name=label).click())

    def give_code(self, submit: str = "提交验证码") -> str:
        """Fill the code from the sandbox phone and submit it."""
        self.phone.locator(".message button").first.click()
        expect(self.card("otp").locator(".otp-field")).to_have_value(_CODE)
        return self.press("otp", submit)

    def step(self) -> str:
        return self.steps.locator("[aria-current=step] .step-name").text_content() or ""
