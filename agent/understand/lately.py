"""What leans on what was just done or looked at, or on what is still on its way: "再来一笔", "把燃气那个取消", "我那三万块能撤回来不"."""

from __future__ import annotations

import re

from agent.commands import Command, StartService
from agent.understand import awaited
from agent.understand.assent import answer
from agent.understand.classifier import Scored
from agent.understand.grammar.amounts import find_amounts
from agent.understand.labels import actions, services
from agent.understand.port import Choice, Hearing
from agent.understand.slots import extract, params_of, service_slots
from agent.understand.text import bare

NAMED_SURE = 0.85
STORY_MIN = 6  # characters
TOLD_TO = ("account.unfreeze_appeal", "complaint.create", "fraud.report")
LISTS = {"autodebit.list": "autodebit.cancel", "transfer.status": "transfer.cancel"}  # picked out of what was shown
_ELLIPSIS = re.compile(r"^(?:那|那么)?.{0,14}(?:呢|那张|那个)[?？]?$|^(?:and |what about |how about |and the )", re.I)
_NEXT = re.compile(
    r"(?:那|那么)?(?:然后|之后|接下来|接着|下一步|后面)(?:呢|我?(?:该|要|得|需要)?(?:做|干|办|弄)(?:什么|啥|些什么|点啥)|怎么(?:办|做)|干嘛)?[呢啊呀?？]*|(?:那)?我?(?:现在|还)(?:该|要|得|需要)(?:做|干|办)(?:什么|啥)[呢啊呀?？]*|"
    r"(?:and |so |ok(?:ay)?,? )?(?:what (?:should|do|must) i (?:need to |have to )?do (?:next|now|then)|what(?:'s| is| comes| happens)? next|what now|now what|then what|and then)[?？]*",
    re.I,
)
_WHAT_NOW = re.compile(
    r"(?:那|那我|我|现在|该|可|这|这可|到底|这下|又)*(?:怎么办|咋办|咋整|如何是好)(?:才好|好|啊|呀|呢|嘛|哟)*[?？!！]*"
)
_WHO = re.compile(r"谁|为啥|咋|\b(?:who|whose)\b", re.I)
_AT_A_LOSS = re.compile(r"(?:怎么办|咋办|咋整)[啊呀呢吗么]*[?？!！。]*$|\bwhat (?:should|do|can) i do\b", re.I)
_MIGHT = re.compile(r"如果|要是|万一|假如|会不会|\bif\b", re.I)
_TAKE_BACK = re.compile(r"(?:那|那就|就)?(?:给我|帮我)?撤(?:了|回|销|掉|回来)?(?:它|吧|呗|啊|了)*", re.I)
_BACK = re.compile(
    r"(?:撤|拦|追|要|拿|退|取消|停)(?:得|不|的)?(?:回|销|下|住|掉|消)|撤|拦|\b(?:cancel|stop|recall|get .{0,24}back|take .{0,24}back|call .{0,24}back|undo|reverse)\b",
    re.I,
)
_JUST_MADE = re.compile(
    r"刚|转错|汇错|打错|[那这](?:一)?笔|我(?:的)?(?:转|汇|打)|\b(?:just|my|that|wrong|mistake)\b", re.I
)
_NOT_SENT = re.compile(
    r"(?:那|那就|我|就|给我|帮我)*(?:不想|不要|别|不)(?:转|汇|打)(?:过去|出去|给(?:他|她|他们))?(?:了|啦|吧)*|(?:then )?(?:i )?(?:don'?t|do not) (?:want to )?send it(?: any ?more)?|stop it|cancel it|我?(?:反悔|后悔|改主意)了|i(?:'ve| have)? changed my mind|i regret it",
    re.I,
)
_DEBIT_ENDED = re.compile(
    r"^(?!.*(?:卡|短信|转账|限额|户|挂失|投诉|算了|业务)).{1,10}(?:不要|不想要|不用|取消|停|关|退|解|去)(?:掉|了|约|吧|它)*(?:了|吧)*$|"
    r"^(?:cancel|stop|end|drop|remove) (?!.*\b(?:cards?|transfer|account|limit|everything|that|it|text)\b).{2,24}$",
    re.I,
)
_ANOTHER = re.compile(
    r"^(?:再|又)(?:给我)?(?:来|转|办|查)?(?:一)?(?:笔|次|个|张|遍|下).{0,20}$|^(?:another|one more|same again)\b.{0,30}$",
    re.I,
)


