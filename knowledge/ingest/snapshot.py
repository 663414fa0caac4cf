"""One file as it stood at one instant, and what it really is, whatever its name says."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from knowledge.ingest.blocks import Kind, Refused

FILE_BYTES_MAX = 64 * 2**20
UNPACKED_BYTES_MAX = 256 * 2**20
UNPACKED_RATIO_MAX = 200  # XML packs 10 to 30 times; what packs better than this holds nothing to read
PARTS_MAX = 10_000
TRIES, TRY_AGAIN_S = 3, 0.2

KINDS: dict[str, Kind] = {
    ".md": "markdown", ".markdown": "markdown", ".txt": "text", ".html": "html", ".htm": "html", ".pdf": "pdf",
    ".docx": "docx",
}  # fmt: skip
_SHEETS = {".xlsx", ".xls", ".xlsm", ".csv", ".tsv", ".ods", ".et"}
_OLE, _ZIP, _PDF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF-"
_HEAD_BYTES = 1024


@dataclass(frozen=True)
class Snapshot:
    """``digest`` is the SHA-256 of ``data``."""

    data: bytes
    kind: Kind
    digest: str


def kind_of(path: Path) -> Kind:
    """What a file's name promises.

    Raises:
        Refused: it is nothing that can be read for now.
    """
    suffix = path.suffix.lower()
    if suffix in _SHEETS:
        raise Refused("sheet", "a spreadsheet; for now put its tables into a DOCX, HTML or Markdown file")
    if suffix not in KINDS:
        raise Refused("unsupported", f"{suffix or 'no'} extension; Markdown, HTML, text PDF, DOCX and TXT are read")
    return KINDS[suffix]


def take(path: Path) -> Snapshot:
    """The file's bytes, all of one moment.

    Raises:
        Refused: it cannot be read, is too large, is empty, keeps changing, or is not what its name says.
    """
    kind = kind_of(path)
    if path.is_symlink():
        raise Refused("link", "a link; put the document itself into the folder")
    for attempt in range(TRIES):
        if attempt:
            time.sleep(TRY_AGAIN_S)
        try:
            data = _read_still(path)
        except OSError as error:
            raise Refused("unreadable", f"cannot be read ({error.strerror})") from error
        if data is not None:
            if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
                raise Refused("empty", "has nothing in it")
            _is_what_it_says(data, kind)
            return Snapshot(data, kind, hashlib.sha256(data).hexdigest())
    raise Refused("changing", "changes while it is read; it is taken the next time")


def _state(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def _read_still(path: Path) -> bytes | None:
    """The bytes; None when the file was written to meanwhile."""
    with path.open("rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise Refused("unsupported", "not a regular file")
        if before.st_size > FILE_BYTES_MAX:
            raise Refused(
                "too_large",
                f"{before.st_size / 2**20:.0f} MB; at most {FILE_BYTES_MAX // 2**20} MB: split it by chapter",
            )
        data = file.read(FILE_BYTES_MAX + 1)
    after = path.stat()
    return data if _state(before) == _state(after) and len(data) == after.st_size else None


def _is_what_it_says(data: bytes, kind: Kind) -> None:
    found = _looks_like(data)
    if found == "ole":
        if kind == "docx":
            raise Refused("encrypted", "protected by a password, or in the old DOC format; save it as a plain DOCX")
        raise Refused("wrong_extension", f"named as {kind}, but an old or a protected Office file")
    if found == "sheet":
        raise Refused("sheet", "a spreadsheet, whatever its name says")
    if kind in ("pdf", "docx"):
        if found == kind:
            return
        raise Refused("wrong_extension", f"named as {kind}, but {_said(found)}")
    if found in ("pdf", "docx", "zip", "binary") or (found == "html" and kind != "html"):
        raise Refused("wrong_extension", f"named as {kind}, but {_said(found)}")


def _said(found: str) -> str:
    return {
        "pdf": "a PDF", "docx": "a DOCX", "zip": "a ZIP archive", "html": "HTML", "binary": "no text", "text": "plain text",
    }[found]  # fmt: skip


def _looks_like(data: bytes) -> str:
    head = data[:_HEAD_BYTES]
    if head.startswith(_OLE):
        return "ole"
    if _PDF in head:
        return "pdf"
    if head.startswith(_ZIP):
        return _packed(data)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _utf16_without_mark(head):
        return "text"
    if b"\0" in head:
        return "binary"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) else "text"


def _utf16_without_mark(head: bytes) -> bool:
    """Every other byte of Western text in UTF-16 is zero; that is the only case told apart without a mark."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return max(even, odd) > len(head) * 0.2 and min(even, odd) * 10 < max(even, odd)


def _packed(data: bytes) -> str:
    """What a ZIP archive holds, from its directory alone: nothing is unpacked before its size is known.

    Raises:
        Refused: it is cut off, or unpacks to far more than a document.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused("truncated", "cut off or damaged: its end is missing; save or copy it again") from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED_BYTES_MAX or unpacked > UNPACKED_RATIO_MAX * len(data) or len(parts) > PARTS_MAX:
        raise Refused("zip_bomb", f"unpacks from {len(data) / 2**20:.1f} to {unpacked / 2**20:.0f} MB; not a document")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("encrypted", "protected by a password")
    names = {part.filename for part in parts}
    if "word/document.xml" in names:
        return "docx"
    return "sheet" if any(name.startswith("xl/") for name in names) else "zip"
