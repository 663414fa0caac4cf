"""Text on a picture: the font, sizes in pixels, and the mark that every specimen carries."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_PACKAGE, _FILE = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
_SYSTEM = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc"),
)
_SIMPLIFIED = 2  # the face of simplified Chinese within the system's collection
MARK = "样本 SPECIMEN"
RED = (200, 40, 40)


class NoFont(Exception):
    """Specimens need a font with Chinese characters: the package, or Noto Sans CJK of the system."""


@lru_cache(maxsize=32)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Noto Sans in simplified Chinese.

    Raises:
        NoFont
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is not None and spec.origin is not None:
        return ImageFont.truetype(Path(spec.origin).with_name(_FILE), size)
    for path in _SYSTEM:
        if path.exists():
            return ImageFont.truetype(path, size, index=_SIMPLIFIED)
    raise NoFont(f"specimens need the package {_PACKAGE} or the system's Noto Sans CJK")


def marked(picture: Image.Image, at: tuple[int, int], size: int) -> Image.Image:
    """The picture with the mark across it, light enough to read what is beneath, and once more in full red."""
    veil = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    word = Image.new("RGBA", (size * 9, size * 2), (0, 0, 0, 0))
    ImageDraw.Draw(word).text((0, 0), MARK, font=font(size), fill=(*RED, 34))
    turned = word.rotate(24, expand=True)
    veil.paste(turned, ((picture.width - turned.width) // 2, (picture.height - turned.height) // 2))
    out = Image.alpha_composite(picture.convert("RGBA"), veil).convert("RGB")
    ImageDraw.Draw(out).text(at, MARK, font=font(size // 3), fill=RED)
    return out


def paper(width: int, height: int, low: tuple[int, int, int], high: tuple[int, int, int]) -> Image.Image:
    """A page whose colour runs from the top to the bottom, as security paper's does."""
    column = Image.new("RGB", (1, height))
    for y in range(height):
        share = y / max(1, height - 1)
        column.putpixel((0, y), tuple(round(a + (b - a) * share) for a, b in zip(low, high, strict=True)))
    return column.resize((width, height))
