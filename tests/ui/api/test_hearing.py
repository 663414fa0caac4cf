"""``POST /api/v1/asr``: what it answers, and that nothing bad gets through or hurts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
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
from tests.voice.hearing.recordings import file_of
from ui.api import ApiOptions, HostTokens, create_api
from voice.errors import EngineUnavailable
from voice.hearing import Heard, Hints, Repair
from voice.sound import Sound

ASR = "/api/v1/asr"
WAV = {"Content-Type": "audio/wav"}
HEARD = Heard("给王芳转500块", 0.81234, "给王方转500块", [Repair("王方", "王芳")])


class ScriptedEars:
    """Hears what it was told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[Sound, Hints]] = []
        self.heard: Heard | EngineUnavailable = HEARD
        self.until: threading.Event | None = None
        self.started = threading.Semaphore(0)

    def hear(self, sound: Sound, hints: Hints) -> Heard:
        self.asked.append((sound, hints))
        self.started.release()
        if self.until is not None:
            assert self.until.wait(20)
        if isinstance(self.heard, EngineUnavailable):
            raise self.heard
        return self.heard


Make = Callable[..., TestClient]


@pytest.fixture
def ears() -> ScriptedEars:
    return ScriptedEars()


@pytest.fixture
def make(ears: ScriptedEars, teller: ScriptedTeller) -> Make:
    def make_client(*, production: bool = False, **options: int | float) -> TestClient:
        hosts = HostTokens(keys=ED25519.public, issuer="host", audience="skyteller", used=Used(), clock=FixedClock())
        api = create_api(
            teller,
            ApiOptions(host_tokens=hosts if production else None, **options),  # type: ignore[arg-type]  # each has its type
            None if production else FakeBank(),
            FakeAudit(),
            FakeStaff(),
            FakeHealth(),
            FakeCatalogue(),
            ears,
        )
        return TestClient(api)

    return make_client


@pytest.fixture
def client(make: Make) -> Iterator[TestClient]:
    with make() as client:
        yield client


def test_words_of_a_recording(client: TestClient, ears: ScriptedEars) -> None:
    answer = client.post(
        f"{ASR}?locale=en&words=王芳&words=confirm&awaited=otp", content=file_of("opus", 1.5), headers=WAV
    )
    assert answer.status_code == 200
    assert answer.json() == {
        "text": "给王芳转500块", "confidence": 0.812, "raw": "给王方转500块", "repairs": [{"heard": "王方", "meant": "王芳"}], "seconds": 1.5,
    }  # fmt: skip
    ((sound, hints),) = ears.asked
    assert sound.seconds == pytest.approx(1.5, abs=0.05)
    assert hints == Hints("en", ["王芳", "confirm"], "otp", patience_s=15.0)
    assert 'skyteller_recognition_seconds_count{outcome="repaired"} 1.0' in client.get("/metrics").text


@pytest.mark.parametrize("kind", ["audio/wav", "audio/webm;codecs=opus", "application/octet-stream", "", "video/webm"])
def test_the_bytes_say_what_it_is(client: TestClient, ears: ScriptedEars, kind: str) -> None:
    assert client.post(ASR, content=file_of("wav"), headers={"Content-Type": kind} if kind else {}).status_code == 200
    assert ears.asked[0][1] == Hints("zh-CN", [], None, patience_s=15.0)


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (b"", 422, "empty-sound"),
        (b"hello", 415, "not-a-sound"),
        (b"#EXTM3U\nhttp://127.0.0.1/", 415, "not-a-sound"),
        (file_of("m4a", video=True), 415, "video-not-taken"),
        (file_of("mp3", 2)[:8000], 422, "sound-damaged"),
        (file_of("opus", 61), 422, "sound-too-long"),
    ],
)
def test_what_is_no_recording(client: TestClient, ears: ScriptedEars, body: bytes, status: int, slug: str) -> None:
    document = problem(client.post(ASR, content=body, headers=WAV), status, slug)
    assert "{" not in document["detail"]
    assert not ears.asked
    assert client.get(document["type"]).status_code == 200


