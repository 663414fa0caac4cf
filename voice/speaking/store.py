"""Fixed phrases, synthesised once and kept on disk, and what was said a moment ago, kept in memory; both have their bound.

Only what the bank always says the same way goes to disk: never a clause with a customer's name or amount in it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
import time
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np

from voice.sound import Sound
from voice.speaking.engine import Phone, Said

BYTES_MAX = 256 * 2**20
RECENT_BYTES_MAX = 24 * 2**20  # about four minutes of sound
RECENT_SECONDS = 600.0
FORM = 1  # of the files; raise it when their meaning changes
log = logging.getLogger(__name__)


class PhraseStore:
    """Thread-safe, also between processes: a file appears whole or not at all.

    Args:
        folder: made when the first phrase is kept.
        bytes_max: of all files; those that were not said for the longest time go first.
    """

    def __init__(self, folder: Path, *, bytes_max: int = BYTES_MAX) -> None:
        self._folder, self._bytes_max = folder, bytes_max
        self._lock = threading.Lock()

    def get(self, *key: str) -> Said | None:
        """What was kept under this key; None where there is nothing that can be read."""
        path = self._path(key)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                samples = kept["samples"].astype(np.float32) / 32767
                rate, phones = int(kept["rate"]), json.loads(str(kept["phones"]))
            os.utime(path)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        return Said(Sound(samples, rate), None if phones is None else [Phone(*phone) for phone in phones])

    def keep(self, said: Said, *key: str) -> None:
        """Keep it; where that cannot be done, it is made again next time."""
        path = self._path(key)
        phones = None if said.phones is None else [(p.symbol, p.at_s, p.seconds) for p in said.phones]
        samples = np.clip(np.round(said.sound.samples * 32767), -32768, 32767).astype(np.int16)
        fresh = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                np.savez_compressed(file, samples=samples, rate=said.sound.rate, phones=json.dumps(phones))
            fresh.replace(path)
            self._prune()
        except OSError as error:
            log.warning("a phrase cannot be kept in %s: %s", self._folder, error)

    def _path(self, key: tuple[str, ...]) -> Path:
        name = hashlib.sha256("\0".join((str(FORM), *key)).encode()).hexdigest()[:40]
        return self._folder / f"{name}.npz"

    def _prune(self) -> None:
        with self._lock:
            kept = []
            for path in self._folder.iterdir():
                try:
                    seen = path.stat()
                except FileNotFoundError:  # another process pruned it
                    continue
                kept.append((seen.st_mtime, seen.st_size, path))
            total = sum(size for _, size, _ in kept)
            for _, size, path in sorted(kept):
                if total <= self._bytes_max:
                    break
                path.unlink(missing_ok=True)
                total -= size


class Recent:
    """What was said within the last minutes: a question that is put again, a read-back that is said again, sounds at once.

    Thread-safe; nothing of it is written anywhere.
    """

    def __init__(self, *, bytes_max: int = RECENT_BYTES_MAX, now: Callable[[], float] = time.monotonic) -> None:
        self._bytes_max, self._now = bytes_max, now
        self._kept: OrderedDict[tuple[str, ...], tuple[float, Said]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, *key: str) -> Said | None:
        """What was said under this key."""
        with self._lock:
            self._forget()
            _, said = self._kept.get(key, (0.0, None))
            if said is not None:
                self._kept.move_to_end(key)
            return said

    def keep(self, said: Said, *key: str) -> None:
        """Remember it for a while; what was not said for the longest time goes first."""
        with self._lock:
            if key in self._kept:
                self._drop(key)
            self._kept[key] = (self._now(), said)
            self._bytes += said.sound.samples.nbytes
            self._forget()

    def _forget(self) -> None:
        old = [key for key, (at, _) in self._kept.items() if self._now() - at > RECENT_SECONDS]
        for key in old:
            self._drop(key)
        while self._bytes > self._bytes_max:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: tuple[str, ...]) -> None:
        _, said = self._kept.pop(key)
        self._bytes -= said.sound.samples.nbytes
