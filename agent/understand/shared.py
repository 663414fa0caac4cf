"""Words that two wishes share: too few to tell which is meant, so that it is asked before something far-reaching begins.

"换手机号" may be said of any firm that keeps a number, and a number that is changed opens an account to whoever holds it; "提高额度" is
said of a credit line as of a transfer limit; "扣款换卡" wants another card to be debited, not a new one. More words settle it: that it be
done ("帮我换一下手机号"), where the number is kept, what the limit is of, how much, which account. An English imperative says already
that it is a wish ("change my number").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_OF_ME = r"(?:我|我的|我这|以前|之前|原来|原|旧|新|现在|银行卡?|个人)*的?"
_NUMBER = r"(?:(?:绑定|预留|联系|登记|注册|留)*的?(?:手机|电话|预留|联系)(?:预留|绑定|联系)?的?(?:号码|号)?(?:绑定)?|预留号码?|联系方式)"
_CHANGE = r"(?:更改|更换|变更|修改|更新|变化|变动|换绑|改绑|换|改|变)"
_DONE = r"(?:了|过|掉|啦|一个|个|新的?|新号)*"
_NUMBER_ALONE = re.compile(
    rf"{_OF_ME}(?:{_CHANGE}{_DONE}{_OF_ME}{_NUMBER}了?|{_NUMBER}(?:已经?|需要|要|有)?{_CHANGE}{_DONE}|{_NUMBER}(?:不用|停用|作废|停机)了?)"
)
_NUMBER_MOVES = re.compile(r"[换改变更移挪调迁转新停旧老丢错补登接设留]|不用|以后|收不到|注销|别人|前[夫妻任]|为准")
_CREDIT = re.compile(r"额度")
_OF_TRANSFERS = re.compile(
    r"转|汇|付|支|限|消费|取[款现钱]|刷|[日天]|单笔|每|交易|自助|卡|户|网银|手机|\d|[二三四五六七八九十百千万两]|够|超"
)
_LENT = re.compile(r"贷|借(?!记)|信用")
_DEBITED = re.compile(r"(?:还|扣)(?:款|贷)|代扣")
_TIED = re.compile(r"绑定|绑(?:银行)?卡")
_OF_A_CLASS = re.compile(r"[一二三ⅠⅡⅢ123]类|户")


def _which_number(text: str) -> bool:
    return _NUMBER_ALONE.fullmatch(text) is not None or not _NUMBER_MOVES.search(text)


def _which_limit(text: str) -> bool:
    return not _OF_TRANSFERS.search(text) and (_LENT.search(text) or _CREDIT.search(text)) is not None


_SHARED: Mapping[str, Callable[[str], object]] = {
    "profile.change_phone": _which_number,
    "limit.raise": _which_limit,
    "limit.lower": lambda text: _LENT.search(text) and not _OF_TRANSFERS.search(text),
    "card.replace": _DEBITED.search,
    "account.open": lambda text: _TIED.search(text) and not _OF_A_CLASS.search(text),
    "account.close": re.compile(r"取消开户").search,
}


_LEAD, _END = r"(?:我|说的|是|就是|指|对|嗯|要|办)*", r"(?:的|那个|啊|呀|吧)*"
_TRANSFERS = r"(?:转账|转钱|汇款|付款|支付|每[天日]|单日|单笔)+的?(?:限额|额度|上限)?"
_SETTLED: Mapping[str, re.Pattern[str]] = {
    "profile.change_phone": re.compile(
        rf"{_LEAD}(?:你们?|您|本|咱|这|银行|行里|这里|这边|家|留|预留|登记|收验证码)+(?:的?(?:手机)?号码?|的?电话)?{_END}"
    ),
    "limit.raise": re.compile(rf"{_LEAD}{_TRANSFERS}{_END}"),
    "limit.lower": re.compile(rf"{_LEAD}{_TRANSFERS}{_END}"),
    "card.replace": re.compile(rf"{_LEAD}(?:换|补|张|一|新|坏|旧)*卡{_END}"),
}


def settles(text: str, service: str) -> bool:
    """Whether ``text`` answers which of the shared wishes was meant with ``service`` ("转账的", "你们银行留的")."""
    return service in _SETTLED and _SETTLED[service].fullmatch(re.sub(r"[^\w]+", "", text)) is not None


def is_shared(text: str, service: str) -> bool:
    """Whether the words, which sound like a wish for ``service``, are as much a wish for something else."""
    return service in _SHARED and bool(_SHARED[service](re.sub(r"[^\w]+", "", text)))
