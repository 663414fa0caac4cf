"""What a customer's question is made of: two at once, what it leans on, and what it takes for granted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from knowledge.numerals import number
from knowledge.port import Locale

Kind = Literal["money", "days", "working_days", "hours", "minutes", "months", "years", "percent", "times"]
QUESTIONS_MAX = 2
PART_CHARS_MIN = {"zh-CN": 3, "en": 8}

_CUT_ZH = re.compile(
    r"[?？!！。;；]+\s*(?:还有|另外|以及|然后|再就是|对了|顺便(?:再)?问(?:一)?下)?[,，]?|[,，]?\s*(?:还有就是|还有|另外|再就是|以及|顺便(?:再)?问(?:一)?下|同时)[,，]?|[,，、]\s*"
)
_CUT_EN = re.compile(
    r"[?!;]+\s*(?:and|also|plus)?\s*|\.\s+|,?\s+and\s+(?:also\s+)?(?=(?:how|what|when|where|why|which|who|is|are|do|does|can|could|will|would|should)\b)|,\s*(?:and\s+|also\s+|plus\s+)?(?=(?:how|what|when|where|why|which|who|is|are|do|does|can|could|will|would|should)\b)",
    re.I,
)
_ASKS_ZH = re.compile(
    r"吗|么|呢|多少|几|什么|啥|怎|哪|谁|为何|凭什么|能不能|要不要|可不可以|是不是|有没有|会不会|行不行|多久|多长|费用|手续费|利率"
)
_ASKS_EN = re.compile(
    r"\b(how|what|when|where|why|which|who|is|are|do|does|can|could|will|would|should|may|am|must)\b", re.I
)
_LEAN_ZH = re.compile(r"^(?:那么?|还有|另外|然后|所以|如果|要是|万一|那如果|那要是)[,，]?(?=.)|(?:呢|咧)[?？!！。]*$")
_LEAN_EN = re.compile(
    r"^(?:and|so|then|but)?\s*(?:what about|how about|and|then|so|what if)\s+(?:the\s+|a\s+|an\s+)?", re.I
)
_ABOUT_NOTHING_ZH = re.compile(
    r"(?:那|我|我们|她|他|自己|还|都|要|需要|需|得|带|准备|提供|交|给|什么|啥|哪些|东西|材料|资料|条件|手续|证件|多久|多长时间|几天|几个|多少|"
    r"什么时候|能|好|到|去|在|哪里|哪儿|哪|取|拿|领|办|为什么|为啥|凭什么|凭啥|不行|不能|不可以|怎么|咋|弄|做|才|行|可以|会|有|没有|是|别的|其他|办法|吗|呢|呀|啊|的|了|吧|[,，])+"
)
_ABOUT_NOTHING_EN = re.compile(
    r"(?:(?:what|how|why|where|when|which|who|do|does|did|is|are|was|will|would|should|can|could|must|have|has|i|you|she|he|they|we|it|that|this|there|"
    r"need|needs|to|bring|show|long|soon|much|many|take|takes|get|pick|up|the|for|of|and|so|then|not|papers|documents|any|other|way|else|work|done)\b\W*)+",
    re.I,
)
_TAG_ZH = re.compile(
    r"(?:[,，]?\s*(?:对吧|是吧|对吗|对不对|是不是|是不是啊|没错吧|不是吗|是这样吧|是真的吗|真的假的|吧))[?？!！。]*$|^(?:我)?(?:听说|听人说|据说|网上说|人家说|朋友说|都说|不是说)[,，]?"
)
_TAG_EN = re.compile(
    r",?\s*(?:right|correct|is that right|is that true|isn't it|aren't they|don't you|doesn't it|don't i|true)\s*[?!.]*$|^(?:i (?:heard|read|was told)(?: that)?|they say|is it true that|people say|so)\s+",
    re.I,
)
_CLAIMS_ZH = re.compile(r"(?:要|得|需要?|会|收|交|付|扣|花|赔|罚|等|延迟|只能|最多|最少|起码)[^,，。?？]{0,6}$")
_CLAIMS_EN = re.compile(
    r"\b(?:costs?|pay|charged?|fee of|takes?|wait|is|are|only|at most|up to|limit of)\b[^,.?]{0,14}$", re.I
)
_UNITS: tuple[tuple[Kind, str], ...] = (
    ("money", r"元钱?|块钱|块|圆|yuan|rmb|cny|kuai"),
    ("working_days", r"个?工作日|working days?|business days?"),
    ("days", r"天|日(?!常|期)|days?"),
    ("hours", r"个?小时|个?钟头|hours?"),
    ("minutes", r"分钟|minutes?"),
    ("months", r"个月|months?"),
    ("years", r"年(?!龄|费|化)|years?"),
    ("percent", r"%|％|个点|percent"),
    ("times", r"次|times?"),
)  # fmt: skip
_NUMBER = r"(?P<number>\d[\d,]*(?:\.\d+)?\s*[万千百亿wk]?|[零一二两三四五六七八九十百千万亿]+|half a|(?:one|two|three|four|five|six|seven|ten|twelve|fifteen|twenty|thirty|fifty|hundred)(?:\s(?:hundred|thousand))?)"
_FIGURE = re.compile(
    _NUMBER + r"\s*-?(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _UNITS) + r")(?![A-Za-z])", re.I
)
_FREE = re.compile(
    r"免费|不收费|不收(?:任何)?(?:手续费|工本费|费)|没有(?:手续费|费用)|\bfree\b|\bno (?:fee|charge|cost)\b|costs nothing",
    re.I,
)


@dataclass(frozen=True)
class Figure:
    """A figure with what it counts; ``said`` is how it stood there."""

    value: Decimal
    kind: Kind
    said: str
    start: int


def figures(text: str) -> Iterator[Figure]:
    """Every figure that has a unit, from left to right."""
    for found in _FIGURE.finditer(text):
        value = number(found["number"])
        kind = next(kind for kind, _ in _UNITS if found[kind])
        if value is not None:
            yield Figure(value, kind, found[0].strip(), found.start())


@dataclass(frozen=True)
class Premise:
    """A question without its "…, right?", and the figures that it takes for granted."""

    question: str
    claims: tuple[Figure, ...]
    tagged: bool


def premise(query: str, locale: Locale) -> Premise:
    """What is asked and what is taken for granted ("销户要交200块对吧？" takes 200 yuan for granted)."""
    tag, claiming = (_TAG_ZH, _CLAIMS_ZH) if locale == "zh-CN" else (_TAG_EN, _CLAIMS_EN)
    text = query.strip()
    bare = tag.sub("", tag.sub("", text)).strip(" ,，")
    tagged = bare != text and bool(bare)
    claims = tuple(one for one in figures(bare if tagged else text) if tagged or claiming.search(text[: one.start]))
    return Premise(bare if tagged else text, claims, tagged)


def contradicted(claims: tuple[Figure, ...], answer: str) -> Figure | None:
    """The first claimed figure that the answer, which speaks of such figures, does not have."""
    held = {(one.kind, one.value) for one in figures(answer)}
    if _FREE.search(answer):
        held.add(("money", Decimal(0)))
    kinds = {kind for kind, _ in held}
    return next((one for one in claims if one.kind in kinds and (one.kind, one.value) not in held), None)


def parts(query: str, locale: Locale) -> list[str]:
    """The questions in a question, at most ``QUESTIONS_MAX``; one where it cannot be cut into questions."""
    cut, asks = (_CUT_ZH, _ASKS_ZH) if locale == "zh-CN" else (_CUT_EN, _ASKS_EN)
    pieces = [piece.strip() for piece in cut.split(query)]
    pieces = [piece for piece in pieces if len(piece) >= PART_CHARS_MIN[locale]]
    found: list[str] = []
    waiting = ""
    for piece in pieces:
        waiting = f"{waiting}，{piece}" if waiting and locale == "zh-CN" else f"{waiting} {piece}".strip()
        if asks.search(piece):
            found.append(waiting)
            waiting = ""
    if waiting and found:
        found[-1] = f"{found[-1]}，{waiting}" if locale == "zh-CN" else f"{found[-1]}, {waiting}"
    return found[:QUESTIONS_MAX] if len(found) > 1 else [query]


def core(query: str, locale: Locale) -> str:
    """An elliptical question without the words that only lean: "那手续费呢？" is "手续费"."""
    lean = _LEAN_ZH if locale == "zh-CN" else _LEAN_EN
    text = query.strip()
    for _ in range(2):
        text = lean.sub("", text).strip(" ,，?？!！。")
    return text or query.strip()


def leans(query: str, locale: Locale) -> bool:
    """Whether the question says itself that it goes on from what was said before, or names nothing that it could be about."""
    lean, about_nothing = (_LEAN_ZH, _ABOUT_NOTHING_ZH) if locale == "zh-CN" else (_LEAN_EN, _ABOUT_NOTHING_EN)
    return lean.search(query.strip()) is not None or about_nothing.fullmatch(query.strip(" ?？!！。.")) is not None
