"""``POST /api/v1/tts``: a text in, its sound out, with the times of the mouth's shapes where they are asked for."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from fastapi import FastAPI, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationInfo
from pydantic_core import PydanticCustomError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agent.port import Teller
from tools.wording import Text
from ui.api.admission import Admission
from ui.api.body import read_model
from ui.api.docs import body_of, problem_responses
from ui.api.inputs import clean
from ui.api.options import ApiOptions
from ui.api.problems import INVALID, VOICE, FieldError, Problem
from ui.api.sounds import NOTHING_TO_SAY, SPEAKING_AWAY, TOO_MANY_TEXTS, VOICE_NAMES
from voice.errors import EngineUnavailable
from voice.sound import Sound
from voice.speaking.files import MEDIA_TYPES, FileFormat, file_of
from voice.speaking.port import Clause, Locale, Shape, Synthesizer

EXAMPLES = {
    "Chinese": {"text": "您尾号6688的卡里有¥52,340.18。", "locale": "zh-CN", "format": "wav"},
    "English, slower": {"text": "Your card ending 6688 is locked.", "locale": "en", "format": "opus", "elder": True},
}


def _sayable(text: str, info: ValidationInfo) -> str:
    limit = int((info.context or {})["text_chars_max"])
    if len(text) > limit:
        raise PydanticCustomError("text_too_long", "too long", {"limit": limit})
    cleaned = clean(text)
    if not cleaned:
        raise PydanticCustomError("nothing_to_say", "empty")
    return cleaned


class SpeechBody(BaseModel):
    """What is to be said, and how. ``elder``: slower, longer pauses; ``voice``: one of the locale's, its own unless named."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[str, AfterValidator(_sayable)]
    locale: Locale = "zh-CN"
    format: FileFormat = "wav"
    elder: StrictBool = False
    voice: str | None = Field(None, max_length=40)


class Viseme(BaseModel):
    """From ``at_s`` seconds on the mouth has this shape."""

    at_s: float
    shape: Shape


class SpokenClause(BaseModel):
    """A piece of the text and when it is heard; ``notice``: why another engine had to speak it."""

    text: str
    at_s: float
    seconds: float
    engine: str
    notice: str | None


class Speech(BaseModel):
    """``audio``: the file in base64."""

    audio: str
    format: FileFormat
    seconds: float
    visemes: list[Viseme]
    clauses: list[SpokenClause]


