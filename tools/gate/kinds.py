"""Kinds of parameters: how a raw value becomes the contract's, or why it cannot."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from tools.errors import AskAgain
from tools.gate.service import ParamKind
from tools.wording import Text, line

AMOUNT_MAX = Decimal("999999999999.99")

NOT_AN_AMOUNT = Text("请说一个具体的金额，比如 500 元", "Please tell me an exact amount, such as 500 yuan")
ALL_OF_IT = Text(
    "为了您的安全，我不能一次转走全部余额，请说一个具体的金额",
    "To keep you safe I cannot move your whole balance at once. Please tell me an exact amount",
)
NOT_POSITIVE = Text("金额要大于零，请再说一次", "The amount must be more than zero. Please tell me again")
TOO_FINE = Text("金额最小到分，请再说一次", "The smallest unit is one fen (0.01 yuan). Please tell me again")
TOO_LARGE = Text("这个金额太大了，请再说一次", "That amount is too large. Please tell me again")
NOT_A_TAIL = Text("请说卡号的最后四位", "Please tell me the last four digits of the card")
TOO_LONG = Text("请说得短一点，{most} 个字以内", "Please keep it shorter: {most} characters at most")
NOT_A_PHONE = Text(
    "这不像手机号。请说 11 位的手机号，境外号码请加上国家代码，比如 +44",
    "That does not look like a mobile number. Please tell me all 11 digits, or for a number abroad begin with the country code, such as +44",
)
NOTHING_SAID = Text("我没听清，请再说一次", "I did not catch that. Please say it again")


def normalise(name: str, kind: ParamKind, raw: str, *, most: int = 500, cut: bool = False) -> str:
    """The contract's form of a value ("500.00", "6688", "13912345678", "+442079460958").

    Raises:
        AskAgain: it cannot be used; the message says what would do.
    """
    match kind:
        case "amount":
            return _amount(name, raw)
        case "account" | "card":
            if not re.fullmatch(r"\d{4}", raw):
                raise AskAgain(name, "not_a_tail", line(NOT_A_TAIL))
            return raw
        case "phone":
            return _phone(name, raw)
        case _:
            text = raw.strip()
            if not text:
                raise AskAgain(name, "empty", line(NOTHING_SAID))
            if len(text) > most and not cut:
                raise AskAgain(name, "too_long", line(TOO_LONG, most=most))
            return text[:most].rstrip()


def _phone(name: str, raw: str) -> str:
    """A mainland mobile without +86, or a number abroad with its country code (E.164)."""
    plain = re.sub(r"[\s()\-.·]", "", unicodedata.normalize("NFKC", raw))
    number = re.sub(r"^(?:\+|00)86(?=1)", "", plain)
    if re.fullmatch(r"1[3-9][0-9]{9}|1000000[0-9]{4}", number):  # the second are the sandbox's own
        return number
    abroad = re.sub(r"^00", "+", number)
    if re.fullmatch(r"\+(?!86)[1-9][0-9]{6,14}", abroad):
        return abroad
    raise AskAgain(name, "not_a_phone", line(NOT_A_PHONE))


def _amount(name: str, raw: str) -> str:
    if raw == "all":
        raise AskAgain(name, "all", line(ALL_OF_IT))
    try:
        amount = Decimal(raw)
    except InvalidOperation:
        raise AskAgain(name, "not_an_amount", line(NOT_AN_AMOUNT)) from None
    if not amount.is_finite():
        raise AskAgain(name, "not_an_amount", line(NOT_AN_AMOUNT))
    if amount <= 0:
        raise AskAgain(name, "not_positive", line(NOT_POSITIVE))
    if amount > AMOUNT_MAX:
        raise AskAgain(name, "too_large", line(TOO_LARGE))
    if amount != amount.quantize(Decimal("0.01")):
        raise AskAgain(name, "too_fine", line(TOO_FINE))
    return f"{amount:.2f}"
