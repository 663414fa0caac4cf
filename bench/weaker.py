"""Weaker systems than the counter, as servers that speak its HTTP contract: what each part of the design buys is measured on them.

``python -m bench.weaker --part agent [--port 7861]``

- ``agent``: LangChain's ``create_agent`` with the same language model and the services as tools that act at once, well prompted.
- ``agent_at_once``: the same, made to answer whatever is said with a call (``tool_choice``), one of which only talks.
- ``agent_gated``: the same agent, whose tools only propose: what it calls is opened at the gate, which does the rest.
- ``model_only``: the gate as it is, but the language model alone says by tool calls what is wanted (no examples stage).
- ``no_gate``: what was understood is done once its parameters are there: no identity, risk, education, read-back.
- ``no_education``: the gate without its lessons.
- ``no_grounding``: the language model's rewordings of answers are said unchecked.

Settings are the product's (``SKYTELLER_LLM`` …). Never serve one of these to anybody.
"""

from __future__ import annotations

import argparse
import re
import sys
import threading
from time import perf_counter
from typing import Any

import uvicorn
from langchain_core.messages import HumanMessage, SystemMessage

import agent.rephrase
import tools.gate.gate
from agent.commands import Command, OutOfScope
from agent.conversations import SqlConversations
from agent.conversations import digest as digest_of
from agent.llm.port import LanguageModel
from agent.llm.select import language_model
from agent.minds import Minds, minds
from agent.model_fetch import store_of
from agent.port import OnSentence, SessionEnded, SessionUnknown
from agent.settings import Settings, load
from agent.toolbox import service_tools
from agent.turn import (
    ActionResult,
    HandoffCard,
    Reply,
    SessionOpened,
    SessionRequest,
    Stage,
    Timings,
    Transcript,
    Turn,
    TurnRequest,
)
from agent.understand.cascade import Cascade
from agent.understand.port import Hearing
from agent.understand.tool_caller import ToolCaller
from app import App, build
from bench._behind import BehindTheGate, Proposing
from bench._naive_bank import Done, NaiveBank
from bench.naive import FACTS, STEPS_MAX, facts, naive_agent
from tools.gate import sessions, teach
from tools.gate.collect import collect
from tools.gate.sessions import NoSession, SessionInfo
from tools.services import built_services
from tools.tariff import load_tariff

PARTS = ("agent", "agent_at_once", "agent_gated", "model_only", "no_gate", "no_education", "no_grounding")
CALL_S_MAX = 60.0
_GREETING = {"zh-CN": "您好，请问办什么？", "en": "Hello, what can I do for you?"}
_PRESSED = {
    "zh-CN": {"confirm": "确认", "deny": "不", "acknowledge": "知道了", "otp": "验证码是{}", "choice": "选{}", "quiz": "选{}", "silence": "……", "rating": "{}分"},
    "en": {"confirm": "yes, confirm", "deny": "no", "acknowledge": "understood", "otp": "the code is {}", "choice": "the one called {}", "quiz": "option {}", "silence": "...", "rating": "{} of 5"},
}  # fmt: skip
_FOR_A_PERSON: Done = ("human.handoff", {})


class AgentTeller:
    """A naive agent behind :class:`agent.port.Teller`; what it did in a turn are the turn's actions."""

    def __init__(self, app: App, llm: LanguageModel, *, at_once: bool = False) -> None:
        self._db, self._llm, self._at_once = app.db, llm, at_once
        self._clock = app.gate._parts.clock
        self._store, self._tariff = SqlConversations(app.db), load_tariff()
        self._talks: dict[str, list[Any]] = {}
        self._agents: dict[str | None, tuple[NaiveBank, Any]] = {}  # by customer: they take long to make
        self._lock = threading.Lock()  # one model

    def open(self, request: SessionRequest) -> SessionOpened:
        """A session as the product's."""
        now = self._clock.now()
        with self._db.transaction() as db:
            session, token = sessions.open_session(
                db, now, request.customer, request.channel, request.locale, request.mode, request.device
            )
        turn = Turn(turn_id=0, heard="", reply=Reply(text=_GREETING[request.locale], speech=_GREETING[request.locale]))
        self._store.keep(session.id, turn, now, None, None)
        return SessionOpened(session_id=session.id, token=token, turn=turn)

    def turn(
        self, session_id: str, token: str, request: TurnRequest, *, key: str | None = None,
        on_sentence: OnSentence | None = None,
    ) -> Turn:  # fmt: skip
        """What was pressed is put in words; whatever the agent runs into is said."""
        with self._lock:
            session = self._session(session_id, token)
            again = None if key is None else self._store.repeated(session_id, key, request)
            if again is not None:
                return again
            turn = self._answer(session, request)
            self._store.keep(session_id, turn, self._clock.now(), key, digest_of(request))
            return turn

    def transcript(self, session_id: str, token: str) -> Transcript:
        """The session so far."""
        session = self._session(session_id, token)
        return Transcript(
            session_id=session_id, customer=session.customer, locale=session.locale, mode=session.mode, level=session.level,
            ended=False, turns=list(self._store.turns(session_id)),
        )  # fmt: skip

    def _answer(self, session: SessionInfo, request: TurnRequest) -> Turn:
        words, began = _words(session, request), perf_counter()
        bank, agent_ = self._agent(session.customer)
        bank.done.clear()
        talk = self._talks.setdefault(session.id, _begun(bank, session.customer))
        try:
            asked = [*talk, HumanMessage(words)]
            held = agent_.invoke({"messages": asked}, {"recursion_limit": STEPS_MAX})
            self._talks[session.id] = held["messages"]
            said = str(held["messages"][-1].content) or "…"
        except Exception as error:  # whatever the agent runs into is its answer
            said = f"({type(error).__name__})"
        handed = _FOR_A_PERSON in bank.done
        actions = [
            ActionResult(id=f"naive_{session.id}_{perf_counter():.6f}_{i}", service=service, status="done")
            for i, (service, _) in enumerate(bank.done)
            if service != "human.handoff"
        ]
        asks = re.search(r"[?？]", said) is not None
        stage: Stage = "handoff" if handed else "follow_up" if actions else "collect" if asks else "idle"
        cards: list[Any] = [HandoffCard(summary="", queue=1)] if handed else []
        ms = round(1000 * (perf_counter() - began), 1)
        return Turn(
            turn_id=self._store.next_id(session.id), heard=request.text or "", reply=Reply(text=said, speech=said, cards=cards),
            stage=stage, actions=actions, timings_ms=Timings(generate=ms, total=ms),
        )  # fmt: skip

    def _agent(self, customer: str | None) -> tuple[NaiveBank, Any]:
        if customer not in self._agents:
            bank = NaiveBank(self._db, self._clock, self._tariff)
            self._agents[customer] = bank, naive_agent(self._llm, bank, customer, at_once=self._at_once)
        return self._agents[customer]

    def _session(self, session_id: str, token: str) -> SessionInfo:
        try:
            with self._db.reading() as db:
                session = sessions.authenticate(db, self._clock.now(), session_id, token)
        except NoSession:
            raise SessionUnknown from None
        if session.ended:
            raise SessionEnded
        return session


