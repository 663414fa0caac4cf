"""The API's own documentation: one complete OpenAPI document, and a page for it that needs no other host."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from ui.api.kinds import KINDS
from ui.api.problems import MEDIA_TYPE

_POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Skyteller API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui">Loading … (without JavaScript, read <a href="openapi.json">openapi.json</a>)</div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null, docExpansion: "list",
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset], layout: "BaseLayout"
});
"""
_PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "description": "RFC 9457 problem document in the language of Accept-Language (zh or en).",
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": [kind.type for kind in KINDS.values()]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do."},
        "instance": {"type": "string", "format": "uri", "description": "Names this occurrence in our log."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "remedy"],
                "properties": {
                    "field": {"type": "string", "examples": ["input.value"]},
                    "code": {"type": "string", "examples": ["missing"]},
                    "remedy": {"type": "string", "examples": ["Add this field."]},
                },
            },
        },
    },
}


def ref(model: type[BaseModel] | str) -> dict[str, str]:
    """A reference to a model's schema in the document."""
    name = model if isinstance(model, str) else model.__name__
    return {"$ref": f"#/components/schemas/{name}"}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """``responses`` of a route: problem documents for these statuses."""
    content = {MEDIA_TYPE: {"schema": ref("Problem")}}
    table: dict[int | str, dict[str, Any]] = {}
    for status in statuses:
        slugs = [f"`{kind.type}`" for kind in KINDS.values() if kind.status == status]
        table[status] = {"description": " · ".join(slugs), "content": content}
    table["default"] = {"description": "Any other problem", "content": content}
    return table


def body_of(model: type[BaseModel], examples: Mapping[str, Any], *, required: bool = True) -> dict[str, Any]:
    """``openapi_extra`` of a route that reads its body itself."""
    named = {name: {"value": value} for name, value in examples.items()}
    return {
        "requestBody": {
            "required": required,
            "content": {"application/json": {"schema": ref(model), "examples": named}},
        }
    }


def add_docs(app: FastAPI, bodies: list[type[BaseModel]]) -> None:
    """Complete ``app.openapi()`` with request bodies, problems and tokens, and serve ``/docs``."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, bodies)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to extend it

    async def page() -> Response:
        return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})

    async def start() -> Response:
        return Response(_START, media_type="text/javascript")

    app.add_api_route("/docs", page, methods=["GET"], include_in_schema=False)
    app.add_api_route("/docs/start.js", start, methods=["GET"], include_in_schema=False)
    assets = Path(fastapi_offline.__file__).parent / "static"
    app.mount("/docs/assets", StaticFiles(directory=assets), name="docs-assets")


def _document(app: FastAPI, bodies: list[type[BaseModel]]) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    _, definitions = models_json_schema(
        [(body, "validation") for body in bodies], ref_template="#/components/schemas/{model}"
    )
    components = document.setdefault("components", {})
    schemas = {**definitions.get("$defs", {}), **components.get("schemas", {}), "Problem": _PROBLEM_SCHEMA}
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {
        "session": {"type": "http", "scheme": "bearer", "description": "The token that opening the session gave."},
        "host": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWS",
            "description": "Production: the host app's token, ES256 or EdDSA, with iss, aud, sub, jti and exp "
            "(at most 5 minutes ahead), used once.",
        },
        "staff": {"type": "http", "scheme": "bearer", "description": "A staff token."},
    }
    return document
