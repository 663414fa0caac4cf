"""The sandbox's own routes; outside sandbox mode they are never added."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC
from typing import Annotated, Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field, StrictInt
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tools.errors import Refused
from ui.api.body import M, read_model
from ui.api.docs import body_of, problem_responses
from ui.api.guard import bearer, is_opaque, session_path
from ui.api.options import ApiOptions
from ui.api.ports import SandboxBank, StaffDesk
from ui.api.problems import NOT_FOUND, PICTURE, SESSION_UNKNOWN, UNKNOWN_CUSTOMER, UNKNOWN_STAFF, Problem

ADVANCE_SECONDS_MAX = 10 * 366 * 86_400


class ResetBody(BaseModel):
    """One customer's story, or everyone's."""

    model_config = ConfigDict(extra="forbid")
    customer: str | None = None


class ClockBody(BaseModel):
    """How far the sandbox clock moves; it never goes back."""

    model_config = ConfigDict(extra="forbid")
    advance_s: Annotated[StrictInt, Field(ge=0, le=ADVANCE_SECONDS_MAX)]


class StaffBody(BaseModel):
    """Whose token is wanted: S001 is a teller, S002 a supervisor."""

    model_config = ConfigDict(extra="forbid")
    staff: str


class FaceBody(BaseModel):
    """A picture of one's own face (JPEG or PNG, base64)."""

    model_config = ConfigDict(extra="forbid")
    picture: Annotated[str, Field(min_length=1)]


class Sandbox:
    """The routes under ``/api/v1/sandbox``."""

    def __init__(self, bank: SandboxBank, staff: StaffDesk, options: ApiOptions) -> None:
        self._bank, self._staff, self._options = bank, staff, options

    def install(self, app: FastAPI) -> None:
        """Add the routes to ``app``."""
        gets = {
            "/customers/{customer}": (self._customer, "State of a customer", "sandbox_customer"),
            "/customers/{customer}/phone": (
                self._phone,
                "Messages on a customer's phone, newest first",
                "sandbox_phone",
            ),
            "/sessions/{session_id}": (self._session, "What an attentive customer would answer", "sandbox_session"),
        }
        for path, (endpoint, summary, name) in gets.items():
            app.add_api_route(
                f"/api/v1/sandbox{path}",
                endpoint,
                methods=["GET"],
                summary=summary,
                operation_id=name,
                tags=["sandbox"],
                responses=problem_responses(404, 503),
                response_model=None,
            )
        posts: Mapping[str, tuple[Any, str, type[BaseModel], Mapping[str, Any]]] = {
            "/reset": (self._reset, "Back to the story", ResetBody, {"one": {"customer": "C1001"}, "all": {}}),
            "/clock": (self._clock, "Move the clock", ClockBody, {"a day": {"advance_s": 86400}}),
            "/staff": (self._token, "A staff token", StaffBody, {"teller": {"staff": "S001"}}),
        }
        for path, (endpoint, summary, body, examples) in posts.items():
            app.add_api_route(
                f"/api/v1/sandbox{path}",
                endpoint,
                methods=["POST"],
                summary=summary,
                operation_id=f"sandbox_{path[1:]}",
                tags=["sandbox"],
                response_model=None,
                responses=problem_responses(400, 413, 415, 422, 503),
                openapi_extra=body_of(body, examples, required=body is not ResetBody),
            )

        face = "/api/v1/sandbox/sessions/{session_id}/face"
        app.add_api_route(
            face, self._enrol, methods=["POST"], status_code=201, summary="One's own face on the specimen, for a session",
            operation_id="sandbox_face", tags=["sandbox"], response_model=None,
            responses=problem_responses(400, 401, 404, 413, 415, 422, 503),
            openapi_extra=body_of(FaceBody, {"one": {"picture": "/9j/4AAQ…"}}),
        )  # fmt: skip
        app.add_api_route(
            face, self._forget, methods=["DELETE"], status_code=204, summary="Forget one's own face before the session ends",
            operation_id="sandbox_face_forget", tags=["sandbox"], response_model=None,
            responses=problem_responses(401, 404, 503),
        )  # fmt: skip

    async def _enrol(self, request: Request, session_id: str) -> Response:
        """Kept in memory until the session ends; answers with the document that is the specimen from now on."""
        token = bearer(request)
        body = await read_model(
            request, FaceBody, bytes_max=self._options.request_bytes_max, seconds_max=self._options.body_seconds_max
        )
        try:
            front = await run_in_threadpool(self._bank.enrol_face, session_path(session_id), token, body.picture)
        except Refused as refused:
            raise Problem(PICTURE, {"why": refused.said.text}) from None
        if front is None:
            raise Problem(SESSION_UNKNOWN)
        return JSONResponse({"front": base64.b64encode(front).decode()}, status_code=201)

    async def _forget(self, request: Request, session_id: str) -> Response:
        """The specimen is the customer's drawn one again."""
        if not await run_in_threadpool(self._bank.forget_face, session_path(session_id), bearer(request)):
            raise Problem(SESSION_UNKNOWN)
        return Response(status_code=204)

    async def _customer(self, customer: str) -> Response:
        """Accounts, cards, payees, transfers, requests and the rest, as the core has them."""
        state = await run_in_threadpool(self._bank.customer_state, customer) if is_opaque(customer) else None
        return _found(state)

    async def _phone(self, customer: str) -> Response:
        """Text messages: codes and notices."""
        messages = await run_in_threadpool(self._bank.phone, customer) if is_opaque(customer) else None
        return _found(None if messages is None else list(messages))

    async def _session(self, session_id: str) -> Response:
        """Assurance level, and the right option of a pending comprehension question."""
        state = await run_in_threadpool(self._bank.session_state, session_id) if is_opaque(session_id) else None
        return _found(state)

    async def _reset(self, request: Request) -> Response:
        """Reverses what was posted; ends sessions, clears codes, locks and risk history; the audit log stays."""
        body = await self._read(request, ResetBody)
        known = body.customer is None or (
            is_opaque(body.customer) and await run_in_threadpool(self._bank.customer_exists, body.customer)
        )
        if not known:
            raise Problem(UNKNOWN_CUSTOMER)
        await run_in_threadpool(self._bank.reset, body.customer)
        return JSONResponse({"status": "ok"})

    async def _clock(self, request: Request) -> Response:
        """Runs the jobs that fall due on the way; answers with the new present."""
        body = await self._read(request, ClockBody)
        now = await run_in_threadpool(self._bank.advance_clock, body.advance_s)
        return JSONResponse({"now": now.astimezone(UTC).isoformat()})

    async def _token(self, request: Request) -> Response:
        """A token for the audit log and the staff desk."""
        body = await self._read(request, StaffBody)
        token = await run_in_threadpool(self._staff.token, body.staff) if is_opaque(body.staff) else None
        if token is None:
            raise Problem(UNKNOWN_STAFF)
        return JSONResponse({"token": token})

    async def _read(self, request: Request, model: type[M]) -> M:
        return await read_model(
            request,
            model,
            bytes_max=min(self._options.text_bytes_max, self._options.request_bytes_max),
            seconds_max=self._options.body_seconds_max,
            empty_is_object=model is ResetBody,
        )


def _found(state: Any) -> Response:
    if state is None:
        raise Problem(NOT_FOUND)
    return JSONResponse(state if isinstance(state, list) else dict(state))
