"""From what the validator found to what the client should do: a field, a stable code and a remedy in two languages.

Neither values nor unknown keys are repeated, save keys that look like a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from tools.wording import Text
from ui.api.problems import EMPTY_TEXT, INVALID, TEXT_LONG, FieldError, Problem
from ui.api.sounds import NOTHING_TO_SAY

ERRORS_MAX = 20

# Path steps that the client sees in its own JSON; the validator's own steps (union branches) are left out.
FIELDS = frozenset(
    [
        "text",
        "input",
        "type",
        "value",
        "id",
        "given",
        "front",
        "back",
        "challenge",
        "frames",
        "customer",
        "channel",
        "locale",
        "mode",
        "device",
        "advance_s",
        "staff",
        "session_id",
        "format",
        "elder",
        "voice",
    ]
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}\Z")

_REMEDIES: Mapping[str, Text] = {
    "missing": Text(zh="请补上这一项。", en="Add this field."),
    "extra_forbidden": Text(zh="没有这一项，请删去。", en="There is no such field; remove it."),
    "string_type": Text(zh="请发送字符串。", en="Send a string."),
    "int_type": Text(zh="请发送整数。", en="Send an integer."),
    "int_from_float": Text(zh="请发送整数。", en="Send an integer."),
    "bool_type": Text(zh="请发送 true 或 false。", en="Send true or false."),
    "list_type": Text(zh="请发送数组。", en="Send an array."),
    "model_type": Text(zh="请发送 JSON 对象。", en="Send a JSON object."),
    "model_attributes_type": Text(zh="请发送 JSON 对象。", en="Send a JSON object."),
    "none_required": Text(zh="这种输入没有 value，请删去。", en="This input has no value; remove it."),
    "union_tag_not_found": Text(zh="请补上 type。", en="Add type."),
    "string_too_short": Text(zh="不能为空。", en="It cannot be empty."),
    "one_of": Text(zh="text 和 input 请二选一。", en="Send exactly one of text and input."),
    "otp": Text(zh="验证码是 6 位数字的字符串。", en="The code is a string of 6 digits."),
    "opaque_id": Text(zh="请原样发送卡片上的 id。", en="Send the card's id as it is."),
    "image": Text(
        zh="请发送 JPEG 或 PNG 图片的标准 base64，不带 data: 前缀；PDF 和 HEIC 请先换成 JPEG。",
        en="Send a JPEG or PNG picture in standard base64, without a data: prefix; turn PDF and HEIC into JPEG first.",
    ),
    "specimen": Text(
        zh="请发送照片；specimen 只在沙盒里有。", en="Send pictures; specimen exists in the sandbox only."
    ),
}
_OTHERWISE = Text(zh="请对照 /docs 检查这一项。", en="Check this field against /docs.")
# Remedies that name a limit or the permitted values; these come from our own models, never from the request.
_WITH_CONTEXT: Mapping[str, tuple[str, Text]] = {
    "literal_error": ("expected", Text(zh="可用的值：{0}。", en="Send one of {0}.")),
    "union_tag_invalid": ("expected_tags", Text(zh="可用的值：{0}。", en="Send one of {0}.")),
    "greater_than_equal": ("ge", Text(zh="不能小于 {0}。", en="At least {0}.")),
    "less_than_equal": ("le", Text(zh="不能大于 {0}。", en="At most {0}.")),
    "string_too_long": ("max_length", Text(zh="最多 {0} 个字。", en="At most {0} characters.")),
    "too_long": ("max_length", Text(zh="最多 {0} 项。", en="At most {0} items.")),
    "too_short": ("min_length", Text(zh="至少 {0} 项。", en="At least {0} items.")),
}


def problem_of(found: Sequence[ErrorDetails] | Sequence[Mapping[str, Any]]) -> Problem:
    """The problem for a failed validation; errors beyond ``ERRORS_MAX`` are left out."""
    errors = [_field_error(error) for error in found[:ERRORS_MAX]]
    for error in found:
        if error["type"] == "empty_text":
            return Problem(EMPTY_TEXT)
        if error["type"] == "nothing_to_say":
            return Problem(NOTHING_TO_SAY)
        if error["type"] == "text_too_long":
            return Problem(TEXT_LONG, values={"limit": int(error["ctx"]["limit"])})
    return Problem(INVALID, errors=list(dict.fromkeys(errors)))


def _field_error(error: ErrorDetails | Mapping[str, Any]) -> FieldError:
    code = str(error["type"])
    return FieldError(_path(error["loc"], code), code, _remedy(code, error.get("ctx") or {}))


def _path(loc: Sequence[int | str], code: str) -> str:
    steps: list[str] = []
    for place, step in enumerate(loc):
        last = place == len(loc) - 1
        if isinstance(step, int):
            steps.append(str(step))
        elif code == "extra_forbidden" and last:
            steps.append(step if _NAME.match(step) else "?")
        elif step in FIELDS:
            steps.append(step)
    return ".".join(steps)


def _remedy(code: str, context: Mapping[str, Any]) -> Text:
    if code in _WITH_CONTEXT:
        name, text = _WITH_CONTEXT[code]
        value = str(context.get(name, ""))
        return Text(zh=text.zh.format(value), en=text.en.format(value))
    return _REMEDIES.get(code, _OTHERWISE)
