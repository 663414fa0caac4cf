"""In which mood something is said: wished for, told as done, supposed, or allowed to somebody else.

Only a wish starts what changes something. The words of a service alone do not tell: "手机号已经更改" and "如果更改手机号" hold the
same ones as "我要更改手机号". A mood is read from the grammar; where a wish stands beside it ("手机号已经换了，帮我改一下"), the wish counts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from agent.understand.text import is_chinese

Mood = Literal["told", "supposed", "allowed", "tied", "named", "awaited", "open"]

_WISH_ZH = re.compile(
    r"(?:帮|给|替|为|请|麻烦|劳驾|烦请|拜托|叫|让)(?:我|俺|咱|你|您|忙)|^(?:请|麻烦|烦请|劳驾)|(?:我|俺|咱|偶)(?:们)?(?:现在|就|只|今天|马上|也|还|是|来)*(?:要|想|得(?!到)|需要|打算|申请)|"
    r"想要|要求|需(?:要)?(?:办|改|换|更|变|终止|解除)|申请(?!.{0,6}[了过])|一下|一哈|吧|呗|把|将|给(?:办|弄|换|查|看|开|解|停|销|锁|改|撤|取|退|打|转|存)|"
    r"赶紧|赶快|马上|立刻|尽快|快(?:点|些|停|撤|拦|改|换|锁)|现在(?:要|想|就|是|来)|再(?:办|开|换|补|改|转|来|给)|直接(?:办|开|换|补|改|转|给)|麻烦|劳驾|拜托"
)
_BARE_WISH_ZH = re.compile(
    r"往.{1,3}[改调降]|(?:^|[,，。;；!！\s])(?:就|那就|那|先|也|都|统统|来|来你们这)?(?:取消|撤销|撤回|撤|停|锁|挂失|拦|冻结|关|退|更新|改到|改成|改|调|换成?|转|存|开|办|约|登记|记)(?:掉|了|它|回来?|住|上|到|成|给|[一二三四五六七八九十\d].{0,6}|$)"
)
_SUPPOSED_ZH = re.compile(
    r"如果|要是|假如|假使|假设|倘若|若是|假若|^.{0,4}(?<![一二两三四五六七八九十百千几])万一(?!年|个|天)|^若|.{2}的话(?!费)"
)
_IF_YOU_CAN_ZH = re.compile(
    r"(?:可以|能行|能办?|行|方便|允许|有|没有|来得及|不麻烦|需要|要|必须|成|没到账?|没收到|不行|不能)的话"
)
_ALLOWED_ZH = re.compile(
    r"(?:可以|能|允许|同意|准许|随时)(?:你们?|您)?(?:现在|直接|随时|从|在)?.{0,6}(?:扣款?|划(?:扣|款)?|代扣|收款?|放款|审核|审批|下款|批)(?:钱|走|了|吧|啦|啊|呢)*$|"
    r"(?:你们?|您)(?:现在|今天|直接)?(?:可以)?(?:扣|划)(?:款|钱)?(?:吧|了吧|了|啦)$|^.{0,10}(?:扣|划扣|扣款|扣钱)吧$|"
    r"^(?:请|麻烦|快点?|赶快|赶紧|马上|尽快|立即|立刻|直接)*(?:给我|帮我)?(?:自动)?(?:扣款|扣钱|划款|划扣)$"
)
_TIED_ZH = re.compile(r"绑定|解绑|绑卡|解除绑|换绑|绑的|绑着")
_TIED_TO_OURS_ZH = re.compile(
    r"手机|电话|号|代扣|缴费|扣款|扣费|自动|免密|收款人|短信|协议|委托|签约|[一二三ⅠⅡⅢ]类|账户|户"
)
_NAMED_ZH = re.compile(
    r"(?:我|我的|你们?的?|您的|这个|那个|现在|原来|以前)*(?:的)?(?:银行卡?|绑定|预留|登[录入]|还款|收款|支付|取款|查询|交易|每月|每个月|近.{1,2}月|当月|本月)*的?"
    r"(?:手机号?码?|电话号?码?|号码?|银行卡号?|卡号?|密码|[账帐]单|[账帐]户|身份证号?码?|地址|短信|额度|限额)"
)
_AWAITED = (
    "card.activate",
    "card.lock",
    "card.unlock",
    "card.replace",
    "card.report_loss",
    "card.reissue",
    "password.reset",
)
_NOT_COME_ZH = re.compile(
    r"(?:还没|没有?|未|没能)有?(?:收到|寄到|拿到|等到|送到)[^,，]{0,6}(?:卡|密码|信)|"
    r"(?:卡|密码)[^,，]{0,6}(?:还没|没有?|未|迟迟不|迟迟没有?)有?(?:收到|寄到|拿到|等到|送到|寄来|来|到)(?!期|账|日)"
)
_THING_EN = r"(?:cards?|pin|password|passcode|letter)"
_NOT_COME_EN = re.compile(
    rf"\b(?:haven'?t|havn'?t|have not|never|didn'?t|did not|not|yet to)(?: yet| even| actually| still| been)* (?:received?|gotten|got|get|seen|had)\b(?: \w+){{0,2}} {_THING_EN}\b|"
    rf"\b{_THING_EN} (?:still )?(?:hasn'?t|has not|isn'?t|is not|didn'?t|did not|never|still not|not)(?: yet| even| been)* (?:arrived?|here|come|came|gotten here|got here|shown? up|showed up|delivered|received|there)\b|"
    r"\b(?:still |been )?wait(?:ing)? (?:\w+ ){0,3}?(?:for|on) (?:my|the|a|it)\b",
    re.I,
)
_SWAPPED_ZH = re.compile(r"换了[^,，]{0,5}卡|(?<!不)换卡了|换过卡|卡换了")
_ON_ITS_WAY_ZH = re.compile(r"(?:还没|没有?|未)(?:到账?|收到)")
_TO_BE_STOPPED_ZH = re.compile(r"[撤消笑拦追停退别回截错扯彻取]|不(?:要|对|想|转|干|汇|付|打)|后悔|反悔")
_ON_ITS_WAY_EN = re.compile(
    r"\b(?:hasn'?t|has not|haven'?t|didn'?t|still not|never)(?: yet| even| been)* (?:arrived?|received?|come|shown? up|landed)\b",
    re.I,
)
_TO_BE_STOPPED_EN = re.compile(
    r"\b(?:stop\w*|cancel\w*|recall\w*|revert|undo|halt|pull|back|block|don'?t|dont|kill|call off|shouldn'?t|should|wrong|reverse\w*|abort|scrap|drop|intercept|catch|mistake\w*|return|retract|void|revoke\w*|meant|wish|slipped|early|not go)\b",
    re.I,
)
_SUPPOSED_EN = re.compile(
    r"\bif (?:i|my|we|the card|the money|the phone)\b(?! (?:may|might|could)\b)|(?<!i )(?<!i'd )\bsuppos(?:e|ing) (?:i|my|we|the)\b|\bwhat if\b|\bwere i to\b|"
    r"\bif (?:chang|clos|cancel|replac|los|pay|mov|switch|unlink|remov)ing\b",
    re.I,
)
_ALLOWED_EN = re.compile(
    r"(?<!date )(?<!when )\byou (?:can|may|could|are (?:free|welcome|allowed) to) (?:now |just |go ahead and |already |go on and )*(?:(?:take|collect|withdraw|draw) (?:it|the (?:money|payment|instal\w+|repayment)|my (?:money|payment|instal\w+))\b|debit|deduct|charge)|"
    r"\b(?:go ahead and|feel free to) (?:debit|deduct|charge|collect)\b",
    re.I,
)
_DO_EN = (
    r"(?:close|open|send|transfer|pay|move|lock|unlock|freeze|unfreeze|block|unblock|cancel|stop|raise|lower|increase|decrease|reduce|change|update|replace|report|"
    r"show|check|list|get|give|put|set|turn|switch|book|reserve|buy|reset|add|remove|delete|activate|register|print|issue|reissue|order|wake|reactivate|revive|file|lift|withdraw|"
    r"break|take|make|bring|drop|cut|bump|enable|disable|recall|pull|scrap|end|undo|fix|sort|do|let|keep|use|revoke|amend|swap|call|help|renew|mail|post|record|halt|hold)"
)
_WISH_EN = re.compile(
    rf"\b(?:please|pls|plz|kindly|i want|i wanna|i need|i'd like|i would like|i'd rather|i'd be|i should be|i would be|i wish|i'd (?:feel|sleep)|can (?:you|u|ya|we|i)|could (?:you|u|i|we)|would you|will you|"
    rf"help me|let me|lemme|want to|wants? (?:it|this)|need to|gonna|i'll|let's|how about|asap|right away|at once|immediately|now)\b|\bneeds? (?:to be )?\w+(?:ing|ed)\b|"
    rf"(?:^|[,.;!:-]\s*|\b(?:so|and|then|but|just|ok|hi|hello)\s+)(?:just |then |so |and |go |simply |first )*{_DO_EN}\b",
    re.I,
)

# What a service does, as one says that it was done. Services for which what was done is the reason of the wish ("挂失过了": a new
# card is to come) are not here, nor are urgent ones.
_CHANGED_ZH, _CHANGED_EN = r"更改|变更|更换|修改|改|换|更新", r"changed|switched|updated|replaced"
_ENDED_ZH = r"解除|解绑|取消|关闭|关|删除?|解约|退订|终止|停"
_ENDED_EN = r"cancelled|canceled|stopped|ended|removed|deleted|unlinked|unsubscribed|turned off|switched off"
_DEEDS: dict[str, tuple[str, str]] = {
    "profile.change_phone": (_CHANGED_ZH, _CHANGED_EN),
    "profile.change_address": (_CHANGED_ZH, r"changed|updated"),
    "card.replace": (r"更换|换", r"replaced|changed|exchanged"),
    "account.close": (r"注销|销户?|关闭|关", r"closed"),
    "card.activate": (r"激活|开通|启用", r"activated"),
    "card.cancel_loss": (r"解除|解挂|取消", r"lifted|cancelled|canceled|undone"),
    "card.unlock": (r"解锁|解开|解除", r"unlocked|unblocked|unfrozen"),
    "autodebit.cancel": (_ENDED_ZH, _ENDED_EN),
    "payee.remove": (_ENDED_ZH, _ENDED_EN),
    "payee.add": (r"添加|加|绑定", r"added"),
    "sms.subscribe": (r"开通|开|签约|订", r"subscribed|turned on|switched on"),
    "sms.unsubscribe": (_ENDED_ZH, _ENDED_EN),
    "password.reset": (r"重置|修改|改|更改", r"reset|changed"),
    "limit.raise": (r"提高|提升|调高|提|调|升", r"raised|increased"),
    "limit.lower": (r"降低|调低|降|调", r"lowered|reduced"),
    "transfer.create": (r"转账?|汇款?|打", r"sent|transferred|paid|wired"),
    "loan.repay_early": (r"还清|结清|还完|还款?", r"paid(?: it)?(?: off)?|repaid|settled|cleared"),
    "creditcard.repay": (r"还清|结清|还完|还款?", r"paid(?: it)?(?: off)?|repaid|settled|cleared"),
    "account.open": (r"开通|开户?|办理?|申请", r"opened"),
}


def mood(text: str, service: str) -> Mood:
    """The mood of the whole as a wish for ``service``; ``open`` where the grammar does not say, or says that one is wished.

    ``tied`` is talk of a card that is tied to, or untied from, what is not said: apps and lenders tie cards, this bank does not.
    ``named`` is a thing without a word of what is to be done with it, ``awaited`` one that has not come: nothing can be done with it,
    and money that is late is not therefore wanted back.
    """
    return _mood_zh(re.sub(r"\s+", "", text), service) if is_chinese(text) else _mood_en(text, service)


def _mood_zh(text: str, service: str) -> Mood:
    if _ALLOWED_ZH.search(text.rstrip("。.!！~")):
        return "allowed"
    if _WISH_ZH.search(text) or _BARE_WISH_ZH.search(text):
        return "open"
    if service in _AWAITED and _NOT_COME_ZH.search(text):
        return "awaited"
    if service == "transfer.cancel" and _ON_ITS_WAY_ZH.search(text) and not _TO_BE_STOPPED_ZH.search(text):
        return "awaited"
    if _SUPPOSED_ZH.search(text) and not _IF_YOU_CAN_ZH.search(text):
        return "supposed"
    if service == "card.replace" and _SWAPPED_ZH.search(text):
        return "told"
    if service in _DEEDS and _told_zh(_DEEDS[service][0]).search(text):
        return "told"
    if _NAMED_ZH.fullmatch(text.strip(",，。.!！~…")):
        return "named"
    return "tied" if _TIED_ZH.search(text) and not _TIED_TO_OURS_ZH.search(text) else "open"


def _mood_en(text: str, service: str) -> Mood:
    if _ALLOWED_EN.search(text):
        return "allowed"
    if _WISH_EN.search(text):
        return "open"
    if service in _AWAITED and _NOT_COME_EN.search(text):
        return "awaited"
    if service == "transfer.cancel" and _ON_ITS_WAY_EN.search(text) and not _TO_BE_STOPPED_EN.search(text):
        return "awaited"
    if _SUPPOSED_EN.search(text):
        return "supposed"
    return "told" if service in _DEEDS and _told_en(_DEEDS[service][1]).search(text) else "open"


@cache
def _told_zh(deeds: str) -> re.Pattern[str]:
    """ "已更改", "上周换过了", "昨天刚改的", at the end of what is said or before a comma."""
    done = r"(?:了|过了?|好了?|完了?|成功了?|掉了?)"
    return re.compile(
        rf"(?:已经?(?!经)|早就|早已|都已|之前就|原来就)[^,，。]{{0,8}}?(?:{deeds})(?:{done})*[^,，。]{{0,6}}$|"
        rf"(?:上周|上个?月|昨天|前天|之前|以前|去年|前几天|上次|前阵子|前段时间|刚才|刚刚|刚)[^,，。的]{{0,6}}?(?:{deeds})(?:{done}|的)[^,，。]{{0,4}}$|"
        rf"(?:{deeds})(?:过了|好了|完了|成功了?)$|(?:变更|更改|更换|修改)了"
    )


@cache
def _told_en(deeds: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:i|we)(?:'ve| have|ve)(?: already| just| since| finally)* (?:{deeds})\b|\b(?:i|we) (?:already|just) (?:{deeds})\b|"
        rf"\b(?:has|have|'s) (?:already |just )*been (?:already )?(?:{deeds})\b|\b(?:is|was|are|were) already (?:{deeds})\b|\balready (?:{deeds})\b",
        re.I,
    )
