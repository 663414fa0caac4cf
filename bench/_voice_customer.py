"""Synthetic customers for the voice bench: lines spoken by Kokoro's voices, said over the real socket at the pace of speech."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
import soundfile
import soxr

from agent.model_fetch import store_of
from agent.settings import Settings
from bench._voice_lines import ANSWERS, Locale
from examples.voice_client import RATE, Caller, now
from voice.speaking import KokoroFiles, Speaker, speaker

SPEECH_CHARS_MAX = 600
PATIENCE_S = 180.0  # on a machine that does much else besides
QUIET = 0.01  # of full scale: what counts as sound in a clip
Samples = np.ndarray[Any, np.dtype[np.float32]]


class Studio:
    """Speaks lines with the voices of customers; every line once."""

    def __init__(self, settings: Settings) -> None:
        store = store_of(settings)

        def files() -> KokoroFiles:
            model = store.path("tts").parent
            return KokoroFiles(model / "kokoro-v1.0.int8.onnx", model / "vocab.json", store.path("tts_voices").parent)

        self._speaker: Speaker = speaker(["kokoro"], files)
        self._made: dict[tuple[str, str], Samples] = {}

    def line(self, text: str, locale: Locale, voice: str) -> Samples:
        """16 kHz, without quiet at its ends, so that the end of speech is known to the sample."""
        if (text, voice) not in self._made:
            clauses = list(self._speaker.speak(text, locale, voice=voice))
            whole = np.concatenate([clause.sound.samples for clause in clauses])
            samples = np.asarray(soxr.resample(whole, clauses[0].sound.rate, RATE), np.float32)
            loud = np.flatnonzero(np.abs(samples) > QUIET)
            self._made[text, voice] = samples[loud[0] : loud[-1] + 1]
        return self._made[text, voice]


def cough(rng: np.random.Generator) -> Samples:
    """A burst of noise with the shape of a cough (synthetic, and called so): 0.2 to 0.4 s, most of it below 2 kHz."""
    seconds = rng.uniform(0.2, 0.4)
    count = round(seconds * RATE)
    noise = np.convolve(rng.standard_normal(count), np.hanning(9), "same")
    shape = np.exp(-np.linspace(0, 5, count)) + 0.5 * np.exp(-((np.linspace(0, 1, count) - 0.5) ** 2) / 0.01)
    return np.asarray(0.4 * noise * shape / np.abs(noise * shape).max(), np.float32)


@dataclass(frozen=True)
class Said:
    """One spoken turn as the customer knows it; seconds count from the last sound that the customer made."""

    locale: Locale
    words: str
    turn: dict[str, Any]
    seconds: float | None  # to the first sound of the answer
    stages_ms: dict[str, int]
    samples: Samples

    @property
    def kind(self) -> str:
        """What kind of reply it was."""
        stage = self.turn["stage"]
        if self.turn["actions"]:
            return "result"
        if stage in ("confirm", "educate"):
            return "read-back"
        if stage in ("collect", "identity"):
            return "question"
        return "knowledge" if self.turn["citations"] else "other"


class Customer:
    """A customer who talks by voice and reads the sandbox phone."""

    def __init__(
        self, http: httpx.AsyncClient, caller: Caller, studio: Studio, who: str, locale: Locale, voice: str
    ) -> None:
        self._http, self.caller, self._studio = http, caller, studio
        self._who, self.locale, self._voice = who, locale, voice

    @classmethod
    @asynccontextmanager
    async def enter(
        cls,
        base: str,
        studio: Studio,
        who: str,
        locale: Locale,
        voice: str,
        *,
        greeted: bool = True,
        patience_s: float = PATIENCE_S,
    ) -> AsyncIterator[Customer]:
        """Open a session and the socket, and listen to the greeting."""
        async with httpx.AsyncClient(base_url=base, timeout=60) as http:
            opened = (await http.post("/api/v1/sessions", json={"customer": who, "locale": locale})).raise_for_status()
            session = opened.json()
            url, say = base.replace("http", "ws", 1) + "/api/v1/voice", "last" if greeted else "nothing"
            async with Caller.call(url, session["session_id"], session["token"], say=say) as caller:
                await caller.turn_over(seconds=patience_s)
                yield cls(http, caller, studio, who, locale, voice)

    def clip(self, words: str) -> Samples:
        """The words in this customer's voice."""
        return self._studio.line(words, self.locale, self._voice)

    async def say(self, words: str, *, patience_s: float = PATIENCE_S) -> Said | None:
        """Say it at one's turn and hear the answer out; None where nothing came of it."""
        samples, since, sounds = self.clip(words), len(self.caller.log), len(self.caller.at)
        ended = await self.caller.say(samples)
        try:
            message = await self.caller.until(_taken_or_not, since=since, seconds=patience_s)
            if message["type"] == "heard":  # not made out; what she says to it is listened to
                await self.caller.turn_over(since=self._place(message), seconds=patience_s)
                return None
            turn = message["turn"]
            said = await self.caller.until(
                lambda m: m["type"] == "said" and m["turn_id"] == turn["turn_id"], since=since, seconds=patience_s
            )
            await self.caller.turn_over(since=self._place(said), seconds=patience_s)
        except TimeoutError:
            return None
        first = next((at for at, _ in self.caller.at[sounds:]), None)
        return Said(self.locale, words, turn, None if first is None else first - ended, said["timings_ms"], samples)

    def _place(self, wanted: dict[str, Any]) -> int:
        return next(n for n, (_, message) in enumerate(self.caller.log) if message is wanted)

    async def answer(self, turn: dict[str, Any]) -> str | None:
        """What an obliging customer would say now; None where nothing is asked."""
        words, cards = ANSWERS[self.locale], {card["type"]: card for card in turn["reply"]["cards"]}
        if "otp" in cards:
            phone = (await self._http.get(f"/api/v1/sandbox/customers/{self._who}/phone")).json()
            code = next(message["code"] for message in phone if message["kind"] == "otp")
            return f"{words['code']} {code}"
        if "consent" in cards:
            return words["consent"]
        if "quiz" in cards or "document" in cards or "face" in cards:
            return words["other"]
        match turn["stage"]:
            case "confirm":
                return words["confirm"]
            case "educate":
                return words["acknowledge"]
            case "collect":
                return words["tail" if "choices" in cards else "amount"]
            case _:
                return None


