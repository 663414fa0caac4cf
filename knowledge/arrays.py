"""Files of arrays that are whole or not there, and what is computed once and kept beside others of its kind."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

log = logging.getLogger(__name__)
KEPT = 4  # of one kind in one folder: checkouts with other entries share it, and to compute one takes its time


def digest(*parts: bytes) -> str:
    """One hash over all parts."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def read_arrays(path: Path, names: Sequence[str]) -> dict[str, np.ndarray] | None:
    """The named arrays of a file written by :func:`write_arrays`; None where it is missing or damaged."""
    if not path.exists():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:  # closed, whatever is in it
            found = {name: stored[name] for name in names}
            if str(stored["checksum"]) != _checksum(found):
                raise ValueError("contents do not fit")
            return found
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        log.warning("store is unusable and made anew", extra={"file": path.name, "reason": str(error)})
        return None


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".npz")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, checksum=np.array(_checksum(arrays)), **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def recall(folder: Path | None, kind: str, key: str, names: Sequence[str]) -> dict[str, np.ndarray] | None:
    """What :func:`keep` kept of this ``kind`` under this ``key``; None where it is not there or not whole."""
    if folder is None:
        return None
    path = _path(folder, kind, key)
    stored = read_arrays(path, ["key", *names])
    if stored is None or str(stored.pop("key")) != key:
        return None
    with suppress(FileNotFoundError):  # another process tidied it away meanwhile
        os.utime(path)
    return stored


def keep(folder: Path | None, kind: str, key: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Keep what was computed, and of its kind the ``KEPT`` that were used last."""
    if folder is None:
        return
    write_arrays(_path(folder, kind, key), {"key": np.array(key), **arrays})
    with suppress(FileNotFoundError):  # another process does the same
        for old in sorted(folder.glob(f"{kind}-*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
            old.unlink()


def _path(folder: Path, kind: str, key: str) -> Path:
    return folder / f"{kind}-{key[:16]}.npz"


def _checksum(arrays: Mapping[str, np.ndarray]) -> str:
    return digest(*(np.ascontiguousarray(arrays[name]).tobytes() for name in sorted(arrays)))
