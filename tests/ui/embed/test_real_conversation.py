"""The same conversations in Chromium before the real counter: its fake microphone is fed from a WAV file, utterance by utterance.

Chromium reads the file when the microphone is opened. So before each utterance the file is written anew and the
microphone opened again, as the page does when a locked phone comes back; the voice line stays open meanwhile.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, BrowserContext, Page, expect

from agent.settings import load
from bench._voice_customer import Studio
from bench._voice_lines import Locale
from tests.conversations.spoken import CONVERSATIONS, VOICES, Script, Turn
from tests.ui.conftest import Launch

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1500)]

PATIENCE_S = 240.0
RATE = 16_000
QUIET_S = 1.0  # before the words: the microphone's first moments belong to nobody
SETTLED = 4  # looks at 150 ms in which she waits and nothing is played
ANSWERED_S = 25.0  # later than that nothing comes of what was said


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the browser takes for what the customer says."""
    path = tmp_path_factory.mktemp("microphone") / "said.wav"
    soundfile.write(path, np.zeros(RATE, np.float32), RATE, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def listening(launch: Launch, microphone: Path) -> Browser:
    return launch(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}%noloop",
    )


@pytest.fixture
def context(listening: Browser) -> Iterator[BrowserContext]:
    context = listening.new_context(viewport={"width": 1100, "height": 760})
    yield context
    context.close()


class ByVoice:
    """A customer who only talks and listens."""

    def __init__(self, page: Page, locale: Locale, microphone: Path, studio: Studio) -> None:
        self.page, self.locale, self._microphone, self._studio = page, locale, microphone, studio
        self.captions: list[str] = []
        self.mouths: set[str] = set()

    def turn(self) -> Turn:
        found: Turn = self.page.evaluate("document.querySelector('skyteller-chat').conversation.turns.at(-1)")
        return found

    def listen(self) -> None:
        """Until she has finished and waits."""
        deadline, quiet = time.monotonic() + PATIENCE_S, 0
        while quiet < SETTLED:
            assert time.monotonic() < deadline, f"she does not come to an end: {self.captions[-3:]}"
            teller, busy, caption, mouth = self.page.evaluate(
                "(() => { const { voice, face, bar } = document.querySelector('skyteller-chat').presence; "
                "return [voice.teller, voice.player.busy, bar.captions.lines.teller.textContent, face.mouthShape]; })()"
            )
            if caption and (not self.captions or self.captions[-1] != caption):
                self.captions.append(caption)
            self.mouths.add(mouth)
            quiet = quiet + 1 if teller == "waiting" and not busy else 0
            self.page.wait_for_timeout(150)

    def say(self, words: str) -> Turn:
        """Say it at one's turn and hear the answer out."""
        samples = self._studio.line(words, self.locale, VOICES[self.locale])
        quiet = np.zeros(round(QUIET_S * RATE), np.float32)
        soundfile.write(self._microphone, np.concatenate([quiet, samples, quiet]), RATE, subtype="PCM_16")
        before = self.turn()["turn_id"]
        self.page.evaluate(
            "(async () => { const { voice } = document.querySelector('skyteller-chat').presence; "
            "voice.microphone.stop(); await voice.wake(); })()"
        )
        deadline = time.monotonic() + len(samples) / RATE + ANSWERED_S
        while self.turn()["turn_id"] == before and time.monotonic() < deadline:
            self.page.wait_for_timeout(150)
        self.listen()
        return self.turn()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_conversation_by_voice_in_the_browser(
    context: BrowserContext, talking_counter: str, microphone: Path, locale: Locale
) -> None:
    who, conversation, (service, card) = CONVERSATIONS[locale]
    http = httpx.Client(base_url=talking_counter, timeout=120)
    http.post("/api/v1/sandbox/reset", json={"customer": who}).raise_for_status()
    page = context.new_page()
    page.goto(f"{talking_counter}/embed?customer={who}&locale={locale}")
    expect(page.locator("skyteller-chat .microphone")).to_be_enabled(timeout=60_000)
    page.locator("skyteller-chat .microphone").click()
    expect(page.locator("skyteller-chat .voicebar")).to_have_attribute("data-status", "on", timeout=60_000)
    customer = ByVoice(page, locale, microphone, Studio(load()))
    page.wait_for_timeout(1500)
    customer.listen()
    assert ("AI 数字人" if locale == "zh-CN" else "AI digital human") in " ".join(customer.captions)

    def code() -> str:
        return next(m["code"] for m in http.get(f"/api/v1/sandbox/customers/{who}/phone").json() if m["code"])

    done = conversation(Script(locale, customer.say, code))
    assert [action["status"] for action in done["actions"]] == ["done"]
    rows = http.get(f"/api/v1/sandbox/customers/{who}").json()["requests"]
    assert [(row["service"], row["params"]["card"], row["status"]) for row in rows] == [(service, card, "done")]
    expect(page.locator("skyteller-chat [data-card=receipt]").last).to_be_visible()
    said = page.locator("skyteller-chat .mine .bubble").all_inner_texts()
    assert not [words for words in said if re.search(r"\d{6}", words)]  # a code stays on no screen
    assert len(customer.mouths) >= 4  # her lips moved
    http.close()
