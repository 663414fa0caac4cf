"""What words mean within the service in progress: a value, a correction, an answer in one's own words, or none of these."""

from __future__ import annotations

import re

from agent.commands import Cancel, Command, Correct, Repeat, SetSlots
from agent.understand import awaited, corrections, guards
from agent.understand.assent import answer
from agent.understand.classifier import Calibration, Scored
from agent.understand.contrast import contrast
from agent.understand.grammar.picks import pick
from agent.understand.labels import CHITCHAT, HANDOFF, KNOWLEDGE, OUT_OF_SCOPE, services
from agent.understand.port import Hearing, ParamKind
from agent.understand.slots import extract, params_of
from agent.understand.text import bare

SURE = 0.85
HANDOFF_MIN = 0.3
ELSE_MIN = 0.6
PURPOSE = "purpose"  # of a transfer
MORE_MIN = 5  # characters of what adds to an account of one's own
_MORE_OF_SAME = re.compile(r"再(?:来|转|办|查|给)|另外|还有一|another|one more|again|also", re.I)
_NO_MORE = re.compile(
    r"算了|不(?:想|要|用|去|再)?(?:投诉|告|提|反映|申诉|申请|报案|报警|登记|追究|计较)(?:你们|他|她|它)?了|别(?:登记|记|报|告|交)了|(?:never ?mind|forget it|drop it|withdraw it|leave it)|\b(?:don'?t|no longer|not) (?:want to |wanna |going to )?(?:complain|appeal|report)\b",
    re.I,
)
_SAME_WISH = re.compile(
    r"(?:那|那我|我|还是|就|算了还是)*(?:要|想)?(?:投诉|申诉|申请|报案|报警|提交|登记)(?:吧|了|一下|的|呗)*|(?:no,? )?(?:i )?(?:do |still )?(?:want to )?(?:complain|appeal|report it)(?: then| after all)?",
    re.I,
)
_PURPOSE = re.compile(
    r"^(?:.{0,4}用途.{0,2}?(?:改成?|换成?|写成?|填|是|应该是|为)+|(?:这|那|这笔|钱|转账|这个)*是?(?:用来|用于|拿来|拿去|(?<=是)(?=给|付|交|还|买|借)))(.+)"
    r"|^(?:(?:the )?purpose (?:is|should be|was)|make the purpose|(?:it'?s|this is|the money is) (?:used )?(?:for|to))\b(.+)",
    re.I,
)
_AFTER_ALL = re.compile(r"还是|\bafter all\b", re.I)


def inside(text: str, hearing: Hearing, scored: Scored, limits: Calibration) -> Command | None:
    """What the words mean within the service in progress: a correction, a value, or neither."""
    if hearing.pending == "slot" and hearing.slot_kind == "text" and not awaited.is_question(text):
        return _free(text, hearing, scored)
    slots = corrections.corrected(text, hearing)
    asks = scored.label == KNOWLEDGE and scored.probability >= limits.other and not _adds_to(text, hearing)
    handed = scored.label == HANDOFF and scored.probability >= HANDOFF_MIN
    named = contrast(text) is not None  # "不是锁卡，是挂失3021" names the other service itself
    mended = bool(slots) and corrections.marks_correction(text) and _kin(scored.label, hearing.service) and not named
    other = scored.label in services() and scored.label != hearing.service and not mended
    elsewhere = other and scored.probability >= limits.act
    back = bool(slots) and _AFTER_ALL.search(text) is not None  # "算了，还是6688那张" breaks nothing off
    if guards.is_somebodys(text):
        return None
    if elsewhere or asks or handed or (scored.label in ("cancel", "repeat") and scored.probability >= 0.6 and not back):
        return None
    confidence = max(scored.of(hearing.service or ""), scored.of("correct"), 0.7)
    if slots and _MORE_OF_SAME.search(text) and scored.label == hearing.service and hearing.pending == "confirm":
        return None
    if hearing.pending == "slot" and hearing.slot is not None:
        return _slot(text, hearing, hearing.slot, slots)
    if slots and (
        corrections.marks_correction(text)
        or scored.label in ("correct", hearing.service)
        or hearing.pending in ("confirm", "otp")
    ):
        return Correct(slots=slots, by="examples", confidence=confidence)
    if (purpose := _purpose(text, hearing)) is not None:
        return purpose
    if corrections.marks_correction(text) and (len(text) <= 12 or scored.label == "correct"):
        return Correct(by="examples", confidence=confidence)
    return _more(text, hearing, scored)


