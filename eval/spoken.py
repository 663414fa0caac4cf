"""Services by spoken audio: what a customer would type is spoken by the system's own synthesis, heard by its recognition, and sent
as it was heard. The speech is synthetic, and clean: figures are of the way through sound, not of people's voices."""

from __future__ import annotations

import time
from collections.abc import Sequence

import httpx

from eval.case import Case
from eval.contract import Json
from eval.system import API, Network, Session, System, SystemFault

SUITE = "voice"
READY_S_MAX = 240.0
_PARTS = ("asr", "tts")
_WAV = {"Content-Type": "audio/wav"}


class Spoken(System):
    """A system whose customers speak; buttons stay buttons (specimens of papers and faces cannot be spoken)."""

    def __init__(self, client: httpx.Client) -> None:
        super().__init__(client)
        self._sounds: dict[tuple[str, str], bytes] = {}
        self.locale = "zh-CN"

    def enter(
        self, customer: str | None, locale: str = "zh-CN", mode: str = "standard", device: str = "known"
    ) -> Session:
        """A session in the customer's language, in which they speak from now on."""
        self.locale = locale
        return super().enter(customer, locale, mode, device)

    def send(self, session: Session, body: Json, *, network: Network = "good") -> Json:
        """One turn; words go through sound."""
        if "text" in body:
            body = {"text": self._heard(str(body["text"]))}
        return super().send(session, body, network=network)

    def _heard(self, words: str) -> str:
        key = (words, self.locale)
        if key not in self._sounds:
            spoken = {"text": words, "locale": self.locale, "format": "wav"}
            self._sounds[key] = self._raw("/tts", json=spoken, headers={"Accept": "audio/wav"}).content
        answer = self._raw("/asr", content=self._sounds[key], params={"locale": self.locale}, headers=_WAV)
        try:
            return str(answer.json()["text"]) or "……"
        except (ValueError, KeyError, TypeError) as error:
            raise SystemFault("contract", "POST /asr: no `text`") from error

    def _raw(self, path: str, **options: object) -> httpx.Response:
        try:
            answer = self.client.post(f"{API}{path}", **options)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            raise SystemFault("unreachable", f"POST {path}: {type(error).__name__}") from error
        if answer.status_code != 200:
            raise SystemFault("status", f"POST {path}: {answer.status_code}: {answer.text[:200]}", answer.status_code)
        return answer


def spoken_cases(services: Sequence[Case]) -> list[Case]:
    """One case of every service in each language, said in words wherever words can do it."""
    met: set[tuple[str, str]] = set()
    made = []
    for case in services:
        key = (case.goal[0].service if case.goal else "none", case.locale)
        if key in met:
            continue
        met.add(key)
        behaviour = case.behaviour.model_copy(update={"manner": "words"})
        made.append(case.model_copy(update={"id": f"voice.{case.id}", "behaviour": behaviour}))
    return made


def missing(system: System) -> str | None:
    """What of the voice is not there, once nothing is loading any more; None when all of it is ready."""
    until = time.monotonic() + READY_S_MAX
    while True:
        models = system.health().get("models", {})
        states = {part: str(models.get(part, "missing")) for part in _PARTS}
        if "loading" not in states.values() or time.monotonic() > until:
            away = [f"{part} is {state}" for part, state in states.items() if state != "ready"]
            return ", ".join(away) or None
        time.sleep(1)