def _begun(bank: NaiveBank, customer: str | None) -> list[Any]:
    if customer is None:
        return [SystemMessage("Nobody is signed in.")]
    name, known = facts(bank, customer)
    return [SystemMessage(FACTS.format(name=name, facts=known))]


def _words(session: SessionInfo, request: TurnRequest) -> str:
    if request.input is None:
        return request.text or ""
    said = _PRESSED[session.locale].get(request.input.type, request.input.type)
    return said.format(request.input.value)


class ModelOnly:
    """Exact forms as they are; everything else is what the language model calls."""

    def __init__(self, cascade: Cascade, caller: ToolCaller) -> None:
        self._cascade, self._caller = cascade, caller

    def understand(self, said: str, hearing: Hearing) -> list[Command]:
        """See :class:`agent.understand.port.Understanding`."""
        exact = self._cascade._exact(said.strip(), hearing)  # the gate's answers must be possible at all
        return exact or self._caller.commands(said, hearing) or [OutOfScope(by="model", confidence=0.5)]


def weaker(part: str, settings: Settings, loaded: Minds | None = None) -> App:
    """The product with one part taken out, not running yet."""
    if part in ("no_gate", "no_education"):
        gone = {teach.educate} if part == "no_education" else set(tools.gate.gate.STEPS) - {
            collect, tools.gate.gate.execute,
        }  # fmt: skip
        tools.gate.gate.STEPS = tuple(step for step in tools.gate.gate.STEPS if step not in gone)
    if part == "no_grounding":
        for checker in ("check", "left_out"):
            setattr(agent.rephrase, checker, lambda *_, **__: [])
        settings = settings.model_copy(update={"rephrase": True})
    llm = language_model(settings, store_of(settings))
    loaded = loaded or minds(settings, llm)
    if part == "model_only":
        tools_ = [
            one
            for one in service_tools()
            if one.name.replace("_", ".", 1) in built_services() or one.name == "human_handoff"
        ]
        caller = ToolCaller(_Ready(llm), tools_, timeout_s=CALL_S_MAX)
        loaded = Minds(ModelOnly(loaded.understanding, caller), loaded.library)  # type: ignore[arg-type]
    if part == "agent_gated":
        proposing = Proposing(loaded.understanding, llm)
        app = build(settings, llm=llm, loaded=Minds(proposing, loaded.library))  # type: ignore[arg-type]
        app.teller.turn = BehindTheGate(app.teller.turn, proposing).turn  # type: ignore[method-assign]
        return app
    app = build(settings, llm=llm, loaded=loaded)
    if part in ("agent", "agent_at_once"):
        _talk_by_agent(app, at_once=part == "agent_at_once")
    return app


class _Ready:
    """A model as the tool caller wants it."""

    def __init__(self, llm: LanguageModel) -> None:
        self._llm = llm

    def __getattr__(self, name: str) -> Any:
        return getattr(self._llm, name)

    def ready(self) -> bool:
        return self._llm.ready() == "ready"


def main() -> int:
    """Serves until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, default="agent")
    parser.add_argument("--port", type=int)
    args = parser.parse_args()
    settings = load()
    app = weaker(args.part, settings)
    app.llm.start()
    try:
        uvicorn.Server(
            uvicorn.Config(app.api, host=settings.host, port=args.port or settings.port, log_level="warning")
        ).run()
    finally:
        app.llm.stop()
        app.db.close()
    return 0


def _talk_by_agent(app: App, *, at_once: bool) -> None:
    """The API's turns go to the agent; sandbox, audit and health stay the product's."""
    teller = AgentTeller(app, app.llm, at_once=at_once)
    app.teller.open, app.teller.turn, app.teller.transcript = teller.open, teller.turn, teller.transcript  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main())
