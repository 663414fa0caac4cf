"""The customer's side of a case: where they stand, what the colleague says and shows, the call."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent.casework.bell import Ring
from agent.casework.queue import DeskRefusal
from agent.records import HandoffRow
from ui.api.body import M, read_model
from ui.api.desk.bodies import CallbackBody, CallBody, SignalBody
from ui.api.desk.events import stream
from ui.api.desk.parts import DeskParts, done
from ui.api.guard import bearer, session_path

PATH = "/api/v1/sessions/{session_id}/desk"


class CustomerRoutes:
    """Everything under ``/api/v1/sessions/{id}/desk``; words go as turns, and come to the colleague by themselves."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def install(self, app: FastAPI) -> None:
        """Add the routes to ``app``."""
        routes = (
            ("GET", "", self._state),
            ("DELETE", "", self._leave),
            ("GET", "/events", self._events),
            ("POST", "/callback", self._callback),
            ("POST", "/call", self._call),
            ("POST", "/signal", self._signal),
        )
        for method, path, endpoint in routes:
            app.add_api_route(f"{PATH}{path}", endpoint, methods=[method], include_in_schema=False, response_model=None)

    async def _state(self, request: Request, session_id: str, after: int = 0) -> Response:
        session = await self._session(request, session_id)
        return JSONResponse(await run_in_threadpool(self._told, session, after))

    async def _leave(self, request: Request, session_id: str) -> Response:
        session = await self._session(request, session_id)
        await done(lambda: self._parts.work.queue.leave(session))
        return JSONResponse({"status": "left"})

    async def _callback(self, request: Request, session_id: str) -> Response:
        session = await self._session(request, session_id)
        body = await self._read(request, CallbackBody)
        await done(lambda: self._parts.work.queue.call_back(session, body.at))
        return JSONResponse(await run_in_threadpool(self._told, session, 0))

    async def _call(self, request: Request, session_id: str) -> Response:
        session = await self._session(request, session_id)
        body = await self._read(request, CallBody)
        await done(lambda: self._parts.work.call("customer", self._case(session), body.kind, body.state))
        return JSONResponse({"status": "ok"})

    async def _signal(self, request: Request, session_id: str) -> Response:
        session = await self._session(request, session_id)
        body = await self._read(request, SignalBody)
        await done(lambda: self._parts.work.signal("staff", self._case(session), body.model_dump()))
        return JSONResponse({"status": "ok"})

    async def _events(self, request: Request, session_id: str, after: int = 0) -> Response:
        """News while the page is open; an open page also keeps the session of a customer who waits or is served."""
        session = await self._session(request, session_id)
        queue, seq = self._parts.work.queue, after

        async def state() -> list[tuple[str, Any]]:
            nonlocal seq
            told = await run_in_threadpool(self._told, session, seq)
            seq = max([seq, *(event["seq"] for event in told["events"])])
            return [("state", told)]

        async def news(ring: Ring) -> list[tuple[str, Any]]:
            return await state() if ring.kind == "changed" else [(ring.kind, ring.data)]

        async def tick() -> bool:
            await run_in_threadpool(queue.waits, session)
            await run_in_threadpool(queue.sweep)
            return True

        def wanted(ring: Ring) -> bool:
            return ring.to != "staff" and (ring.session == session or ring.kind == "changed")  # others move the place

        return await stream(queue.bell, wanted, state, news, tick)

    def _told(self, session: str, after: int) -> dict[str, Any]:
        told = self._parts.view.customers(session)
        case = told.get("case")
        events = [] if case is None else self._parts.view.events(case, max(0, after), customers=True)
        return {**told, "events": events}

    def _case(self, session: str) -> HandoffRow:
        row = self._parts.work.queue.case_of(session)
        if row is None:
            raise DeskRefusal("unknown_case")
        return row

    async def _session(self, request: Request, session_id: str) -> str:
        session, token = session_path(session_id), bearer(request)
        await run_in_threadpool(self._parts.view.authenticate, session, token)
        return session

    async def _read(self, request: Request, model: type[M]) -> M:
        options = self._parts.options
        return await read_model(request, model, bytes_max=options.text_bytes_max, seconds_max=options.body_seconds_max)
