"""The page at ``/embed``: the counter alone, for the frame or the web view of a bank's app.

It is a few hundred bytes around ``<skyteller-counter>``, under a policy without inline script or style. Which pages may
frame it, and whose messages it heeds, is one list: the setting ``SKYTELLER_EMBED_ORIGINS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from agent.settings import Settings
from ui.assets import Assets, mount_assets

TITLE = "小岚 · 海岚银行云柜员"
# what the first sight of her needs; voice is fetched once she is there
_FIRST_OF_EMBED = (
    "counter",
    "host",
    "presence",
    "face",
    "figure",
    "drawing",
    "eyes",
    "life",
    "mouth",
    "icons",
    "captions",
)
_FIRST_OF_PAGE = (
    "chat", "api", "composer", "conversation", "dom", "icons", "log", "cards", "told", "steps", "strings",
)  # fmt: skip
_STYLES = ("page/static/tokens.css", "page/static/chat.css", "page/static/cards.css", "embed/static/voice.css")
_NO_SCRIPT = "请打开 JavaScript，或致电海岚银行。 Please turn on JavaScript, or call Hailan Bank."


def policy(origins: Sequence[str]) -> str:
    """The content security policy for a page that ``origins`` may frame."""
    ancestors = " ".join(["'self'", *origins])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; media-src 'self' blob:; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {ancestors}"
    )


def _html(assets: Assets, settings: Settings) -> str:
    base = assets.base
    first = [f"embed/static/{name}.js" for name in _FIRST_OF_EMBED] + [
        f"page/static/{name}.js" for name in _FIRST_OF_PAGE
    ]
    links = [f'<link rel="modulepreload" href="{base}/{name}">' for name in first]
    links += [f'<link rel="preload" as="style" href="{base}/{name}">' for name in _STYLES]
    origins = escape(" ".join(settings.embed_origins), quote=True)
    sandbox = " sandbox" if settings.sandbox else ""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">'
        f'<meta name="skyteller-origins" content="{origins}"><title>{escape(TITLE)}</title>'
        f'<link rel="icon" type="image/svg+xml" href="{base}/page/static/favicon.svg">'
        f'<link rel="stylesheet" href="{base}/embed/static/embed.css">{"".join(links)}'
        f'<script type="module" src="{base}/embed/static/counter.js"></script></head>'
        f"<body><main><skyteller-counter{sandbox}></skyteller-counter></main><noscript>{_NO_SCRIPT}</noscript></body></html>"
    )


def mount_embed(app: FastAPI, settings: Settings) -> None:
    """Serve the widget at ``/embed``; call it before the page is mounted, which takes every path that is left."""
    html = _html(mount_assets(app), settings)
    headers = {
        "Content-Security-Policy": policy(settings.embed_origins),
        "Permissions-Policy": "microphone=(self), camera=(self), geolocation=()",
        "Cache-Control": "no-cache",
    }

    async def embed() -> HTMLResponse:
        return HTMLResponse(html, headers=headers)

    app.add_api_route("/embed", embed, methods=["GET"], include_in_schema=False)