def is_at_a_loss(text: str) -> bool:
    """ "那怎么办": of the matter in hand, and no despair by itself."""
    return _WHAT_NOW.fullmatch(text.strip()) is not None


def ends_at_a_loss(text: str) -> bool:
    """ "…，我该怎么办": told of what has happened, not asked about what might."""
    return _AT_A_LOSS.search(text) is not None and not _MIGHT.search(text)


def asks_what_next(text: str) -> bool:
    """ "那接下来呢？" after a service."""
    return _NEXT.fullmatch(bare(text)) is not None


def is_out_of_list(label: str, hearing: Hearing) -> bool:
    """Whether it ends one of what was just shown."""
    return hearing.last_service is not None and LISTS.get(hearing.last_service) == label


def back(text: str, hearing: Hearing) -> Command | None:
    """ "我那三万块能撤回来不": asked of the very transfer that is on its way, it is a wish."""
    if hearing.service is not None or not _BACK.search(text) or not awaited.is_short(text):
        return None
    named = [c for c in hearing.pending_transfers if _is_named(text, c)]
    if not named and _JUST_MADE.search(text):
        named = list(hearing.pending_transfers)
    if len(named) != 1:
        return None
    return StartService(
        service="transfer.cancel", slots={"transfer": named[0].id}, by="examples", confidence=NAMED_SURE
    )


def _is_named(text: str, choice: Choice) -> bool:
    """By its amount or its payee, among all that could be meant."""
    sums = {one.value for one in find_amounts(text)}
    return any(said in text or said in sums for said in choice.say)


def ended(text: str, hearing: Hearing) -> Command | None:
    """ "不想转了" of the one transfer, "燃气的不要了" of the debits, that were just shown; "那撤了" of what is on its way."""
    if hearing.service is None and len(hearing.pending_transfers) == 1 and _TAKE_BACK.fullmatch(bare(text)):
        return StartService(service="transfer.cancel", slots={"transfer": hearing.pending_transfers[0].id})
    ends = LISTS.get(hearing.last_service or "")
    if ends is None or hearing.service is not None or awaited.is_question(text) or not awaited.is_short(text):
        return None
    if ends == "transfer.cancel" and not (hearing.pending_transfers and _NOT_SENT.fullmatch(bare(text))):
        return None
    if ends == "autodebit.cancel" and not _DEBIT_ENDED.search(bare(text)):
        return None
    slots = extract(text, params_of(ends), hearing, asked="transfer") if ends == "transfer.cancel" else {}
    return StartService(service=ends, slots=slots, by="examples", confidence=NAMED_SURE)


def again(text: str, hearing: Hearing) -> Command | None:
    """ "再来一笔", "那3021呢": the service before, once more."""
    last = hearing.last_service
    if last is None or last not in services() or not awaited.is_short(text):
        return None
    slots = service_slots(last, text, hearing)
    if last == "transfer.status" and _TAKE_BACK.fullmatch(bare(text)):
        back = extract(text, params_of("transfer.cancel"), hearing, asked="transfer")
        return StartService(service="transfer.cancel", slots=back)
    if _ANOTHER.match(text) or (slots and last not in actions() and _ELLIPSIS.match(text)):
        return StartService(service=last, slots=slots, confidence=0.9)
    return None


def story(text: str, whole: Scored, hearing: Hearing, sure: float) -> Command | None:
    """What is told where a service was offered that takes a story ("您是要办管控解除申请吗？" – "都是货款"): it begins with that."""
    if hearing.pending != "options" or len(hearing.choices) != 1 or hearing.choices[0].id not in TOLD_TO:
        return None
    offered = hearing.choices[0].id
    other = whole.label in services() and whole.label != offered and whole.probability >= sure
    if (
        other
        or awaited.is_question(text)
        or _WHO.search(text)
        or answer(text) is not None
        or len(bare(text)) < STORY_MIN
    ):
        return None
    return StartService(service=offered, slots=service_slots(offered, text, hearing), by="examples", confidence=sure)
