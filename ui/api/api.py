"""``create_api``: the HTTP contract (v1) around a teller."""

from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from agent.casework.build import Office
from agent.port import Teller
from agent.turn import SessionRequest
from ui.api.conversation import Conversation
from ui.api.desk.customer import CustomerRoutes
from ui.api.desk.line import DeskLines
from ui.api.desk.parts import DeskParts
from ui.api.desk.signin import SignIn
from ui.api.desk.staff import StaffRoutes
from ui.api.docs import add_docs
from ui.api.envelope import Envelope
from ui.api.errors import Problems
from ui.api.hearing import Hearing
from ui.api.inputs import TurnBody
from ui.api.metrics import Metrics
from ui.api.options import ApiOptions
from ui.api.ports import AuditReader, Catalogue, Health, SandboxBank, SpeakingVoice, StaffDesk
from ui.api.sandbox import ClockBody, FaceBody, ResetBody, Sandbox, StaffBody
from ui.api.service import Service
from ui.api.speech import Speaking, SpeechBody
from ui.api.turns import TurnDesk
from voice.hearing import Recognizer

DESCRIPTION = """A digital human that does the work of a bank counter.

Open a session, then take turns: say something (`text`) or press something (`input`). Each reply says in `stage` and
`service` what the next turn is expected to answer. Errors are problem documents (RFC 9457) with a stable `type`.
"""
_OURS = ("/api", "/healthz", "/metrics", "/docs", "/openapi.json", "/problems")


class _NothingElse(BaseRoute):
    """Ends the API's part of the address space: 404 or 405 as problem documents, whatever is mounted after it."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope.get("path", "")
        ours = any(path == prefix or path.startswith(f"{prefix}/") for prefix in _OURS)
        return (Match.FULL if ours and scope["type"] in {"http", "websocket"} else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
            return
        methods: set[str] = set()
        for route in self._app.routes:
            if route is not self and route.matches(scope)[0] is Match.PARTIAL:
                methods |= getattr(route, "methods", None) or set()
        if methods:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
        raise HTTPException(404)


def create_api(
    teller: Teller,
    options: ApiOptions,
    sandbox: SandboxBank | None,
    audit: AuditReader,
    staff: StaffDesk,
    health: Health,
    catalogue: Catalogue,
    recognizer: Recognizer | None = None,
    synthesizer: SpeakingVoice | None = None,
    office: Office | None = None,
) -> FastAPI:
    """The application with every route of the contract; ``sandbox`` is None in production, ``recognizer`` and
    ``synthesizer`` without voice, ``office`` without a staff desk.

    Pages are mounted on what is returned. At shutdown ``await app.state.turns.drain(seconds)`` lets turns end.

    Raises:
        ValueError: no sandbox and no host tokens (nobody could be authenticated), both, or unusable keys.
    """
    if (sandbox is None) == (options.host_tokens is None):
        raise ValueError("sessions are opened either in a sandbox or by a host app's tokens: give exactly one")
    app = FastAPI(
        title="Skyteller 云柜员",
        version=health.version,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    metrics = Metrics()
    problems = Problems(metrics)
    desk = TurnDesk(teller, options, metrics.turn)
    app.state.turns, app.state.turn_done, app.state.problems = desk, metrics.turn, problems  # for what is mounted later
    app.state.metrics, app.state.goodbyes = metrics, []
    problems.install(app)
    app.add_middleware(Envelope, problems=problems, metrics=metrics)
    Conversation(teller, desk, options, sandbox, problems).install(app)
    Service(audit, staff, health, catalogue, metrics, desk).install(app)
    Hearing(recognizer, teller, options, metrics, sandbox=sandbox is not None).install(app)
    if office is not None:
        parts = DeskParts(office.work, office.view, office.staff, office.tokens, options, secure=sandbox is None)
        sign_in = SignIn(parts)
        sign_in.install(app)
        StaffRoutes(parts, sign_in).install(app)
        CustomerRoutes(parts).install(app)
        DeskLines(parts, teller).install(app)
    if synthesizer is not None:
        synthesizer.listen(metrics.clause)
    Speaking(synthesizer, teller, options, sandbox=sandbox is not None).install(app)
    bodies: list[type[BaseModel]] = [SessionRequest, TurnBody, SpeechBody]
    if sandbox is not None:
        Sandbox(sandbox, staff, options).install(app)
        bodies += [ResetBody, ClockBody, StaffBody, FaceBody]
    add_docs(app, bodies)
    app.router.routes.append(_NothingElse(app))
    return app
