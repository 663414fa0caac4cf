"""A card that is gone and money that somebody spends with it: two wishes in one account, the card to be stopped before the fraud
is reported. Both must be told as facts: what is feared, supposed, found again or only said by a caller is neither."""

from __future__ import annotations

import re

from agent.commands import Command, StartService
from agent.understand.classifier import Scored
from agent.understand.labels import KNOWLEDGE
from agent.understand.port import Hearing
from agent.understand.slots import service_slots
from agent.understand.text import clauses, is_chinese

LOSS, FRAUD = "card.report_loss", "fraud.report"
STOPS = (LOSS, "card.lock")
ASKED_MIN = 0.6  # a question about it ("do you pay it back?") is answered
_PURSE_ZH = r"(?:卡片?(?![里上])|钱包|皮夹子?|皮包|手?提?包|挎包|背包|手袋|(?<!\d)\d{4}(?!\d))"
_TAKER_ZH = r"(?:有人|别人|人家|旁人|外人|小偷|贼|扒手|骗子|坏人|歹徒|劫匪|他们?|她|谁|对方|那人|司机|(?:捡|偷|拿)[^,，]{0,6}的?人)"
_TAKEN_ZH = r"(?:偷|盗(?!刷|用)|抢|摸|扒|顺|捡|拿)(?:走|去|了|的|$|[还又且而后,，])?"
_SUM_ZH = r"[\d一二两三四五六七八九十百千万几]"
_GONE_ZH = re.compile(
    rf"{_PURSE_ZH}[^,，钱字]{{0,8}}?(?<!没)(?<!没有)(?:(?:被|让|叫|给|遭)[^,，钱]{{0,4}}?{_TAKEN_ZH}|失窃|(?<!报)丢|掉了|遗失|弄丢|不见|不在了|(?<=[卡包夹全都也就])没了|找不[到着]|落在)|"
    rf"(?<!没)(?<!没有)(?:(?<!报)丢|偷|抢|遗失|顺走|摸走|捡)(?:走|了|到|去)*(?:我|俺|咱)?的?[^,，钱]{{0,4}}?{_PURSE_ZH}(?!里|上)|(?:小偷|贼|扒手|歹徒|劫匪)[^,，]{{0,3}}(?:拿|用|刷|偷)[^,，]{{0,6}}卡"
)
_SPENT_ZH = re.compile(
    rf"盗刷|冒刷|盗用|{_TAKER_ZH}[^,，]{{0,10}}?(?:刷|花|取|消费|购物|买|用|转走|提款|提现)|(?:被|让|叫|给)(?:人|他|她)?[^,，]{{0,4}}?(?:刷|花|取|转|用|消费)(?:走|掉|光|去|了|$)|拿(?:去|着|它|来|我的卡)[^,，]{{0,4}}?(?:刷|花|取|买|用|消费)|"
    r"不是我(?:本人)?(?:自己)?(?:刷|消费|买|取|花|用|弄|操作)|非本人|(?:钱(?!包)|余额|存款|账上|卡里|卡上)[^,，]{0,8}?(?:被刷|被花|被取|被转|少|变少|在掉|往外)|(?:余额|存款|账上|卡里|卡上)[^,，]{0,8}?(?:没了|不见)|"
    r"(?:短信|通知|提醒|提示|收到|显示)[^,，]{0,8}(?:消费|支出|扣款|取款|刷卡|交易)|消费(?:提醒|短信|通知)|(?:正|正在|还在|一直在|不停地)(?:刷|花|取)|(?<!现)在[^,，]{0,6}(?:刷|取钱|取现|花钱|消费)(?!卡?(?:的?时|完|后|之后))"
)
_SPENT_SUM_ZH = re.compile(rf"(?:刷|花|取|消费|支出|少|买)了?(?:我)?[^,，]{{0,2}}{_SUM_ZH}")
_I_ZH = re.compile(r"(?:我|俺|咱)(?!的|卡|账|钱)")
_NOT_FACT_ZH = re.compile(
    r"怕(?=.{0,3}(?:有|被|会|人|他|她|给|让|别|谁|坏|小偷|卡|钱))|担心|万一|防止?(?!火墙)|避免|以免|免得|省得|会不会|会被|会有人|可能会|别让|不让|不想让|没人|没有人|没有?被|没少|有没有|是不是|是否|谨防|不能用|用不了|不会|能[^,，]{0,8}[吗么]|没卡|不能|用不了|不会"
)
_SUPPOSED_ZH = re.compile(r"如果|要是|假如|假设|倘若|的话(?!费)")
_FOUND_ZH = re.compile(r"(?<!没)(?<!没有)(?:找到|找着|找回|捡回|送回|又有)了?(?!的?人|小偷|他)")
_HELD_ZH = re.compile(r"卡[^,，]{0,3}(?:没丢|没有丢|没被偷|在我?(?:手|身|这|自己)|还在)")
_STOPPED_ZH = re.compile(
    r"(?:已经?|早就|刚才?|刚刚|昨天|都)[^,，]{0,4}(?:挂失|停卡|锁卡|锁了|停了|冻结了?)|(?:挂失|停|锁)(?:过|好|掉)了?"
)
_SAID_ZH = re.compile(r"(?:电话|来电|客服|公安|警察|对方|陌生人?|有人|短信|微信|链接)[^,，]{0,8}(?:说|称|告诉|通知|讲)")
_RELATIVE_ZH = re.compile(
    r"(?:妈妈?|爸爸?|老公|老婆|媳妇|老伴|儿子|女儿|闺女|孙子|哥哥?|姐姐?|弟弟?|妹妹?|朋友|同事|邻居|亲戚|爷爷|奶奶|对象|室友|同学|老板|别人|他|她)的?(?:银行)?(?:卡|钱包|包)"
)
_OWN_ZH = re.compile(r"(?:我|俺|咱|偶)的?(?:那张|这张|银行)?(?:卡|钱包|包)")
_PURSE_EN = r"(?:(?:bank |debit )?cards?|wallet|purse|(?:hand|back)?bag|backpack|rucksack)"
_TAKER_EN = r"(?:someone|somebody|they|the(?:y'?re|y are)|people|strangers?|whoever(?: \w+){0,3}|who|(?:a|the|some|this|that|another) (?:\w+ )?(?:thief|man|woman|guy|person|crook|stranger|criminal|robber)|thieves?|pickpockets?|he|she|he'?s|she'?s|it'?s being)"
_GONE_EN = re.compile(
    rf"\b{_PURSE_EN}\b(?: \w+){{0,2}}?(?:'s| is| are| was| were| got| has been| have been|)(?: \w+)?? (?:stolen|lost|gone|missing|nicked|pinched|snatched|taken|swiped|lifted|robbed)\b|\b(?:left|leave|forgot) my(?: \w+)? {_PURSE_EN} (?:in|on|at) (?:a|the|that) (?:cab|taxi|bus|train|tram|shop|store|atm|machine|restaurant|pub|bar|cafe|uber|plane|bench)\b|\b(?:stolen|lost|missing) {_PURSE_EN}\b|"
    rf"\b(?:lost|lose|stole|stolen|nicked|pinched|snatched|dropped|took|taken|swiped|grabbed|found|mislaid|misplaced|can'?t find|cannot find|has|'s got|'ve got|have got|have|got) (?:away )?(?:my|both my|both|all my)(?: \w+)? {_PURSE_EN}\b(?! (?:back|in my|with me|here))|\bmugged\b|\bpickpocket",
    re.I,
)
_SPENT_EN = re.compile(
    rf"\b{_TAKER_EN}(?:'s|'re|'ve| is| are| has| have| had| was| were|)(?: \w+){{0,6}}? (?:spend\w*|spent|us(?:e|es|ed|ing)|buy\w*|bought|shopping|withdr\w+|taken? (?:out|my money|my cash|money|cash)|taking (?:out|my money|money|cash)|took (?:out|money|cash|\d)|pay(?:s|ing)?|paid|charg\w+|drain\w*|empty\w*|emptied)\b|"
    r"\b(?:is|are|has been|have been|keeps?|'s|'re)(?: \w+){0,2} (?:using|spending|buying|shopping|withdrawing|emptying|draining|paying)\b|\bspending (?:spree|like)|\baccount(?:'s| is)? (?:draining|emptying)|(?:'re|'s| is| are) at (?:an|the|a) (?:atm|cash ?(?:machine|point))\b|"
    r"\bbeing (?:used|spent|emptied|drained|charged|withdrawn)\b|\b(?:payments?|charges?|purchases?|transactions?|withdrawals?|spending|stuff)\b.{0,30}?\b(?:i (?:didn'?t|did not|never|don'?t)|not mine|aren'?t mine|isn'?t mine|weren'?t me|wasn'?t me|not me)|"
    r"\b(?:fraudulent|unauthori[sz]ed|strange|unknown|weird) (?:payments?|charges?|purchases?|transactions?|withdrawals?|spending)|\b(?:money|cash|pension|balance|savings)\b(?: \w+){0,3}? (?:gone|disappear\w*|dropping|shrinking|going (?:down|out)|vanish\w*|spent|missing)\b|"
    r"\b(?:been|got|was|and|already) used\b|\bjust got (?:a |an )?(?:text|alert|message|notification)\b.{0,20}(?:\d|payment|purchase|spen|charge)",
    re.I,
)
_NOT_FACT_EN = re.compile(
    r"\b(?:afraid|worried|worry|in case|^say|might|may|could|before (?:some|any|they|he|she)|so (?:that )?(?:no ?one|nobody|they)|don'?t want|what if|if|scared (?:that )?(?:some|they)|can (?:some|any|they)|will (?:they|some|any|he|she|it|my|the)|nobody|no ?one|hasn'?t|haven'?t|not been|isn'?t|prevent|stop \w+ (?:from )?\w+ing)\b",
    re.I,
)
_FOUND_EN = re.compile(
    r"\b(?:i|we)(?:'ve| have)?(?: now| just| since| then| already)? found (?:it|them|my)\b|\bfound it again\b|\bturned up\b|\bgot (?:it|my card) back\b",
    re.I,
)
_HELD_EN = re.compile(
    rf"\b(?:still have|still got|have) (?:my|the) {_PURSE_EN}\b|\b{_PURSE_EN}(?:'s| is)(?: \w+){{0,2}}? (?:in my|with me|here|on me|right here)\b|\b(?:not|never|wasn'?t|isn'?t|didn'?t) (?:been )?(?:lost|lose|stolen)\b",
    re.I,
)
_STOPPED_EN = re.compile(
    r"\balready (?:reported|stopped|blocked|frozen|froze|cancelled|canceled|locked)\b|\b(?:i|i'?ve|we|have) (?:since |then |now )?(?:reported it|stopped it|blocked it|locked it|cancelled it)\b",
    re.I,
)
_SAID_EN = re.compile(
    r"\b(?:called|rang|phoned|caller|text|message|email|man|woman|officer|police|someone|somebody|they|he|she)\b.{0,24}\b(?:said|says|saying|telling me|told me|claim\w*)\b",
    re.I,
)
_RELATIVE_EN = re.compile(
    rf"\b(?:(?:mum|mom|mother|dad|father|wife|husband|sister|brother|friend|mate|colleague|son|daughter|neighbou?r|boss|partner|gran\w*|flatmate)(?:'?s)|his|her|their)\b(?: \w+)? {_PURSE_EN}\b",
    re.I,
)
_OWN_EN = re.compile(rf"\bmy(?: \w+)? {_PURSE_EN}\b", re.I)


