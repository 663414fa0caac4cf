"""The teller: sessions and turns, one at a time per session; the one thing that HTTP, page and voice talk to."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any
from weakref import WeakValueDictionary

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from sqlalchemy.orm import Session

from agent import phrases, say, small_talk
from agent.casework.queue import Queue
from agent.conversations import SqlConversations, digest
from agent.graph import build_graph
from agent.hints import Sayable, sayable
from agent.nodes import Nodes
from agent.openings import openings
from agent.port import BadInput, OnSentence, SessionEnded, SessionUnknown
from agent.state import Answered, Asked, Conversation, Order, Wish, Work
from agent.turn import Reply, Sentence, SessionOpened, SessionRequest, Transcript, Turn, TurnRequest
from tools.bank.port import CoreBank
from tools.catalogue import catalogue
from tools.clock import Clock
from tools.db import Database
from tools.errors import Busy
from tools.gate import audit, sessions
from tools.gate.sessions import NoSession, SessionInfo
from tools.masking import mask
from tools.wording import Text

log = logging.getLogger(__name__)


class SkyTeller:
    """Implements :class:`agent.port.Teller` on the graph."""

    def __init__(
        self,
        *,
        db: Database,
        bank_of: Callable[[Session], CoreBank],
        clock: Clock,
        nodes: Nodes,
        store: SqlConversations,
        checkpointer: BaseCheckpointSaver[Any],
        queue: Queue | None = None,
    ) -> None:
        self._queue = queue
        self._db, self._bank_of, self._clock, self._store = db, bank_of, clock, store
        self._graph = build_graph(nodes, checkpointer)
        self._locks: WeakValueDictionary[str, _Lock] = WeakValueDictionary()
        self._locks_guard = threading.Lock()

    def open(self, request: SessionRequest) -> SessionOpened:
        """Greet; offer to go on with what was left unfinished in an earlier session."""
        now = self._clock.now()
        unfinished = None if request.customer is None else self._store.unfinished(request.customer, now)
        with self._db.transaction() as db:
            name = None if request.customer is None else self._bank_of(db).customer(request.customer).name
            session, token = sessions.open_session(
                db, now, request.customer, request.channel, request.locale, request.mode, request.device
            )
            audit.append(db, now, session.id, "session", f"opened:{request.channel}:level_{session.level}")
        work = Work(session=session, request=TurnRequest(), name=name)
        state = Conversation(stack=[], queue=[], asked=None, misses=0, said=[], done=[])
        if name is None:
            work.say(phrases.GREETING_VISITOR)
        elif unfinished is None:
            work.say(phrases.GREETING, name=Text(f"，{name}", f", {name}"))
        else:
            service, slots, said = unfinished
            state["asked"] = Asked(kind="resume", wish=Wish(service=service, slots=slots, said=said))
            work.say(phrases.GREETING_BACK, name=Text(f"，{name}", f", {name}"))
            work.say(phrases.RESUME, service=catalogue()[service].name)
            small_talk.show_offer(work, state["asked"])
        with _checkpointed():
            self._graph.update_state(_thread(session.id), state, as_node="say")
        turn = say.turn_of(work)
        self._store.keep(session.id, turn, now, None, None)
        return SessionOpened(session_id=session.id, token=token, turn=turn)

    def turn(
        self,
        session_id: str,
        token: str,
        request: TurnRequest,
        *,
        key: str | None = None,
        on_sentence: OnSentence | None = None,
    ) -> Turn:
        """Hear, understand, decide, do, say. See :class:`agent.port.Teller` for the errors."""
        if (request.text is None) == (request.input is None):
            raise BadInput("text-or-input", "Send exactly one of text and input")
        with self._one_at_a_time(session_id):
            session = self._session(session_id, token)
            unheard = self._keep_unheard(session_id)
            again = None if key is None else self._store.repeated(session_id, key, request)
            if again is None and unheard is not None and unheard["digest"] == digest(request):
                again = Turn.model_validate(unheard["turn"])
            if again is not None:
                return _heard_out(again, on_sentence)
            turn = self._passed_on(session, request) or self._run(session, request, key, unheard)
            self._store.keep(session_id, turn, self._clock.now(), key, digest(request))
        return _heard_out(turn, on_sentence)

    def serve(self, session_id: str, order: Order) -> Turn:
        """A turn that a colleague causes: 小岚 says and shows what came of it.

        Raises:
            SessionUnknown, SessionEnded, tools.errors.Busy
            Overtaken: the action that ``order`` expects is not open any more; nothing was done.
        """
        with self._one_at_a_time(session_id):
            with self._db.reading() as db:
                session = sessions.info(db, self._clock.now(), session_id)
            if session.ended:
                raise SessionEnded
            unheard = self._keep_unheard(session_id)
            with _checkpointed():
                stack = self._graph.get_state(_thread(session_id)).values.get("stack") or []
            if order.expects is not None and order.expects not in stack:
                raise Overtaken
            turn = self._run(session, TurnRequest(), None, unheard, order)
            self._store.keep(session_id, turn, self._clock.now(), None, None)
        return turn

    def _passed_on(self, session: SessionInfo, request: TurnRequest) -> Turn | None:
        """Words of a customer whom a colleague serves go to the colleague; buttons are still 小岚's."""
        silent = request.input is not None and request.input.type == "silence"
        number = self._store.next_id(session.id)
        if self._queue is None or (request.text is None and not silent):
            return None
        if not (
            self._queue.is_served(session.id) if silent else self._queue.hears(session.id, request.text or "", number)
        ):
            return None
        last = self._store.last(session.id)
        return Turn(
            turn_id=number,
            heard=mask(request.text or ""),
            reply=Reply(text="", speech=""),
            stage=last.stage,
            service=last.service,
        )

    def transcript(self, session_id: str, token: str) -> Transcript:
        """The session as it was; also of one that has ended."""
        session = self._session(session_id, token, ended_too=True)
        return Transcript(
            session_id=session.id,
            customer=session.customer,
            locale=session.locale,
            mode=session.mode,
            level=session.level,
            ended=session.ended,
            turns=list(self._store.turns(session.id)),
        )

    def sayable(self, session_id: str, token: str) -> Sayable:
        """What may be said now. See :class:`agent.hints.Hinting`."""
        session = self._session(session_id, token)
        last = self._store.last(session_id)
        with self._db.reading() as db:
            bank = None if session.customer is None else self._bank_of(db)
            return sayable(last, session.locale, bank, session.customer)

    def openings(self, session_id: str, token: str) -> Sequence[str]:
        """What the next answer may begin with. See :class:`agent.hints.Hinting`."""
        session = self._session(session_id, token)
        if session.customer is None:
            return []
        service = self._store.last(session_id).service
        with self._db.reading() as db:
            bank = self._bank_of(db)
            own = bank.accounts(session.customer), bank.transfers(session.customer)
            return openings(service, *own, session.locale)

    def _run(
        self,
        session: SessionInfo,
        request: TurnRequest,
        key: str | None,
        unheard: Answered | None,
        order: Order | None = None,
    ) -> Turn:
        start = perf_counter()
        with self._db.reading() as db:
            name = None if session.customer is None else self._bank_of(db).customer(session.customer).name
        work = Work(
            session=session,
            request=request,
            name=name,
            number=self._store.next_id(session.id),
            order=order,
            key=key,
            unheard=None if unheard is None else Turn.model_validate(unheard["turn"]),
            heard=mask(request.text or ""),
        )
        with _checkpointed():
            self._graph.invoke({}, _thread(session.id), context=work, durability="exit")
        turn = say.turn_of(work)
        turn.timings_ms.total = round((perf_counter() - start) * 1000, 1)
        log.info("turn", extra={"session": session.id, "turn": turn.turn_id, "stage": turn.stage})
        return turn

    def _keep_unheard(self, session_id: str) -> Answered | None:
        """The last turn, if it was made but not stored, and so not answered: it is stored now."""
        with _checkpointed():
            answered: Answered | None = self._graph.get_state(_thread(session_id)).values.get("answered")
        if answered is None or answered["turn"]["turn_id"] < self._store.next_id(session_id):
            return None
        turn = Turn.model_validate(answered["turn"])
        self._store.keep(session_id, turn, self._clock.now(), answered["key"], answered["digest"])
        return answered

    def _session(self, session_id: str, token: str, *, ended_too: bool = False) -> SessionInfo:
        try:
            with self._db.reading() as db:
                session = sessions.authenticate(db, self._clock.now(), session_id, token)
        except NoSession:
            raise SessionUnknown from None
        if session.ended and not ended_too:
            raise SessionEnded
        return session

    @contextmanager
    def _one_at_a_time(self, session_id: str) -> Iterator[None]:
        with self._locks_guard:
            lock = self._locks.setdefault(session_id, _Lock())
        with lock.lock:
            yield


class Overtaken(Exception):
    """The customer decided in the same moment."""


class _Lock:
    """A lock that lives as long as somebody waits for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


@contextmanager
def _checkpointed() -> Iterator[None]:
    """The checkpoints' file is used through the driver alone: its being locked, full or away is told as ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise Busy("the conversation store did not answer") from error


def _thread(session_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": session_id}}


def _heard_out(turn: Turn, on_sentence: OnSentence | None) -> Turn:
    if on_sentence is not None and turn.reply.text:
        texts, speeches = say.sentences(turn.reply.text), say.sentences(turn.reply.speech)
        if len(texts) != len(speeches):  # not told sentence by sentence: none may be shown or said beside another
            texts, speeches = [turn.reply.text], [turn.reply.speech]
        for i, (text, speech) in enumerate(zip(texts, speeches, strict=True)):
            on_sentence(Sentence(i=i, text=text, speech=speech))
    return turn
