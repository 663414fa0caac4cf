"""Who a colleague is: sign-in with a cookie that scripts cannot read, and proof that a change comes from our own page."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent.casework.rules import desk_rules
from agent.casework.staff import CannotSignIn, Member, csrf_of, is_csrf
from ui.api.body import read_model
from ui.api.desk.bodies import SignInBody
from ui.api.desk.parts import DeskParts
from ui.api.desk.problems import desk_problem
from ui.api.guard import Rate, bearer, digest
from ui.api.problems import STAFF_TOKEN, TOO_MANY_SESSIONS, Problem

COOKIE, CSRF_HEADER, PATH = "skyteller_desk", "x-csrf-token", "/api/v1/desk"
SIGN_INS_PER_MINUTE_MAX = 20


class SignIn:
    """The routes under ``/api/v1/desk/session``, and the check before every other one."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._tries = Rate(SIGN_INS_PER_MINUTE_MAX, TOO_MANY_SESSIONS)

    def install(self, app: FastAPI) -> None:
        """Add the routes to ``app``."""
        for method, endpoint in (("POST", self._in), ("GET", self._who), ("DELETE", self._out)):
            app.add_api_route(
                f"{PATH}/session", endpoint, methods=[method], include_in_schema=False, response_model=None
            )
        app.add_api_route(f"{PATH}/token", self._token, methods=["POST"], include_in_schema=False, response_model=None)

    async def member(self, request: Request, *, changes: bool) -> Member:
        """The colleague who asks, by cookie or by bearer token. What ``changes`` something needs the page's secret
        beside the cookie.

        Raises:
            Problem: desk-signed-out, desk-csrf, staff-token.
        """
        if "authorization" in request.headers:
            staff = await run_in_threadpool(self._parts.tokens.verify, bearer(request))
            found = None if staff is None else await run_in_threadpool(self._parts.staff.member, staff)
            if found is None:
                raise Problem(STAFF_TOKEN)
            await run_in_threadpool(self._parts.staff.present, found.id)
            await run_in_threadpool(self._parts.work.queue.seen, found.id)
            return found
        token = request.cookies.get(COOKIE, "")
        member = await run_in_threadpool(self._parts.staff.who, token)
        if member is None:
            raise desk_problem("signed_out")
        if changes:
            _from_our_page(request)
            if not is_csrf(token, request.headers.get(CSRF_HEADER, "")):
                raise desk_problem("csrf")
            await run_in_threadpool(self._parts.staff.used, token)
        return member

    async def _in(self, request: Request) -> Response:
        _from_our_page(request)
        self._tries.take(digest(request.client.host if request.client is not None else ""))
        options = self._parts.options
        body = await read_model(
            request, SignInBody, bytes_max=options.text_bytes_max, seconds_max=options.body_seconds_max
        )
        try:
            signed = await run_in_threadpool(self._parts.staff.sign_in, body.staff, body.password)
        except CannotSignIn as error:
            raise desk_problem("locked_out" if error.code == "locked" else "sign_in") from None
        response = JSONResponse(self._told(signed.member, signed.csrf))
        response.set_cookie(
            COOKIE,
            signed.token,
            path=PATH,
            httponly=True,
            samesite="strict",
            secure=self._parts.secure,
            max_age=desk_rules().staff.hours_max * 3600,
        )
        return response

    async def _who(self, request: Request) -> Response:
        member = await self.member(request, changes=False)
        return JSONResponse(self._told(member, csrf_of(request.cookies.get(COOKIE, ""))))

    async def _out(self, request: Request) -> Response:
        await self.member(request, changes=True)
        await run_in_threadpool(self._parts.staff.sign_out, request.cookies.get(COOKIE, ""))
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict", secure=self._parts.secure)
        return response

    async def _token(self, request: Request) -> Response:
        """A bearer token of the signed-in colleague, for the audit log and for clients that are no page."""
        member = await self.member(request, changes=True)
        token = await run_in_threadpool(self._parts.tokens.token, member.id)
        if token is None:
            raise Problem(STAFF_TOKEN)
        return JSONResponse({"token": token})

    def _told(self, member: Member, csrf: str) -> dict[str, object]:
        return {
            "staff": member.id,
            "name": member.name,
            "name_en": member.name_en,
            "role": member.role,
            "csrf": csrf,
            "ice": self._parts.view.ice,
            **self._parts.view.choices(),
        }


def from_our_page(request: Request) -> bool:
    """Whether a request is a page's of ours: browsers name the page that it comes from, and another site's is refused."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _from_our_page(request: Request) -> None:
    if not from_our_page(request):
        raise desk_problem("csrf")
