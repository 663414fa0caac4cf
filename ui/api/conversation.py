"""Sessions, turns and transcripts: what customers' clients call."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agent.port import Teller
from agent.turn import SessionOpened, SessionRequest, Transcript, Turn
from ui.api.body import read_model
from ui.api.docs import body_of, problem_responses
from ui.api.errors import Problems
from ui.api.guard import Rate, bearer, digest, idempotency_key, is_opaque, session_path
from ui.api.hosttoken import HostTokenVerifier
from ui.api.inputs import TurnBody
from ui.api.options import ApiOptions
from ui.api.ports import SandboxBank
from ui.api.problems import (
    CUSTOMER_MISMATCH,
    TOO_MANY_SESSIONS,
    TOO_MANY_TURNS,
    UNKNOWN_CUSTOMER,
    Problem,
)
from ui.api.stream import stream_turn, wants_stream
from ui.api.turns import Asked, TurnDesk

SESSION_EXAMPLES = {
    "sandbox": {"customer": "C1001", "channel": "web", "locale": "zh-CN", "mode": "standard", "device": "known"},
    "host app (customer from its token)": {"channel": "embed", "locale": "en"},
}
TURN_EXAMPLES = {
    "words": {"text": "给王芳转五百"},
    "code": {"input": {"type": "otp", "value": "482913"}},
    "confirmation": {"input": {"type": "confirm", "value": "3f9c1a"}},
    "option": {"input": {"type": "choice", "value": "6688"}},
    "consent": {"input": {"type": "consent", "value": {"id": "face", "given": True}}},
    "specimen (sandbox)": {"input": {"type": "document", "value": "specimen"}},
    "silence": {"input": {"type": "silence"}},
    "rating": {"input": {"type": "rating", "value": 5}},
}
_EVENTS = (
    "`event: sentence` {i, text, speech} as each is said, then `event: turn` with the whole Turn, or `event: problem` "
    "with a problem document"
)
_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
    "description": "Makes the turn repeatable: same key and body, the stored Turn; another body, 409.",
}


def json_of(model: BaseModel, status: int = 200) -> Response:
    """A model as a JSON response."""
    return Response(model.model_dump_json(), status, media_type="application/json")


class Conversation:
    """The routes under ``/api/v1/sessions``."""

    def __init__(
        self, teller: Teller, desk: TurnDesk, options: ApiOptions, sandbox: SandboxBank | None, problems: Problems
    ) -> None:
        self._teller, self._desk, self._options, self._sandbox = teller, desk, options, sandbox
        self._problems = problems
        self._hosts = None if options.host_tokens is None else HostTokenVerifier(options.host_tokens)
        self._turns = Rate(options.session_turns_per_minute_max, TOO_MANY_TURNS)
        self._sessions = Rate(options.address_sessions_per_minute_max, TOO_MANY_SESSIONS)

    def install(self, app: FastAPI) -> None:
        """Add the routes to ``app``."""
        app.add_api_route(
            "/api/v1/sessions",
            self._open,
            methods=["POST"],
            status_code=201,
            response_model=SessionOpened,
            tags=["conversation"],
            summary="Open a session",
            operation_id="open_session",
            responses=problem_responses(400, 401, 403, 413, 415, 422, 429, 503),
            openapi_extra={
                **body_of(SessionRequest, SESSION_EXAMPLES),
                "security": [{}] if self._sandbox else [{"host": []}],
            },
        )
        turn_ok = {
            "description": f"The turn. With `Accept: text/event-stream`: {_EVENTS}.",
            "content": {"text/event-stream": {"schema": {"type": "string", "description": _EVENTS}}},
        }
        app.add_api_route(
            "/api/v1/sessions/{session_id}/turns",
            self._turn,
            methods=["POST"],
            response_model=Turn,
            tags=["conversation"],
            summary="Say or press something",
            operation_id="take_turn",
            responses={200: turn_ok, **problem_responses(400, 401, 408, 409, 410, 413, 415, 422, 429, 503)},
            openapi_extra={
                **body_of(TurnBody, TURN_EXAMPLES),
                "security": [{"session": []}],
                "parameters": [_KEY_PARAMETER],
            },
        )
        app.add_api_route(
            "/api/v1/sessions/{session_id}",
            self._transcript,
            methods=["GET"],
            response_model=Transcript,
            tags=["conversation"],
            summary="The session so far",
            operation_id="read_session",
            responses=problem_responses(401, 410, 503),
            openapi_extra={"security": [{"session": []}]},
        )

    async def _open(self, request: Request) -> Response:
        """Start talking. In the sandbox `customer` picks one of its customers; in production the host app's signed
        token says who it is."""
        token = "" if self._sandbox is not None else bearer(request)
        if self._sandbox is None:
            self._sessions.take(digest(request.client.host if request.client is not None else ""))
        wanted = await read_model(
            request, SessionRequest, bytes_max=self._text_max, seconds_max=self._options.body_seconds_max
        )
        customer = await run_in_threadpool(self._authenticate, wanted.customer, token)
        opened = await run_in_threadpool(self._teller.open, wanted.model_copy(update={"customer": customer}))
        return json_of(opened, 201)

    def _authenticate(self, named: str | None, token: str) -> str | None:
        """The customer whose session it will be; blocking."""
        if self._sandbox is not None:
            if named is not None and not (is_opaque(named) and self._sandbox.customer_exists(named)):
                raise Problem(UNKNOWN_CUSTOMER)
            return named
        if self._hosts is None:  # create_api does not let this come about
            raise AssertionError("neither sandbox nor host tokens")
        customer = self._hosts.customer(token)
        if named is not None and named != customer:
            raise Problem(CUSTOMER_MISMATCH)
        return customer

    async def _turn(self, request: Request, session_id: str) -> Response:
        """One turn: exactly one of `text` and `input`. An input that is not awaited changes nothing and repeats the
        pending question."""
        session, token, key = session_path(session_id), bearer(request), idempotency_key(request)
        self._turns.take(digest(session, token))
        body = await read_model(
            request,
            TurnBody,
            bytes_max=self._text_max,
            pictures_bytes_max=self._options.request_bytes_max,
            seconds_max=self._options.body_seconds_max,
            has_pictures=lambda body: body.carries_pictures,
            context={"text_chars_max": self._options.text_chars_max, "sandbox": self._sandbox is not None},
        )
        asked = Asked(session, token, body.request(), key)
        if wants_stream(request):
            return await stream_turn(
                self._desk,
                asked,
                keep_alive_seconds=self._options.keep_alive_seconds,
                problem=lambda error: self._problems.document(error, request.scope),
            )
        return json_of(await asyncio.shield(self._desk.begin(asked)))

    async def _transcript(self, request: Request, session_id: str) -> Response:
        """All turns of a session: what a page needs to come back after a refresh."""
        session, token = session_path(session_id), bearer(request)
        return json_of(await run_in_threadpool(self._teller.transcript, session, token))

    @property
    def _text_max(self) -> int:
        return min(self._options.text_bytes_max, self._options.request_bytes_max)
