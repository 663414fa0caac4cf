"""The browser's modules, under an address that changes with their content, so that a browser may keep them for good.

Every ``ui/*/static`` is served as it lies in the tree: what one module imports from another's folder is the same path
on disk and in the browser.
"""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

URL = "/static/skyteller"
_UI = Path(__file__).parent
_FOREVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"


class Assets:
    """The static folders of the tree; ``base`` is the address of their present content."""

    def __init__(self) -> None:
        self.folders = {f"{path.parent.name}/static": path for path in sorted(_UI.glob("*/static"))}
        digest = hashlib.sha256()
        for name, folder in self.folders.items():
            for path in sorted(path for path in folder.iterdir() if path.is_file()):
                digest.update(f"{name}/{path.name}".encode() + b"\0" + path.read_bytes() + b"\0")
        self.base = f"{URL}/{digest.hexdigest()[:12]}"

    def modules(self, part: str) -> tuple[str, ...]:
        """The addresses, below ``base``, of one part's modules."""
        folder = f"{part}/static"
        return tuple(f"{folder}/{path.name}" for path in sorted(self.folders[folder].glob("*.js")))


class _Folder(StaticFiles):
    """One folder; ``versioned`` files are never asked for twice, the others each time (by ETag)."""

    def __init__(self, folder: Path, *, versioned: bool) -> None:
        super().__init__(directory=folder)
        self._cache = _FOREVER if versioned else _ASK_EACH_TIME

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = self._cache
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def mount_assets(app: FastAPI) -> Assets:
    """Serve the static folders once, however many pages ask for it."""
    known = getattr(app.state, "assets", None)
    if isinstance(known, Assets):
        return known
    assets = Assets()
    for name, folder in assets.folders.items():
        app.mount(f"{assets.base}/{name}", GZipMiddleware(_Folder(folder, versioned=True)), name=f"versioned-{name}")
        app.mount(f"{URL}/{name}", GZipMiddleware(_Folder(folder, versioned=False)), name=f"assets-{name}")
    app.state.assets = assets
    return assets
