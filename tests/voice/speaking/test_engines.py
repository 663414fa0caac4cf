"""The engines themselves: Kokoro with its real model, espeak-ng from its package, edge against a server of its kind."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from websockets.asyncio.server import ServerConnection, serve

from agent.model_fetch import store_of
from agent.settings import load
from tests.voice.speaking.fakes import tone
from voice.errors import EngineUnavailable
from voice.sound import SPOKEN_RATE
from voice.speaking.edge import Edge
from voice.speaking.engine import Words
from voice.speaking.espeak import Espeak
from voice.speaking.kokoro import VOICES, Kokoro, KokoroFiles
from voice.speaking.mouths import loudness
from voice.speaking.phonemes import Phonemizer
from voice.speaking.speaker import Speaker

HELLO = Words("您好。", "ni↗nxau↓.", "zh-CN")


@pytest.fixture(scope="module")
def kokoro() -> Kokoro:
    store = store_of(load())
    missing = [role for role in ("tts", "tts_voices") if store.state(role) != "ready"]
    if missing:
        pytest.skip(f"{missing} not here: run `make models`")
    folder = store.at("tts")
    files = KokoroFiles(folder / "kokoro-v1.0.int8.onnx", folder / "vocab.json", store.at("tts_voices"))
    return Kokoro(lambda: files)


class TestKokoro:
    def test_the_sound_lasts_as_long_as_its_sounds(self, kokoro: Kokoro) -> None:
        said = kokoro.say(HELLO, "zf_xiaoxiao")
        assert kokoro.state() == "ready"
        assert said.phones is not None
        assert sum(phone.seconds for phone in said.phones) == pytest.approx(said.sound.seconds, abs=0.001)
        assert "".join(phone.symbol for phone in said.phones).strip() == HELLO.phonemes
        vowel = next(phone for phone in said.phones if phone.symbol == "a")
        loud = loudness(said.sound)[int(vowel.at_s * 100) : int((vowel.at_s + vowel.seconds) * 100)]
        assert loud.mean() > 5 * loudness(said.sound)[:20].mean(), "a vowel's time is where it is loud"

    def test_every_phoneme_of_both_languages_is_known_to_it(self, kokoro: Kokoro) -> None:
        kokoro.load()
        loaded = kokoro._loaded
        assert loaded is not None
        spoken = Phonemizer().phonemes("转账五百元给王芳，略去儿子日子，Thank you! Measure the boy's weird voice.")
        assert set(spoken) <= set(loaded.ids)

    def test_slower_is_longer(self, kokoro: Kokoro) -> None:
        slow = kokoro.say(Words(HELLO.text, HELLO.phonemes, "zh-CN", 0.8), "zf_xiaoxiao")
        assert slow.sound.seconds > kokoro.say(HELLO, "zf_xiaoxiao").sound.seconds * 1.1

    def test_a_voice_that_is_not_there_is_told(self, kokoro: Kokoro) -> None:
        with pytest.raises(EngineUnavailable, match="has no voice \\.\\./x"):
            kokoro.say(HELLO, "../x")

    def test_the_catalogue_has_every_voice(self) -> None:
        store = store_of(load())
        model = store.models["tts_voices"]
        assert {f"{name}.bin" for names in VOICES.values() for name in names} == {file.name for file in model.files}  # type: ignore[union-attr]

    def test_files_that_are_not_here_are_told_with_what_to_do(self, tmp_path: Path) -> None:
        def nowhere() -> KokoroFiles:
            raise EngineUnavailable("kokoro", "tts is not here", "run `make models`")

        for missing in (Kokoro(nowhere), Kokoro(lambda: KokoroFiles(*[tmp_path / "no"] * 3))):
            assert missing.state() == "loading"
            with pytest.raises(EngineUnavailable, match="run `make models`"):
                missing.say(HELLO, "zf_xiaoxiao")
            assert missing.state() == "missing"


class TestEspeak:
    @pytest.mark.parametrize(("words", "voice"), [
        (Words("您好，请稍等。", "", "zh-CN"), "cmn"), (Words("Just a moment.", "", "en"), "en-us"),
    ])  # fmt: skip
    def test_it_speaks_both_languages(self, words: Words, voice: str) -> None:
        said = Espeak().say(words, voice)
        assert said.sound.rate == SPOKEN_RATE
        assert 0.5 < said.sound.seconds < 4
        assert 0.05 < np.abs(said.sound.samples).max() <= 1

    def test_it_is_slower_where_asked(self) -> None:
        engine = Espeak()
        usual, slow = (engine.say(Words("您好，请稍等。", "", "zh-CN", speed), "cmn") for speed in (1.0, 0.8))
        assert slow.sound.seconds > usual.sound.seconds * 1.1

    def test_threads_do_not_mix_their_sounds(self) -> None:
        engines = [Espeak(), Espeak()]
        alone = [engines[0].say(Words("好" * n, "", "zh-CN"), "cmn").sound.seconds for n in (1, 8)]
        got: dict[int, list[float]] = {1: [], 8: []}

        def say(engine: Espeak, n: int) -> None:
            got[n].append(engine.say(Words("好" * n, "", "zh-CN"), "cmn").sound.seconds)

        threads = [threading.Thread(target=say, args=(engine, n)) for engine in engines for n in (1, 8) * 4]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got[1] == pytest.approx([alone[0]] * 8, rel=0.02)  # it varies a little of its own accord
        assert got[8] == pytest.approx([alone[1]] * 8, rel=0.02)

    def test_many_engines_initialize_the_library_once(self) -> None:
        """A second time frees the phonemes that its voices point at: seen as a crash, one run in some."""
        program = (
            "import ctypes\n"
            "class Watched(ctypes.CDLL):\n"
            "    def __getattr__(self, name):\n"
            "        if name == 'espeak_Initialize': print(name)\n"
            "        return super().__getattr__(name)\n"
            "ctypes.CDLL = Watched\n"
            "from voice.speaking.engine import Words\n"
            "from voice.speaking.espeak import Espeak\n"
            "for _ in range(3): Espeak().say(Words('您好。', '', 'zh-CN'), 'cmn')\n"
        )
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
        assert ran.stdout.split() == ["espeak_Initialize"]


class Cloud:
    """A server that speaks edge's protocol: hums one second of MP3, or breaks off; ``asked`` holds the SSML."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.mute = False
        hum = io.BytesIO()
        soundfile.write(hum, tone(1.0).samples, SPOKEN_RATE, format="MP3")
        self._mp3 = hum.getvalue()
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()

    async def _answer(self, connection: ServerConnection) -> None:
        await connection.recv()
        self.asked.append(str(await connection.recv()))
        if self.mute:
            return
        await connection.send("X-RequestId:1\r\nPath:turn.start\r\n\r\n{}")
        head = b"X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n"
        for start in range(0, len(self._mp3), 720):
            await connection.send(len(head).to_bytes(2, "big") + head + self._mp3[start : start + 720])
        length = {
            "Offset": 0,
            "Duration": 10_000_000,
            "text": {"Text": "x", "Length": 1, "BoundaryType": "SentenceBoundary"},
        }
        told = json.dumps({"Metadata": [{"Type": "SentenceBoundary", "Data": length}]})
        await connection.send(f"X-RequestId:1\r\nPath:audio.metadata\r\n\r\n{told}")
        await connection.send("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")

    def run(self, started: threading.Event) -> None:
        async def serving() -> None:
            async with serve(self._answer, "127.0.0.1", 0) as server:
                self.address = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/?a=b"
                started.set()
                await self._stop.wait()

        self._loop.run_until_complete(serving())
        self._loop.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    cloud, started = Cloud(), threading.Event()
    thread = threading.Thread(target=cloud.run, args=(started,))
    thread.start()
    assert started.wait(10)
    monkeypatch.setattr("edge_tts.communicate.WSS_URL", cloud.address)
    yield cloud
    cloud.stop()
    thread.join()


