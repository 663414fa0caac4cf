"""Refresh, lost network, double presses, a server that refuses: nothing is lost and nothing is done twice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.ui.page.contract_server import Scripted
from tests.ui.page.customer import CARD_ZH, Customer

pytestmark = pytest.mark.browser
Visit = Callable[..., Customer]


def to_confirm(c: Customer) -> None:
    c.say(CARD_ZH)
    c.turn(lambda: c.card("choices").get_by_role("button").first.click())
    c.give_code()
    c.press("education", "我知道了")


def test_that_a_refresh_brings_the_conversation_back(visit: Visit, script: Scripted) -> None:
    c = visit()
    to_confirm(c)
    before = c.replies.all_inner_texts(), c.mine.all_inner_texts()
    c.refresh()
    expect(c.replies).to_have_count(len(before[0]))
    assert (c.replies.all_inner_texts(), c.mine.all_inner_texts()) == before
    expect(c.chat.locator("[data-card=choices] button").first).to_be_disabled()
    assert c.step() == "核对确认"
    c.press("confirm", "确认办理")
    assert len(script.requests) == 1
    assert len(script.talks) == 1


def test_that_a_double_press_sends_once(visit: Visit, script: Scripted) -> None:
    c = visit()
    to_confirm(c)
    sent = len(script.posts)
    c.turn(lambda: c.card("confirm").get_by_role("button", name="确认办理").dblclick())
    assert len(script.posts) == sent + 1
    assert len(script.requests) == 1


def test_that_a_double_enter_sends_once(visit: Visit, script: Scripted) -> None:
    c = visit()
    script.pause_s = 0.3
    c.field.fill("你好")

    def enter_twice() -> None:
        c.field.press("Enter")
        c.field.press("Enter")

    c.turn(enter_twice)
    assert len(script.posts) == 1


def test_that_words_said_without_a_network_are_sent_when_it_is_back(visit: Visit, script: Scripted) -> None:
    c = visit()
    to_confirm(c)
    sent = len(script.posts)
    c.page.context.set_offline(True)
    c.card("confirm").get_by_role("button", name="确认办理").click()
    expect(c.banner).to_contain_text("网络断了")
    c.turn(lambda: c.page.context.set_offline(False))
    expect(c.banner).to_be_hidden()
    assert len(script.posts) == sent + 1
    assert len(script.requests) == 1


def test_that_an_answer_cut_off_is_asked_for_again_with_the_same_key(visit: Visit, script: Scripted) -> None:
    c = visit()
    to_confirm(c)
    script.faults.append("cut")
    c.press("confirm", "确认办理")
    expect(c.card("receipt")).to_be_visible()
    assert len({post["key"] for post in script.posts[-2:]}) == 1
    assert len(script.requests) == 1
    assert c.last() == "办好了，新卡 5 个工作日内寄出。"


def test_that_a_refresh_in_mid_turn_finishes_that_turn_once(visit: Visit, script: Scripted) -> None:
    c = visit()
    to_confirm(c)
    script.pause_s = 0.8
    c.card("confirm").get_by_role("button", name="确认办理").click()
    c.page.wait_for_timeout(100)
    c.refresh()
    expect(c.card("receipt")).to_be_visible()
    expect(c.mine.filter(has_text="确认办理")).to_have_count(1)
    assert len(script.requests) == 1


def test_that_one_message_waits_while_another_is_answered(visit: Visit, script: Scripted) -> None:
    c = visit()
    script.pause_s = 0.6
    for text in ("echo 一", "echo 二"):
        c.field.fill(text)
        c.field.press("Enter")
    c.field.fill("echo 三")
    expect(c.chat.locator("button.send")).to_be_disabled()
    expect(c.chat.locator(".queued")).to_have_text("排队中")
    expect(c.replies).to_have_count(3)
    assert c.replies.all_inner_texts()[1:] == ["一", "二"]
    expect(c.field).to_have_value("echo 三")
    expect(c.chat.locator("button.send")).to_be_enabled()


def test_that_a_person_asked_for_goes_before_what_waits(visit: Visit, script: Scripted) -> None:
    c = visit()
    script.pause_s = 0.5
    for text in ("echo 一", "echo 二"):
        c.field.fill(text)
        c.field.press("Enter")
    c.chat.get_by_role("button", name="转人工").first.click()
    expect(c.card("handoff")).to_be_visible()
    assert [post["text"] for post in script.posts] == ["echo 一", "转人工"]


@pytest.mark.parametrize("status", [429, 503])
def test_that_a_busy_server_is_asked_again_by_itself(visit: Visit, script: Scripted, status: int) -> None:
    c = visit()
    script.faults.append(status)
    assert c.say("echo 好") == "好"
    assert len({post["key"] for post in script.posts}) == 1
    expect(c.banner).to_be_hidden()


@pytest.mark.parametrize(("status", "words"), [(413, "太长了"), (422, "换个说法"), (409, "再说一遍")])
def test_that_what_is_refused_says_why_and_can_be_changed(
    visit: Visit, script: Scripted, status: int, words: str
) -> None:
    c = visit()
    script.faults.append(status)
    c.field.fill("echo 一二三")
    c.field.press("Enter")
    expect(c.banner).to_contain_text(words)
    expect(c.field).to_have_value("echo 一二三")
    expect(c.mine).to_have_count(0)
    assert "SECRET-DETAIL" not in c.page.content()


def test_that_a_failed_turn_can_be_tried_again(visit: Visit, script: Scripted) -> None:
    c = visit()
    script.faults.append(500)
    c.field.fill("echo 好")
    c.field.press("Enter")
    expect(c.banner).to_contain_text("没有重复办理")
    c.turn(lambda: c.banner.get_by_role("button", name="再试一次").click())
    assert c.last() == "好"
    assert len({post["key"] for post in script.posts}) == 1


def test_that_an_ended_session_can_be_begun_anew(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.say(CARD_ZH)
    next(iter(script.talks.values())).ended = True
    c.field.fill("6688")
    c.field.press("Enter")
    expect(c.banner).to_contain_text("会话已结束")
    expect(c.card("choices")).to_have_count(0)
    c.page.reload()
    expect(c.banner).to_contain_text("会话已结束")
    c.banner.get_by_role("button", name="重新开始").click()
    expect(c.replies).to_have_count(1)
    c.greeted()
    assert len(script.talks) == 2


def test_that_two_tabs_have_two_conversations(visit: Visit, counter: object) -> None:
    c = visit()
    c.say("你能做什么")
    other = Customer(c.page.context.new_page(), c.url)
    other.come()
    assert other.replies.count() == 1


def test_that_a_duplicated_tab_does_not_share_the_conversation(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.say("echo 一")
    kept = c.page.evaluate("JSON.stringify(sessionStorage)")
    other = Customer(c.page.context.new_page(), c.url)
    other.page.add_init_script(
        f"Object.entries({kept}).forEach(([k, v]) => sessionStorage.getItem(k) ?? sessionStorage.setItem(k, v))"
    )
    other.come()
    expect(other.replies).to_have_count(1)
    assert len(script.talks) == 2


def test_that_another_customer_gets_another_conversation(visit: Visit) -> None:
    c = visit()
    c.page.locator("#sky-customer input").click()
    c.page.get_by_role("option", name=re.compile("C1007")).click()
    expect(c.chat.locator(".ai")).to_have_text("AI digital human")
    expect(c.replies).to_have_count(1)
    assert re.match(r"^[^\u4e00-\u9fff]+$", c.last())
    c.refresh()
    expect(c.page.locator("#sky-customer input")).to_have_value(re.compile("C1007"))
    expect(c.chat.locator(".ai")).to_have_text("AI digital human")


def test_that_leaving_a_service_in_progress_is_asked_about(visit: Visit) -> None:
    c = visit()
    c.say(CARD_ZH)
    c.page.locator("#sky-language").get_by_text("English").click()
    c.page.get_by_role("dialog").get_by_role("button", name="留在这里").click()
    expect(c.page.locator("#sky-language input[value='zh-CN']")).to_be_checked()
    assert c.replies.count() == 2
