"""Spoken amounts as words of their own: "五百块", "两千三", "一万二千"; their sounds are what recognisers spell anyhow."""

from __future__ import annotations

from collections.abc import Iterator

_ONES = "一二三四五六七八九"
_UNITS = "百千万"
_MONEY = ("块", "元", "块钱")


def amounts() -> Iterator[str]:
    """Of two to six characters, each with a unit, so that no single digit is ever read into a sentence."""
    for unit, below in zip(_UNITS, ("十", "百", "千"), strict=True):
        for one in (*_ONES, "两"):
            if one + unit == "二万":
                continue
            whole = one + unit
            yield whole
            yield from (whole + money for money in _MONEY)
            for two in (*_ONES, "两"):
                if two == "两" and below == "十":
                    continue
                yield f"{whole}{two}"
                yield from (f"{whole}{two}{below}{money}" for money in ("", *_MONEY[:1]))
    for one in _ONES:
        yield from (f"{one}十万", f"十{one}万", f"{one}十块", f"{one}十元")
