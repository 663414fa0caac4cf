"""Bytes of a text file become text, whatever the program that wrote it took for granted."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from knowledge.ingest.blocks import Refused

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_DECLARED_IN = 2048
# what a Chinese bank's files are written in; without this short texts are taken for any language of the world
_LIKELY = ["gb18030", "big5", "cp1252"]


def decode(data: bytes, *, html: bool = False) -> str:
    """The text of a file.

    Raises:
        Refused: no encoding fits.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _as(data, encoding)
    try:
        return data.decode("utf-8") if b"\0" not in data else _as(data, _utf16_order(data))
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:_DECLARED_IN]) if html else None
    if declared is not None:
        name = declared[1].decode("ascii").lower()
        return _as(data, "gb18030" if name in ("gb2312", "gbk") else name)  # the others are its subsets
    best = from_bytes(data, cp_isolation=_LIKELY).best()
    if best is None:
        raise Refused("encoding", "its characters cannot be read; save it as UTF-8")
    return str(best)


def _utf16_order(data: bytes) -> str:
    return "utf-16-be" if data[0::2].count(0) > data[1::2].count(0) else "utf-16-le"


def _as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise Refused("encoding", f"is not {encoding}, as it says; save it as UTF-8") from error
