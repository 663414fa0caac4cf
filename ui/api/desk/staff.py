"""The colleagues' routes: the queue, a case, and everything that can be done in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent.casework.bell import Ring
from agent.casework.staff import Member
from agent.turn import Turn
from ui.api.body import M, read_model
from ui.api.desk.bodies import (
    BackBody,
    CallBody,
    DecisionBody,
    FormBody,
    IdentityBody,
    NothingBody,
    ShowBody,
    SignalBody,
    TakeBody,
    WordsBody,
)
from ui.api.desk.events import stream
from ui.api.desk.parts import DeskParts, done
from ui.api.desk.problems import desk_problem
from ui.api.desk.signin import COOKIE, PATH, SignIn
from ui.api.guard import is_opaque

Json = dict[str, Any]


class StaffRoutes:
    """Everything under ``/api/v1/desk`` but signing in."""

    def __init__(self, parts: DeskParts, sign_in: SignIn) -> None:
        self._parts, self._sign_in = parts, sign_in

    def install(self, app: FastAPI) -> None:
        """Add the routes to ``app``."""
        gets: Mapping[str, Callable[..., Any]] = {
            "/queue": self._queue,
            "/events": self._events,
            "/cases/{case}": self._case,
            "/cases/{case}/audit": self._audit,
        }
        for path, endpoint in gets.items():
            app.add_api_route(f"{PATH}{path}", endpoint, methods=["GET"], include_in_schema=False, response_model=None)
        app.add_api_route(f"{PATH}/take", self._take, methods=["POST"], include_in_schema=False, response_model=None)
        app.add_api_route(
            f"{PATH}/actions/{{action}}/decision", self._decision, methods=["POST"], include_in_schema=False,
            response_model=None,
        )  # fmt: skip
        for verb, (model, do) in self._verbs().items():
            app.add_api_route(
                f"{PATH}/cases/{{case}}/{verb}", self._does(model, do), methods=["POST"], include_in_schema=False,
                response_model=None, name=f"desk_{verb}",
            )  # fmt: skip

    def _verbs(self) -> Mapping[str, tuple[type[BaseModel], Callable[[Member, str, Any], Any]]]:
        """What is done in a case: body and deed."""
        work = self._parts.work
        return {
            "messages": (WordsBody, lambda who, case, body: work.say(who, case, body.text)),
            "notes": (WordsBody, lambda who, case, body: work.note(who, case, body.text)),
            "identity": (IdentityBody, self._identity),
            "form": (FormBody, lambda who, case, b: _turn(work.form(who, case, b.service, b.params, b.action))),
            "show": (ShowBody, lambda who, case, b: work.show(who, case, b.kind, b.model_dump(exclude={"kind"}))),
            "call": (CallBody, lambda who, case, b: work.call("staff", work.held(who, case), b.kind, b.state)),
            "signal": (SignalBody, lambda who, case, b: work.signal("customer", work.held(who, case), b.model_dump())),
            "back": (BackBody, lambda who, case, b: _turn(work.hand_back(who, case, b.outcome, b.note))),
            "return": (NothingBody, self._return),
        }

    def _does(self, model: type[BaseModel], do: Callable[[Member, str, Any], Any]) -> Callable[..., Any]:
        async def endpoint(request: Request, case: str) -> Response:
            member = await self._sign_in.member(request, changes=True)
            body = await self._read(request, model)
            result = await done(lambda: do(member, _id(case), body))
            return JSONResponse(result if isinstance(result, dict) else {"status": "ok"})

        return endpoint

    def _identity(self, member: Member, case: str, body: IdentityBody) -> Json:
        return {"level": self._parts.work.verify(member, case, body.document, same=body.same)}

    def _return(self, member: Member, case: str, body: NothingBody) -> None:
        self._parts.work.held(member, case)
        self._parts.work.queue.give_back(case, "by_colleague", by=member.id)

    async def _queue(self, request: Request) -> Response:
        member = await self._sign_in.member(request, changes=False)
        return JSONResponse(await done(lambda: self._parts.view.queue(member)))

    async def _case(self, request: Request, case: str) -> Response:
        member = await self._sign_in.member(request, changes=False)
        return JSONResponse(await done(lambda: self._parts.view.case(member, _id(case))))

    async def _audit(self, request: Request, case: str) -> Response:
        member = await self._sign_in.member(request, changes=False)
        return JSONResponse(await done(lambda: self._parts.view.audit(member, _id(case))))

    async def _take(self, request: Request) -> Response:
        """The next customer, or the one that is named; ``case`` is null when nobody waits."""
        member = await self._sign_in.member(request, changes=True)
        body = await self._read(request, TakeBody, empty_is_object=True)
        row = await done(lambda: self._parts.work.queue.take(member, body.case))
        return JSONResponse({"case": None if row is None else row.id})

    async def _decision(self, request: Request, action: str) -> Response:
        member = await self._sign_in.member(request, changes=True)
        body = await self._read(request, DecisionBody)
        decide = self._parts.work.decide
        turn = await done(lambda: decide(member, _id(action), approve=body.approve, reason=body.reason))
        return JSONResponse(_turn(turn))

    async def _events(self, request: Request) -> Response:
        """News while the page is open; an open page is also what keeps a colleague's customers with them."""
        member = await self._sign_in.member(request, changes=False)
        token = request.cookies.get(COOKIE, "")
        by_cookie = "authorization" not in request.headers
        staff, queue = self._parts.staff, self._parts.work.queue

        def here() -> bool:
            if by_cookie and staff.who(token) is None:
                return False
            staff.present(member.id)
            queue.seen(member.id)
            queue.sweep()
            return True

        async def first() -> list[tuple[str, Any]]:
            await run_in_threadpool(here)
            return [("changed", {"case": None})]

        async def news(ring: Ring) -> list[tuple[str, Any]]:
            return [(ring.kind, {"case": ring.case, **ring.data})]

        async def tick() -> bool:
            return await run_in_threadpool(here)

        def wanted(ring: Ring) -> bool:
            return ring.to != "customer" and (ring.kind == "changed" or ring.staff == member.id)

        return await stream(queue.bell, wanted, first, news, tick)

    async def _read(self, request: Request, model: type[M], *, empty_is_object: bool = False) -> M:
        options = self._parts.options
        return await read_model(
            request,
            model,
            bytes_max=options.text_bytes_max,
            seconds_max=options.body_seconds_max,
            empty_is_object=empty_is_object or model is NothingBody,
        )


def _id(given: str) -> str:
    if not is_opaque(given):
        raise desk_problem("unknown_case")
    return given


def _turn(turn: Turn | None) -> Json:
    return {"turn": None if turn is None else turn.turn_id}
