"""The process that opens strangers' files: ``python -m knowledge.ingest.worker``, told what to do on stdin.

A document may be made to hang, to crash or to eat memory; then this process ends and nothing else does. Each request is a
line of JSON (``kind``, ``name``, ``bytes``) and that many bytes; each answer is a line of JSON.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from dataclasses import asdict

from knowledge.ingest.blocks import Kind, Reading, Refused
from knowledge.ingest.split import Split, split

MEMORY_BYTES_MAX = 3 * 2**30  # of address space


def read(data: bytes, kind: Kind) -> Reading:
    """Raises: Refused."""
    # each reader is loaded when the first file of its kind comes: most folders have one or two
    match kind:
        case "markdown":
            from knowledge.ingest.read_markdown import read_markdown

            return read_markdown(data)
        case "text":
            from knowledge.ingest.read_markdown import read_text

            return read_text(data)
        case "html":
            from knowledge.ingest.read_html import read_html

            return read_html(data)
        case "docx":
            from knowledge.ingest.read_docx import read_docx

            return read_docx(data)
        case "pdf":
            from knowledge.ingest.read_pdf import read_pdf

            return read_pdf(data)


def read_and_split(data: bytes, kind: Kind, name: str) -> Split:
    """Raises: Refused: the file cannot be used, or has nothing to read."""
    out = split(read(data, kind), name)
    if not out.passages:
        raise Refused("empty", "has no text to read")
    return out


def answer(data: bytes, kind: Kind, name: str) -> str:
    """One line of JSON."""
    try:
        out = read_and_split(data, kind, name)
    except Refused as refused:
        return json.dumps({"refused": [refused.reason, str(refused)]})
    except MemoryError:
        return json.dumps({"refused": ["too_large", "needs more memory than a document may; split it by chapter"]})
    except Exception as error:  # a reader's own mistake must name the file, not end the run
        return json.dumps({"refused": ["damaged", f"damaged: it cannot be read ({type(error).__name__})"]})
    return json.dumps(asdict(out), default=str)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    logging.disable(logging.CRITICAL)  # readers complain about every oddity; what matters is in the answer
    out = sys.stdout
    sys.stdout = sys.stderr  # a library that prints must not be taken for an answer
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        data = sys.stdin.buffer.read(asked["bytes"])
        print(answer(data, asked["kind"], asked["name"]), file=out, flush=True)


if __name__ == "__main__":
    main()
