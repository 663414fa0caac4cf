"""Request bodies: read within limits while they arrive, parsed as strict JSON, validated into models.

What the model accepts cannot hold what JSON text cannot: duplicate keys, NaN, lone surrogates and nesting beyond the
parser's depth are refused here, so that nothing behind has to think of them.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ui.api.problems import BODY_LARGE, BODY_SLOW, INVALID_JSON, MEDIA, Kind, Problem
from ui.api.remedies import problem_of

M = TypeVar("M", bound=BaseModel)

_DRAIN_SECONDS_MAX = 5.0
_IN_LOOP_BYTES_MAX = 64 * 2**10  # a larger body is parsed in a worker thread: the event loop stays free
_PICTURES = re.compile(rb'"type"\s*:\s*"(?:document|face)"')
_JSON_TYPE = re.compile(r"application/(?:json|[\w.+-]+\+json)\s*(?:;\s*charset\s*=\s*\"?utf-?8\"?\s*)?$", re.IGNORECASE)


async def read_model(
    request: Request,
    model: type[M],
    *,
    bytes_max: int,
    seconds_max: float,
    pictures_bytes_max: int | None = None,
    has_pictures: Callable[[M], bool] | None = None,
    empty_is_object: bool = False,
    context: dict[str, Any] | None = None,
) -> M:
    """The body as a ``model``.

    ``pictures_bytes_max`` holds in place of ``bytes_max`` where the body names an input of type document or face
    within its first ``bytes_max`` bytes, and where then ``has_pictures`` of the model is true. ``empty_is_object`` reads no body at all as ``{}``.

    Raises:
        Problem: 400, 408, 413, 415 or 422.
    """
    raw = await _read(request, bytes_max, pictures_bytes_max, seconds_max)
    if not raw and empty_is_object:
        raw = b"{}"
    else:
        _check_type(request)
    if len(raw) > _IN_LOOP_BYTES_MAX:
        parsed = await run_in_threadpool(_parse, raw, model, context)
    else:
        parsed = _parse(raw, model, context)
    if len(raw) > bytes_max and not (has_pictures is not None and has_pictures(parsed)):
        raise Problem(BODY_LARGE, values={"limit": bytes_max})
    return parsed


async def read_bytes(request: Request, *, bytes_max: int, seconds_max: float, too_large: Kind) -> bytes:
    """The body as it is; refused by what it declares where it can be, and otherwise as soon as it is too much.

    Raises:
        Problem: 408, or ``too_large``.
    """
    try:
        return await _read(request, bytes_max, None, seconds_max)
    except Problem as problem:
        if problem.kind is not BODY_LARGE:
            raise
        raise Problem(too_large, values=problem.values, headers=problem.headers) from None


def strict_json(raw: bytes) -> Any:
    """UTF-8 JSON and nothing more lenient than RFC 8259.

    Raises:
        Problem: invalid-json.
    """
    try:
        text = raw.decode("utf-8-sig")
        parsed = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        if "\\u" in text:  # an escape can still smuggle in a lone surrogate, which is no text
            json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):  # UnicodeError and JSONDecodeError are ValueErrors, as is an endless integer
        raise Problem(INVALID_JSON) from None
    return parsed


def _parse(raw: bytes, model: type[M], context: dict[str, Any] | None) -> M:
    parsed = strict_json(raw)
    try:
        return model.model_validate(parsed, context=context)
    except ValidationError as error:
        raise problem_of(error.errors(include_url=False, include_input=False)) from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _check_type(request: Request) -> None:
    given = request.headers.get("content-type", "")
    coding = request.headers.get("content-encoding", "identity")
    if _JSON_TYPE.match(given.strip()) is None or coding.strip().lower() != "identity":
        raise Problem(MEDIA, headers={"Accept": "application/json"})


async def _read(request: Request, bytes_max: int, pictures_bytes_max: int | None, seconds_max: float) -> bytes:
    most = max(bytes_max, pictures_bytes_max or 0)
    limit = bytes_max
    received = bytearray()
    chunks = request.stream()
    try:
        async with asyncio.timeout(seconds_max):
            if _declared(request) > most:
                await _drain(chunks, most)
                raise _too_large(limit)
            async for chunk in chunks:
                received += chunk
                if limit < len(received) <= most and _PICTURES.search(received, 0, bytes_max):
                    limit = most
                if len(received) > limit:
                    await _drain(chunks, most)
                    raise _too_large(limit)
    except TimeoutError:
        raise Problem(BODY_SLOW, headers={"Connection": "close"}) from None
    return bytes(received)


def _declared(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


def _too_large(limit: int) -> Problem:
    return Problem(BODY_LARGE, values={"limit": limit}, headers={"Connection": "close"})


async def _drain(chunks: AsyncIterator[bytes], most: int) -> None:
    """Take in a little more of what is thrown away: most clients read no answer before they have sent everything."""
    taken = 0
    try:
        async with asyncio.timeout(_DRAIN_SECONDS_MAX):
            async for chunk in chunks:
                taken += len(chunk)
                if taken > most:
                    return
    except TimeoutError:
        return
