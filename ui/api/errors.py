"""The one seam where errors of the product become problem documents, and where the unexpected is logged."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from agent.port import BadInput, IdempotencyConflict, SessionEnded, SessionUnknown
from tools.errors import Busy, KeyConflict
from tools.wording import Text
from ui.api.metrics import Metrics
from ui.api.problems import (
    BAD_REQUEST,
    BUSY,
    INTERNAL,
    INVALID,
    KEY_CONFLICT,
    METHOD,
    NOT_FOUND,
    SESSION_ENDED,
    SESSION_UNKNOWN,
    Kind,
    Problem,
    language,
)
from ui.api.remedies import problem_of

log = logging.getLogger(__name__)

REQUEST_ID = "skyteller.request_id"  # its place in the ASGI scope
RETRY_SECONDS = 1
_KNOWN: Mapping[type[Exception], Kind] = {
    SessionUnknown: SESSION_UNKNOWN,
    SessionEnded: SESSION_ENDED,
    IdempotencyConflict: KEY_CONFLICT,
    KeyConflict: KEY_CONFLICT,
}


def instance(scope: Scope) -> str | None:
    """What names this occurrence in a document and in the log."""
    request_id = scope.get(REQUEST_ID)
    return None if request_id is None else f"urn:uuid:{request_id}"


class Problems:
    """Turns exceptions into problem documents and counts them."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def install(self, app: FastAPI) -> None:
        """Answer every exception of ``app`` that has a meaning for clients."""
        for known in (Problem, HTTPException, RequestValidationError, BadInput, Busy, *_KNOWN):
            app.add_exception_handler(known, self._handle)

    def response(self, error: Exception, scope: Scope) -> Response:
        """The answer to ``error``."""
        problem = self._problem(error, scope)
        return problem.response(language(Headers(scope=scope)), instance(scope))

    def document(self, error: Exception, scope: Scope) -> dict[str, Any]:
        """The document alone, for a stream that has begun."""
        return self._problem(error, scope).document(language(Headers(scope=scope)), instance(scope))

    async def _handle(self, request: Request, error: Exception) -> Response:
        return self.response(error, request.scope)

    def _problem(self, error: Exception, scope: Scope) -> Problem:
        problem = _known(error)
        if problem is None:
            log_unexpected(error, scope)
            problem = Problem(INTERNAL)
        self._metrics.problem(problem.kind.slug, problem.kind.status)
        return problem


def log_unexpected(error: Exception, scope: Scope) -> None:
    """Where it happened and under which id; never the message, which may hold what a customer said."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    where = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("unexpected %s, request %s, at %s", type(error).__name__, scope.get(REQUEST_ID), where)


def _known(error: Exception) -> Problem | None:
    match error:
        case Problem():
            return error
        case BadInput():
            slug = re.sub(r"[^a-z0-9]+", "-", error.code.lower()).strip("-") or INVALID.slug
            detail = Text(zh=error.detail, en=error.detail)  # already in the session's language
            return Problem(Kind(slug, 422, INVALID.title, detail))
        case Busy():
            return Problem(BUSY, headers={"Retry-After": str(RETRY_SECONDS)})
        case RequestValidationError():
            return problem_of([{**found, "loc": found["loc"][1:]} for found in error.errors()])
        case HTTPException():
            return _of_status(error)
        case _:
            kind = next((kind for known, kind in _KNOWN.items() if isinstance(error, known)), None)
            return None if kind is None else Problem(kind)


def _of_status(error: HTTPException) -> Problem | None:
    headers = dict(error.headers or {})
    if error.status_code == 404:
        return Problem(NOT_FOUND)
    if error.status_code == 405:
        return Problem(METHOD, headers=headers)
    if 400 <= error.status_code < 500:
        return Problem(
            Kind(BAD_REQUEST.slug, error.status_code, BAD_REQUEST.title, BAD_REQUEST.detail), headers=headers
        )
    return None
