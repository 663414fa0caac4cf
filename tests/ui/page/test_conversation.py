"""A whole service in the page, from hello to receipt, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.ui.page.contract_server import Scripted
from tests.ui.page.customer import CARD_EN, CARD_ZH, Customer

pytestmark = pytest.mark.browser
Visit = Callable[..., Customer]


def test_that_a_card_is_replaced_from_hello_to_receipt(visit: Visit) -> None:
    c = visit()
    expect(c.chat.locator(".ai")).to_have_text("AI 数字人")
    c.say(CARD_ZH)
    if c.card("choices").count():
        c.turn(lambda: c.card("choices").get_by_role("button").filter(has_text="6688").click())
    assert c.step() == "核实身份"
    c.give_code()
    assert c.step() in ("重要提示", "核对确认")
    if c.card("education").get_by_role("button", name="我知道了").count():
        c.press("education", "我知道了")
    expect(c.card("confirm").locator("dd").filter(has_text="6688")).to_be_visible()
    c.say("旧卡上的自动扣款怎么办？")
    expect(c.chat.locator(".entry.theirs").last.locator(".citation").first).to_be_visible()
    expect(c.card("confirm")).to_be_visible()
    c.say("不对，是3021那张")
    expect(c.card("confirm").locator("dd").filter(has_text="3021")).to_be_visible()
    c.press("confirm", "确认办理")
    expect(c.card("receipt")).to_contain_text("已办成")
    expect(c.card("receipt")).to_contain_text("小提示")
    assert c.step() == "办完之后"
    c.press("rating", "5 非常满意")
    expect(c.card("rating")).to_have_count(0)


def test_that_the_whole_of_it_speaks_english(visit: Visit) -> None:
    c = visit(english=True)
    c.say(CARD_EN)
    if c.card("choices").count():
        c.turn(lambda: c.card("choices").get_by_role("button").filter(has_text="6688").click())
    c.give_code("Submit code")
    if c.card("education").get_by_role("button", name="I understand").count():
        c.press("education", "I understand")
    c.press("confirm", "Confirm")
    expect(c.card("receipt")).to_contain_text("Done")
    chinese = c.chat.evaluate("e => e.shadowRoot.querySelector('.counter').innerText.match(/[\\u4e00-\\u9fff]+/g)")
    assert set(chinese or []) <= {"李婉清"}  # a name stays a name


def test_that_a_person_is_one_press_away_at_any_step(visit: Visit) -> None:
    c = visit()
    c.say(CARD_ZH)
    c.turn(lambda: c.chat.get_by_role("button", name="转人工").first.click())
    expect(c.card("handoff")).to_be_visible()


def test_that_only_what_is_asked_last_can_be_answered(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.say(CARD_ZH)
    c.turn(lambda: c.card("choices").get_by_role("button").first.click())
    expect(c.chat.locator("[data-card=choices] button").first).to_be_disabled()
    c.say("随便说点什么")
    expect(c.chat.locator("[data-card=otp] .otp-field").first).to_be_disabled()


def test_that_every_other_card_can_be_answered(visit: Visit, script: Scripted) -> None:
    c = visit()
    for kind, label, sent in [
        ("consent", "不同意", {"type": "consent", "value": {"id": "face-1", "given": False}}),
        ("consent", "同意", {"type": "consent", "value": {"id": "face-1", "given": True}}),
        ("document", "使用样本", {"type": "document", "value": "specimen"}),
        ("face", "使用样本", {"type": "face", "value": "specimen"}),
        ("quiz", "拒绝，出借账户违法", {"type": "quiz", "value": "q2"}),
    ]:
        c.say(f"展示 {kind}")
        card = c.card(kind)
        c.turn(lambda card=card, label=label: card.get_by_role("button", name=label, exact=True).click())
        assert script.posts[-1]["input"] == sent


def test_that_both_answers_to_a_consent_are_offered_alike(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.say("展示 consent")
    yes, no = (c.card("consent").get_by_role("button", name=name, exact=True) for name in ("同意", "不同意"))
    look = "e => { const s = getComputedStyle(e); return [e.offsetWidth, e.offsetHeight, s.color, s.backgroundColor, s.fontWeight] }"
    assert yes.evaluate(look) == no.evaluate(look)


def test_that_a_source_opens_and_gives_the_focus_back(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.say("展示 citations")
    chip = c.chat.locator(".citation").first
    chip.click()
    dialog = c.page.get_by_role("dialog")
    expect(dialog).to_contain_text("原卡号上的代扣协议继续有效")
    expect(dialog).to_contain_text("第十八条")
    c.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(chip).to_be_focused()


def test_that_an_expired_code_says_so_and_can_be_sent_anew(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.say("展示 shortotp")
    expect(c.card("otp").locator(".otp-left")).to_have_text("验证码已失效，请重新发送。", timeout=6000)
    expect(c.card("otp").get_by_role("button", name="提交验证码")).to_be_disabled()
    c.press("otp", "重新发送")
    assert script.posts[-1]["text"] == "重新发送验证码"


def test_that_a_code_that_is_not_six_digits_is_not_sent(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.say("展示 shortotp")
    sent = len(script.posts)
    field = c.card("otp").locator(".otp-field")
    field.fill("12a4５6")
    expect(field).to_have_value("12456")
    field.press("Enter")
    expect(c.card("otp")).to_contain_text("请输入 6 位数字")
    assert len(script.posts) == sent
