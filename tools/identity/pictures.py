"""Pictures from outside, opened safely: bounded before they are decoded, upright, in RGB, and nothing but pixels kept."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from tools.identity import words
from tools.wording import Text

Pixels = NDArray[np.uint8]
BYTES_MAX = 12 * 2**20
MEGAPIXELS_MAX = 40
SIDE_MIN = 160
SIDE_MAX = 1120  # a longer side is scaled down to this: the print of a card is then read in half a second
_HEIF = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1", b"ftypavif")


class Unusable(Exception):
    """The picture cannot be used; ``said`` is the kind and useful word for it."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


def from_base64(value: object) -> bytes:
    """The bytes of a picture as the API carries it.

    Raises:
        Unusable: not base64 at all.
    """
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        raise Unusable(words.NOT_A_PICTURE) from None


def read(data: bytes, side_max: int = SIDE_MAX) -> Pixels:
    """Upright RGB pixels of a JPEG or PNG, its longer side at most ``side_max``.

    Raises:
        Unusable: empty, another format, damaged, or of more pixels than a camera takes.
    """
    _refuse_by_bytes(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        if image.width * image.height > MEGAPIXELS_MAX * 1_000_000:
            raise Unusable(words.TOO_BIG)
        if min(image.size) < SIDE_MIN:
            raise Unusable(words.TOO_SMALL)
        image.draft("RGB", (side_max, side_max))  # a large JPEG is decoded at a fraction of its size
        return _upright(image, side_max)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unusable(words.TOO_BIG) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError):
        raise Unusable(words.NOT_A_PICTURE) from None


def encode(pixels: Pixels, quality: int = 90) -> bytes:
    """The pixels as JPEG."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def _refuse_by_bytes(data: bytes) -> None:
    if not data:
        raise Unusable(words.EMPTY)
    if len(data) > BYTES_MAX:
        raise Unusable(words.TOO_BIG)
    if data.lstrip()[:5] == b"%PDF-":
        raise Unusable(words.PDF)
    if data[4:12] in _HEIF:
        raise Unusable(words.HEIC)


def _upright(image: Any, side_max: int) -> Pixels:
    """EXIF rotation applied, CMYK, palettes and transparency turned into RGB on white."""
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "P", "PA"):
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    image = image.convert("RGB")
    image.thumbnail((side_max, side_max))
    return np.asarray(image, dtype=np.uint8)
