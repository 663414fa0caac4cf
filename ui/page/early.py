"""The teller is there before Gradio is: her module and her place are written into the page's HTML.

Gradio builds its page in the browser, after more than a megabyte of its own script. The component needs none of that:
the HTML itself holds it, beside Gradio's own element, and names its modules and styles. A customer can talk before
Gradio has started, and also when it never does.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.assets import Assets
from ui.page.people import PEOPLE

# Gradio's template advertises itself to link previews with pictures from other hosts; a bank's page names no one else.
_FOREIGN_META = re.compile(rb'<meta[^>]*(?:og:|twitter:|name="description")[^>]*>\s*', re.S)
# Gradio needs inline and evaluated script. What the policy still holds: nothing is loaded from or sent to another host.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
FACE = tuple(f"embed/static/{name}.js" for name in ("face", "figure", "drawing", "eyes", "life", "mouth"))
_LATER = frozenset(
    f"page/static/{name}.js" for name in ("call", "camera", "capture", "desk_line")
)  # fetched by who needs it
_LOCALES = ("zh-CN", "en")
_STYLES = ("tokens.css", "chat.css", "cards.css", "desk.css", "panels.css")


class EarlyPage:
    """ASGI middleware for ``GET /`` alone: everything else passes untouched."""

    def __init__(self, app: ASGIApp, *, assets: Assets, title: str, sandbox: bool) -> None:
        self.app = app
        root = f"{assets.base}/page/static"
        modules = [name for name in assets.modules("page") + FACE if name not in _LATER]
        links = [f"<title>{escape(title)}</title>"]
        links += [f'<link rel="modulepreload" href="{assets.base}/{name}">' for name in modules]
        links += [f'<link rel="preload" as="style" href="{root}/{name}">' for name in _STYLES]
        links += [f'<link rel="icon" type="image/svg+xml" href="{root}/favicon.svg">']
        links += [f'<link rel="stylesheet" href="{root}/page.css">']
        links += [f'<script type="module" src="{root}/page.js"></script>']
        self._head = "".join(links).encode()
        mark = f' sandbox customer="{PEOPLE[0].id}"' if sandbox else ""
        self._bodies = {
            locale: (
                f'<div id="sky-early"><skyteller-brand{mark} locale="{locale}"></skyteller-brand>'
                f'<skyteller-chat channel="web"{mark} locale="{locale}"></skyteller-chat></div>'
            ).encode()
            for locale in _LOCALES
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                if not Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                    start = None
                    await send(message)
                return
            if start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(start, body, _locale(scope), send)

        await self.app(_unencoded(scope), receive, collect)

    async def _finish(self, start: Message, body: bytes, locale: str, send: Send) -> None:
        body = _FOREIGN_META.sub(b"", body)
        body = body.replace(b"</head>", self._head + b"</head>", 1).replace(
            b'lang="en"', f'lang="{locale}"'.encode(), 1
        )
        body = body.replace(b"<gradio-app", self._bodies[locale] + b"<gradio-app", 1)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(body))
        headers["cache-control"] = "no-cache"
        headers["content-security-policy"] = _POLICY
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})


def _locale(scope: Scope) -> str:
    """The language that the page opens in: ``?locale=en``, as in ``/embed``; else Chinese. What a browser prefers says little: a
    default installation prefers English everywhere."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("locale", [""])[0]
    return asked if asked in _LOCALES else _LOCALES[0]


def _unencoded(scope: Scope) -> Scope:
    """The same request without Accept-Encoding: a compressed page cannot be written into."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": headers}
