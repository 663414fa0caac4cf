"""The component's files, under an address that changes with their content, so that a browser may keep them for good."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

_FOREVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"


class Assets(StaticFiles):
    """Static files of one folder; ``versioned`` ones are never asked for twice, the others each time (by ETag)."""

    def __init__(self, folder: Path, *, versioned: bool = True) -> None:
        super().__init__(directory=folder)
        self._cache = _FOREVER if versioned else _ASK_EACH_TIME
        files = sorted(path for path in folder.iterdir() if path.is_file())
        digest = hashlib.sha256()
        for path in files:
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        self.version = digest.hexdigest()[:12]
        self.modules = tuple(path.name for path in files if path.suffix == ".js")

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = self._cache
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
