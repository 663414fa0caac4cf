"""Serves the desk's page. No build step: one page of HTML and modules as they are, under a policy that lets nothing else in."""

from __future__ import annotations

from html import escape

from fastapi import FastAPI
from starlette.responses import HTMLResponse, Response

from ui.assets import mount_assets

PATH = "/console"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-cache",
}
_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>海岚银行 · 人工柜台</title>
<link rel="icon" type="image/svg+xml" href="{base}/page/static/favicon.svg">
<link rel="stylesheet" href="{base}/console/static/console.css">
<link rel="stylesheet" href="{base}/console/static/case.css">
<script type="module" src="{base}/console/static/console.js"></script>
</head>
<body><main id="desk"></main></body>
</html>
"""


def mount_console(app: FastAPI) -> None:
    """Serve the page. Call it before the customers' page is mounted, which takes every path that is left."""
    page = _PAGE.format(base=escape(mount_assets(app).base, quote=True))

    async def console() -> Response:
        return HTMLResponse(page, headers=_HEADERS)

    for path in (PATH, f"{PATH}/"):
        app.add_api_route(path, console, methods=["GET"], include_in_schema=False, response_model=None)
