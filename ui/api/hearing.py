"""``POST /api/v1/asr``: a recording in, its words out. Nothing of it is kept."""

from __future__ import annotations

import re
import time
from typing import Annotated, Any

from fastapi import FastAPI, Query
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agent.port import Teller
from tools.wording import Locale
from ui.api.admission import Admission
from ui.api.body import read_bytes
from ui.api.docs import problem_responses
from ui.api.metrics import Metrics
from ui.api.options import ApiOptions
from ui.api.problems import BUSY, MEDIA, VOICE, Problem
from ui.api.sounds import HEARING_LOADING, OF_BAD_SOUND, SOUND_LARGE, TOO_MANY_SOUNDS
from voice.errors import BadSound, EngineUnavailable
from voice.hearing import SECONDS_MAX, Heard, Hints, Recognizer, decoded
from voice.hearing.port import Awaited
from voice.live.figures import outcome

# what is sound says its first bytes; these types say for certain that it is something else
_OTHER_TYPES = re.compile(r"(?:application/(?:json|xml|zip|pdf)|text/|image/|multipart/)", re.IGNORECASE)
_TAKEN_TYPES = ("audio/wav", "audio/ogg", "audio/webm", "audio/mpeg", "audio/mp4", "application/octet-stream")
_WORDS_MAX, _WORD_CHARS_MAX = 50, 40
PATIENCE_S = 15.0  # a recording is sent whole and waited for; nobody talks meanwhile


class Repaired(BaseModel):
    """A word that was put right by its sound."""

    heard: str
    meant: str


class Recognition(BaseModel):
    """``text`` is empty where nobody speaks; ``raw`` is what was recognised before repair; ``seconds`` of the recording."""

    text: str
    confidence: float
    raw: str
    repairs: list[Repaired]
    seconds: float


class Hearing:
    """The route ``/api/v1/asr``; without a recognizer it says that there is no voice.

    In production a session and its token are asked for, so that nobody else can use the machine up.
    """

    def __init__(
        self, recognizer: Recognizer | None, teller: Teller, options: ApiOptions, metrics: Metrics, *, sandbox: bool
    ) -> None:
        self._recognizer, self._options, self._metrics, self._sandbox = recognizer, options, metrics, sandbox
        self._admission = Admission(
            teller,
            sandbox=sandbox,
            parallel_max=options.recognitions_parallel_max,
            waiting_max=options.recognitions_waiting_max,
            per_minute_max=options.recognitions_per_minute_max,
            too_many=TOO_MANY_SOUNDS,
        )

    def install(self, app: FastAPI) -> None:
        """Add the route to ``app``."""
        sound = {"schema": {"type": "string", "format": "binary"}}
        app.add_api_route(
            "/api/v1/asr",
            self._hear,
            methods=["POST"],
            response_model=Recognition,
            tags=["voice"],
            summary="Words of a recording",
            operation_id="recognize",
            responses=problem_responses(401, 408, 413, 415, 422, 429, 501, 503),
            openapi_extra={
                "requestBody": {"required": True, "content": dict.fromkeys(_TAKEN_TYPES, sound)},
                "security": [{}, {"session": []}] if self._sandbox else [{"session": []}],
            },
            include_in_schema=self._recognizer is not None,
        )

    async def _hear(
        self,
        request: Request,
        locale: Annotated[Locale, Query(description="Language that is spoken.")] = "zh-CN",
        words: Annotated[
            list[str] | None, Query(max_length=_WORDS_MAX, description="What may well be said, likeliest first.")
        ] = None,
        awaited: Annotated[Awaited | None, Query(description="What the customer is expected to answer.")] = None,
        session_id: Annotated[str | None, Query(max_length=128, description="Required in production.")] = None,
    ) -> Response:
        """The body is the recording itself: WAV, Opus, MP3, WebM, M4A, AAC or FLAC, at most a minute. It is not kept."""
        recognizer = self._recognizer
        if recognizer is None:
            raise Problem(VOICE)
        await self._admission.admit(request, session_id)
        if _OTHER_TYPES.match(request.headers.get("content-type", "")):
            raise Problem(MEDIA, headers={"Accept": ", ".join(_TAKEN_TYPES)})
        async with self._admission.in_line(Connection="close"):
            body = await read_bytes(
                request,
                bytes_max=self._options.sound_bytes_max,
                seconds_max=self._options.body_seconds_max,
                too_large=SOUND_LARGE,
            )
            given = [word[:_WORD_CHARS_MAX] for word in words or ()]
            hints = Hints(locale, given, awaited, patience_s=PATIENCE_S)
            async with self._admission.turn:
                heard, seconds = await run_in_threadpool(self._recognized, recognizer, body, hints)
        return Response(_written(heard, seconds).model_dump_json(), media_type="application/json")

    def _recognized(self, recognizer: Recognizer, body: bytes, hints: Hints) -> tuple[Heard, float]:
        began = time.monotonic()
        try:
            sound = decoded(body)
            heard = recognizer.hear(sound, hints)
        except BadSound as bad:
            values: dict[str, Any] = {"limit": int(SECONDS_MAX)} if bad.code == "too-long" else {}
            raise Problem(OF_BAD_SOUND[bad.code], values=values) from bad
        except EngineUnavailable as away:
            raise Problem(HEARING_LOADING, headers={"Retry-After": "5"}) from away
        if heard.cut and not heard.text:
            raise Problem(BUSY, headers={"Retry-After": "2"})
        self._metrics.recognition(outcome(heard.text, heard.repairs), time.monotonic() - began)
        return heard, sound.seconds


def _written(heard: Heard, seconds: float) -> Recognition:
    return Recognition(
        text=heard.text,
        confidence=round(heard.confidence, 3),
        raw=heard.raw,
        repairs=[Repaired(heard=repair.heard, meant=repair.meant) for repair in heard.repairs],
        seconds=round(seconds, 2),
    )
