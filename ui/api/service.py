"""Catalogue, audit, health, figures, and what the problem types mean."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.api.desk.problems import DESK_KINDS
from ui.api.docs import problem_responses
from ui.api.guard import bearer, is_opaque
from ui.api.kinds import KINDS
from ui.api.metrics import Metrics
from ui.api.ports import AuditReader, Catalogue, Health, StaffDesk
from ui.api.problems import NOT_FOUND, STAFF_TOKEN, Problem, language
from ui.api.turns import TurnDesk

_VERSION_0_0_4 = "text/plain; version=0.0.4; charset=utf-8"  # Prometheus' text format


class Service:
    """Routes that are no conversation."""

    def __init__(
        self,
        audit: AuditReader,
        staff: StaffDesk,
        health: Health,
        catalogue: Catalogue,
        metrics: Metrics,
        desk: TurnDesk,
    ) -> None:
        self._audit, self._staff, self._health, self._catalogue = audit, staff, health, catalogue
        self._metrics, self._desk = metrics, desk

    def install(self, app: FastAPI) -> None:
        """Add the routes to ``app``."""
        app.add_api_route(
            "/api/v1/services",
            self._services,
            methods=["GET"],
            summary="The catalogue as JSON Schema",
            tags=["bank"],
            operation_id="list_services",
            responses=problem_responses(503),
            response_model=None,
        )
        app.add_api_route(
            "/api/v1/audit",
            self._events,
            methods=["GET"],
            summary="Audit events of a session",
            tags=["bank"],
            operation_id="read_audit",
            responses=problem_responses(401, 422, 503),
            response_model=None,
            openapi_extra={"security": [{"staff": []}]},
        )
        app.add_api_route(
            "/healthz",
            self._healthz,
            methods=["GET"],
            summary="Alive, and which models are ready",
            tags=["operation"],
            operation_id="health",
            response_model=None,
        )
        app.add_api_route(
            "/metrics",
            self._figures,
            methods=["GET"],
            summary="Figures for Prometheus",
            tags=["operation"],
            operation_id="metrics",
            response_model=None,
            responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
        )
        app.add_api_route(
            "/problems/{slug}",
            self._problem,
            methods=["GET"],
            summary="What a problem type means",
            tags=["operation"],
            operation_id="explain_problem",
            responses=problem_responses(404),
            response_model=None,
        )

    async def _services(self) -> Response:
        """Every service with its id, titles, assurance, class and the schema of its parameters."""
        services = await run_in_threadpool(self._catalogue.services)
        return JSONResponse([dict(service) for service in services])

    async def _events(self, request: Request, session_id: Annotated[str, Query(max_length=128)]) -> Response:
        """In order, each with the hash of the one before."""
        token = bearer(request)
        if await run_in_threadpool(self._staff.verify, token) is None:
            raise Problem(STAFF_TOKEN)
        events = await run_in_threadpool(self._audit.events, session_id) if is_opaque(session_id) else []
        return JSONResponse([dict(event) for event in events])

    async def _healthz(self) -> Response:
        """Answers as soon as the server does; models load behind it."""
        state: dict[str, Any] = {"status": "ok", "version": self._health.version, "models": dict(self._health.models())}
        return JSONResponse(state)

    async def _figures(self) -> Response:
        """Turns by stage, service and outcome, latencies by part, problems by type."""
        self._metrics.in_progress.set(self._desk.in_progress)
        return Response(self._metrics.text(), headers={"Content-Type": _VERSION_0_0_4})

    async def _problem(self, request: Request, slug: str) -> Response:
        """Title, status and remedy of a problem type."""
        kind = KINDS.get(slug) or DESK_KINDS.get(slug)
        if kind is None:
            raise Problem(NOT_FOUND)
        locale = language(request.headers)
        return JSONResponse(
            {
                "type": kind.type,
                "title": kind.title.of(locale),
                "status": kind.status,
                "detail": kind.detail.of(locale),
            },
            headers={"Content-Language": locale, "Vary": "Accept-Language"},
        )
