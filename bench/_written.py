"""Tool calls that a small model writes as text instead of making them: the calls that it means.

The embedded model's chat template asks for ``<tool_call>{"name": …, "arguments": {…}}</tool_call>``. Trained mostly on code, the
model often leaves the tags out, puts the JSON into a fence or writes the call as code; a baseline that ignored these would be
weaker than it need be.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

_NAME, _VALUES = ("name", "function", "tool"), ("arguments", "parameters", "args")
_CODE = re.compile(r"^\s*(?:print\()?(\w+)\((.*?)\)+\s*$", re.MULTILINE)
CALLS_MAX = 4
Written = tuple[str, dict[str, Any]]


def written_calls(text: str, names: Collection[str]) -> list[Written]:
    """The calls of tools called ``names`` that stand in ``text``, in order; of several that are the same, one."""
    found: list[Written] = []
    for call in [*_as_json(text), *_as_code(text)]:
        if call[0] in names and call not in found:
            found.append(call)
    return found[:CALLS_MAX]


def _as_json(text: str) -> Iterator[Written]:
    decoder, at = json.JSONDecoder(), text.find("{")
    while at >= 0:
        ended = at + 1
        for missing in ("", "}"):  # the last brace is often forgotten
            try:
                value, length = decoder.raw_decode(text[at:] + missing)
            except ValueError:
                continue
            if (call := _call(value)) is not None:
                yield call
                ended = at + length
            break
        at = text.find("{", ended)


def _call(value: Any) -> Written | None:
    if not isinstance(value, dict):
        return None
    name = next((value[key] for key in _NAME if isinstance(value.get(key), str)), None)
    given = next((value[key] for key in _VALUES if isinstance(value.get(key), dict)), None)
    return None if name is None or given is None else (name, given)


def _as_code(text: str) -> Iterator[Written]:
    for name, inside in _CODE.findall(text):
        try:
            parsed = ast.parse(f"f({inside})", mode="eval").body
            assert isinstance(parsed, ast.Call)
            if not parsed.args:
                yield name, {word.arg: ast.literal_eval(word.value) for word in parsed.keywords if word.arg}
        except (SyntaxError, ValueError):
            continue