class TestEdge:
    def test_it_speaks_by_the_clouds_protocol(self, cloud: Cloud) -> None:
        said = Edge().say(Words("您好。", "", "zh-CN", 0.8), "zh-CN-XiaoxiaoNeural")
        assert said.sound.rate == SPOKEN_RATE
        assert said.sound.seconds == pytest.approx(1.0, abs=0.15)
        assert np.abs(said.sound.samples).max() > 0.2
        assert "zh-CN, XiaoxiaoNeural" in cloud.asked[0]
        assert "rate='-20%'" in cloud.asked[0]
        assert "您好。" in cloud.asked[0]

    def test_a_cloud_that_breaks_off_is_told_and_another_engine_takes_over(self, cloud: Cloud) -> None:
        cloud.mute = True
        (clause,) = Speaker([Edge(), Espeak()]).speak("您好。", "zh-CN")
        assert clause.engine == "espeak"
        assert "edge: the cloud did not speak" in str(clause.notice)
        assert "take edge out of SKYTELLER_TTS" in str(clause.notice)

    def test_without_a_network_it_says_so_soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("edge_tts.communicate.WSS_URL", "ws://127.0.0.1:9/?a=b")
        with pytest.raises(EngineUnavailable, match="check the network"):
            Edge().say(HELLO, "zh-CN-XiaoxiaoNeural")