@pytest.mark.parametrize("query", ["locale=fr", "awaited=everything", "&".join(["words=x"] * 51)])
def test_what_cannot_be_asked(client: TestClient, query: str) -> None:
    problem(client.post(f"{ASR}?{query}", content=file_of("wav"), headers=WAV), 422, "invalid-request")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", "image/png"])
def test_types_that_are_no_sound(client: TestClient, kind: str) -> None:
    answer = client.post(ASR, content=file_of("wav"), headers={"Content-Type": kind})
    problem(answer, 415, "unsupported-media-type")


def test_a_gigabyte_is_refused_before_it_is_read(client: TestClient, ears: ScriptedEars) -> None:
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1024):
            sent += 2**20
            yield bytes(2**20)

    # what a client declares is believed …
    declared = client.post(ASR, content=b"RIFF", headers={**WAV, "Content-Length": str(2**30)})
    problem(declared, 413, "sound-too-large")
    # … and what it does not declare is counted
    problem(client.post(ASR, content=body(), headers=WAV), 413, "sound-too-large")
    assert not ears.asked


def test_more_than_it_can_hear(make: Make, ears: ScriptedEars) -> None:
    ears.until = threading.Event()
    recording = file_of("wav")

    def send(client: TestClient) -> httpx.Response:
        return client.post(ASR, content=recording, headers=WAV)

    with make(recognitions_waiting_max=1) as client, ThreadPoolExecutor(1) as pool:
        running = pool.submit(send, client)
        assert ears.started.acquire(timeout=10)
        refused = send(client)
        ears.until.set()
        problem(refused, 503, "busy")
        assert int(refused.headers["retry-after"]) > 0
        assert running.result().status_code == 200
        assert send(client).status_code == 200
    assert len(ears.asked) == 2


def test_one_at_a_time(make: Make, ears: ScriptedEars) -> None:
    ears.until = threading.Event()
    recording = file_of("wav")
    with make() as client, ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(client.post, ASR, content=recording, headers=WAV) for _ in range(3)]
        assert ears.started.acquire(timeout=10)
        assert not ears.started.acquire(timeout=0.5)
        ears.until.set()
        assert [job.result().status_code for job in waiting] == [200, 200, 200]


def test_ears_that_are_not_there(client: TestClient, ears: ScriptedEars) -> None:
    ears.heard = EngineUnavailable("whisper", "the model is still loading", "wait")
    answer = client.post(ASR, content=file_of("wav"), headers=WAV)
    problem(answer, 503, "hearing-not-ready")
    assert int(answer.headers["retry-after"]) > 0


def test_too_busy_to_hear_anything_in_time(client: TestClient, ears: ScriptedEars) -> None:
    ears.heard = Heard("", 0.0, "", cut=True)
    problem(client.post(ASR, content=file_of("wav"), headers=WAV), 503, "busy")
    ears.heard = Heard("", 0.0, "")
    assert client.post(ASR, content=file_of("wav"), headers=WAV).json()["text"] == ""


def test_production_asks_who_is_speaking(make: Make, ears: ScriptedEars) -> None:
    recording = file_of("wav")
    with make(production=True, recognitions_per_minute_max=2) as client:
        problem(client.post(ASR, content=recording, headers=WAV), 401, "session-unknown")
        problem(client.post(f"{ASR}?session_id={SESSION}", content=recording, headers=WAV), 401, "token-missing")
        wrong = {**WAV, "Authorization": "Bearer x"}
        problem(client.post(f"{ASR}?session_id={SESSION}", content=recording, headers=wrong), 401, "session-unknown")
        mine = {**WAV, **AUTH}
        sent = [client.post(f"{ASR}?session_id={SESSION}", content=recording, headers=mine) for _ in range(3)]
        assert [answer.status_code for answer in sent] == [200, 200, 429]
        problem(sent[-1], 429, "too-many-sounds")
    assert len(ears.asked) == 2


def test_it_is_in_the_documents(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    described = document["paths"][ASR]["post"]
    assert "audio/wav" in described["requestBody"]["content"]
    assert {"413", "415", "422", "503"} <= set(described["responses"])
