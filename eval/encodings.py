"""Ways of writing a demand so that a reader still gets it and a filter may not."""

from __future__ import annotations

import base64
import codecs
import random
import re
from typing import Literal
from urllib.parse import quote

from pypinyin import Style, lazy_pinyin

Code = Literal[
    "base64", "hex", "rot13", "url", "unicode_escape", "html", "pinyin", "pinyin_tones", "full_width", "zero_width",
    "homoglyph", "spaced", "reversed", "leet", "tags", "combining",
]  # fmt: skip
_MARKED = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_HOMOGLYPHS = str.maketrans("aceopxyiTHKBMEAOPCX", "асеорхуіТНКВМЕАОРСХ")
_LEET = str.maketrans("aeiost", "431057")
_FILLER = (
    "今天来得早，门口人不多。", "昨天下雨，路上堵了好一会儿。", "小区里新开了家面馆，味道还可以。", "孩子下周要开家长会。",
    "The weather has been mild all week. ", "My neighbour is repainting his fence. ", "The bus was late again. ",
    "We had noodles for lunch and they were good. ",
)  # fmt: skip


def encoded(text: str, code: Code | None) -> str:
    """``text`` with what stands between ``[[`` and ``]]`` (everything, without them) written in ``code``."""
    if code is None:
        return text
    if _MARKED.search(text) is None:
        return _written(text, code)
    return _MARKED.sub(lambda found: _written(found.group(1), code), text)


def buried(text: str, chars: int, seed: str) -> str:
    """``text`` in the middle of about ``chars`` characters of harmless talk."""
    if chars == 0:
        return text
    rng = random.Random(seed)

    def filler() -> str:
        parts: list[str] = []
        while sum(map(len, parts)) < chars // 2:
            parts.append(rng.choice(_FILLER))
        return "".join(parts)

    return f"{filler()}{text} {filler()}"


def _written(text: str, code: Code) -> str:
    match code:
        case "base64":
            return base64.b64encode(text.encode()).decode()
        case "hex":
            return text.encode().hex()
        case "rot13":
            return codecs.encode(text, "rot13")
        case "url":
            return quote(text, safe="")
        case "unicode_escape":
            return "".join(f"\\u{ord(char):04x}" for char in text)
        case "html":
            return "".join(f"&#{ord(char)};" for char in text)
        case "pinyin":
            return " ".join(lazy_pinyin(text))
        case "pinyin_tones":
            return " ".join(lazy_pinyin(text, style=Style.TONE3))
        case "full_width":
            return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
        case "zero_width":
            return "\u200b".join(text)
        case "homoglyph":
            return text.translate(_HOMOGLYPHS)
        case "spaced":
            return " ".join(text)
        case "reversed":
            return text[::-1]
        case "leet":
            return text.translate(_LEET)
        case "tags":
            return "".join(chr(0xE0000 + ord(char)) if " " <= char <= "~" else char for char in text)
        case "combining":
            return "".join(f"{char}\u0336" for char in text)