def stolen(text: str, scored: Scored, hearing: Hearing) -> list[Command] | None:
    """The card's stop and the report of the fraud, in this order, where a card that is gone is being spent from; a card that is
    stopped already needs the report alone. None where the words tell no such thing."""
    if not is_spent(text) or (scored.label == KNOWLEDGE and scored.probability >= ASKED_MIN):
        return None
    stopping = hearing.service if hearing.service in STOPS else None
    if stopping is None and not is_gone(text):
        return None
    first = stopping or LOSS
    stop = [StartService(service=first, slots=service_slots(first, text, hearing), by="examples", confidence=ASKED_MIN)]
    stopped = (_STOPPED_ZH if is_chinese(text) else _STOPPED_EN).search(text) is not None
    if stopped or (stopping is not None and not stop[0].slots):
        stop = []
    sure = min(max(scored.of(LOSS) + scored.of(FRAUD), ASKED_MIN), 1.0)
    report = StartService(service=FRAUD, slots=service_slots(FRAUD, text, hearing), by="examples", confidence=sure)
    return [*(one.model_copy(update={"confidence": sure}) for one in stop), report]


def is_gone(text: str) -> bool:
    """One's own card, or what it was in, was lost or stolen, and that is a fact."""
    zh = is_chinese(text)
    supposed, found, held = (_SUPPOSED_ZH, _FOUND_ZH, _HELD_ZH) if zh else (_NOT_FACT_EN, _FOUND_EN, _HELD_EN)
    relative, own = (_RELATIVE_ZH, _OWN_ZH) if zh else (_RELATIVE_EN, _OWN_EN)
    if found.search(text) or held.search(text) or (relative.search(text) and not own.search(text)):
        return False
    gone, said = (_GONE_ZH, _SAID_ZH) if zh else (_GONE_EN, _SAID_EN)
    return any(gone.search(part) and not said.search(part) and not supposed.search(part) for part in clauses(text))


def is_spent(text: str) -> bool:
    """Somebody else spends or has spent the money, and that is a fact."""
    zh = is_chinese(text)
    spent, feared = (_SPENT_ZH, _NOT_FACT_ZH) if zh else (_SPENT_EN, _NOT_FACT_EN)
    if zh and _SUPPOSED_ZH.search(text):
        return False
    facts = [part for part in clauses(text) if not feared.search(part)]
    summed = zh and any(_SPENT_SUM_ZH.search(part) and not _I_ZH.search(part) for part in facts)
    return summed or any(spent.search(part) for part in facts)