def _taken_or_not(message: dict[str, Any]) -> bool:
    """Whether something came of what was said, or it is known that nothing will."""
    if message["type"] == "heard":
        return message["ignored"] in ("nothing", "unclear")
    return bool(message["type"] == "turn" and message["by"] == "voice")


async def simple_chain(http: httpx.AsyncClient, said: Said, session: dict[str, Any], wait_s: float) -> float:
    """The same utterance the simple way, with the same engines: wait, recognise all, answer all, synthesise all; seconds."""
    headers = {"Authorization": f"Bearer {session['token']}"}
    file = io.BytesIO()
    soundfile.write(file, said.samples, RATE, format="WAV", subtype="PCM_16")
    began = now()
    heard = await http.post(
        "/api/v1/asr", content=file.getvalue(), headers={**headers, "Content-Type": "audio/wav"},
        params={"locale": said.locale, "session_id": session["session_id"]},
    )  # fmt: skip
    text = heard.raise_for_status().json()["text"] or said.words
    turn = await http.post(f"/api/v1/sessions/{session['session_id']}/turns", json={"text": text}, headers=headers)
    speech = turn.raise_for_status().json()["reply"]["speech"]
    body = {"text": speech[:SPEECH_CHARS_MAX], "locale": said.locale, "format": "wav"}
    spoken = await http.post("/api/v1/tts", json=body, headers=headers, params={"session_id": session["session_id"]})
    spoken.raise_for_status()
    return wait_s + now() - began
