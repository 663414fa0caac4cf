"""What a colleague does at the desk and sees there."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class Colleague:
    """``page`` is the browser's."""

    def __init__(self, page: Page, url: str, staff: str) -> None:
        self.page, self.url, self.staff = page, url, staff
        self.note = page.locator(".note")
        self.talk = page.locator(".talk")
        self.far = page.locator(".call .far")

    def come(self) -> None:
        self.page.goto(f"{self.url}/console")

    def sign_in(self, password: str) -> None:
        self.page.get_by_label("工号").fill(self.staff)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("button", name="接下一位")).to_be_visible()

    def waiting(self) -> Locator:
        return self.page.locator("[data-list=waiting] .line")

    def take(self) -> None:
        self.page.get_by_role("button", name="接下一位").click()
        expect(self.talk).to_be_visible()

    def say(self, text: str) -> None:
        self.page.locator("[name=message]").fill(text)
        self.page.locator("[name=message]").press("Enter")
        expect(self.page.locator(".said.colleague").last).to_contain_text(text)

    def fill(self, name: str, value: str) -> None:
        self.page.locator(f".form [name={name}]").fill(value)

    def put(self) -> None:
        self.page.locator("[data-do=form]").click()

    def back(self, outcome: str = "resolved") -> None:
        self.page.get_by_label("结果").select_option(outcome)
        self.page.locator("[data-do=back]").click()
        expect(self.page.locator(".case .empty")).to_be_visible()
