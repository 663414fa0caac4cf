"""Problem documents (RFC 9457): every error that a client can get, with what to do, in the request's language.

``type`` is ``/problems/<slug>`` and stable; the address answers with what it means. No document ever repeats a value
that the client sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from tools.wording import Locale, Text

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A type of problem; ``detail`` says what to do and may hold ``{number}`` values of ours."""

    slug: str
    status: int
    title: Text
    detail: Text

    @property
    def type(self) -> str:
        return f"/problems/{self.slug}"


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: its path (``input.value``), a stable code and the remedy."""

    field: str
    code: str
    remedy: Text


@dataclass(eq=False)
class Problem(Exception):
    """Raised anywhere in the API to end a request with a problem document."""

    kind: Kind
    values: Mapping[str, int | Text] = field(default_factory=dict)
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, locale: Locale, instance: str | None = None) -> dict[str, Any]:
        """The JSON of the document."""
        document: dict[str, Any] = {
            "type": self.kind.type,
            "title": self.kind.title.of(locale),
            "status": self.kind.status,
            "detail": self._detail(locale),
        }
        if instance is not None:
            document["instance"] = instance
        if self.errors:
            document["errors"] = [
                {"field": error.field, "code": error.code, "remedy": error.remedy.of(locale)} for error in self.errors
            ]
        return document

    def _detail(self, locale: Locale) -> str:
        detail = self.kind.detail.of(locale)
        if not self.values:
            return detail  # may hold braces of its own
        return detail.format_map(
            {name: value.of(locale) if isinstance(value, Text) else value for name, value in self.values.items()}
        )

    def response(self, locale: Locale, instance: str | None = None) -> JSONResponse:
        """The document as a response."""
        headers = {"Content-Language": locale, "Vary": "Accept-Language", **self.headers}
        if self.kind.status == 401:
            headers.setdefault("WWW-Authenticate", "Bearer")
        return JSONResponse(self.document(locale, instance), self.kind.status, headers, MEDIA_TYPE)


def language(headers: Headers) -> Locale:
    """``zh-CN`` or ``en`` by Accept-Language (quality values count); English when neither is named."""
    best: tuple[float, Locale] = (0.0, "en")
    for part in headers.get("accept-language", "")[:500].split(","):
        tag, _, params = part.strip().lower().partition(";")
        try:
            quality = float(params.strip().removeprefix("q=")) if params else 1.0
        except ValueError:
            quality = 0.0
        locale: Locale | None = {"zh": "zh-CN", "en": "en"}.get(tag.split("-")[0])  # type: ignore[assignment]
        if locale is not None and quality > best[0]:
            best = (quality, locale)
    return best[1]


def _kind(slug: str, status: int, title: tuple[str, str], detail: tuple[str, str]) -> Kind:
    return Kind(slug, status, Text(zh=title[0], en=title[1]), Text(zh=detail[0], en=detail[1]))


INVALID_JSON = _kind(
    "invalid-json",
    400,
    ("请求内容不是有效的 JSON", "The body is not valid JSON"),
    (
        "请发送 UTF-8 编码的 JSON 对象：没有重复的键，没有 NaN 或 Infinity，没有不成对的代理字符，嵌套不要太深。",
        "Send a JSON object in UTF-8: no duplicate keys, no NaN or Infinity, no lone surrogates, no deep nesting.",
    ),
)
BAD_REQUEST = _kind(
    "bad-request",
    400,
    ("请求无法处理", "The request cannot be read"),
    ("请对照 /docs 检查地址、请求头和内容。", "Check address, headers and body against /docs."),
)
BAD_KEY = _kind(
    "invalid-idempotency-key",
    400,
    ("Idempotency-Key 无效", "The Idempotency-Key is not valid"),
    (
        "请只发送一个 Idempotency-Key，由 1 到 200 个可见 ASCII 字符组成，例如 UUID。",
        "Send one Idempotency-Key of 1 to 200 visible ASCII characters, such as a UUID.",
    ),
)
TOKEN_MISSING = _kind(
    "token-missing",
    401,
    ("缺少令牌", "A token is missing"),
    ("请在请求头中发送一个 Authorization: Bearer <令牌>。", "Send one header Authorization: Bearer <token>."),
)
SESSION_UNKNOWN = _kind(
    "session-unknown",
    401,
    ("会话或令牌不正确", "Session and token do not match"),
    (
        "没有这个会话，或者令牌不属于它。请用 POST /api/v1/sessions 重新开始。",
        "There is no such session, or the token is not its own. Start anew with POST /api/v1/sessions.",
    ),
)
HOST_TOKEN = _kind(
    "host-token-invalid",
    401,
    ("宿主应用的令牌无效", "The host app's token is not valid"),
    (
        "{why}。令牌须用 ES256 或 EdDSA 签名，含 iss、aud、sub、jti、exp，有效期最多 5 分钟，只能使用一次。",
        "{why}. Sign with ES256 or EdDSA; carry iss, aud, sub, jti and exp; live 5 minutes at most; use each token once.",
    ),
)
STAFF_TOKEN = _kind(
    "staff-token-invalid",
    401,
    ("员工令牌无效", "The staff token is not valid"),
    ("请重新登录员工台，使用新的令牌。", "Sign in at the staff desk again and use the new token."),
)
CUSTOMER_MISMATCH = _kind(
    "customer-mismatch",
    403,
    ("客户与令牌不一致", "The customer is not the token's"),
    ("请省略 customer，或填写与令牌 sub 相同的值。", "Leave customer out, or send the token's sub."),
)
NOT_FOUND = _kind(
    "not-found",
    404,
    ("没有找到", "Not found"),
    ("这里什么也没有。可用的地址见 /docs。", "There is nothing here. The addresses are listed at /docs."),
)
METHOD = _kind(
    "method-not-allowed",
    405,
    ("不支持这个方法", "The method is not allowed here"),
    ("请使用响应头 Allow 中列出的方法。", "Use one of the methods in the response's Allow header."),
)
BODY_SLOW = _kind(
    "body-too-slow",
    408,
    ("请求内容来得太慢", "The body came too slowly"),
    ("请检查网络后重新发送。", "Check the connection and send it again."),
)
KEY_CONFLICT = _kind(
    "idempotency-conflict",
    409,
    ("Idempotency-Key 已用于别的内容", "The Idempotency-Key was used for something else"),
    ("请为新的内容使用新的 Idempotency-Key。", "Use a new Idempotency-Key for a new body."),
)
SESSION_ENDED = _kind(
    "session-ended",
    410,
    ("会话已结束", "The session has ended"),
    (
        "请用 POST /api/v1/sessions 重新登录；没有办完的业务可以接着办。",
        "Sign in again with POST /api/v1/sessions; an unfinished service can be resumed.",
    ),
)
BODY_LARGE = _kind(
    "body-too-large",
    413,
    ("请求内容太大", "The body is too large"),
    (
        "最多 {limit} 字节。带照片的 document 和 face 输入可以更大：请把 type 写在 value 前面，并缩小照片。",
        "At most {limit} bytes. Inputs with pictures (document, face) may be larger: put type before value, and send "
        "smaller pictures.",
    ),
)
MEDIA = _kind(
    "unsupported-media-type",
    415,
    ("不支持这种内容类型", "The media type is not supported"),
    (
        "请以 Content-Type: application/json（UTF-8，不压缩）发送。",
        "Send Content-Type: application/json (UTF-8, not compressed).",
    ),
)
INVALID = _kind(
    "invalid-request",
    422,
    ("请求内容有误", "The request has something wrong in it"),
    ("errors 列出了每一处问题和改法。", "Each error and its remedy is listed under errors."),
)
EMPTY_TEXT = _kind(
    "empty-text",
    422,
    ("没有文字", "There is no text"),
    (
        '请至少写一个看得见的字；什么都不说时，用 {"input":{"type":"silence"}}。',
        'Send at least one visible character; for silence there is {"input":{"type":"silence"}}.',
    ),
)
TEXT_LONG = _kind(
    "text-too-long",
    422,
    ("文字太长", "The text is too long"),
    ("一次最多 {limit} 个字，请分几次说。", "At most {limit} characters at a time; say it in several turns."),
)
UNKNOWN_CUSTOMER = _kind(
    "unknown-customer",
    422,
    ("没有这个客户", "There is no such customer"),
    (
        "沙盒客户是 C1001 到 C1008；不指定客户时填 null。",
        "The sandbox has C1001 to C1008; null opens without a customer.",
    ),
)
UNKNOWN_STAFF = _kind(
    "unknown-staff",
    422,
    ("没有这位员工", "There is no such member of staff"),
    ("沙盒员工是 S001 和 S002。", "The sandbox has S001 and S002."),
)
PICTURE = _kind(
    "picture-unusable",
    422,
    ("这张照片用不了", "That picture cannot be used"),
    ("{why}。", "{why}."),
)
TOO_MANY_TURNS = _kind(
    "too-many-turns",
    429,
    ("说得太快了", "Too many turns"),
    ("请等待 Retry-After 指出的秒数再继续。", "Wait for as many seconds as Retry-After says, then go on."),
)
TOO_MANY_SESSIONS = _kind(
    "too-many-sessions",
    429,
    ("新会话太多", "Too many new sessions"),
    ("请等待 Retry-After 指出的秒数再试。", "Wait for as many seconds as Retry-After says, then try again."),
)
INTERNAL = _kind(
    "internal-error",
    500,
    ("我们这边出了错", "Something went wrong on our side"),
    (
        "这一步没有完成。请稍后再试；若再次发生，请把 instance 告诉我们。",
        "This step was not completed. Try again later; if it happens again, tell us the instance.",
    ),
)
VOICE = _kind(
    "voice-not-available",
    501,
    ("这里没有语音", "There is no voice here"),
    ("请改用文字：POST /api/v1/sessions/{id}/turns。", "Use text instead: POST /api/v1/sessions/{id}/turns."),
)
BUSY = _kind(
    "busy",
    503,
    ("现在有点忙", "Busy right now"),
    (
        "什么也没有改变。请等待 Retry-After 指出的秒数，再发送同样的请求。",
        "Nothing was changed. Wait for as many seconds as Retry-After says, then send the same request again.",
    ),
)

KINDS: Mapping[str, Kind] = {
    kind.slug: kind
    for kind in (
        INVALID_JSON,
        BAD_REQUEST,
        BAD_KEY,
        TOKEN_MISSING,
        SESSION_UNKNOWN,
        HOST_TOKEN,
        STAFF_TOKEN,
        CUSTOMER_MISMATCH,
        NOT_FOUND,
        METHOD,
        BODY_SLOW,
        KEY_CONFLICT,
        SESSION_ENDED,
        BODY_LARGE,
        MEDIA,
        INVALID,
        EMPTY_TEXT,
        TEXT_LONG,
        UNKNOWN_CUSTOMER,
        UNKNOWN_STAFF,
        PICTURE,
        TOO_MANY_TURNS,
        TOO_MANY_SESSIONS,
        INTERNAL,
        VOICE,
        BUSY,
    )
}
