"""A scripted server that speaks the HTTP contract exactly: the page's tests need answers known beforehand.

It banks nothing and understands nothing: what a customer may say in each state is a table. An unscripted input is
answered by repeating what is pending, as the contract has it for what is not awaited.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from tests.ui.page.script import CODE, Said, greeting, scripted

Json = dict[str, Any]


@dataclass
class Talk:
    """One session: its request, where the script stands, what was said, what each key was answered."""

    id: str
    token: str
    request: Json
    state: str = "start"
    facts: dict[str, str] = field(default_factory=dict)
    turns: list[Json] = field(default_factory=list)
    answered: dict[str, tuple[Json, Json]] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended: bool = False


@dataclass
class Scripted:
    """What the tests look at and turn: executed requests, how often each kind of call came, and faults to inject."""

    talks: dict[str, Talk] = field(default_factory=dict)
    requests: list[Json] = field(default_factory=list)
    phone: list[Json] = field(default_factory=list)
    posts: list[Json] = field(default_factory=list)  # every POST …/turns that arrived, with its key
    faults: list[int | str] = field(default_factory=list)  # for the next turns: a status, or "cut" (half a stream)
    pause_s: float = 0.0  # before the answer, for tests that look at a turn in progress

    def reset(self) -> None:
        self.talks.clear()
        for kept in (self.requests, self.phone, self.posts, self.faults):
            kept.clear()
        self.pause_s = 0.0


def problem(status: int, kind: str, **headers: str) -> JSONResponse:
    body = {"type": f"/problems/{kind}", "title": kind, "status": status, "detail": "SECRET-DETAIL"}
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


def turn_of(talk: Talk, heard: str, said: Said) -> Json:
    text = "".join(said.sentences) if talk.request["locale"] == "zh-CN" else " ".join(said.sentences)
    turn: Json = {
        "turn_id": len(talk.turns),
        "heard": heard,
        "understood": said.understood,
        "reply": {"text": text, "speech": text, "cards": said.cards},
        "citations": said.citations,
        "stage": said.stage,
        "service": said.service,
        "actions": said.actions,
        "timings_ms": {"understand": 12.4, "retrieve": 5, "gate": 3.1, "generate": 0, "total": 22.6},
    }
    talk.turns.append(turn)
    return turn


def build(state: Scripted | None = None) -> tuple[FastAPI, Scripted]:
    """The contract's routes, without the page."""
    app = FastAPI()
    kept = state or Scripted()
    _sessions(app, kept)
    _turns(app, kept)

    @app.get("/api/v1/sandbox/customers/{customer}/phone")
    async def phone(customer: str) -> list[Json]:
        return [
            {key: value for key, value in message.items() if key != "to"}
            for message in reversed(kept.phone)
            if message["to"] == customer
        ]

    @app.get("/api/v1/sandbox/customers/{customer}")
    async def customer_state(customer: str) -> Json:
        return {"id": customer, "requests": [row for row in kept.requests if row["customer"] == customer]}

    return app, kept


def _sessions(app: FastAPI, kept: Scripted) -> None:
    @app.post("/api/v1/sessions", status_code=201)
    async def open_session(request: Request) -> Any:
        body = {"customer": None, "locale": "zh-CN", "mode": "standard", "device": "known", **await request.json()}
        talk = Talk(secrets.token_hex(8), secrets.token_hex(8), body)
        kept.talks[talk.id] = talk
        return {"session_id": talk.id, "token": talk.token, "turn": turn_of(talk, "", greeting(body))}

    @app.get("/api/v1/sessions/{session}")
    async def transcript(session: str, authorization: str = Header("")) -> Any:
        talk = kept.talks.get(session)
        if talk is None or authorization != f"Bearer {talk.token}":
            return problem(401, "unknown-session")
        return {
            "session_id": talk.id,
            "customer": talk.request["customer"],
            "locale": talk.request["locale"],
            "mode": talk.request["mode"],
            "level": 1,
            "ended": talk.ended,
            "turns": talk.turns,
        }


def _turns(app: FastAPI, kept: Scripted) -> None:
    @app.post("/api/v1/sessions/{session}/turns", response_model=None)
    async def take_turn(
        session: str,
        request: Request,
        authorization: str = Header(""),
        idempotency_key: str = Header(""),
    ) -> Response:
        body = await request.json()
        kept.posts.append({"session": session, "key": idempotency_key, **body})
        fault = kept.faults.pop(0) if kept.faults else None
        if isinstance(fault, int):
            return problem(fault, f"scripted-{fault}")
        talk = kept.talks.get(session)
        if talk is None or authorization != f"Bearer {talk.token}":
            return problem(401, "unknown-session")
        if talk.ended:
            return problem(410, "session-ended")
        if body.get("text") is not None and not body["text"].strip():
            return problem(422, "empty-text")
        async with talk.lock:
            if kept.pause_s:
                await asyncio.sleep(kept.pause_s)
            turn = _answer(talk, kept, body, idempotency_key)
        if turn is None:
            return problem(409, "key-conflict")
        if "text/event-stream" not in request.headers.get("accept", ""):
            return JSONResponse(turn)
        return StreamingResponse(_stream(turn, cut=fault == "cut"), media_type="text/event-stream")


def _answer(talk: Talk, kept: Scripted, body: Json, key: str) -> Json | None:
    if key in talk.answered:
        before, turn = talk.answered[key]
        return turn if before == body else None
    said = scripted(talk.state, body, talk.request, talk.facts)
    talk.state = said.next_state or talk.state
    heard = body.get("text") or str((body.get("input") or {}).get("value") or "")
    turn = turn_of(talk, heard, said)
    talk.answered[key] = (body, turn)
    now = datetime.now(UTC).isoformat()
    if said.sms:
        kept.phone.append({"to": talk.request["customer"], "at": now, "kind": "otp", "text": said.sms, "code": CODE})
    if said.request is not None:
        kept.requests.append(
            {"customer": talk.request["customer"], "id": f"r{len(kept.requests)}", "at": now, **said.request}
        )
    return turn


async def _stream(turn: Json, *, cut: bool) -> AsyncIterator[bytes]:
    sentences = [part for part in turn["reply"]["text"].replace("。", "。\n").replace(". ", ".\n").split("\n") if part]
    for index, sentence in enumerate(sentences):
        yield event("sentence", {"i": index, "text": sentence, "speech": sentence})
        await asyncio.sleep(0.02)
        if cut:
            return
    yield event("turn", turn)


def event(name: str, data: Json) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
