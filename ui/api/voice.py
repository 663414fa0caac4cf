"""``WS /api/v1/voice``: the voice's lobby mounted in the API, and its turn port wired to the turn core that text goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from fastapi import FastAPI
from pydantic import ValidationError
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from agent.hints import Hinting
from agent.port import SessionEnded, SessionUnknown, Teller
from agent.turn import Sentence, Turn
from ui.api.errors import Problems
from ui.api.guard import is_opaque
from ui.api.inputs import TurnBody
from ui.api.options import ApiOptions
from ui.api.problems import Problem
from ui.api.remedies import problem_of
from ui.api.voice_problems import VOICE_KINDS
from voice.hearing.port import Hints, Locale
from voice.live.conversation import Customer
from voice.live.engines import Engines
from voice.live.limits import Limits
from voice.live.lobby import Lobby
from voice.turns import OnSpeech

if TYPE_CHECKING:
    from voice.live.senses import Senses

PATH = "/api/v1/voice"


class Talker(Teller, Hinting, Protocol):
    """The teller, as the voice needs it."""


class SessionTurns:
    """Implements :class:`voice.turns.TurnPort` for one session: the very turns of the HTTP contract, with its checks."""

    def __init__(
        self,
        teller: Talker,
        session_id: str,
        token: str,
        options: ApiOptions,
        done: Callable[[Turn], None],
        *,
        sandbox: bool,
    ) -> None:
        self._teller, self._session, self._token, self._done = teller, session_id, token, done
        self._context = {"text_chars_max": options.text_chars_max, "sandbox": sandbox}

    def hints(self) -> Hints:
        """See the port."""
        now = self._teller.sayable(self._session, self._token)
        return Hints(now.locale, now.words, now.awaited)

    def openings(self) -> Sequence[str]:
        """See the port."""
        return self._teller.openings(self._session, self._token)

    def take(
        self,
        request: Mapping[str, Any],
        *,
        heard_out: bool,
        confidence: float | None = None,
        on_speech: OnSpeech | None = None,
        key: str | None = None,
    ) -> Mapping[str, Any]:
        """See the port.

        Raises:
            Problem, SessionUnknown, SessionEnded, IdempotencyConflict, tools.errors.Busy
        """
        try:
            body = TurnBody.model_validate(dict(request), context=self._context)
        except ValidationError as error:
            raise problem_of(error.errors(include_url=False, include_input=False)) from None
        asked = body.request().model_copy(update={"heard_out": heard_out, "confidence": confidence})

        def pass_on(sentence: Sentence) -> None:
            if on_speech is not None:
                on_speech(sentence.i, sentence.text, sentence.speech)

        turn = self._teller.turn(self._session, self._token, asked, key=key, on_sentence=pass_on)
        self._done(turn)
        return turn.model_dump(mode="json")


class Recordings(Protocol):
    """Where recordings of customers who agreed are kept: :class:`agent.recordings.Recordings`."""

    @property
    def days(self) -> int: ...
    def consent(self, session_id: str, *, agreed: bool) -> None: ...
    def keep(self, session_id: str, customer: str | None, content: bytes) -> None: ...


@dataclass(frozen=True)
class SessionRecorder:
    """Implements :class:`voice.turns.Recorder` for one session."""

    recordings: Recordings
    session_id: str
    customer: str | None

    @property
    def days(self) -> int:
        """See the port."""
        return self.recordings.days

    def consent(self, *, agreed: bool) -> None:
        """See the port."""
        self.recordings.consent(self.session_id, agreed=agreed)

    def keep(self, content: bytes) -> None:
        """See the port."""
        self.recordings.keep(self.session_id, self.customer, content)


def mount_voice(
    app: FastAPI,
    teller: Talker,
    engines: Engines,
    options: ApiOptions,
    *,
    sandbox: bool,
    sessions_max: int = Limits.sessions_max,
    senses: Callable[[], Senses] | None = None,
    recordings: Recordings | None = None,
) -> Lobby:
    """Add the socket to an application that :func:`ui.api.api.create_api` made."""
    problems: Problems = app.state.problems
    done: Callable[[Turn], None] = app.state.turn_done

    def authenticate(session_id: str, token: str) -> Customer:
        if not (is_opaque(session_id) and token.isascii()):
            raise SessionUnknown
        seen = teller.transcript(session_id, token)
        if seen.ended:
            raise SessionEnded
        port = SessionTurns(teller, session_id, token, options, done, sandbox=sandbox)
        recorder = None if recordings is None else SessionRecorder(recordings, seen.session_id, seen.customer)
        last = seen.turns[-1].model_dump(mode="json")
        return Customer(seen.session_id, seen.locale, seen.mode == "elder", port, last, recorder)

    def problem(error: Exception, locale: Locale) -> Mapping[str, Any]:
        return problems.document(error, {"type": "http", "headers": [(b"accept-language", locale.encode())]})

    def complain(code: str, locale: Locale) -> Mapping[str, Any]:
        return problem(Problem(VOICE_KINDS[code]), locale)

    limits = Limits(sessions_max=sessions_max, input_bytes_max=options.request_bytes_max)
    lobby = Lobby(engines, authenticate, problem, complain, limits, senses)

    app.state.goodbyes.append(lobby.close)

    async def serve(socket: WebSocket) -> None:
        await lobby.serve(socket)

    app.router.routes.insert(-1, WebSocketRoute(PATH, serve))  # the last one ends the API's part of the address space
    return lobby