class Speaking:
    """The route ``/api/v1/tts``; without a synthesizer it says that there is no voice.

    In production a session and its token are asked for, so that nobody else can use the machine up.
    """

    def __init__(self, synthesizer: Synthesizer | None, teller: Teller, options: ApiOptions, *, sandbox: bool) -> None:
        self._synthesizer, self._options, self._sandbox = synthesizer, options, sandbox
        self._admission = Admission(
            teller,
            sandbox=sandbox,
            parallel_max=options.speeches_parallel_max,
            waiting_max=options.speeches_waiting_max,
            per_minute_max=options.speeches_per_minute_max,
            too_many=TOO_MANY_TEXTS,
        )

    def install(self, app: FastAPI) -> None:
        """Add the route to ``app``."""
        sound = {"schema": {"type": "string", "format": "binary"}}
        good = {
            "description": "The sound as a file whose metadata say that it is AI-generated (GB 45438-2025). With "
            "`Accept: application/json`: the same in base64, with the mouth's shapes and the clauses, each with its time.",
            "model": Speech,
            "content": {"audio/wav": sound, "audio/ogg": sound},
        }
        app.add_api_route(
            "/api/v1/tts",
            self._speak,
            methods=["POST"],
            response_model=None,
            tags=["voice"],
            summary="Sound of a text",
            operation_id="synthesize",
            responses={200: good, **problem_responses(400, 401, 408, 413, 415, 422, 429, 501, 503)},
            openapi_extra={
                **body_of(SpeechBody, EXAMPLES),
                "security": [{}, {"session": []}] if self._sandbox else [{"session": []}],
            },
            include_in_schema=self._synthesizer is not None,
        )

    async def _speak(
        self,
        request: Request,
        session_id: Annotated[str | None, Query(max_length=128, description="Required in production.")] = None,
    ) -> Response:
        """Amounts, dates, tails and phones are said as a teller says them; Chinese and English may be mixed."""
        synthesizer = self._synthesizer
        if synthesizer is None:
            raise Problem(VOICE)
        await self._admission.admit(request, session_id)
        body = await read_model(
            request,
            SpeechBody,
            bytes_max=self._options.text_bytes_max,
            seconds_max=self._options.body_seconds_max,
            context={"text_chars_max": self._options.speech_chars_max},
        )
        if body.voice is not None and body.voice not in synthesizer.voices(body.locale):
            names = ", ".join(synthesizer.voices(body.locale))
            remedy = Text(VOICE_NAMES.zh.format(names), VOICE_NAMES.en.format(names))
            raise Problem(INVALID, errors=[FieldError("voice", "unknown_voice", remedy)])
        async with self._admission.in_line(), self._admission.turn:
            clauses = await self._said(synthesizer, body, request)
        if not clauses:
            raise Problem(NOTHING_TO_SAY)
        return await run_in_threadpool(_response, clauses, body.format, _wants_json(request), self._options.ai_producer)

    async def _said(self, synthesizer: Synthesizer, body: SpeechBody, request: Request) -> list[Clause]:
        """Clause by clause, so that nothing more is made for a caller who has hung up."""
        found: list[Clause] = []
        speaking = synthesizer.speak(body.text, body.locale, elder=body.elder, voice=body.voice)
        try:
            while (clause := await run_in_threadpool(next, speaking, None)) is not None:
                found.append(clause)
                if await request.is_disconnected():
                    break
        except EngineUnavailable as away:
            raise Problem(SPEAKING_AWAY, headers={"Retry-After": "5"}) from away
        return found


def _wants_json(request: Request) -> bool:
    accepted = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")]
    return "application/json" in accepted and not any(each.startswith("audio/") for each in accepted)


def _response(clauses: Sequence[Clause], form: FileFormat, as_json: bool, producer: str) -> Response:
    rate = clauses[0].sound.rate
    sound = Sound(np.concatenate([clause.sound.samples for clause in clauses]), rate)
    audio = file_of(sound, form, producer)
    engines = ", ".join(dict.fromkeys(clause.engine for clause in clauses))
    headers = {"Speech-Engine": engines, "Vary": "Accept", "Cache-Control": "no-store"}
    if not as_json:
        return Response(audio, media_type=MEDIA_TYPES[form], headers=headers)
    told = Speech(
        audio=base64.b64encode(audio).decode("ascii"),
        format=form,
        seconds=round(sound.seconds, 3),
        visemes=_visemes(clauses),
        clauses=_clauses(clauses),
    )
    return Response(told.model_dump_json(), media_type="application/json", headers=headers)


def _visemes(clauses: Sequence[Clause]) -> list[Viseme]:
    """Of all clauses in the time of the whole; no shape follows itself."""
    found: list[Viseme] = []
    start = 0.0
    for clause in clauses:
        for mouth in clause.mouths:
            if not found or found[-1].shape != mouth.shape:
                found.append(Viseme(at_s=round(start + mouth.at_s, 3), shape=mouth.shape))
        start += clause.sound.seconds
    return found


def _clauses(clauses: Sequence[Clause]) -> list[SpokenClause]:
    found: list[SpokenClause] = []
    start = 0.0
    for clause in clauses:
        seconds = clause.sound.seconds
        found.append(
            SpokenClause(
                text=clause.text,
                at_s=round(start, 3),
                seconds=round(seconds, 3),
                engine=clause.engine,
                notice=clause.notice,
            )
        )
        start += seconds
    return found
