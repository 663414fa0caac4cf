"""The first conversation by voice alone, in Chromium, before the real counter: recognition, turn taking, voice and lips.

The customer's words are Kokoro's, in another voice than hers, and reach the page as a microphone does: a live track,
which the page's own worklet samples. Each is said when she has finished, as a polite customer does.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from eval.server import product
from tests.ui.conftest import Launch

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(900)]

READY_S_MAX = 240
TURN_S_MAX = 120
UTTERANCES_MAX = 14
VOICE = {"zh-CN": "zm_yunjian", "en": "am_michael"}
WORDS = {
    "zh-CN": {
        "begin": "我的卡芯片坏了，想换一张新卡", "collect": "尾号6688那张", "identity": "验证码是{code}", "educate": "知道了",
        "question": "旧卡上的自动扣款怎么办", "correct": "不对，是3021那张", "confirm": "确认办理", "again": "确认",
    },
    "en": {
        "begin": "My card's chip is damaged. I would like a new card.", "collect": "The one ending 6688", "identity": "The code is {code}",
        "educate": "I understand", "question": "What about the auto debits on the old card?", "correct": "No, the one ending 3021",
        "confirm": "Yes, confirm", "again": "Confirm",
    },
}  # fmt: skip
# a microphone that hears what the test plays into it
EAR = """(() => { let ear = null, into = null;
  navigator.mediaDevices.getUserMedia = async () => {
    ear ??= new AudioContext(); await ear.resume(); into = ear.createMediaStreamDestination(); return into.stream; };
  window.hear = async (base64) => {
    const file = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const sound = ear.createBufferSource(); sound.buffer = await ear.decodeAudioData(file.buffer); sound.connect(into);
    const ended = new Promise((done) => { sound.onended = done; });
    sound.start(); await ended; };
})()"""


@pytest.fixture(scope="module")
def counter() -> Iterator[httpx.Client]:
    """The real counter with its ears and its voice."""
    with product(llm=False) as running, httpx.Client(base_url=running.base, timeout=60) as client:
        deadline = time.monotonic() + READY_S_MAX
        while True:
            models = client.get("/healthz").json()["models"]
            if models["asr"] == models["tts"] == "ready":
                break
            if "missing" in (models["asr"], models["tts"]):
                pytest.skip("the models of hearing or speaking are not on this machine")
            assert time.monotonic() < deadline, models
            time.sleep(1)
        yield client


@pytest.fixture(scope="module")
def listening(launch: Launch) -> Browser:
    return launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


class ByVoice:
    """A customer who only talks and listens."""

    def __init__(self, page: Page, counter: httpx.Client, locale: str) -> None:
        self.page, self.counter, self.locale = page, counter, locale
        self.bar = page.locator("skyteller-chat .voicebar")
        self.captions: list[str] = []
        self.mouths: set[str] = set()

    def turn(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate("document.querySelector('skyteller-chat').conversation.turns.at(-1)")
        return found

    def listen(self) -> None:
        """Until she has finished and waits."""
        deadline = time.monotonic() + TURN_S_MAX
        quiet = 0
        while quiet < 4:
            assert time.monotonic() < deadline, f"she does not come to an end: {self.captions[-3:]}"
            seen = self.page.evaluate(
                "(() => { const { voice, face, bar } = document.querySelector('skyteller-chat').presence; "
                "return [voice.teller, voice.player.busy, bar.captions.lines.teller.textContent, face.mouthShape]; })()"
            )
            if seen[2] and (not self.captions or self.captions[-1] != seen[2]):
                self.captions.append(seen[2])
            self.mouths.add(seen[3])
            quiet = quiet + 1 if seen[0] == "waiting" and not seen[1] else 0
            self.page.wait_for_timeout(120)

    def say(self, key: str, **values: str) -> dict[str, Any]:
        before = self.turn()["turn_id"]
        speech = self.counter.post(
            "/api/v1/tts",
            json={"text": WORDS[self.locale][key].format(**values), "locale": self.locale, "voice": VOICE[self.locale]},
            headers={"Accept": "application/json"},
        )
        self.page.evaluate("hear", speech.raise_for_status().json()["audio"])
        deadline = time.monotonic() + TURN_S_MAX
        while self.turn()["turn_id"] == before and time.monotonic() < deadline:
            self.page.wait_for_timeout(100)
        self.listen()
        return self.turn()

    def code(self, customer: str) -> str:
        messages = self.counter.get(f"/api/v1/sandbox/customers/{customer}/phone").json()
        return str(next(message["code"] for message in messages if message["code"]))


@contextlib.contextmanager
def talking(browser: Browser, counter: httpx.Client, customer: str, locale: str) -> Iterator[ByVoice]:
    counter.post("/api/v1/sandbox/reset", json={"customer": customer}).raise_for_status()
    context = browser.new_context(viewport={"width": 1100, "height": 760})
    page = context.new_page()
    page.add_init_script(EAR)
    page.goto(f"{counter.base_url}/embed?customer={customer}&locale={locale}")
    expect(page.locator("skyteller-chat .microphone")).to_be_enabled(timeout=30_000)
    page.locator("skyteller-chat .microphone").click()
    yield ByVoice(page, counter, locale)
    context.close()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_that_a_card_is_replaced_by_voice_alone(listening: Browser, counter: httpx.Client, locale: str) -> None:
    with talking(listening, counter, "C1001", locale) as c:
        expect(c.bar).to_have_attribute("data-status", "on", timeout=30_000)
        c.page.wait_for_timeout(1500)
        c.listen()
        label = "AI 数字人" if locale == "zh-CN" else "AI digital human"
        assert label in " ".join(c.captions)
        turn = c.say("begin")
        asked = corrected = False
        for _ in range(UTTERANCES_MAX):
            if turn["actions"]:
                break
            if turn["stage"] == "identity":
                turn = c.say("identity", code=c.code("C1001"))
                assert not re.search(r"\d{6}", c.page.locator("skyteller-chat .mine .bubble").last.inner_text())
            elif turn["stage"] == "confirm" and not asked:
                turn, asked = c.say("question"), True
            elif turn["stage"] == "confirm" and not corrected:
                turn, corrected = c.say("correct"), True
            elif turn["stage"] in ("collect", "educate", "confirm"):
                turn = c.say(turn["stage"])
            else:
                turn = c.say("begin")
        assert [(action["service"], action["status"]) for action in turn["actions"]] == [("card.replace", "done")]
        rows = counter.get("/api/v1/sandbox/customers/C1001").json()["requests"]
        assert [(row["service"], row["params"], row["status"]) for row in rows] == [
            ("card.replace", {"card": "3021"}, "done")
        ]
        expect(c.page.locator("skyteller-chat [data-card=receipt]")).to_be_visible()
        assert len(c.mouths) >= 4  # her lips moved
