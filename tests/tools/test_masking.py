from __future__ import annotations

import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.masking import MaskingFilter, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("卡号6222 0212 3456 7890 123。", "卡号***************0123。"),
        ("card 4111-1111-1111-1111 now", "card ************1111 now"),
        ("手机13812345678", "手机138****5678"),
        ("call 138 1234 5678", "call 138****5678"),
        ("10000001001", "100****1001"),
        ("身份证110101198803071234", "身份证1****************4"),
        ("11010119880307123X", "1****************X"),
        ("护照E12345678", "护照E********"),
        ("我的护照是EA1234567谢谢", "我的护照是E********谢谢"),
        ("a.b@example.com", "a***@example.com"),
        ("验证码是 482913", "验证码是 ******"),
        ("your code is 482913", "your code is ******"),
        ("OTP: 4829", "OTP: ******"),
        ("尾号6688转500.00元", "尾号6688转500.00元"),
        ("2026-11-24T02:13:30+08:00", "2026-11-24T02:13:30+08:00"),
        ("", ""),
    ],
)
def test_that_it_hides_these(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert mask(masked) == masked


@given(st.text(), st.from_regex(r"[1-9][0-9]{12,18}", fullmatch=True))
def test_that_no_card_number_passes(around: str, card: str) -> None:
    assert card not in mask(f"{around} {card} {around}")


@given(st.text())
def test_that_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(MaskingFilter())
    handler.setFormatter(logging.Formatter("%(message)s %(customer)s", defaults={"customer": "-"}))
    logger = logging.Logger("test.masking")
    logger.addHandler(handler)
    return logger, out


def test_that_message_arguments_exceptions_and_extras_are_masked(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = log
    try:
        try:
            raise ValueError("card 6222021234567890123")
        except ValueError as inner:
            raise RuntimeError("phone 13812345678") from inner
    except RuntimeError:
        logger.exception(
            "code %s for %s, 验证码 482913", "a.b@example.com", 4111111111111111, extra={"customer": "10000001001"}
        )
    written = out.getvalue()
    for secret in ("6222021234567890123", "13812345678", "a.b@", "4111111111111111", "10000001001", "482913"):
        assert secret not in written
    assert "Traceback" in written
    assert "direct cause" in written


def test_that_a_wrong_format_shows_nothing_either(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = log
    logger.warning("two %s %s", "13812345678")
    assert "13812345678" not in out.getvalue()
