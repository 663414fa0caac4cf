"""What comes in from outside is opened safely, or named."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tools.identity import words
from tools.identity.pictures import BYTES_MAX, Unusable, from_base64, read
from tools.wording import Text


def saved(image: Image.Image, kind: str = "JPEG", **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)  # type: ignore[arg-type]
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises more than its few bytes hold."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


SMALL = Image.new("RGB", (300, 200), (90, 120, 150))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", words.EMPTY),
        (b"%PDF-1.7 ...", words.PDF),
        (b"\0\0\0\x18ftypheic\0\0\0\0", words.HEIC),
        (b"GIF89a" + b"\0" * 100, words.NOT_A_PICTURE),
        (saved(SMALL, "GIF"), words.NOT_A_PICTURE),
        (saved(SMALL)[:200], words.NOT_A_PICTURE),
        (b"\xff\xd8\xff" + b"\0" * 300, words.NOT_A_PICTURE),
        (saved(SMALL) + b"\0" * BYTES_MAX, words.TOO_BIG),
        (bomb(10_000, 8_000), words.TOO_BIG),
        (bomb(60_000, 60_000), words.TOO_BIG),
        (saved(Image.new("L", (9_000, 9_000))), words.TOO_BIG),
        (saved(Image.new("RGB", (100, 100))), words.TOO_SMALL),
        (bomb(800, 600), words.NOT_A_PICTURE),
    ],
    ids=[
        "empty", "pdf", "heic", "gif header", "gif", "cut short", "noise", "bytes", "80 megapixels", "bomb", "81 megapixels",
        "tiny", "truncated",
    ],
)  # fmt: skip
def test_that_it_is_refused_with_its_own_word(data: bytes, said: Text) -> None:
    with pytest.raises(Unusable) as refused:
        read(data)
    assert refused.value.said == said


def test_that_exif_turns_it_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned clockwise by a quarter when shown
    assert read(saved(SMALL, exif=exif)).shape == (300, 200, 3)


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "RGBA", "LA", "I;16"])
def test_that_any_colours_become_rgb(mode: str) -> None:
    image = Image.new(mode, (300, 200)) if mode == "I;16" else SMALL.convert(mode)
    pixels = read(saved(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert pixels.shape == (200, 300, 3)
    assert pixels.dtype == np.uint8


def test_that_a_large_one_is_scaled_down() -> None:
    assert max(read(saved(Image.new("RGB", (4000, 3000), "white"))).shape) == 1120


@pytest.mark.parametrize("value", ["&&&", 5, None, "好"])
def test_that_what_is_no_base64_is_no_picture(value: object) -> None:
    with pytest.raises(Unusable):
        read(from_base64(value))
