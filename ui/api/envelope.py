"""Around every request: its id, security headers, the access log, figures, and a net under unexpected errors."""

from __future__ import annotations

import logging
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.errors import REQUEST_ID, Problems, log_unexpected
from ui.api.metrics import Metrics

access = logging.getLogger("skyteller.access")

_METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
_API = ("/api/", "/healthz", "/metrics", "/openapi.json", "/problems/")


class Envelope:
    """ASGI middleware; the page's own headers (its content security policy) stay the page's business."""

    def __init__(self, app: ASGIApp, *, problems: Problems, metrics: Metrics) -> None:
        self._app, self._problems, self._metrics = app, problems, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope[REQUEST_ID] = str(uuid.uuid4())
        api = scope["path"].startswith(_API)
        began, status = time.monotonic(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer" if api else "same-origin"
                if api:
                    headers["Cache-Control"] = "no-store"
                    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except ClientDisconnect:
            status = status or 499  # as proxies write it: the client closed the request
        except Exception as error:
            if status:
                log_unexpected(error, scope)  # too late for a document; the server cuts the connection
            else:
                await self._problems.response(error, scope)(scope, receive, send_on)
        finally:
            self._note(scope, status, time.monotonic() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Route pattern instead of address: addresses hold ids and queries."""
        route = getattr(scope.get("route"), "path", None) or "other"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.request(route, method, status, seconds)
        access.info("%s %s %d %.0f ms %s", method, route, status, seconds * 1000, scope[REQUEST_ID])
