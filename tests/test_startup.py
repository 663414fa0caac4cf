"""The start: what is wrong is one clear line and an exit code; what is missing is named and everything else works."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from agent.llm.embedded import EmbeddedModel
from agent.llm.off import NoModel
from agent.minds import Minds
from agent.models import Download, File, ModelStore, Part
from agent.settings import load
from app import build, serve
from tools.db import Database

Start = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parent.parent


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """``python app.py`` with these settings, until it ends by itself."""

    def start(**settings: str) -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("SKYTELLER_")}
        models = os.environ.get("SKYTELLER_MODELS")
        given = {"DATA": str(tmp_path / "data"), "LLM": "off", **({"MODELS": models} if models else {}), **settings}
        environ |= {f"SKYTELLER_{name}": value for name, value in given.items()}
        return subprocess.run(
            [sys.executable, "app.py"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=110, check=False
        )

    return start


@pytest.fixture(scope="session")
def loaded(product: Any) -> Minds:
    """Understanding and knowledge, shared with the other tests."""
    shared: Minds = product.minds
    return shared


def one_line(ended: subprocess.CompletedProcess[str]) -> str:
    """What it said; nothing else may stand there."""
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1, ended.stderr
    assert "Traceback" not in lines[0]
    return lines[0]


def test_that_a_server_that_is_told_to_stop_ends_well(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SKYTELLER_")}
    models = os.environ.get("SKYTELLER_MODELS")
    environ |= {"SKYTELLER_DATA": str(tmp_path), "SKYTELLER_LLM": "off", "SKYTELLER_PORT": str(port)}
    environ |= {"SKYTELLER_MODELS": models} if models else {}
    server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 100
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                    break
            assert time.monotonic() < deadline
            time.sleep(0.2)
        server.terminate()
        assert server.wait(60) == 0  # its end is its own: whatever it holds was put away
    finally:
        server.kill()


def test_that_a_port_that_is_taken_is_one_line(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = start(PORT=str(port))
    assert ended.returncode == 1
    line = one_line(ended)
    assert str(port) in line
    assert "SKYTELLER_PORT" in line


def test_that_a_data_folder_that_cannot_be_written_is_one_line(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    ended = start(DATA=str(tmp_path / "file" / "data"))
    assert ended.returncode != 0
    assert "SKYTELLER_DATA" in one_line(ended)


def test_that_a_database_newer_than_the_code_is_left_alone(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "data" / "skyteller.db"
    path.parent.mkdir()
    db = Database(f"sqlite:///{path}")
    db.migrate()
    db.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    ended = start(PORT="0")
    assert ended.returncode == 1
    assert "newer than this version" in one_line(ended)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_that_a_file_that_is_no_database_is_told(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "data" / "skyteller.db"
    path.parent.mkdir()
    path.write_bytes(b"this is not a database" * 100)
    ended = start(PORT="0")
    assert ended.returncode == 1
    assert "database" in one_line(ended)
    assert path.read_bytes().startswith(b"this is not a database")


def test_that_production_without_its_keys_refuses_with_the_whole_list(start: Start) -> None:
    ended = start(MODE="production", NOW="2026-01-01T00:00:00")
    assert ended.returncode != 0
    for name in ("SECRET", "HOST_TOKEN_KEYS", "HOST_TOKEN_ISSUER", "HOST_TOKEN_AUDIENCE", "NOW"):
        assert f"SKYTELLER_{name}" in ended.stderr, name
    assert "Traceback" not in ended.stderr


def test_that_a_setting_that_is_misspelt_is_told(start: Start) -> None:
    ended = start(PROT="1")
    assert ended.returncode != 0
    assert "SKYTELLER_PORT" in one_line(ended)


def test_that_the_sandbox_clock_starts_where_it_is_told(tmp_path: Path, loaded: Minds) -> None:
    settings = load({"SKYTELLER_DATA": str(tmp_path), "SKYTELLER_LLM": "off", "SKYTELLER_NOW": "2031-05-06T09:00:00"})
    app = build(settings, llm=NoModel(), loaded=loaded)
    with TestClient(app.api) as client:
        opened = client.post("/api/v1/sessions", json={"customer": "C1001", "channel": "eval"}).json()
        token = client.post("/api/v1/sandbox/staff", json={"staff": "S001"}).json()["token"]
        events = client.get(
            "/api/v1/audit", params={"session_id": opened["session_id"]}, headers={"Authorization": f"Bearer {token}"}
        ).json()
    listed = events["events"] if isinstance(events, dict) else events
    at = datetime.fromisoformat(listed[0]["at"])
    assert timedelta(0) <= at - datetime(2031, 5, 6, 1, tzinfo=UTC) < timedelta(minutes=5)
    app.db.close()


def test_that_a_truncated_model_file_is_missing_and_the_page_works(tmp_path: Path, loaded: Minds) -> None:
    part = Part(package="none", member="none", bytes=1000, archive="0" * 64, sha256="0" * 64)
    model = Download("llm", "a model", "none", "SKYTELLER_LLM_FILE", (File("llm.gguf", 1000, "0" * 64, (part,)),))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "llm.gguf").write_bytes(b"GGUF cut off")
    llm = EmbeddedModel(ModelStore(tmp_path / "models", {}, {"llm": model}), threads=1, context=1024)
    settings = load({"SKYTELLER_DATA": str(tmp_path / "data"), "SKYTELLER_MODELS": str(tmp_path / "models")})
    app = build(settings, llm=llm, loaded=loaded)
    app.llm.start()
    try:
        with TestClient(app.api) as client:
            assert _soon(lambda: client.get("/healthz").json()["models"]["llm"] == "missing")
            assert client.get("/healthz").json()["status"] == "ok"
            assert llm.why, "it says what to do"
            opened = client.post("/api/v1/sessions", json={"customer": "C1001", "channel": "eval"}).json()
            turn = client.post(
                f"/api/v1/sessions/{opened['session_id']}/turns",
                json={"text": "查余额"}, headers={"Authorization": f"Bearer {opened['token']}"},
            )  # fmt: skip
            assert turn.status_code == 200
            assert "52,340.18" in turn.json()["reply"]["text"]
    finally:
        app.llm.stop()
        app.db.close()


def test_that_a_data_folder_moved_elsewhere_is_taken_up(tmp_path: Path, loaded: Minds) -> None:
    first = build(load({"SKYTELLER_DATA": str(tmp_path / "a"), "SKYTELLER_LLM": "off"}), llm=NoModel(), loaded=loaded)
    with TestClient(first.api) as client:
        opened = client.post("/api/v1/sessions", json={"customer": "C1001", "channel": "eval"}).json()
    first.db.close()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    second = build(load({"SKYTELLER_DATA": str(tmp_path / "b"), "SKYTELLER_LLM": "off"}), llm=NoModel(), loaded=loaded)
    with TestClient(second.api) as client:
        headers = {"Authorization": f"Bearer {opened['token']}"}
        turn = client.post(f"/api/v1/sessions/{opened['session_id']}/turns", json={"text": "查余额"}, headers=headers)
        assert turn.status_code == 200
    second.db.close()


def test_that_a_locked_database_at_the_start_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = load({"SKYTELLER_DATA": str(tmp_path), "SKYTELLER_LLM": "off", "SKYTELLER_PORT": "0"})
    db = Database(settings.database_url)
    db.migrate()
    db.close()
    other = sqlite3.connect(tmp_path / "skyteller.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert serve(settings) == 1
    finally:
        other.close()
    assert "SKYTELLER_DATABASE_URL" in capsys.readouterr().err


def _soon(holds: Callable[[], bool]) -> bool:
    import time

    for _ in range(100):
        if holds():
            return True
        time.sleep(0.05)
    return False
