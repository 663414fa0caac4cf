"""Conversation 1 by voice in Chromium, before the real counter with what ships: its fake microphone is fed from a WAV file.

Chromium reads the file when the microphone is opened. So before each utterance the file is written anew and the microphone
opened again, as the page does when a locked phone comes back; the voice line stays open meanwhile.
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
from bench._voice_customer import RATE, Samples, Studio
from bench._voice_lines import Locale
from tests.conversations.spoken import LABEL, ONLY_WITH_ALL, VOICES, WHO, NotMadeOut, Script, Turn, held, replace_a_card
from tests.ui.conftest import Launch

PATIENCE_S = 240.0
BEFORE_S, AFTER_S = 1.5, 1.0  # of a quiet room: the browser's noise suppression gets to know it first
ROOM = 0.0005  # of full scale: no room is as quiet as a row of zeros
LOOK_MS = 150
SETTLED = 4  # looks in which she waits and nothing is played
ANSWERED_S = 25.0  # later than that nothing comes of what was said
NOTHING: Samples = np.zeros(0, np.float32)
STANDS = """() => {
    const { voice, face, bar } = document.querySelector("skyteller-chat").presence;
    return [voice.teller, voice.player.busy, bar.captions.lines.teller.textContent, face.mouthShape]; }"""
OPEN_AGAIN = """async () => {
    const { voice } = document.querySelector("skyteller-chat").presence;
    voice.microphone.stop();
    await voice.wake(); }"""


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the browser takes for what the customer says."""
    path = tmp_path_factory.mktemp("microphone") / "said.wav"
    record(path, NOTHING)
    return path


def record(path: Path, samples: Samples) -> None:
    """The words in a quiet room."""
    rng = np.random.default_rng(len(samples))
    whole = np.concatenate(
        [np.zeros(round(BEFORE_S * RATE), np.float32), samples, np.zeros(round(AFTER_S * RATE), np.float32)]
    )
    soundfile.write(path, whole + ROOM * rng.standard_normal(len(whole)), RATE, subtype="PCM_16")


@pytest.fixture(scope="module")
def listening(launch: Launch, microphone: Path) -> Browser:
    return launch(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}%noloop",
    )


@pytest.fixture
def context(listening: Browser) -> Iterator[BrowserContext]:
    context = listening.new_context(viewport={"width": 1280, "height": 800})
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
            teller, busy, caption, mouth = self.page.evaluate(STANDS)
            if caption and (not self.captions or self.captions[-1] != caption):
                self.captions.append(caption)
            self.mouths.add(mouth)
            quiet = quiet + 1 if teller == "waiting" and not busy else 0
            self.page.wait_for_timeout(LOOK_MS)

    def say(self, words: str) -> Turn:
        """Say it at one's turn and hear the answer out."""
        samples = self._studio.line(words, self.locale, VOICES[self.locale])
        record(self._microphone, samples)
        before = self.turn()["turn_id"]
        self.page.evaluate(OPEN_AGAIN)
        deadline = time.monotonic() + BEFORE_S + len(samples) / RATE + ANSWERED_S
        while self.turn()["turn_id"] == before and time.monotonic() < deadline:
            self.page.wait_for_timeout(LOOK_MS)
        self.listen()
        return self.turn()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("locale", ["zh-CN", pytest.param("en", marks=ONLY_WITH_ALL)])
def test_conversation_1_by_voice_in_the_browser(
    context: BrowserContext, talking_counter: str, microphone: Path, locale: Locale, request: pytest.FixtureRequest
) -> None:
    http = httpx.Client(base_url=talking_counter, timeout=120)
    request.addfinalizer(http.close)
    studio, customers = Studio(load()), list[ByVoice]()

    def code() -> str:
        return next(m["code"] for m in http.get(f"/api/v1/sandbox/customers/{WHO}/phone").json() if m["code"])

    def talk() -> Turn:
        http.post("/api/v1/sandbox/reset", json={"customer": WHO}).raise_for_status()
        record(microphone, NOTHING)
        page = context.new_page()
        page.goto(f"{talking_counter}/embed?customer={WHO}&locale={locale}")
        chat = page.locator("skyteller-chat")
        expect(chat.locator(".microphone")).to_be_enabled(timeout=60_000)
        chat.locator(".microphone").click()
        expect(chat.locator(".voicebar")).to_have_attribute("data-status", "on", timeout=60_000)
        customers.append(customer := ByVoice(page, locale, microphone, studio))
        expect(chat.locator(".voicebar")).to_have_attribute("data-teller", "speaking", timeout=60_000)
        customer.listen()
        assert LABEL[locale] in " ".join(customer.captions)
        try:
            return replace_a_card(Script(locale, customer.say, code))
        except NotMadeOut:
            page.close()
            raise

    done, customer = held(talk), customers[-1]
    chat = customer.page.locator("skyteller-chat")
    assert [action["status"] for action in done["actions"]] == ["done"]
    rows = http.get(f"/api/v1/sandbox/customers/{WHO}").json()["requests"]
    assert [(row["service"], row["params"]["card"], row["status"]) for row in rows] == [
        ("card.replace", "3021", "done")
    ]
    expect(chat.locator("[data-card=receipt]").last).to_be_visible()
    said = chat.locator(".mine .bubble").all_inner_texts()
    assert not [words for words in said if re.search(r"\d{6}", words)], "a code stays on no screen"
    assert len(customer.mouths) >= 4, "her lips moved"