def _more(text: str, hearing: Hearing, scored: Scored) -> Command | None:
    """What is added to one's own account at the read-back ("就是昨天下午，小李"): it goes into it, and is read back anew."""
    name = next((name for name, kind in hearing.params.items() if kind == "text" and name != PURPOSE), None)
    if hearing.pending != "confirm" or name is None or awaited.is_question(text) or len(text) < MORE_MIN:
        return None
    if awaited.is_short(text) and _NO_MORE.search(text):
        return Cancel(by="examples", confidence=0.9)
    if _SAME_WISH.fullmatch(bare(text)):
        return Repeat(by="examples", confidence=0.9)
    wants_else = scored.label not in (OUT_OF_SCOPE, KNOWLEDGE, hearing.service, "correct")
    if answer(text) is not None or (wants_else and scored.probability >= ELSE_MIN):
        return None
    return Correct(slots={name: text}, by="examples", confidence=0.8)


def _purpose(text: str, hearing: Hearing) -> Command | None:
    """Another purpose at the read-back. It tells no story, so only what speaks of it changes it."""
    found = _PURPOSE.search(text) if hearing.pending == "confirm" and PURPOSE in hearing.params else None
    if found is None or awaited.is_question(text):
        return None
    told = (found[1] or found[2]).strip(" ，,。.!！:：")
    return Correct(slots={PURPOSE: told}, by="examples", confidence=0.9) if told else None


def _adds_to(text: str, hearing: Hearing) -> bool:
    """At the read-back of what a customer told, what tells on is no question, whatever it is about."""
    told = hearing.pending == "confirm" and "text" in hearing.params.values()
    return told and not awaited.is_question(text) and not guards.is_about(text) and not guards.asks_plainly(text)


def _free(text: str, hearing: Hearing, scored: Scored) -> Command | None:
    """An answer in the customer's own words: taken as it is, unless it is plainly a wish for something else."""
    chosen = pick(text, hearing.choices, likeness=False)
    if chosen is not None:
        return SetSlots(slots={hearing.slot or "": chosen.id}, by="exact")
    other = scored.label in services() and scored.label != hearing.service and guards.wants_now(text)
    if scored.probability >= SURE and (other or scored.label in ("cancel", "repeat", HANDOFF, *CHITCHAT[5:7])):
        return None
    if answer(text) in ("again", "hold"):
        return None
    if corrections.marks_correction(text) and awaited.is_short(text):
        kinds = {name: kind for name, kind in hearing.params.items() if kind != "text" and name != hearing.slot}
        if slots := {name: value for name, value in corrections.corrected(text, hearing).items() if name in kinds}:
            return Correct(slots=slots, by="examples", confidence=0.9)  # "no, make it 200" explains nothing
    if beside := _only_another(text, hearing):  # "1180" names the account, it explains nothing
        return SetSlots(slots=beside, by="examples", confidence=0.9)
    return SetSlots(slots={hearing.slot or "": text}, by="examples", confidence=0.9)


def _only_another(text: str, hearing: Hearing) -> dict[str, str]:
    """The value of another parameter, where there is nothing else in the words."""
    others: dict[str, ParamKind] = {name: kind for name, kind in hearing.params.items() if name != hearing.slot}
    found = extract(text, others, hearing) if awaited.is_short(text) else {}
    bare_values = [awaited.is_only_value(text, value, others[name]) for name, value in found.items() if name in others]
    return found if len(found) == 1 and all(bare_values) else {}


def _slot(text: str, hearing: Hearing, asked: str, slots: dict[str, str]) -> Command | None:
    params: dict[str, ParamKind] = dict(hearing.params) or params_of(hearing.service or "")
    if hearing.slot_kind is not None:
        params[asked] = hearing.slot_kind
    values = slots | extract(text, params, hearing, asked=asked)
    if chosen := pick(text, hearing.choices, likeness=False):
        values[asked] = chosen.id
    if values and not (awaited.is_question(text) and asked not in values):
        if corrections.marks_correction(text) and asked not in values:
            return Correct(slots=values, by="examples", confidence=0.9)
        return SetSlots(slots=values, by="examples", confidence=0.9)
    return None


def _kin(label: str, service: str | None) -> bool:
    """Of one family: at the read-back of a lock, "错了，锁4417" mends it, whichever way the lock sounds to turn."""
    return service is not None and label.partition(".")[0] == service.partition(".")[0]
