"""Masking: card numbers, phones, IDs, passports, e-mail addresses and one-time codes never reach a log in the clear."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable

_ID = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])")
_CARD = re.compile(r"(?<!\d)\d(?:[ \-\u00a0\u3000]?\d){12,18}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d|100)[ \-]?\d{4}[ \-]?\d{4}(?!\d)")  # 1000000xxxx are the sandbox's
_ABROAD = re.compile(r"(?<![\w+])\+(?!86)\d(?:[ \-]?\d){6,14}(?!\d)")  # with its country code (E.164)
_EMAIL = re.compile(r"(?<![\w.+\-])([\w.+\-])[\w.+\-]*@((?:[\w\-]+\.)+[A-Za-z]{2,})")
_PASSPORT = re.compile(r"(?<![A-Za-z0-9_])[A-Z]{1,2}\d{7,8}(?![A-Za-z0-9_])")
_CODE = re.compile(
    r"((?:验证码|校验码|动态码|动态密码|短信码|\bOTP\b|\b(?:verification |security |one-time )?(?:pass)?code\b)\D{0,12}?)"
    r"(\d{3}[ \-]?\d{3}|\d{4,8})(?!\d)",
    re.IGNORECASE,
)


def _last4(found: re.Match[str]) -> str:
    digits = [char for char in found[0] if char.isdigit()]
    return "*" * (len(digits) - 4) + "".join(digits[-4:])


def _phone(found: re.Match[str]) -> str:
    digits = [char for char in found[0] if char.isdigit()]
    return "".join(digits[:3]) + "****" + "".join(digits[-4:])


def _abroad(found: re.Match[str]) -> str:
    digits = [char for char in found[0] if char.isdigit()]
    return "+" + "".join(digits[:2]) + "****" + "".join(digits[-4:])


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_CODE, lambda found: found[1] + "******"),
    (_ID, lambda found: found[0][0] + "*" * 16 + found[0][-1]),  # before cards: an 18-digit ID keeps no last four
    (_ABROAD, _abroad),  # before cards: it may have as many digits
    (_CARD, _last4),
    (_PHONE, _phone),
    (_EMAIL, lambda found: f"{found[1]}***@{found[2]}"),
    (_PASSPORT, lambda found: found[0][0] + "*" * (len(found[0]) - 1)),
)


def mask(text: str) -> str:
    """``text`` with what identifies a person or opens an account hidden. Masking twice changes nothing more.

    Cards (13 to 19 digits, spaces or dashes between) keep their last four, phones the first digits and last four, IDs
    and e-mail addresses their ends, passports their first letter; one-time codes are found by the words before them.
    """
    for pattern, hide in _RULES:
        text = pattern.sub(hide, text)
    return text


class MaskingFilter(logging.Filter):
    """Put it on *handlers* (a logger's own filters do not see its children's records): message, arguments, exception,
    stack and extra strings are masked before anything is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:  # a wrong format string must not let its arguments through either
            message = str(record.msg)
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = "".join(traceback.format_exception(record.exc_info[1])).rstrip()
            record.exc_info = None
        for name, value in record.__dict__.items():
            if isinstance(value, str) and name not in ("name", "levelname", "pathname", "filename", "module"):
                setattr(record, name, mask(value))
        record.msg, record.args = mask(message), None
        return True
