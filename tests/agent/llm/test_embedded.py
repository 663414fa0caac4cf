"""The embedded model's process: loaded behind everything else, restarted when it dies, gone with its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from agent.llm import embedded
from agent.llm.chat import Chooser, chat_model
from agent.llm.embedded import EmbeddedModel
from agent.llm.port import ModelUnavailable
from agent.model_fetch import store_of
from agent.models import Download, File, ModelStore
from agent.settings import Settings

STANDS_IN = """
import json, sys
said = json.loads(sys.stdin.readline())
assert said["api_key"] and said["threads"] == 2 and said["context"] == 4096
{body}
"""
READY = STANDS_IN.format(
    body="print('noise'); print(json.dumps({'address': 'http://127.0.0.1:1'}), flush=True); sys.stdin.read()"
)
DIES = STANDS_IN.format(body="sys.exit(1)")

Make = Callable[[str], EmbeddedModel]


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """A store whose model is one byte."""
    sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of "x"
    model = Download("llm", "", "", "SKYTELLER_LLM_FILE", (File("m.gguf", 1, sha256, ()),))
    (tmp_path / "x").write_text("x")
    return ModelStore(tmp_path, {"llm": tmp_path / "x"}, {"llm": model})


@pytest.fixture
def make(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setattr(embedded, "RESTART_PAUSE_SECONDS", (0, 0, 0))
    made: list[EmbeddedModel] = []

    def start(script: str) -> EmbeddedModel:
        made.append(EmbeddedModel(store, threads=2, context=4096, command=(sys.executable, "-c", script)))
        made[-1].start()
        return made[-1]

    yield start
    for model in made:
        model.stop()


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_starts_at_once_and_is_ready_later(make: Make) -> None:
    started = time.monotonic()
    model = make(READY)
    assert time.monotonic() - started < 0.5
    assert model.ready() == "loading"
    with pytest.raises(ModelUnavailable, match="loading"):
        _ = model.base_url
    until(lambda: model.ready() == "ready")
    assert model.base_url == "http://127.0.0.1:1/v1"
    pid = model.pid
    assert pid is not None
    model.stop()
    assert model.ready() == "off"
    assert gone(pid)


def test_a_process_that_dies_is_started_again(make: Make) -> None:
    model = make(READY)
    until(lambda: model.ready() == "ready")
    first = model.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until(lambda: model.ready() == "ready" and model.pid not in (None, first))


def test_a_process_that_keeps_dying_is_given_up(make: Make) -> None:
    model = make(DIES)
    until(lambda: model.ready() == "missing")
    assert "ended 4 times" in model.why


def test_a_truncated_file_is_never_loaded(make: Make, store: ModelStore) -> None:
    store.local["llm"].write_text("")
    model = make(READY)
    until(lambda: model.ready() == "missing")
    assert "0 bytes instead of 1" in model.why
    assert model.pid is None


def test_llama_cpp_ending_on_a_bad_file_ends_only_its_own_process(store: ModelStore) -> None:
    """The real server process, given a file that is no model."""
    ended = subprocess.run(
        [sys.executable, "-m", "agent.llm.server"], capture_output=True, text=True, check=False, timeout=60,
        input=f'{{"file": "{store.local["llm"]}", "api_key": "k", "threads": 2, "context": 4096}}\n',
    )  # fmt: skip
    assert ended.returncode != 0
    assert "address" not in ended.stdout


def test_it_is_gone_when_its_parent_is_killed(tmp_path: Path) -> None:
    (tmp_path / "child.py").write_text(READY)
    parent = subprocess.Popen(
        [sys.executable, "-c", f"""
import time
from pathlib import Path
from agent.llm.embedded import EmbeddedModel
class Store:
    def path(self, role): return Path("x")
model = EmbeddedModel(Store(), threads=2, context=4096, command=({sys.executable!r}, {str(tmp_path / "child.py")!r}))
model.start()
while model.ready() != "ready": time.sleep(0.02)
print(model.pid, flush=True)
time.sleep(60)
"""], stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not gone(child)
        parent.kill()
    until(lambda: gone(child) or "Z" in Path(f"/proc/{child}/stat").read_text().split(") ")[1][:1])


@pytest.mark.model
@pytest.mark.timeout(240)
def test_the_real_model_ends_when_its_parent_is_gone_before_it_has_loaded() -> None:
    store = store_of(Settings())
    if store.state("llm") != "ready":
        pytest.skip("the language model's file is not here: make models")
    process = subprocess.Popen(
        [sys.executable, "-m", "agent.llm.server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    parameters = {"file": str(store.path("llm")), "api_key": "k", "threads": 2, "context": 4096}
    process.stdin.write(json.dumps(parameters) + "\n")
    process.stdin.close()
    process.stdout.close()
    try:
        assert process.wait(120) != 0
    finally:
        process.kill()


@pytest.mark.model
@pytest.mark.timeout(240)
def test_the_real_model_chooses_and_speaks_with_a_key_only() -> None:
    store = store_of(Settings())
    if store.state("llm") != "ready":
        pytest.skip("the language model's file is not here: make models")
    model = EmbeddedModel(store, threads=2, context=4096)
    model.start()
    try:
        until(lambda: model.ready() != "loading", 120)
        assert model.ready() == "ready", model.why
        chosen = Chooser(model, timeout_s=60).choose(
            "客户要办哪一项？只答字母。A 转账 B 查询余额", "我卡里还有多少钱", "AB"
        )
        assert chosen.best == "B"
        assert sum(chosen.probabilities.values()) == pytest.approx(1)
        assert chat_model(model, tokens_max=8, timeout_s=60).invoke("说：你好").text
        assert httpx.get(f"{model.base_url}/models", trust_env=False).status_code == 401
        resident = next(
            int(line.split()[1]) for line in Path(f"/proc/{model.pid}/status").read_text().splitlines()
            if line.startswith("VmHWM")
        )  # fmt: skip
        assert resident < 2.3 * 2**20  # kB
    finally:
        model.stop()
