"""Two windows: a customer asks for a person, and the person is there."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from tests.ui.console.colleague import Colleague
from tests.ui.console.conftest import Bank
from tests.ui.page.customer import Customer

pytestmark = pytest.mark.browser
FRAMES = "v => v.getVideoPlaybackQuality().totalVideoFrames"


def level(customer: Customer, api: httpx.Client) -> int:
    session = customer.page.evaluate("document.querySelector('skyteller-chat').conversation.session.session_id")
    return int(api.get(f"/api/v1/sandbox/sessions/{session}").json()["level"])


def test_that_a_customer_is_served_from_asking_to_handing_back(
    customer: Customer, colleague: Callable[..., Colleague], api: httpx.Client
) -> None:
    side = customer.chat.locator(".side")
    customer.say("我想把6688的每日限额降低")
    customer.say("转人工")
    expect(side).to_contain_text("排在第 1 位")
    clerk = colleague()
    expect(clerk.waiting()).to_have_count(1)
    clerk.take()
    expect(side).to_contain_text("周晓晴正在为您服务")
    expect(clerk.page.locator(".part").first).to_contain_text("降低限额")

    clerk.say("您好，我是柜员周晓晴")
    expect(customer.chat.locator(".colleague .bubble").last).to_have_text("您好，我是柜员周晓晴")
    customer.field.fill("限额降到五千吧")
    customer.field.press("Enter")
    expect(clerk.page.locator(".said.customer").last).to_contain_text("限额降到五千吧")

    clerk.page.locator("[data-call=video]").click()
    expect(side).to_contain_text("只在您同意后打开")
    assert customer.page.evaluate("document.querySelector('skyteller-chat').side.call?.open ?? false") is False
    side.locator("[data-call=video]").click()
    expect(clerk.talk).to_contain_text("通话已接通", timeout=60_000)
    assert clerk.far.evaluate(FRAMES) > 0
    assert customer.chat.locator(".side .far").evaluate(FRAMES) > 0
    clerk.page.locator("[name=compared]").check()
    clerk.page.locator("[data-do=same]").click()
    expect(clerk.page.locator(".who")).to_contain_text("4 级")
    assert level(customer, api) == 4

    clerk.fill("per_day", "5000.00")
    expect(side.locator(".side-form")).to_contain_text("5000.00")
    clerk.page.locator("[data-point=per_day]").click()
    expect(side.locator(".pointed")).to_contain_text("5000.00")
    clerk.put()
    expect(customer.card("confirm")).to_be_visible()
    assert api.get("/api/v1/sandbox/customers/C1001").json()["requests"] == []
    clerk.page.locator("[data-point=per_day]").click()
    expect(customer.card("confirm").locator(".pointed")).to_contain_text("5,000.00")
    customer.press("confirm", "确认办理")
    assert [row["status"] for row in api.get("/api/v1/sandbox/customers/C1001").json()["requests"]] == ["done"]

    clerk.back()
    expect(side).to_be_hidden()
    expect(customer.replies.last).to_contain_text("刚才办好的有")
    assert "余额" in customer.say("查一下余额") or customer.card("choices").count() > 0


def test_that_a_supervisor_approves_and_the_customer_confirms(
    customer: Customer, colleague: Callable[..., Colleague], api: httpx.Client
) -> None:
    customer.say("他在电话里教我把6688的限额提到十万")
    while customer.card("handoff").count() == 0:
        if customer.card("otp").count():
            customer.give_code()
        elif customer.card("consent").count():
            agree = customer.card("consent").get_by_role("button", name="同意", exact=True)
            customer.turn(agree.click)
        else:
            kind = "document" if customer.card("document").count() else "face"
            customer.press(kind, "使用样本")
    rows = api.get("/api/v1/sandbox/customers/C1001").json()["requests"]
    assert [row["status"] for row in rows] == ["in_review"]
    clerk, chief = colleague("S001"), colleague("S002")
    clerk.take()
    expect(clerk.page.locator(".risks li").first).to_be_visible()
    expect(clerk.page.locator("[data-decide=approve]")).to_have_count(0)
    chief.page.locator(".line-name", has_text="S001").click()
    chief.page.locator("[data-decide=approve]").click()
    expect(customer.card("confirm").or_(customer.card("quiz")).or_(customer.card("education")).first).to_be_visible()
    rows = api.get("/api/v1/sandbox/customers/C1001").json()["requests"]
    assert [row["status"] for row in rows] == ["in_review"]
    expect(clerk.talk).to_contain_text("已同意")


def test_that_a_closed_browser_in_mid_call_loses_nobody(
    customer: Customer, colleague: Callable[..., Colleague], api: httpx.Client
) -> None:
    customer.say("转人工")
    clerk = colleague()
    clerk.take()
    side = customer.chat.locator(".side")
    side.locator("[data-call=ask]").click()
    side.locator("[data-call=video]").click()
    expect(clerk.talk).to_contain_text("通话已接通", timeout=60_000)
    clerk.page.context.close()
    api.post("/api/v1/sandbox/clock", json={"advance_s": 91})
    chief = colleague("S002")
    expect(chief.waiting()).to_have_count(1)
    expect(side).to_contain_text("排在第 1 位")
    assert customer.page.evaluate("document.querySelector('skyteller-chat').side.call.open") is False
    customer.say("我的余额是多少")
    chief.take()
    expect(side).to_contain_text("郑凯正在为您服务")


def test_that_customer_and_colleague_deciding_at_once_do_one_thing(
    customer: Customer, colleague: Callable[..., Colleague], api: httpx.Client
) -> None:
    customer.say("把6688的每日限额降到五千")
    customer.say("转人工")
    clerk = colleague()
    clerk.take()
    clerk.fill("per_day", "5000.00")
    clerk.put()
    expect(customer.card("confirm")).to_be_visible()
    clerk.fill("per_day", "4000.00")
    customer.card("confirm").get_by_role("button", name="确认办理").click()
    clerk.put()
    ended = customer.chat.locator("[data-card=receipt]").or_(customer.card("confirm").filter(has_text="4,000.00"))
    expect(ended.first).to_be_visible()
    rows = [row["params"]["per_day"] for row in api.get("/api/v1/sandbox/customers/C1001").json()["requests"]]
    assert rows in ([], ["5000.00"])
    if not rows:
        expect(customer.card("confirm")).to_contain_text("4,000.00")


def test_that_nobody_at_the_desk_leaves_a_time(customer: Customer, api: httpx.Client, bank: Bank) -> None:
    api.post("/api/v1/sandbox/clock", json={"advance_s": 120})
    customer.refresh()
    customer.say("转人工")
    side = customer.chat.locator(".side")
    expect(side).to_contain_text("现在没有同事在线")
    customer.say("转账要手续费吗")
    side.get_by_role("button", name="让同事打给我").click()
    side.get_by_role("button", name="就这个时间").click()
    expect(side).to_contain_text("我们会在")
    token = api.post("/api/v1/sandbox/staff", json={"staff": "S001"}).json()["token"]
    queue = api.get("/api/v1/desk/queue", headers={"Authorization": f"Bearer {token}"}).json()
    assert (len(queue["waiting"]), len(queue["callbacks"])) == (0, 1)


def test_that_the_desk_is_worked_by_keyboard_in_both_languages(
    customer: Customer, colleague: Callable[..., Colleague]
) -> None:
    customer.say("转人工")
    clerk = colleague()
    clerk.page.locator("[data-language]").click()
    take = clerk.page.get_by_role("button", name="Take the next customer")
    expect(clerk.waiting()).to_have_count(1)
    take.focus()
    clerk.page.keyboard.press("Enter")
    message = clerk.page.locator("[name=message]")
    expect(message).to_be_visible()
    message.focus()
    clerk.page.keyboard.type("Hello")
    clerk.page.keyboard.press("Enter")
    expect(customer.chat.locator(".colleague .bubble").last).to_have_text("Hello")
    chinese = clerk.page.evaluate("document.querySelector('.right').innerText.match(/[\u4e00-\u9fff]+/g)")
    assert chinese is None or all("海岚" not in word for word in chinese)
