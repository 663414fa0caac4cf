"""``POST /api/v1/tts``: sound, mouth shapes and mark; nothing bad gets through or hurts."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import soundfile
from fastapi.testclient import TestClient

from tests.ui.api.fakes import (
    AUTH,
    SESSION,
    FakeAudit,
    FakeBank,
    FakeCatalogue,
    FakeHealth,
    FakeStaff,
    FixedClock,
    ScriptedTeller,
    Used,
    problem,
)
from tests.ui.api.keys import ED25519
from tests.voice.speaking.fakes import Humming
from ui.api import ApiOptions, HostTokens, create_api
from voice.speaking.engine import Said, Words
from voice.speaking.phonemes import Phonemizer
from voice.speaking.speaker import Speaker

TTS = "/api/v1/tts"
TEXT = "好的，您尾号6688的卡里有¥500.00。"
Make = Callable[..., TestClient]


class Waiting(Humming):
    """Speaks when it is let; ``started`` is released at each call."""

    def __init__(self) -> None:
        super().__init__("slow")
        self.until, self.started = threading.Event(), threading.Semaphore(0)

    def say(self, words: Words, voice: str) -> Said:
        self.started.release()
        assert self.until.wait(20)
        return super().say(words, voice)


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    return Phonemizer()


@pytest.fixture
def engine() -> Humming:
    return Humming()


@pytest.fixture
def make(engine: Humming, teller: ScriptedTeller, phonemizer: Phonemizer) -> Make:
    def make_client(*, production: bool = False, engine: Humming = engine, **options: Any) -> TestClient:
        hosts = HostTokens(keys=ED25519.public, issuer="host", audience="skyteller", used=Used(), clock=FixedClock())
        api = create_api(
            teller,
            ApiOptions(host_tokens=hosts if production else None, **options),
            None if production else FakeBank(),
            FakeAudit(),
            FakeStaff(),
            FakeHealth(),
            FakeCatalogue(),
            synthesizer=Speaker([engine], phonemizer),
        )
        return TestClient(api)

    return make_client


@pytest.fixture
def client(make: Make) -> Iterator[TestClient]:
    with make() as client:
        yield client


def speak(client: TestClient, accept: str = "*/*", **body: Any) -> httpx.Response:
    return client.post(TTS, json=body, headers={"Accept": accept})


@pytest.mark.parametrize(("form", "media", "container"), [("wav", "audio/wav", "WAV"), ("opus", "audio/ogg", "OGG")])
def test_a_text_is_a_sound_file_with_its_mark(client: TestClient, form: str, media: str, container: str) -> None:
    answer = speak(client, text=TEXT, locale="zh-CN", format=form)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media
    assert answer.headers["speech-engine"] == "hum"
    with soundfile.SoundFile(io.BytesIO(answer.content)) as file:
        assert (file.format, file.samplerate, file.channels) == (container, 24000, 1)
        assert 1.5 < len(file) / file.samplerate < 4
        mark = json.loads(file.comment)["AIGC"]
    assert set(mark) == {
        "Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2",
    }  # fmt: skip
    assert mark["Label"] == "1"
    assert mark["ContentProducer"] == "Skyteller"
    assert len(mark["ProduceID"]) == 32
    assert b'{"AIGC":' in answer.content, "readable without decoding the sound"


def test_another_sound_has_another_id(client: TestClient) -> None:
    def made(text: str) -> str:
        with soundfile.SoundFile(io.BytesIO(speak(client, text=text).content)) as file:
            return str(json.loads(file.comment)["AIGC"]["ProduceID"])

    assert made("好的。") == made("好的。") != made("谢谢您。")


def test_with_json_come_the_mouths_shapes_and_the_clauses_in_time(client: TestClient) -> None:
    answer = speak(client, "application/json", text=TEXT)
    told = answer.json()
    with soundfile.SoundFile(io.BytesIO(base64.b64decode(told["audio"]))) as file:
        assert told["seconds"] == pytest.approx(len(file) / 24000, abs=0.002)
    assert [clause["text"] for clause in told["clauses"]] == ["好的，", "您尾号6688的卡里有¥500.00。"]
    assert told["clauses"][1]["at_s"] == pytest.approx(told["clauses"][0]["seconds"], abs=0.002)
    times = [viseme["at_s"] for viseme in told["visemes"]]
    assert times == sorted(times)
    assert max(times) <= told["seconds"] + 0.001
    assert told["visemes"][-1]["shape"] == "rest"
    assert {"open", "wide"} <= {viseme["shape"] for viseme in told["visemes"]}
    assert speak(client, "audio/wav, application/json", text=TEXT).headers["content-type"] == "audio/wav"


def test_words_locale_voice_and_speed_reach_the_engine(client: TestClient, engine: Humming) -> None:
    speak(client, text="Card 6688.", locale="en", format="opus", elder=True, voice="hum-en-2")
    words, voice = engine.said[0]
    assert (words.text, words.locale, voice) == ("Card six six eight eight.", "en", "hum-en-2")
    assert words.speed < 1


@pytest.mark.parametrize(("body", "slug"), [
    ({"text": ""}, "nothing-to-say"), ({"text": " \n "}, "nothing-to-say"), ({"text": "😀🎉"}, "nothing-to-say"),
    ({"text": "。！——"}, "nothing-to-say"), ({"text": "\u0000"}, "nothing-to-say"),
    ({"text": "好" * 601}, "text-too-long"), ({"text": "x" * 100_000}, "text-too-long"),
    ({}, "invalid-request"), ({"text": 5}, "invalid-request"), ({"text": ["好"]}, "invalid-request"),
    ({"text": "好", "locale": "fr"}, "invalid-request"), ({"text": "好", "format": "mp3"}, "invalid-request"),
    ({"text": "好", "elder": "yes"}, "invalid-request"), ({"text": "好", "voice": "../../etc"}, "invalid-request"),
    ({"text": "好", "ssml": True}, "invalid-request"), ([], "invalid-request"),
])  # fmt: skip
def test_what_cannot_be_said_is_told(client: TestClient, engine: Humming, body: Any, slug: str) -> None:
    document = problem(client.post(TTS, json=body), 422, slug)
    assert engine.said == []
    if slug == "invalid-request" and isinstance(body, dict):
        assert document["errors"][0]["remedy"]


def test_an_unknown_voice_is_told_with_those_there_are(client: TestClient) -> None:
    document = problem(speak(client, text="好", voice="nobody"), 422, "invalid-request")
    assert document["errors"] == [
        {"field": "voice", "code": "unknown_voice", "remedy": "Send one of hum-zh-CN-1, hum-zh-CN-2."}
    ]


@pytest.mark.parametrize(("content", "kind", "status", "slug"), [
    (b"{", "application/json", 400, "invalid-json"), (b"", "application/json", 400, "invalid-json"),
    (b'{"text":"\xff"}', "application/json", 400, "invalid-json"), (b"hello", "text/plain", 415, "unsupported-media-type"),
    (b"x" * 300_000, "application/json", 413, "body-too-large"),
])  # fmt: skip
def test_bodies_that_are_none(client: TestClient, content: bytes, kind: str, status: int, slug: str) -> None:
    problem(client.post(TTS, content=content, headers={"Content-Type": kind}), status, slug)


def test_other_methods_and_no_voice_at_all(client: TestClient) -> None:
    problem(client.get(TTS), 405, "method-not-allowed")


def test_an_engine_that_cannot_is_a_503_that_says_so(client: TestClient, engine: Humming) -> None:
    engine.broken = True
    answer = speak(client, text="好的。")
    problem(answer, 503, "speaking-not-ready")
    assert answer.headers["retry-after"] == "5"


def test_who_comes_when_the_line_is_full_is_sent_away(make: Make) -> None:
    slow = Waiting()
    with make(engine=slow, speeches_waiting_max=1) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(speak, client, text="好的。")
        assert slow.started.acquire(timeout=20)
        answer = speak(client, text="好的。")
        slow.until.set()
        assert first.result(20).status_code == 200
        assert speak(client, text="好的。").status_code == 200
    problem(answer, 503, "busy")
    assert answer.headers["retry-after"] == "2"


def test_in_production_a_session_and_its_token_are_asked_for_and_counted(make: Make) -> None:
    with make(production=True, speeches_per_minute_max=2) as client:
        problem(speak(client, text="好的。"), 401, "session-unknown")
        problem(client.post(f"{TTS}?session_id={SESSION}", json={"text": "好的。"}), 401, "token-missing")
        own = {"url": f"{TTS}?session_id={SESSION}", "json": {"text": "好的。"}, "headers": AUTH}
        assert [client.post(**own).status_code for _ in range(3)] == [200, 200, 429]


def test_figures_count_time_and_sound_by_engine(client: TestClient) -> None:
    speak(client, text=TEXT)
    figures = client.get("/metrics").text
    assert 'skyteller_synthesis_seconds_count{engine="hum"} 2.0' in figures
    assert 'skyteller_spoken_seconds_total{engine="hum"}' in figures


def test_it_is_in_the_documents(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"][TTS]["post"]
    assert set(operation["responses"]["200"]["content"]) == {"audio/wav", "audio/ogg", "application/json"}
    assert "GB 45438-2025" in operation["responses"]["200"]["description"]
